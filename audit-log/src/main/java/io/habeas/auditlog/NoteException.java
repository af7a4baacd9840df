// SPDX-License-Identifier: Apache-2.0
package io.habeas.auditlog;

/** A note is not what it should be; the message says why. */
public final class NoteException extends Exception {

    private static final long serialVersionUID = 1L;

    public NoteException(String why) {
        super(why);
    }
}
