// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import org.jspecify.annotations.Nullable;

/**
 * What a later version may do to people who are there already.
 *
 * @param reduction what a person needs to have said before fewer rights hold
 */
public record ChangeRules(
        @Nullable Reduction reduction,
        @Nullable Boolean archived,
        @Nullable String source) {

    /** What it takes to reduce rights. */
    public enum Reduction {
        NEEDS_EXPLICIT_CONSENT,
        BY_POSTING
    }
}
