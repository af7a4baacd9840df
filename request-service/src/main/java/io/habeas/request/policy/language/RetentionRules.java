// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import io.habeas.request.calendars.Term;
import org.jspecify.annotations.Nullable;

/**
 * How long Habeas keeps what it holds itself.
 *
 * @param ofCases a request after its end
 * @param evidence what was given to prove identity, after the decision
 * @param afterLastUse how long data is kept after its person stopped using the service
 */
public record RetentionRules(
        @Called("case") Term ofCases,
        @Nullable Term evidence,
        @Nullable Term afterLastUse,
        @Nullable End end,
        @Nullable String source) {

    /** What happens at the end of a retention. */
    public enum End {
        ERASED,
        ANONYMIZED,
        ERASED_OR_ANONYMIZED
    }
}
