// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.testkit;

import org.jspecify.annotations.Nullable;

/**
 * A record of the collection that the suites work on. Its fields are called as the components are.
 *
 * @param owner text, may be empty: whose record it is
 * @param email text, may be empty
 * @param note text of any length, may be empty
 * @param number a whole number of 64 bits
 */
public record Row(
        @Nullable String owner,
        @Nullable String email,
        @Nullable String note,
        long number) {

    public static final String OWNER = "owner";
    public static final String EMAIL = "email";
    public static final String NOTE = "note";
    public static final String NUMBER = "number";
}
