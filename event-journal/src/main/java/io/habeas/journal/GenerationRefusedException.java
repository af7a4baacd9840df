// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

/** The database is not the one the current generation was begun on. An operator has to begin a new one. */
public final class GenerationRefusedException extends JournalException {

    private static final long serialVersionUID = 1L;

    GenerationRefusedException(String message) {
        super(message);
    }
}
