// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a person can do who is not satisfied.
 *
 * @param next the steps, in order
 * @param respond the clock of a complaint to the controller
 * @param decidedBy who looks at it
 * @param source the law, where the policy names no step
 */
public record ComplaintRules(
        List<Name> next,
        @Nullable ClockRules respond,
        @Nullable Decider decidedBy,
        @Nullable Boolean mayReopen,
        @Nullable String source) {}
