// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.Right;
import io.habeas.request.policy.Difference.Kind;
import io.habeas.request.policy.language.ClockRules;
import io.habeas.request.policy.language.ExclusionRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds what a later version of a policy takes away. What it gives is no difference here. */
final class Differences {

    private final Profile before;
    private final Profile after;
    private final List<Difference> found = new ArrayList<>();

    private Differences(Profile before, Profile after) {
        this.before = before;
        this.after = after;
    }

    static List<Difference> between(Profile before, Profile after) {
        return new Differences(before, after).found();
    }

    /** The same for one right of people who fall under one place of the one and under another of the other. */
    static List<Difference> concerning(Profile before, String place, Profile after, String there, Right right) {
        return new Differences(before, after).concerning(place, there, right);
    }

    private List<Difference> concerning(String place, String there, Right right) {
        if (before.promise(place, right).isEmpty()) {
            return List.of();
        }
        right(place, there, right);
        exclusions(place, there, it -> it.rights().isEmpty() || it.rights().contains(right));
        return List.copyOf(found);
    }

    private List<Difference> found() {
        before.policy().jurisdictions().forEach((place, rules) -> {
            var there = after.placeOf(place.text());
            if (there.isEmpty()) {
                add(Kind.JURISDICTION_DROPPED, before.address() + "#" + place, null, place.text());
                return;
            }
            rules.rights().keySet().forEach(right -> right(place.text(), there.get(), right));
            exclusions(place.text(), there.get(), _ -> true);
        });
        return List.copyOf(found);
    }

    private void right(String place, String there, Right right) {
        var old = before.promise(place, right).orElseThrow();
        var next = after.promise(there, right).orElse(null);
        if (next == null) {
            add(Kind.RIGHT_DROPPED, old.address(), null, right.name());
            return;
        }
        old.capacities().forEach((capacity, rules) -> {
            if (!next.capacities().containsKey(capacity)) {
                add(Kind.CAPACITY_DROPPED, rules.rule(), null, right + " for " + capacity);
            }
        });
        next.clocks().forEach((name, clock) -> {
            // a longer wait for the person is no loss; a longer wait for the answer is
            var earlier = old.clock(name).orElse(null);
            if (earlier != null && lengthened(earlier.value(), clock.value()) && isOurs(name)) {
                add(
                        Kind.CLOCK_LENGTHENED,
                        earlier.rule(),
                        clock.rule(),
                        said(earlier.value()) + " became " + said(clock.value()));
            }
        });
        added(Kind.GROUND_ADDED, grounds(old), grounds(next));
        limits(old, next);
        proof(old, next);
        lookBack(old, next);
    }

    private void lookBack(Promise old, Promise next) {
        var earlier = old.own().lookBack();
        var later = next.own().lookBack();
        if (later != null && (earlier == null || later.longestInDays() < earlier.longestInDays())) {
            add(
                    Kind.LOOK_BACK_SHORTENED,
                    earlier == null ? null : old.address() + ".lookBack",
                    next.address() + ".lookBack",
                    (earlier == null ? "all of it" : earlier) + " became " + later);
        }
    }

    private static boolean isOurs(io.habeas.request.policy.language.ClockName name) {
        return switch (name) {
            case CONFIRM_RECEIPT, RESPOND, RECIPIENTS -> true;
            case IDENTITY, CONFIRMATION, DETAILS, EVIDENCE, STATEMENT, FEE -> false;
        };
    }

    private static boolean lengthened(ClockRules earlier, ClockRules later) {
        var longer = later.within().unit() == earlier.within().unit()
                ? later.within().amount() > earlier.within().amount()
                : later.within().longestInDays() > earlier.within().longestInDays();
        var extended = later.extension() != null
                && (earlier.extension() == null
                        || later.extension().longestInDays()
                                > earlier.extension().longestInDays());
        return longer
                || extended
                || !earlier.stops().containsAll(later.stops())
                || !later.notAfter().containsAll(earlier.notAfter())
                || later.from().ordinal() > earlier.from().ordinal();
    }

    private static String said(ClockRules clock) {
        return clock.summary()
                + (clock.extension() == null ? "" : " and " + clock.extension() + " more")
                + (clock.stops().isEmpty() ? "" : ", stopped by " + clock.stops());
    }

    /** The address of each ground by its kind and name. */
    private static Map<String, String> grounds(Promise promise) {
        var grounds = new HashMap<String, String>();
        promise.refusalGrounds()
                .forEach(it -> grounds.put("refusal on " + it.value().ground(), it.rule()));
        promise.noAnswerGrounds()
                .forEach(it -> grounds.put("no answer on " + it.value().ground(), it.rule()));
        promise.withholdingGrounds()
                .forEach(it -> grounds.put("withholding on " + it.value().ground(), it.rule()));
        promise.keepGrounds().forEach((name, it) -> grounds.put("keeping on " + name, it.rule()));
        return grounds;
    }

    private void added(Kind kind, Map<String, String> old, Map<String, String> next) {
        next.keySet().stream()
                .filter(it -> !old.containsKey(it))
                .sorted()
                .forEach(it -> add(kind, null, next.get(it), it));
    }

    private void limits(Promise old, Promise next) {
        var limit = next.own().limit();
        var earlier = old.own().limit();
        if (limit != null && (earlier == null || !Objects.equals(earlier.most(), limit.most()))) {
            add(
                    Kind.LIMIT_ADDED,
                    earlier == null ? null : old.address() + ".limit",
                    next.address() + ".limit",
                    (earlier == null ? "none" : earlier.most()) + " became " + limit.most());
        }
        var fee = next.fee();
        if (fee.isPresent() && old.fee().isEmpty()) {
            add(Kind.FEE_ADDED, null, fee.get().rule(), next.right() + " may cost a fee");
        }
    }

    private void proof(Promise old, Promise next) {
        var earlier = level(old);
        var later = level(next);
        if (later.compareTo(earlier) > 0) {
            add(
                    Kind.PROOF_RAISED,
                    old.proof().map(Ruled::rule).orElse(null),
                    next.proof().map(Ruled::rule).orElse(null),
                    earlier + " became " + later);
        }
    }

    private static ProofLevel level(Promise promise) {
        return promise.proof().map(it -> it.value().level()).orElse(ProofLevel.STANDARD);
    }

    private void exclusions(String place, String there, Predicate<ExclusionRules> which) {
        var old = exclusionsOf(before, place);
        for (var exclusion : exclusionsOf(after, there)) {
            if (which.test(exclusion) && old.stream().noneMatch(it -> it.what().equals(exclusion.what()))) {
                add(
                        Kind.EXCLUSION_ADDED,
                        null,
                        after.address() + "#" + there + ".exclusions." + exclusion.what(),
                        exclusion.what().text());
            }
        }
    }

    private static List<ExclusionRules> exclusionsOf(Profile profile, String place) {
        return Optional.of(place)
                .flatMap(profile::rules)
                .map(it -> it.exclusions())
                .orElse(List.of());
    }

    private void add(Kind kind, @Nullable String earlier, @Nullable String later, String says) {
        found.add(new Difference(kind, earlier, later, says));
    }
}
