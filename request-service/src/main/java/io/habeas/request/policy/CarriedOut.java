// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.Right;
import io.habeas.contracts.Scope;
import io.habeas.request.policy.Terms.ClockTerms;
import io.habeas.request.policy.Terms.Retention;
import io.habeas.request.policy.language.ClockName;
import io.habeas.request.policy.language.ClockRules;
import io.habeas.request.policy.language.Confirming;
import io.habeas.request.policy.language.Decider;
import io.habeas.request.policy.language.Name;
import io.habeas.request.policy.language.Origin;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Which promises the life of a request can keep today. What can not be kept is not taken in: intake answers with what can be filed, and a
 * person of the controller does the rest. Widen it with the code that carries a promise out, never before.
 */
final class CarriedOut {

    private CarriedOut() {}

    /** Why a promise can not be filed here yet; nothing where it can. */
    static Optional<String> missing(Promise promise) {
        if (promise.right() != Right.ACCESS && promise.right() != Right.ERASURE) {
            return Optional.of("the right " + promise.right() + " is not carried out here yet");
        }
        if (promise.right() == Right.ACCESS && !promise.own().scopes().contains(Scope.SPECIFIC_PIECES)) {
            return Optional.of("only a copy of the data itself is handed out yet");
        }
        if (promise.approvedBy().map(Ruled::value).orElse(Decider.REVIEWER) != Decider.MACHINE) {
            return Optional.of("it needs a reviewer's decision");
        }
        if (promise.own().texts().isEmpty()) {
            return Optional.of("the profile has no texts for the person");
        }
        if (promise.proof().map(it -> it.value().method()).isEmpty()) {
            return Optional.of("the profile names no method of proof");
        }
        if (promise.profile().policy().retention() == null) {
            return Optional.of("the profile names no retention of cases");
        }
        return promise.clocks().values().stream()
                .map(Ruled::value)
                .filter(clock -> !clock.stops().isEmpty() || !clock.notAfter().isEmpty())
                .findFirst()
                .map(clock -> "clocks that stop or are capped do not run here yet");
    }

    /** The terms of what can be filed. */
    static Optional<Terms> terms(Promise promise) {
        return missing(promise).isPresent() ? Optional.empty() : Optional.of(termsOf(promise));
    }

    private static Terms termsOf(Promise promise) {
        var profile = promise.profile();
        var proof = promise.proof().orElseThrow().value();
        var method = proof.method();
        var retention = profile.policy().retention();
        if (method == null || retention == null) {
            throw new IllegalStateException("looked at before");
        }
        return new Terms(
                profile.address(),
                promise.place(),
                promise.right(),
                promise.address(),
                promise.approvedBy().orElseThrow().rule(),
                promise.reckoning(),
                promise.own().scopes().contains(Scope.SPECIFIC_PIECES) ? List.of(Scope.SPECIFIC_PIECES) : List.of(),
                List.of(Capacity.SUBJECT),
                promise.identifiers(),
                method,
                proof.level(),
                clocks(promise),
                confirmation(promise),
                promise.own().lookBack(),
                keepGrounds(promise),
                new Retention(retention.ofCases(), profile.address() + "#retention.case"),
                promise.complaint()
                        .map(it -> it.value().next().stream().map(Name::text).toList())
                        .orElse(List.of()),
                texts(promise));
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
                .ifPresent(kind -> clocks.put(
                        kind,
                        new ClockTerms(
                                kind, clock.value().within(), clock.value().extension(), clock.rule()))));
        var hold = promise.own().hold();
        if (hold != null) {
            clocks.put(
                    ClockKind.HOLD,
                    new ClockTerms(ClockKind.HOLD, hold.window(), null, promise.address() + ".hold.window"));
        }
        return Map.copyOf(clocks);
    }

    private static Optional<ClockKind> kindOf(ClockName name) {
        return switch (name) {
            case CONFIRM_RECEIPT -> Optional.of(ClockKind.CONFIRM_RECEIPT);
            case RESPOND -> Optional.of(ClockKind.RESPOND);
            case IDENTITY -> Optional.of(ClockKind.IDENTITY);
            case CONFIRMATION -> Optional.of(ClockKind.CONFIRMATION);
            case DETAILS, EVIDENCE, STATEMENT, FEE, RECIPIENTS -> Optional.empty();
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
                grounds.put(
                        name.text(),
                        keep.value().covers().stream().map(Name::text).toList());
            }
        });
        return Collections.unmodifiableSequencedMap(grounds);
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

    /** Whether a clock stands still at all. */
    static boolean stops(ClockRules clock) {
        return !clock.stops().isEmpty();
    }
}
