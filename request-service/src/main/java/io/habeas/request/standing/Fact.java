// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.standing;

import io.habeas.contracts.Stance;
import io.habeas.contracts.StandingOrigin;
import io.habeas.request.policy.Effects;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One thing that holds. Which person it is about only a keyed hash says, which stands in a table and nowhere else.
 *
 * @param use a purpose of the profile, {@code SALE}, or {@link #ALL}
 * @param channel the one way of contact that is meant; absent for all
 * @param askAgainFrom when the person may be asked to take it back; absent where the policy says nothing
 * @param rule the leaf of the profile that gives it its effect
 */
public record Fact(
        UUID id,
        String use,
        @Nullable String channel,
        Stance stance,
        StandingOrigin origin,
        Instant since,
        @Nullable Instant askAgainFrom,
        boolean neverAskAgain,
        String rule) {

    /** Every use: what a restriction stops. */
    public static final String ALL = Effects.ALL;

    static Fact of(StandingEvent.Set set) {
        return new Fact(
                set.factId(),
                set.use(),
                set.channel(),
                set.stance(),
                set.origin(),
                set.since(),
                set.askAgainFrom(),
                set.neverAskAgain(),
                set.rule());
    }

    /**
     * Whether what is said now takes its place. What stops every use stands beside others of its sort, and so does the no of a request beside every
     * other no: it may end with its request, and what was said before must stand then.
     */
    boolean isReplacedBy(StandingEvent.Set set) {
        boolean mayEndAlone = set.origin() == StandingOrigin.REQUEST && set.stance() == Stance.NO;
        return !isYesAfter(set)
                && !use.equals(ALL)
                && !(mayEndAlone && stance == Stance.NO)
                && use.equals(set.use())
                && (set.channel() == null || set.channel().equals(channel));
    }

    /**
     * Whether the person said yes to just that after what a request made them say, which was carried out late. Of that yes nothing is taken, also where it is a part
     * of what the request says no to.
     */
    boolean isLaterWordThan(StandingEvent.Set set) {
        return isYesAfter(set) && use.equals(set.use()) && (channel == null || channel.equals(set.channel()));
    }

    private boolean isYesAfter(StandingEvent.Set set) {
        return stance == Stance.YES
                && set.stance() == Stance.NO
                && set.origin() == StandingOrigin.REQUEST
                && since.isAfter(set.since());
    }

    /** Whether it speaks of that use in that way of contact; where none is named, every one is meant. */
    boolean concerns(String asked, @Nullable String askedChannel) {
        boolean use = this.use.equals(asked) || stance == Stance.NO && this.use.equals(ALL);
        return use && (channel == null || askedChannel == null || channel.equals(askedChannel));
    }
}
