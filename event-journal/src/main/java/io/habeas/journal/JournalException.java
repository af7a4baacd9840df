// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

/** The journal could not be read or written; the cause says why. The subtypes are refusals of the journal itself. */
public sealed class JournalException extends RuntimeException
        permits AlreadyCausedException,
                FeedOrderException,
                GenerationRefusedException,
                OutcomeUnknownException,
                StreamConflictException {

    private static final long serialVersionUID = 1L;

    public JournalException(String message, Throwable cause) {
        super(message, cause);
    }

    protected JournalException(String message) {
        super(message);
    }
}
