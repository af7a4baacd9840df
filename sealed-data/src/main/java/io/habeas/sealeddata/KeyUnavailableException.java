// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import org.jspecify.annotations.Nullable;

/** Keys cannot be had for now: the caller waits and tries again, and does nothing without the key (G12). */
public final class KeyUnavailableException extends RuntimeException {

    /** @param cause must hold no key material and no personal data; it reaches logs */
    public KeyUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
