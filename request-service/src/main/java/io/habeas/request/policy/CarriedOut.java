// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.Exclusion;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.Right;
import io.habeas.contracts.Scope;
import io.habeas.request.calendars.Term;
import io.habeas.request.policy.Terms.CapacityTerms;
import io.habeas.request.policy.Terms.ClockTerms;
import io.habeas.request.policy.Terms.Decision;
import io.habeas.request.policy.Terms.KindTerms;
import io.habeas.request.policy.Terms.Needs;
import io.habeas.request.policy.Terms.ProofTerms;
import io.habeas.request.policy.Terms.Retention;
import io.habeas.request.policy.Terms.WrittenTerms;
import io.habeas.request.policy.language.ClockName;
import io.habeas.request.policy.language.ClockRules;
import io.habeas.request.policy.language.Confirming;
import io.habeas.request.policy.language.Decider;
import io.habeas.request.policy.language.KindRules;
import io.habeas.request.policy.language.Name;
import io.habeas.request.policy.language.Origin;
import io.habeas.request.policy.language.ProofRules;
import io.habeas.request.policy.language.WrittenRules;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which promises the life of a request can keep today, and which of them by itself. What a machine does not carry out is taken in all
 * the same, with its clocks, and stops before a person of the controller. Widen it with the code that carries a promise out, never before.
 */
final class CarriedOut {

    /** What is carried out in the stores once it is approved; what only makes something stand needs none. */
    private static final Set<Right> BY_ITSELF = Set.of(Right.ACCESS, Right.ERASURE, Right.ACCOUNT_CANCELLATION);

    private CarriedOut() {}

    /** Why a promise can not be filed here; nothing where it can. */
    static Optional<String> missing(Promise promise) {
        return promise.profile().policy().retention() == null
                ? Optional.of("the profile names no retention of cases")
                : Optional.empty();
    }

    /** Why a person has to decide, even where everything is proved and the person itself asks for everything. */
    static Optional<String> forAPerson(Promise promise) {
        var effects = new Effects(promise);
        if (!BY_ITSELF.contains(promise.right()) && !effects.makeStand()) {
            return Optional.of("the right " + promise.right() + " is not carried out by machine yet");
        }
        if (promise.right() == Right.ACCESS && !promise.own().scopes().contains(Scope.SPECIFIC_PIECES)) {
            return Optional.of("only a copy of the data itself is handed out by machine yet");
        }
        if (deciderOf(promise) != Decider.MACHINE) {
            return Optional.of("it needs a reviewer's decision");
        }
        return proof(promise.proof().map(Ruled::value).orElse(null)).level() == ProofLevel.NONE
                        && !effects.byWordAlone(null)
                ? Optional.of("the profile names no proof, and nothing is handed out or erased without any")
                : Optional.empty();
    }

    private static Decider deciderOf(Promise promise) {
        return promise.approvedBy().map(Ruled::value).orElse(Decider.REVIEWER);
    }

    /** The terms of what can be filed. */
    static Optional<Terms> terms(Promise promise) {
        return missing(promise).isPresent() ? Optional.empty() : Optional.of(termsOf(promise));
    }

    private static Terms termsOf(Promise promise) {
        var profile = promise.profile();
        var retention = profile.policy().retention();
        if (retention == null) {
            throw new IllegalStateException("looked at before");
        }
        var decision = new Decision(
                deciderOf(promise) == Decider.MACHINE,
                forAPerson(promise).isEmpty(),
                promise.approvedBy().map(Ruled::rule).orElse(promise.address()));
        var proof = proof(promise.proof().map(Ruled::value).orElse(null));
        return new Terms(
                profile.address(),
                promise.place(),
                promise.right(),
                promise.address(),
                decision,
                promise.reckoning(),
                promise.own().scopes(),
                capacities(promise),
                promise.identifiers(),
                proof,
                clocks(promise),
                confirmation(promise),
                promise.own().lookBack(),
                keepGrounds(promise),
                exclusions(promise),
                new Retention(retention.ofCases(), profile.address() + "#retention.case"),
                promise.complaint().map(it -> names(it.value().next())).orElse(List.of()),
                written(promise),
                needs(promise, decision, proof),
                promise.languages(),
                texts(promise),
                new Effects(promise));
    }

