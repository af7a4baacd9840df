// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import org.jspecify.annotations.Nullable;

/**
 * Something that a later version takes away from people who are there already.
 *
 * @param before the address of the rule in the older version; absent where the later one adds something
 * @param after the address of the rule in the later version; absent where it drops something
 * @param says both values, or the one there is
 */
public record Difference(
        Kind kind, @Nullable String before, @Nullable String after, String says) {

    /** What is reduced. */
    public enum Kind {
        JURISDICTION_DROPPED,
        RIGHT_DROPPED,
        CAPACITY_DROPPED,
        CLOCK_LENGTHENED,
        GROUND_ADDED,
        LIMIT_ADDED,
        FEE_ADDED,
        EXCLUSION_ADDED,
        PROOF_RAISED,
        LOOK_BACK_SHORTENED
    }
}
