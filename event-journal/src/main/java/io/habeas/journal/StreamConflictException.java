// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.util.UUID;

/**
 * Somebody else has stored an event at that sequence, or the sequence does not follow the last one of its stream. Nothing
 * was stored; the transaction is to be rolled back. Load the stream and decide anew.
 */
public final class StreamConflictException extends JournalException {

    private static final long serialVersionUID = 1L;

    private final UUID stream;

    StreamConflictException(UUID stream, String what) {
        super("stream " + stream + ": " + what);
        this.stream = stream;
    }

    public UUID stream() {
        return stream;
    }
}
