// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.standing;

import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.Right;
import io.habeas.contracts.Stance;
import io.habeas.contracts.StandingOrigin;
import io.habeas.request.calendars.Counting;
import io.habeas.request.calendars.Reckoning;
import io.habeas.request.policy.Effects;
import io.habeas.request.policy.Profile;
import io.habeas.request.policy.Ruled;
import io.habeas.request.policy.language.ConsentRules;
import io.habeas.request.policy.language.ConsentRules.AskAgain;
import io.habeas.request.policy.language.ConsentRules.Standing;
import io.habeas.request.policy.language.ConsentRules.Withdrawal;
import io.habeas.request.policy.language.JurisdictionRules;
import io.habeas.request.policy.language.KindRules;
import io.habeas.request.policy.language.Name;
import io.habeas.request.policy.language.PlaceCode;
import io.habeas.request.policy.language.RecipientRules.Told;
import io.habeas.request.policy.language.RightRules;
import io.habeas.request.policy.language.SignalRules;
import io.habeas.request.policy.language.SignalRules.Meaning;
import io.habeas.request.standing.Said.Wish;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The uses of data that one policy knows for the people of one place, and what holds of each while a person is silent. Which they are the
 * profile says: its consents, the kinds of its objections, sale where it can be opted out of, and what a signal stops.
 */
public final class Uses {

    /** The use from which an opt-out of sale takes the person out. */
    public static final String SALE = Effects.SALE;

    /** Not a use of data: the version of the policy to which the person said yes last. */
    public static final String POLICY_VERSION = "POLICY_VERSION";

    /** What an objection to tracking is an objection to. */
    public static final List<String> TRACKING = List.of("TRACKING", "ADVERTISING", "PERSONALIZATION");

    private static final String UNNAMED = Effects.UNNAMED;

    /** How the data map marks a recipient. */
    public enum Recipient {
        SALE(Told.NOTIFY_SALES),
        DIRECT_MARKETING(Told.NOTIFY_DIRECT_MARKETING),
        ADVERTISING(Told.NOTIFY_ADVERTISING);

        private final Told told;

        Recipient(Told told) {
            this.told = told;
        }
    }

    private final Profile profile;
    private final String place;
    private final JurisdictionRules rules;

    /** @param place as {@link Profile#placeOf} gives it */
    public Uses(Profile profile, String place) {
        this.profile = profile;
        this.place = place;
        this.rules = profile.rules(place).orElseThrow(() -> new IllegalArgumentException("no such place: " + place));
    }

    /** Every name that the policy has for a use, in any place. */
    public static Set<String> known(Profile profile) {
        var names = new TreeSet<String>();
        for (var code : profile.policy().jurisdictions().keySet()) {
            var uses = new Uses(profile, code.text());
            names.addAll(uses.consents().keySet());
            names.addAll(uses.kinds().keySet());
            if (uses.right(Right.OPT_OUT_OF_SALE).isPresent()) {
                names.add(SALE);
            }
            if (uses.signal(SignalRules::dnt, "dnt")
                    .or(() -> uses.signal(SignalRules::gpc, "gpc"))
                    .filter(it -> it.value() == Meaning.OBJECTION_TO_TRACKING)
                    .isPresent()) {
                names.addAll(TRACKING);
            }
        }
        return names;
    }

    public Profile profile() {
        return profile;
    }

    public String place() {
        return place;
    }

    /** What holds while the person is silent, and since the policy came into force; YES where the policy says nothing against it. */
    public Ruled<Boolean> silence(String use) {
        var consent = consents().get(use);
        if (consent != null) {
            return new Ruled<>(consent.value().standing() == Standing.YES, consent.rule() + ".standing");
        }
        if (kinds().containsKey(use)) {
            return new Ruled<>(true, ofPlace("rights.OBJECTION.kinds." + use));
        }
        if (use.equals(SALE) && right(Right.OPT_OUT_OF_SALE).isPresent()) {
            return new Ruled<>(true, ofPlace("rights.OPT_OUT_OF_SALE"));
        }
        return new Ruled<>(true, ofPlace(""));
    }

    /** Which uses stand behind giving data to a recipient that is so marked. */
    public Set<String> behind(Recipient recipient) {
        var uses = new TreeSet<String>();
        if (recipient == Recipient.SALE) {
            uses.add(SALE);
        }
        kinds().forEach((name, kind) -> {
            if (kind.recipients() != null && kind.recipients().told() == recipient.told) {
                uses.add(name);
            }
        });
        return uses;
    }

    /** As what Sec-GPC counts; nothing where the policy does not say. */
    public Optional<Ruled<Meaning>> gpc() {
        return signal(SignalRules::gpc, "gpc");
    }

    /** As what DNT counts; nothing where the policy does not say. */
    public Optional<Ruled<Meaning>> dnt() {
        return signal(SignalRules::dnt, "dnt");
    }

    private Optional<Ruled<Meaning>> signal(Function<SignalRules, @Nullable Meaning> which, String name) {
        var here = rules.signals() == null ? null : which.apply(rules.signals());
        if (here != null) {
            return Optional.of(new Ruled<>(here, ofPlace("signals." + name)));
        }
        var everywhere = profile.policy().signals();
        var meaning = everywhere == null ? null : which.apply(everywhere);
        return meaning == null ? Optional.empty() : Optional.of(new Ruled<>(meaning, ofPolicy("signals." + name)));
    }

