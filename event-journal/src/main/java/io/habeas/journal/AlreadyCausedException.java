// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.util.UUID;

/**
 * The cause has led to events of this stream before. Nothing was stored; the transaction is to be rolled back. For a
 * receiver of messages this means: done already.
 */
public final class AlreadyCausedException extends JournalException {

    private static final long serialVersionUID = 1L;

    private final UUID stream;

    AlreadyCausedException(UUID stream) {
        super("stream " + stream + ": the cause has led to events of it before");
        this.stream = stream;
    }

    public UUID stream() {
        return stream;
    }
}