    /** Where nothing is said, nothing is asked; then no machine hands anything out either. */
    private static ProofTerms proof(@Nullable ProofRules rules) {
        return rules == null || rules.level() == ProofLevel.NONE || rules.method() == null
                ? ProofTerms.NOT_ASKED
                : new ProofTerms(rules.level(), rules.method(), rules.account() == null ? null : ProofMethod.LOGIN);
    }

    private static SequencedMap<Capacity, CapacityTerms> capacities(Promise promise) {
        var capacities = new LinkedHashMap<Capacity, CapacityTerms>();
        promise.capacities().forEach((capacity, ruled) -> {
            var rules = ruled.value();
            capacities.put(
                    capacity, new CapacityTerms(names(rules.evidence()), names(rules.evidenceOneOf()), ruled.rule()));
        });
        if (capacities.isEmpty()) {
            capacities.put(Capacity.SUBJECT, new CapacityTerms(List.of(), List.of(), promise.address()));
        }
        return Collections.unmodifiableSequencedMap(capacities);
    }

    private static @Nullable WrittenTerms written(Promise promise) {
        var written = promise.rules().writtenRequest();
        return written == null
                ? null
                : new WrittenTerms(
                        written.asked() == WrittenRules.Asked.ALWAYS,
                        written.signature(),
                        promise.profile().address() + "#" + promise.place() + ".writtenRequest.asked");
    }

    private static Needs needs(Promise promise, Decision decision, ProofTerms proof) {
        var own = promise.own();
        var kinds = new LinkedHashMap<String, KindTerms>();
        own.kinds().forEach((name, kind) -> kinds.put(name.text(), kind(promise, name, kind, decision, proof)));
        boolean groundNeeded = !own.grounds().isEmpty() && own.withoutGround() == null;
        var right = promise.right();
        return new Needs(
                Collections.unmodifiableSequencedMap(kinds),
                right == Right.CONSENT_WITHDRAWAL ? purposes(promise) : List.of(),
                own.grounds().stream().map(it -> it.ground().text()).toList(),
                groundNeeded,
                switch (right) {
                    case ACCESS, PORTABILITY, DISCLOSURE_REPORT, OPT_OUT_OF_SALE, OPT_IN_TO_SALE ->
                        names(promise.rules().categories().keySet());
                    default -> List.of();
                },
                right == Right.CORRECTION,
                right == Right.COMPLAINT || right == Right.AUTOMATED_DECISION_EXPLANATION);
    }

    private static KindTerms kind(Promise promise, Name name, KindRules kind, Decision decision, ProofTerms proof) {
        var own = kind.decidedBy();
        return new KindTerms(
                own == null
                        ? decision
                        : new Decision(
                                own == Decider.MACHINE,
                                decision.carriedOut(),
                                promise.address() + ".kinds." + name + ".decidedBy"),
                kind.proof() == null ? proof : proof(kind.proof()),
                names(kind.channels()));
    }

    /** What a consent carries here, of the place first and then of the whole policy. */
    private static List<String> purposes(Promise promise) {
        var purposes = new LinkedHashSet<Name>(promise.rules().consents().keySet());
        purposes.addAll(promise.profile().policy().consents().keySet());
        return names(purposes);
    }

    private static List<String> names(Collection<Name> names) {
        return names.stream().map(Name::text).toList();
    }

    private static Terms.Confirmation confirmation(Promise promise) {
        return switch (promise.own().confirmation() == null
                ? Confirming.NOT_ASKED
                : promise.own().confirmation()) {
            case NOT_ASKED -> Terms.Confirmation.NOT_ASKED;
            case WITH_ACCOUNT -> Terms.Confirmation.WITH_ACCOUNT;
            case REQUIRED -> Terms.Confirmation.ALWAYS;
        };
    }

