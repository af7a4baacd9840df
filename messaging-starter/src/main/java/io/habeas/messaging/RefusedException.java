// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

/** A receiver will not take this message, however often it is tried; an operator must look. */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String reason;

    /** @param reason a slug such as {@code no-such-request}; it is shown to operators, so no personal data */
    public RefusedException(String reason) {
        super("refused: " + reason);
        if (!reason.matches("[a-z0-9-]{1,64}")) {
            throw new IllegalArgumentException("a reason is a slug of at most 64 characters: a-z, 0-9 and -");
        }
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
