// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.util.UUID;

/**
 * The writing transaction is older than the one that wrote the stream's previous event, so that the feed would show the
 * stream in reverse. Nothing was stored. Repeat the whole transaction from outside: a new one has a higher id.
 */
public final class FeedOrderException extends JournalException {

    private static final long serialVersionUID = 1L;

    private final UUID stream;

    FeedOrderException(UUID stream) {
        super("stream " + stream
                + ": the writing transaction is older than the stream's last event; repeat it as a whole");
        this.stream = stream;
    }

    public UUID stream() {
        return stream;
    }
}
