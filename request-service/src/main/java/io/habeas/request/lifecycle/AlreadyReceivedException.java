// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import java.util.UUID;

/** There is a request of that id; its first event tells whether it is the same one. */
public final class AlreadyReceivedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    AlreadyReceivedException(UUID requestId) {
        super("request " + requestId + " has been received before", null, false, false);
    }
}
