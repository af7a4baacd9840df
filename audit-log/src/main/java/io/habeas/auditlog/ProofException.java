// SPDX-License-Identifier: Apache-2.0
package io.habeas.auditlog;

/** A proof does not show what it should; the message says why. */
public final class ProofException extends Exception {

    private static final long serialVersionUID = 1L;

    public ProofException(String why) {
        super(why);
    }
}
