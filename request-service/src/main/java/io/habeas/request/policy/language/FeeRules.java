// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When a request may cost something.
 *
 * @param beyond the count past which a fee may be asked
 * @param grounds on which it may be asked
 * @param estimate whether reason and estimate come before the work
 * @param unanswered what becomes of the request when nobody accepts in time
 */
public record FeeRules(
        @Nullable Rate beyond,
        List<Name> grounds,
        Decider decidedBy,
        @Nullable Estimate estimate,
        @Nullable Unanswered unanswered,
        @Nullable String source) {

    /** When the estimate comes. */
    public enum Estimate {
        FIRST
    }

    /** What an unanswered quote leads to. */
    public enum Unanswered {
        LAPSES
    }
}
