// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector;

import java.util.List;

/**
 * The predicate that makes a record this person's: any one of the matches. Part of every search and of every delete.
 *
 * @param anyOf never empty
 */
public record Subject(List<Match> anyOf) {

    public Subject {
        anyOf = List.copyOf(anyOf);
        if (anyOf.isEmpty()) {
            throw new IllegalArgumentException("a subject needs at least one match");
        }
    }
}
