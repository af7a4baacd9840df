// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request makes of the use of somebody's data.
 *
 * @param stands uses that stand at no by it
 * @param unchanged uses that go on, each with its reason
 */
public record Standings(List<StandingUse> stands, List<Unchanged> unchanged) {

    /**
     * @param use a purpose of the profile, {@code SALE}, or {@code ALL}
     * @param channel the one way of contact that is meant; absent for all
     * @param since legal time
     * @param rule the leaf of the profile that gives it its effect
     */
    public record StandingUse(String use, @Nullable String channel, Instant since, String rule) {}

    /**
     * @param use that the person wanted to end
     * @param source the law, where the profile names one
     * @param rule the leaf of the profile that has the reason
     */
    public record Unchanged(String use, Why why, @Nullable String source, String rule) {}

    /** Why a use goes on. */
    public enum Why {
        /** The service can not be given without it: the person can end the service. */
        BASIC_FUNCTION,
        /** The law demands it. */
        LEGAL_DUTY,
        /** It does not rest on consent. */
        NOT_ON_CONSENT
    }
}
