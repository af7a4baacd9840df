// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import io.habeas.request.calendars.Term;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What differs for one kind of a right: an objection to direct marketing is no other objection.
 *
 * @param channels the ways of contact that can be named one by one
 */
public record KindRules(
        @Nullable Decider decidedBy,
        @Nullable RefusalRules refusal,
        @Nullable ProofRules proof,
        RightRules.@Nullable UnderReview whileUnderReview,
        List<Name> channels,
        @Nullable RecipientRules recipients,
        @Nullable LimitRules limit,
        @Nullable Term lookBack,
        RightRules.@Nullable Window window,
        @Nullable String source) {}
