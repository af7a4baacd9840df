// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.Right;
import io.habeas.request.calendars.Term;
import io.habeas.request.policy.language.ClockName;
import io.habeas.request.policy.language.ClockRules;
import io.habeas.request.policy.language.Confirming;
import io.habeas.request.policy.language.Decider;
import io.habeas.request.policy.language.GroundRules;
import io.habeas.request.policy.language.JurisdictionRules;
import io.habeas.request.policy.language.Language;
import io.habeas.request.policy.language.MinorRules;
import io.habeas.request.policy.language.PlaceCode;
import io.habeas.request.policy.language.ProofRules;
import io.habeas.request.policy.language.StopReason;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What no single field of a profile shows: rules that can not hold together. Each is refused with both places named. */
final class Contradictions {

    /** Rights that stop a use and hand nothing out: they need no more proof than what it takes to apply them. */
    private static final Set<Right> WITHOUT_PROOF =
            Set.of(Right.OBJECTION, Right.OPT_OUT_OF_SALE, Right.CONSENT_WITHDRAWAL, Right.COMPLAINT);

    private final Profile profile;
    private final RecordReader places;

    Contradictions(Profile profile, RecordReader places) {
        this.profile = profile;
        this.places = places;
    }

    /** @throws PolicyException for the first that is found */
    void refuse() {
        var covered = new HashMap<PlaceCode, String>();
        minors(profile.policy().minors(), "minors", Set.of(Right.values()), "");
        profile.policy().jurisdictions().forEach((code, rules) -> {
            var at = "jurisdictions." + code;
            for (var each : rules.covers()) {
                var other = covered.put(each, at + ".covers");
                if (other != null) {
                    throw wrong(at + ".covers", each + " is covered by " + place(other) + " already");
                }
                if (profile.policy().jurisdictions().containsKey(each)) {
                    throw wrong(at + ".covers", each + " has rules of its own at " + place("jurisdictions." + each));
                }
            }
            jurisdiction(at, rules);
            rules.rights().forEach((right, own) -> right(at, new Promise(profile, code.text(), rules, right, own)));
        });
    }

    private void jurisdiction(String at, JurisdictionRules rules) {
        var offered = rules.rights().keySet();
        if (offered.isEmpty()) {
            throw wrong(at, "has no rights");
        }
        if (!rules.name().isEmpty()) {
            inEveryLanguage(at + ".name", rules.name().keySet());
        }
        rules.categories()
                .forEach((code, category) -> inEveryLanguage(
                        at + ".categories." + code + ".name", category.name().keySet()));
        for (var language : rules.languages()) {
            if (!profile.policy().languages().contains(language)) {
                throw wrong(at + ".languages", language + " is none of the languages at " + place("languages"));
            }
        }
        if (rules.proof() != null && rules.proof().level() == ProofLevel.NONE) {
            throw wrong(
                    nearest(at + ".proof.level", at + ".proof"),
                    "nothing may be answered without proof; say NONE at the rights that need none");
        }
        notByLoginAlone(at, rules.proof());
        if (rules.refusal() == null && profile.policy().refusal() == null) {
            throw wrong(
                    at,
                    "who may refuse is said neither here nor for the whole policy: add refusal: {decidedBy: REVIEWER}");
        }
        usedBySome(at + ".refusalGrounds", rules.refusalGrounds(), at, rules);
        usedBySome(at + ".noAnswerGrounds", rules.noAnswerGrounds(), at, rules);
        usedBySome(at + ".withholdingGrounds", rules.withholdingGrounds(), at, rules);
        for (var capacity : rules.capacities()) {
            onOffer(at + ".capacities." + capacity.capacity(), capacity.rights(), offered, at + ".rights");
        }
        for (var exclusion : rules.exclusions()) {
            onOffer(at + ".exclusions." + exclusion.what(), exclusion.rights(), offered, at + ".rights");
        }
        minors(rules.minors(), at + ".minors", offered, at + ".rights");
        rules.clocks().forEach((name, clock) -> clock(at, at + ".clocks." + name.written(), name, clock, rules));
        if (rules.complaint() != null && rules.complaint().respond() != null) {
            clock(
                    at,
                    at + ".complaint.respond",
                    ClockName.RESPOND,
                    rules.complaint().respond(),
                    rules);
        }
        bothNever(at, rules);
    }

