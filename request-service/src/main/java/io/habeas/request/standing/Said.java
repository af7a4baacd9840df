// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.standing;

import io.habeas.contracts.Identifier;
import io.habeas.contracts.Stance;
import io.habeas.contracts.StandingOrigin;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a person said, checked against the profile. It lives in memory only.
 *
 * @param id the same at every repeat
 * @param profile {@code id@version}
 * @param jurisdiction the place of the profile
 * @param at legal time
 * @param actor opaque
 * @param fingerprint of everything that was sent
 */
public record Said(
        UUID id,
        String controller,
        List<Identifier> identifiers,
        List<Wish> wishes,
        String profile,
        String jurisdiction,
        Instant at,
        String actor,
        String fingerprint) {

    /**
     * One use, and what is said to it.
     *
     * @param askAgainFrom when the person may be asked to take it back; absent where the policy says nothing
     * @param rule the leaf of the profile that gives it its effect
     */
    public record Wish(
            String use,
            @Nullable String channel,
            Stance stance,
            StandingOrigin origin,
            @Nullable Instant askAgainFrom,
            boolean neverAskAgain,
            String rule) {

        /** A browser says the same with every page; once it stands, nothing is added to it. */
        boolean isSaidAllTheTime() {
            return origin == StandingOrigin.GPC || origin == StandingOrigin.DNT;
        }
    }

    public Said {
        identifiers = List.copyOf(identifiers);
        wishes = List.copyOf(wishes);
    }

    @Override
    public String toString() {
        return "Said[" + id + "]";
    }
}
