// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

import java.util.UUID;

/**
 * Personal data that only the holder of a key can read.
 *
 * @param key the data key; when it is destroyed, the field is unreadable for ever
 * @param ciphertext AEAD, base64url without padding; the associated data binds controller, request, field name and key
 */
public record SealedField(UUID key, String ciphertext) {

    @Override
    public String toString() {
        return "SealedField[key=" + key + "]";
    }
}
