// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector;

import org.jspecify.annotations.Nullable;

/** A call whose outcome is not known or which was refused. Says who acts next; its message never holds a value of a record. */
public final class ConnectorException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Who acts next. */
    public enum Category {
        /** The store is at fault for now: the same call may succeed later. */
        TRY_AGAIN,
        /** The data map or the credentials do not fit the store. */
        FIX_CONFIGURATION,
        /** Something is not as the plan said, such as more records than the ceiling. */
        ASK_A_PERSON
    }

    private final Category category;

    /** @param message a lower-case fragment that names collection and field, never a value */
    public ConnectorException(Category category, String message) {
        this(category, message, null);
    }

    /** @param cause kept only if its message can hold no value of a record; drivers' exceptions often can */
    public ConnectorException(Category category, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.category = category;
    }

    public Category category() {
        return category;
    }
}
