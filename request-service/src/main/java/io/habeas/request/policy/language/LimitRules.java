// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import io.habeas.contracts.Right;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How often a right may be used.
 *
 * @param together rights that share one count
 * @param counts which requests count
 * @param ground under which the next one is refused
 * @param waivedBy who may let it pass all the same
 */
public record LimitRules(
        Rate most,
        List<Right> together,
        Counts counts,
        Name ground,
        @Nullable Decider waivedBy,
        @Nullable String source) {

    /** Which requests count. */
    public enum Counts {
        /** Verified and answered, by the date of receipt. */
        ANSWERED
    }
}
