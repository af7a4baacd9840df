// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import java.util.UUID;

/** The key was destroyed: what was sealed under it is erased, for ever. Asking again is of no use. */
public final class KeyDestroyedException extends RuntimeException {

    private final UUID keyId;

    public KeyDestroyedException(UUID keyId) {
        super("key " + keyId + " was destroyed; what was sealed under it is erased");
        this.keyId = keyId;
    }

    public UUID keyId() {
        return keyId;
    }
}
