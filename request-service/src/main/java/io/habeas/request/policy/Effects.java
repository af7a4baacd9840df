// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.Right;
import io.habeas.contracts.Standings;
import io.habeas.contracts.Standings.StandingUse;
import io.habeas.contracts.Standings.Unchanged;
import io.habeas.contracts.Standings.Why;
import io.habeas.contracts.Telling;
import io.habeas.contracts.Telling.Told;
import io.habeas.request.policy.language.ClockName;
import io.habeas.request.policy.language.ConsentRules;
import io.habeas.request.policy.language.ConsentRules.Standing;
import io.habeas.request.policy.language.Decider;
import io.habeas.request.policy.language.KindRules;
import io.habeas.request.policy.language.Name;
import io.habeas.request.policy.language.Origin;
import io.habeas.request.policy.language.RecipientRules;
import io.habeas.request.policy.language.RefusalRules;
import io.habeas.request.policy.language.RightRules.UnderReview;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a right makes of the use of somebody's data: which uses it ends, which it can not, and who is told. */
public final class Effects {

    /** The use from which an opt-out of sale takes the person out. */
    public static final String SALE = "SALE";

    /** Every use: what a restriction ends, and an objection that names none. */
    public static final String ALL = "ALL";

    /** The kind of an objection that the profile does not name. */
    public static final String UNNAMED = "OTHER";

    private static final Set<Right> STANDING =
            EnumSet.of(Right.OPT_OUT_OF_SALE, Right.OBJECTION, Right.CONSENT_WITHDRAWAL, Right.RESTRICTION);

    /**
     * What is asked for beside the right.
     *
     * @param purposes for which consent is taken back
     * @param channels that alone are meant; empty for all
     */
    public record Asked(@Nullable String kind, List<String> purposes, List<String> channels) {}

    private final Promise promise;

    Effects(Promise promise) {
        this.promise = promise;
    }

    /** Whether what is granted is that something stands; such a right reads and changes nothing in a store. */
    public static boolean makesStand(Right right) {
        return STANDING.contains(right);
    }

    /** Whether this right is one of those. */
    public boolean makeStand() {
        return makesStand(promise.right());
    }

    /** What stands by it, and what goes on all the same. */
    public Standings standings(Asked asked, Instant since) {
        var stands = new ArrayList<StandingUse>();
        var unchanged = new ArrayList<Unchanged>();
        switch (promise.right()) {
            case OPT_OUT_OF_SALE -> stands.add(new StandingUse(SALE, null, since, promise.address()));
            case RESTRICTION -> stands.add(new StandingUse(ALL, null, since, promise.address()));
            case OBJECTION -> objection(asked, since, stands);
            case CONSENT_WITHDRAWAL -> asked.purposes().forEach(purpose -> consent(purpose, since, stands, unchanged));
            default -> {
                // nothing stands by the others
            }
        }
        return new Standings(List.copyOf(stands), List.copyOf(unchanged));
    }

    private void objection(Asked asked, Instant since, List<StandingUse> stands) {
        var kind = asked.kind();
        if (kind == null || kind.equals(UNNAMED)) {
            stands.add(new StandingUse(ALL, null, since, promise.address() + (kind == null ? "" : ".kinds." + kind)));
            return;
        }
        var rule = promise.address() + ".kinds." + kind;
        if (asked.channels().isEmpty()) {
            stands.add(new StandingUse(kind, null, since, rule));
        }
        asked.channels().forEach(channel -> stands.add(new StandingUse(kind, channel, since, rule)));
    }

    private void consent(String purpose, Instant since, List<StandingUse> stands, List<Unchanged> unchanged) {
        var consent = consent(purpose);
        if (consent.isEmpty()) {
            stands.add(new StandingUse(purpose, null, since, promise.address()));
            return;
        }
        var rules = consent.get().value();
        var rule = consent.get().rule() + (rules.withdrawal() == null ? "" : ".withdrawal");
        var why = reasonToGoOn(rules);
        if (why == null) {
            stands.add(new StandingUse(purpose, null, since, rule));
        } else {
            unchanged.add(new Unchanged(purpose, why, rules.source(), rule));
        }
    }

    /** Nothing where the withdrawal takes effect. */
    private static @Nullable Why reasonToGoOn(ConsentRules rules) {
        if (rules.withdrawal() == null) {
            return rules.standing() == Standing.YES ? Why.NOT_ON_CONSENT : null;
        }
        return switch (rules.withdrawal()) {
            case TAKES_EFFECT, ENDS_THE_FUNCTION -> null;
            case OFFER_CANCELLATION -> Why.BASIC_FUNCTION;
            case LEGAL_DUTY -> Why.LEGAL_DUTY;
        };
    }

    private Optional<Ruled<ConsentRules>> consent(String purpose) {
        var profile = promise.profile();
        var here = promise.rules().consents().get(new Name(purpose));
        if (here != null) {
            return Optional.of(new Ruled<>(here, profile.address() + "#" + promise.place() + ".consents." + purpose));
        }
        return Optional.ofNullable(profile.policy().consents().get(new Name(purpose)))
                .map(it -> new Ruled<>(it, profile.address() + "#consents." + purpose));
    }

    /** Whether it stands while a person looks at it. */
    public boolean standsUnderReview(@Nullable String kind) {
        var own =
                kind(kind).map(KindRules::whileUnderReview).orElse(promise.own().whileUnderReview());
        return makeStand() && own == UnderReview.STANDING_NO;
    }

    /** Whether whoever names the person is believed: nothing has to be proved, and all that it can do is to stop a use. */
    public boolean byWordAlone(@Nullable String kind) {
        var proof = kind(kind).map(KindRules::proof).or(() -> promise.proof().map(Ruled::value));
        return makeStand() && proof.filter(it -> it.level() == ProofLevel.NONE).isPresent();
    }

    /** Whether nobody may refuse it. */
    public boolean isNeverRefused(@Nullable String kind) {
        return promise.refusalOf(kind)
                .map(Ruled::value)
                .map(RefusalRules::decidedBy)
                .filter(it -> it == Decider.NOBODY)
                .isPresent();
    }

    /** Which recipients are to be told, and by when; nothing where the profile has none told. */
    public Optional<Telling> telling(Asked asked, Standings standings, Instant receivedAt, Instant respondBy) {
        var rules = promise.recipientsOf(asked.kind()).map(Ruled::value).map(RecipientRules::told);
        if (rules.isEmpty() || makeStand() && standings.stands().isEmpty()) {
            return Optional.empty();
        }
        var uses = standings.stands().stream().map(StandingUse::use).distinct().toList();
        var clock = promise.clock(ClockName.RECIPIENTS).map(Ruled::value).filter(it -> it.from() == Origin.RECEIPT);
        var until = clock.map(it -> promise.reckoning().endAfter(it.within(), receivedAt))
                .orElse(respondBy);
        return Optional.of(new Telling(Told.valueOf(rules.get().name()), uses, List.copyOf(asked.channels()), until));
    }

    private Optional<KindRules> kind(@Nullable String kind) {
        return promise.own().kinds().entrySet().stream()
                .filter(it -> it.getKey().text().equals(kind))
                .map(java.util.Map.Entry::getValue)
                .findFirst();
    }
}