    private static Map<ClockKind, ClockTerms> clocks(Promise promise) {
        var clocks = new EnumMap<ClockKind, ClockTerms>(ClockKind.class);
        promise.clocks().forEach((name, clock) -> kindOf(name)
                .ifPresent(kind -> clocks.put(kind, clock(kind, clock.value(), clock.rule()))));
        var hold = promise.own().hold();
        if (hold != null) {
            var rule = promise.address() + ".hold.window";
            clocks.put(ClockKind.HOLD, plain(ClockKind.HOLD, Origin.ASKED, hold.window(), rule));
        }
        return Map.copyOf(clocks);
    }

    private static ClockTerms clock(ClockKind kind, ClockRules clock, String rule) {
        var caps = new ArrayList<Terms.Cap>();
        for (var cap : clock.notAfter()) {
            caps.add(new Terms.Cap(cap.from(), cap.within(), rule + ".notAfter"));
        }
        return new ClockTerms(
                kind,
                clock.from(),
                clock.within(),
                clock.extension(),
                Set.copyOf(clock.stops()),
                List.copyOf(caps),
                clock.warnings(),
                rule);
    }

    private static ClockTerms plain(ClockKind kind, Origin from, Term within, String rule) {
        return new ClockTerms(kind, from, within, null, Set.of(), List.of(), List.of(), rule);
    }

    private static Optional<ClockKind> kindOf(ClockName name) {
        return switch (name) {
            case CONFIRM_RECEIPT -> Optional.of(ClockKind.CONFIRM_RECEIPT);
            case RESPOND -> Optional.of(ClockKind.RESPOND);
            case IDENTITY -> Optional.of(ClockKind.IDENTITY);
            case CONFIRMATION -> Optional.of(ClockKind.CONFIRMATION);
            case STATEMENT -> Optional.of(ClockKind.STATEMENT);
            case DETAILS, EVIDENCE, FEE, RECIPIENTS -> Optional.empty();
        };
    }

    /** The clocks whose beginning the life of a request fixes by itself. */
    static Optional<Origin> originOf(ClockName name) {
        return switch (name) {
            case CONFIRM_RECEIPT, IDENTITY -> Optional.of(Origin.RECEIPT);
            case CONFIRMATION -> Optional.of(Origin.VERIFICATION);
            case DETAILS, EVIDENCE, STATEMENT, FEE -> Optional.of(Origin.ASKED);
            case RESPOND, RECIPIENTS -> Optional.empty();
        };
    }

    private static SequencedMap<String, List<String>> keepGrounds(Promise promise) {
        var grounds = new LinkedHashMap<String, List<String>>();
        promise.keepGrounds().forEach((name, keep) -> {
            if (keep.value().decidedBy() == null || keep.value().decidedBy() == Decider.MACHINE) {
                grounds.put(name.text(), names(keep.value().covers()));
            }
        });
        return Collections.unmodifiableSequencedMap(grounds);
    }

    private static List<Terms.ExclusionTerms> exclusions(Promise promise) {
        return promise.exclusions().stream()
                .map(it -> new Terms.ExclusionTerms(
                        new Exclusion(it.value().what().text(), it.value().ask(), it.rule()),
                        it.value().until()))
                .toList();
    }

    private static Map<String, Map<String, String>> texts(Promise promise) {
        var texts = new LinkedHashMap<String, Map<String, String>>();
        promise.own().texts().forEach((language, said) -> {
            var sentences = new LinkedHashMap<String, String>();
            sentences.put("title", said.title());
            sentences.put("needs", said.needs());
            sentences.put("next", said.next());
            texts.put(language.text(), Collections.unmodifiableMap(sentences));
        });
        return Collections.unmodifiableMap(texts);
    }
}
