// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

/** The broker is away, refuses, or has lost something; what was going on begins again from what is saved. */
public final class BrokerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BrokerException(String message) {
        super(message);
    }

    BrokerException(String message, Throwable cause) {
        super(message, cause);
    }
}
