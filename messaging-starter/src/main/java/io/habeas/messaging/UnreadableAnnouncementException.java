// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

/** The announcement cannot be understood. The message names types and components, never values. */
public final class UnreadableAnnouncementException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String reason;

    UnreadableAnnouncementException(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** A slug: {@code unknown-type}, {@code unknown-revision}, {@code wrong-family} or {@code bad-payload}. */
    public String reason() {
        return reason;
    }
}
