// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import java.util.UUID;

/** Another service tells something that can not be, given what is known of the request. Trying again is of no use; somebody must look. */
public final class ContradictionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String reason;

    /** @param reason a slug */
    ContradictionException(UUID requestId, String reason) {
        super("request " + requestId + ": " + reason);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
