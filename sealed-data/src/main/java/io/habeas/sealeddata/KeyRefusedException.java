// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import java.util.UUID;

/** There is no such key for that controller and request. Whether the id exists elsewhere is not said. */
public final class KeyRefusedException extends RuntimeException {

    public KeyRefusedException(String controller, UUID keyId) {
        super("controller " + controller + " has no key " + keyId + " for the request named");
    }
}