    /** Grounds of refusal for rights that nobody may refuse. */
    private void bothNever(String at, JurisdictionRules rules) {
        boolean refusable = rules.rights().values().stream()
                .anyMatch(right -> right.refusal() == null || right.refusal().decidedBy() != Decider.NOBODY);
        if (!refusable && !rules.refusalGrounds().isEmpty()) {
            throw wrong(
                    at + ".refusalGrounds." + rules.refusalGrounds().getFirst().ground(),
                    "no right uses this ground: nobody may refuse any right at " + place(at + ".rights"));
        }
    }

    private void usedBySome(String list, List<GroundRules> grounds, String at, JurisdictionRules rules) {
        for (var ground : grounds) {
            onOffer(
                    list + "." + ground.ground(),
                    ground.rights(),
                    rules.rights().keySet(),
                    at + ".rights");
        }
    }

    private void onOffer(String field, List<Right> named, Set<Right> offered, String rights) {
        for (var right : named) {
            if (!offered.contains(right)) {
                throw wrong(
                        nearest(field + ".rights", field),
                        "no right uses this for " + right + ": it is not on offer at " + place(rights));
            }
        }
    }

    private void minors(List<MinorRules> minors, String at, Set<Right> offered, String rights) {
        for (int index = 0; index < minors.size(); index++) {
            var each = minors.get(index);
            var field = at + "[" + index + "]";
            if (each.below() < 1 || (each.from() != null && each.from() >= each.below())) {
                throw wrong(
                        nearest(field + ".from", field),
                        "begins before it ends: from must be less than " + place(field + ".below"));
            }
            if (!rights.isEmpty()) {
                onOffer(field, each.rights(), offered, rights);
            }
        }
    }

    private void right(String at, Promise promise) {
        var field = at + ".rights." + promise.right();
        var own = promise.own();
        own.clocks()
                .forEach((name, clock) -> clock(at, field + ".clocks." + name.written(), name, clock, promise.rules()));
        if (!own.texts().isEmpty()) {
            inEveryLanguage(field + ".texts", own.texts().keySet());
        }
        var respond = promise.clock(ClockName.RESPOND)
                .orElseThrow(() -> wrong(
                        field,
                        "a right without a clock: give it clocks.respond, here or for all rights at "
                                + place(nearest(at + ".clocks", at))))
                .value();
        var proof = promise.proof().map(it -> it.value().level()).orElse(ProofLevel.STANDARD);
        if (proof == ProofLevel.NONE && !WITHOUT_PROOF.contains(promise.right())) {
            throw wrong(nearest(field + ".proof.level", field + ".proof"), "nothing may be answered without proof");
        }
        notByLoginAlone(field, own.proof());
        own.kinds().forEach((name, kind) -> notByLoginAlone(field + ".kinds." + name, kind.proof()));
        waits(at, field, promise, respond, proof);
        promise.fee().ifPresent(fee -> {
            if (fee.value().unanswered() != null && promise.clock(ClockName.FEE).isEmpty()) {
                throw wrong(
                        nearest(field + ".fee", at + ".fee"),
                        "a fee that lapses without a clock: give it one at " + place(nearest(at + ".clocks", at)));
            }
        });
        if (own.limit() != null) {
            onOffer(
                    field + ".limit.together",
                    own.limit().together(),
                    promise.rules().rights().keySet(),
                    at + ".rights");
        }
        for (var capacity : own.capacities()) {
            if (!capacity.rights().isEmpty()) {
                throw wrong(
                        field + ".capacities." + capacity.capacity(),
                        "stands at one right already; leave its rights out");
            }
        }
        if (own.lookBack() != null && own.window() != null) {
            throw wrong(field + ".window", "the answer covers either this or " + place(field + ".lookBack"));
        }
        if (promise.refusal().map(it -> it.value().decidedBy()).orElse(Decider.REVIEWER) == Decider.NOBODY
                && own.refusal() != null
                && !own.refusal().grounds().isEmpty()) {
            throw wrong(
                    field + ".refusal.grounds."
                            + own.refusal().grounds().getFirst().ground(),
                    "no right uses this ground: nobody may refuse it, says " + place(field + ".refusal.decidedBy"));
        }
    }

    /** Not everybody who is on file has an account, and nobody loses a right with its password. */
    private void notByLoginAlone(String at, @Nullable ProofRules proof) {
        if (proof != null && proof.method() == ProofMethod.LOGIN) {
            throw wrong(
                    nearest(at + ".proof.method", at + ".proof"),
                    "a login is no method by itself: name a contact, and say account: ITS_OWN_DATA beside it");
        }
    }

