// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import java.util.UUID;

/** The person asks for something that the request's state does not allow, or not any more. */
public final class NotNowException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final State state;

    NotNowException(UUID requestId, String what, State state) {
        super("request " + requestId + ": no " + what + " in state " + state);
        this.state = state;
    }

    public State state() {
        return state;
    }
}
