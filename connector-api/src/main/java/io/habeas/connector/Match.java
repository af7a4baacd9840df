// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector;

import java.util.Set;

/**
 * True for a record whose field equals one of the values.
 *
 * <p>A value equals a field if the type of the field can hold it unchanged: the number 42 and the text {@code 42} both equal
 * a number field that holds 42 and a text field that holds {@code 42}. A value that the field cannot hold, such as the text
 * {@code x} for a number, equals nothing; it is not an error.
 *
 * @param field of the record; dots lead into nested documents
 * @param values never empty: a match that could be true for everything cannot be written
 * @param ignoreCase compare text without regard to case and surrounding space, as for e-mail addresses
 */
public record Match(String field, Set<Value> values, boolean ignoreCase) {

    public Match {
        values = Set.copyOf(values);
        if (values.isEmpty()) {
            throw new IllegalArgumentException("a match on '" + field + "' needs at least one value");
        }
    }

    public static Match exactly(String field, Set<Value> values) {
        return new Match(field, values, false);
    }
}