    /**
     * The rule by which a person can stop a use without an account and without proof; nothing where that needs a request.
     *
     * @param channel one that the profile names, or nothing for all
     */
    public Optional<String> stoppedByAWord(String use, @Nullable String channel) {
        if (channel != null && !channels(use).contains(channel)) {
            return Optional.empty();
        }
        var kind = kinds().get(use);
        if (kind != null) {
            if (kind.proof() != null) {
                return kind.proof().level() == ProofLevel.NONE
                        ? Optional.of(ofPlace("rights.OBJECTION.kinds." + use + ".proof"))
                        : Optional.empty();
            }
            return withoutProof(Right.OBJECTION).or(() -> consentStopped(use));
        }
        return use.equals(SALE) ? withoutProof(Right.OPT_OUT_OF_SALE) : consentStopped(use);
    }

    private Optional<String> withoutProof(Right right) {
        return right(right)
                .filter(it -> it.proof() != null && it.proof().level() == ProofLevel.NONE)
                .map(it -> ofPlace("rights." + right + ".proof"));
    }

    private Optional<String> consentStopped(String use) {
        var consent = consents().get(use);
        if (consent == null || !takesEffect(consent.value())) {
            return Optional.empty();
        }
        return Boolean.FALSE.equals(consent.value().account())
                ? Optional.of(consent.rule() + ".account")
                : withoutProof(Right.CONSENT_WITHDRAWAL);
    }

    private static boolean takesEffect(ConsentRules consent) {
        return consent.withdrawal() == Withdrawal.TAKES_EFFECT || consent.withdrawal() == Withdrawal.ENDS_THE_FUNCTION;
    }

    /** The ways of contact that can be named one by one for a use. */
    public Collection<String> channels(String use) {
        var kind = kinds().get(use);
        return kind == null
                ? List.of()
                : kind.channels().stream().map(Name::text).toList();
    }

    /** What consent is asked for here. */
    public SequencedMap<String, Ruled<ConsentRules>> consents() {
        var consents = new LinkedHashMap<String, Ruled<ConsentRules>>();
        profile.policy()
                .consents()
                .forEach((name, it) -> consents.put(name.text(), new Ruled<>(it, ofPolicy("consents." + name))));
        rules.consents().forEach((name, it) -> consents.put(name.text(), new Ruled<>(it, ofPlace("consents." + name))));
        return consents;
    }

    /** When a person who says no to this use now may be asked again; nothing where the policy does not say. */
    public Optional<AskingAgain> askingAgain(String use) {
        if (use.equals(SALE)) {
            return right(Right.OPT_OUT_OF_SALE)
                    .filter(it -> it.askAgainAfter() != null)
                    .map(it -> new AskingAgain.After(
                            java.util.Objects.requireNonNull(it.askAgainAfter()),
                            ofPlace("rights.OPT_OUT_OF_SALE.askAgainAfter")));
        }
        return Optional.ofNullable(consents().get(use)).flatMap(consent -> {
            var term = consent.value().askAgainAfter();
            if (term != null) {
                return Optional.of(new AskingAgain.After(term, consent.rule() + ".askAgainAfter"));
            }
            return consent.value().askAgain() == AskAgain.NEVER
                    ? Optional.of(new AskingAgain.Never(consent.rule() + ".askAgain"))
                    : Optional.empty();
        });
    }

    /** A no to a use, with what the policy says about asking the person again. */
    public Wish no(String use, @Nullable String channel, StandingOrigin origin, String rule, Instant now) {
        var again = askingAgain(use);
        return new Wish(
                use,
                channel,
                Stance.NO,
                origin,
                again.map(it -> AskingAgain.from(it, now, reckoning())).orElse(null),
                again.filter(AskingAgain.Never.class::isInstance).isPresent(),
                rule);
    }

    /** In the days of the people there. */
    public Reckoning reckoning() {
        var zone = rules.timeZone() == null ? profile.zone() : rules.timeZone();
        return new Reckoning(zone, Counting.FIRST_DAY_IS_NEXT, profile.calendars());
    }

    /** What a right says here. */
    public Optional<RightRules> right(Right right) {
        return Optional.ofNullable(rules.rights().get(right));
    }

    /** In how many steps one gets back into sale, and the leaf that says so; nothing where the policy knows no way back. */
    public Optional<Ruled<Integer>> stepsBackIntoSale() {
        return right(Right.OPT_IN_TO_SALE)
                .map(RightRules::steps)
                .map(steps -> new Ruled<>(steps, ofPlace("rights.OPT_IN_TO_SALE.steps")));
    }

    private Map<String, KindRules> kinds() {
        var kinds = new LinkedHashMap<String, KindRules>();
        right(Right.OBJECTION).ifPresent(it -> it.kinds().forEach((name, kind) -> {
            if (!name.text().equals(UNNAMED)) {
                kinds.put(name.text(), kind);
            }
        }));
        return kinds;
    }

    private String ofPlace(String leaf) {
        return ofPolicy(leaf.isEmpty() ? new PlaceCode(place).text() : place + "." + leaf);
    }

    private String ofPolicy(String leaf) {
        return profile.address() + "#" + leaf;
    }
}