    /** A person may use the last day of each wait, and the answer is due all the same. */
    private void waits(String at, String field, Promise promise, ClockRules respond, ProofLevel proof) {
        int waiting = 0;
        if (proof != ProofLevel.NONE && respond.from() == io.habeas.request.policy.language.Origin.RECEIPT) {
            var identity = needed(field, promise, ClockName.IDENTITY);
            waiting += respond.stops().contains(StopReason.PROOF_ASKED)
                    ? 0
                    : identity.within().longestInDays();
        }
        var confirms = promise.own().confirmation() != null && promise.own().confirmation() != Confirming.NOT_ASKED;
        if (confirms) {
            waiting += needed(field, promise, ClockName.CONFIRMATION).within().longestInDays();
        }
        var hold = promise.own().hold();
        if (hold != null) {
            if (promise.right() != Right.ERASURE) {
                throw wrong(field + ".hold", "nothing is destroyed by this right: a hold window belongs to ERASURE");
            }
            // its first day is the one after the decision
            waiting += hold.window().longestInDays() + 1;
        }
        if (waiting >= respond.within().longestInDays()) {
            throw wrong(
                    nearest(field + ".clocks", field),
                    "identity, confirmation and hold together may take " + waiting
                            + " days: they must end before respond does, which takes " + respond.within() + " at "
                            + place(nearest(field + ".clocks.respond", at + ".clocks.respond")));
        }
    }

    private ClockRules needed(String field, Promise promise, ClockName name) {
        return promise.clock(name)
                .orElseThrow(
                        () -> wrong(nearest(field + ".clocks", field), "the clock '" + name.written() + "' is missing"))
                .value();
    }

    private void clock(String at, String field, ClockName name, ClockRules clock, JurisdictionRules rules) {
        CarriedOut.originOf(name).ifPresent(expected -> {
            if (clock.from() != expected) {
                throw wrong(field + ".from", "this clock runs from " + expected);
            }
        });
        known(field + ".within", clock.within());
        var extension = clock.extension();
        if (extension != null) {
            extension(at, field, name, extension, rules);
        }
        for (int index = 0; index < clock.notAfter().size(); index++) {
            known(
                    field + ".notAfter[" + index + "].within",
                    clock.notAfter().get(index).within());
        }
        for (var warning : clock.warnings()) {
            known(field + ".warnings", warning);
            if (warning.longestInDays() >= clock.within().longestInDays()) {
                throw wrong(
                        field + ".warnings", "comes before the clock begins, which takes " + place(field + ".within"));
            }
        }
    }

    private void extension(String at, String field, ClockName name, Term extension, JurisdictionRules rules) {
        if (name != ClockName.RESPOND) {
            throw wrong(field + ".extension", "only respond can be extended");
        }
        known(field + ".extension", extension);
        if (rules.extensions() == null) {
            throw wrong(field + ".extension", "no clock may be extended here: extensions is missing at " + place(at));
        }
        if (extension.longestInDays() > rules.extensions().atMost().longestInDays()) {
            throw wrong(
                    field + ".extension",
                    "is longer than the policy allows, " + rules.extensions().atMost() + " at "
                            + place(at + ".extensions.atMost"));
        }
    }

    private void known(String field, Term term) {
        if (term.calendar() != null
                && profile.calendars().calendar(term.calendar()).isEmpty()) {
            throw wrong(
                    field,
                    "no calendar is called " + term.calendar() + "; known: "
                            + String.join(", ", profile.calendars().names()));
        }
    }

    private void inEveryLanguage(String field, Set<Language> said) {
        var languages = profile.policy().languages();
        if (!said.equals(Set.copyOf(languages))) {
            throw wrong(
                    field,
                    "must be there once in each of the languages "
                            + String.join(
                                    ", ", languages.stream().map(Language::text).toList()));
        }
    }

    private String nearest(String field, String around) {
        return places.spot(field) == null ? around : field;
    }

    private String place(String field) {
        var spot = spotOf(field);
        return spot == null ? field : spot.place();
    }

    private PolicyException wrong(String field, String problem) {
        var spot = spotOf(field);
        if (spot == null) {
            throw new IllegalStateException("no place is known for " + field);
        }
        return spot.wrong(problem);
    }

    private @Nullable YamlSpot spotOf(String field) {
        for (var way = field; !way.isEmpty(); way = way.contains(".") ? way.substring(0, way.lastIndexOf('.')) : "") {
            var spot = places.spot(way);
            if (spot != null) {
                return spot;
            }
        }
        return places.spot("");
    }
}
