// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.standing;

/** Something else was said under the same id before. */
public final class MisusedKeyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MisusedKeyException() {
        super("something else was said under this id", null, false, false);
    }
}
