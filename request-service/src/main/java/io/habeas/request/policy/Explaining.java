// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import static io.habeas.contracts.Right.ACCESS;
import static io.habeas.contracts.Right.ACCOUNT_CANCELLATION;
import static io.habeas.contracts.Right.ANONYMIZATION;
import static io.habeas.contracts.Right.AUTOMATED_DECISION_EXPLANATION;
import static io.habeas.contracts.Right.CONSENT_WITHDRAWAL;
import static io.habeas.contracts.Right.DISCLOSURE_REPORT;
import static io.habeas.contracts.Right.ERASURE;
import static io.habeas.contracts.Right.OBJECTION;
import static io.habeas.contracts.Right.OPT_IN_TO_SALE;
import static io.habeas.contracts.Right.OPT_OUT_OF_SALE;
import static io.habeas.contracts.Right.PORTABILITY;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.Right;
import io.habeas.request.calendars.Reckoning.LastDay;
import io.habeas.request.policy.language.ClockName;
import io.habeas.request.policy.language.ClockRules;
import io.habeas.request.policy.language.JurisdictionRules;
import io.habeas.request.policy.language.Origin;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Answers what applies. It reads the leaves of the profile and knows no rule of its own. */
final class Explaining {

    private static final Set<Right> COPIES =
            Set.of(ACCESS, PORTABILITY, DISCLOSURE_REPORT, AUTOMATED_DECISION_EXPLANATION);
    private static final Set<Right> ERASURES = Set.of(ERASURE, ANONYMIZATION, ACCOUNT_CANCELLATION);
    private static final Set<Right> USES = Set.of(OBJECTION, CONSENT_WITHDRAWAL, OPT_OUT_OF_SALE, OPT_IN_TO_SALE);

    /** Topics that concern some rights alone. */
    private static final Map<String, Set<Right>> ONLY_FOR = Map.of(
            "categories", COPIES,
            "neverDisclosed", COPIES,
            "sensitive", COPIES,
            "linkedOnly", COPIES,
            "keepGrounds", ERASURES,
            "backups", ERASURES,
            "consents", USES,
            "signals", USES);

    /** Not about a right, or shown elsewhere in the answer. */
    private static final Set<String> NEVER = Set.of(
            "profile",
            "version",
            "inForce",
            "pastForce",
            "contact",
            "notices",
            "name",
            "covers",
            "clocks",
            "rights",
            "texts");

    private final Profile profile;
    private final String place;
    private final JurisdictionRules rules;
    private final LocalDate date;

    private Explaining(Profile profile, String place, JurisdictionRules rules, LocalDate date) {
        this.profile = profile;
        this.place = place;
        this.rules = rules;
        this.date = date;
    }

    static Explanation explain(
            Profile profile,
            @Nullable LocalDate until,
            String declared,
            String place,
            Right right,
            Capacity capacity,
            LocalDate date) {
        return explain(profile, until, declared, new Favoured(place, null), right, capacity, date);
    }

    static Explanation explain(
            Profile profile,
            @Nullable LocalDate until,
            String declared,
            Favoured favoured,
            Right right,
            Capacity capacity,
            LocalDate date) {
        var place = favoured.place();
        var rules = profile.rules(place).orElseThrow(() -> new IllegalArgumentException("no such place: " + place));
        return new Explaining(profile, place, rules, date).answer(until, declared, favoured.because(), right, capacity);
    }

    private Explanation answer(
            @Nullable LocalDate until,
            String declared,
            Favoured.@Nullable Because because,
            Right right,
            Capacity capacity) {
        var promise = profile.promise(place, right).orElse(null);
        var missing = promise == null ? null : CarriedOut.missing(promise).orElse(null);
        return new Explanation(
                profile.address(),
                profile.inForce(),
                until,
                declared,
                place,
                because,
                right,
                capacity,
                date,
                promise != null,
                promise != null && promise.capacities().containsKey(capacity),
                promise != null
                        && missing == null
                        && promise.capacities().containsKey(capacity)
                        && capacity != Capacity.STAFF_ON_BEHALF,
                missing,
                promise == null ? null : promise.forAPersonBecause().orElse(null),
                rules.rights().keySet(),
                promise == null ? List.of() : promise.capacities().keySet(),
                profile.contact(),
                promise == null ? List.of() : clocks(promise),
                promise == null ? List.of() : rules(promise, capacity));
    }

    private List<Explanation.Clock> clocks(Promise promise) {
        var clocks = new ArrayList<Explanation.Clock>();
        for (var name : ClockName.values()) {
            promise.clock(name).ifPresent(clock -> clocks.add(clock(promise, name.written(), clock)));
        }
        promise.complaint().ifPresent(complaint -> {
            var respond = complaint.value().respond();
            if (respond != null) {
                clocks.add(clock(promise, "complaint", new Ruled<>(respond, complaint.rule() + ".respond")));
            }
        });
        return List.copyOf(clocks);
    }

    private Explanation.Clock clock(Promise promise, String name, Ruled<ClockRules> ruled) {
        var clock = ruled.value();
        var leaf = leaf(ruled.rule());
        var due = due(promise, clock);
        var extension = clock.extension();
        return new Explanation.Clock(
                name,
                clock.from().name(),
                clock.within().toString(),
                clock.stops().stream().map(Enum::name).toList(),
                clock.notAfter().stream()
                        .map(cap -> cap.from() + " " + cap.within())
                        .toList(),
                due.day(),
                due.provisional(),
                extension == null ? null : extension.toString(),
                extension == null
                        ? null
                        : promise.reckoning().extended(due, extension).day(),
                ruled.rule(),
                leaf.line(),
                clock.source() == null ? citation(ruled.rule()) : clock.source());
    }

    /** Caps that begin with the clock itself hold from the first day; those from a later event can not end before. */
    private LastDay due(Promise promise, ClockRules clock) {
        var due = promise.reckoning().lastDay(clock.within(), date);
        for (var cap : clock.notAfter()) {
            if (cap.from() == clock.from() || cap.from() == Origin.RECEIPT) {
                var latest = promise.reckoning().lastDay(cap.within(), date);
                due = latest.day().isBefore(due.day()) ? latest : due;
            }
        }
        return due;
    }

    /** The comment of a clock that is written over several lines stands at its first one. */
    private @Nullable String citation(String rule) {
        return Stream.of(rule, rule + ".within", rule + ".from")
                .map(profile.leaves()::get)
                .filter(leaf -> leaf != null && leaf.cites() != null)
                .map(Leaf::cites)
                .findFirst()
                .orElse(null);
    }

    private List<Explanation.Rule> rules(Promise promise, Capacity capacity) {
        var found = new ArrayList<Explanation.Rule>();
        var said = new HashSet<String>();
        add(found, said, promise, capacity, promise.address() + ".", true);
        add(found, said, promise, capacity, profile.address() + "#" + place + ".", false);
        add(found, said, promise, capacity, profile.address() + "#", false);
        return List.copyOf(found);
    }

    private void add(
            List<Explanation.Rule> found,
            Set<String> said,
            Promise promise,
            Capacity capacity,
            String root,
            boolean own) {
        var here = new HashSet<String>();
        for (var leaf : profile.leaves().values()) {
            if (!leaf.rule().startsWith(root) || leaf.whole()) {
                continue;
            }
            var topic = leaf.rule().substring(root.length());
            var subject = subjectOf(topic);
            if (said.contains(subject) || !concerns(promise, capacity, leaf, topic, own)) {
                continue;
            }
            here.add(subject);
            found.add(new Explanation.Rule(topic, leaf.value(), leaf.rule(), leaf.line(), leaf.cites()));
        }
        here.removeAll(Set.of("keepGrounds", "minors", "withholdingGrounds", "consents"));
        said.addAll(here);
    }

    /** What a nearer rule takes the place of; each signal by itself. */
    private static String subjectOf(String topic) {
        var first = topic.split("[.\\[]", 2)[0];
        return first.equals("signals") ? topic : first;
    }

    private boolean concerns(Promise promise, Capacity capacity, Leaf leaf, String topic, boolean own) {
        var first = topic.split("[.\\[]", 2)[0];
        if (NEVER.contains(first) || isPlace(first)) {
            return false;
        }
        var only = ONLY_FOR.get(first);
        if (!own && only != null && !only.contains(promise.right())) {
            return false;
        }
        return switch (first) {
            case "capacities" ->
                promise.capacities().containsKey(capacity) && (topic + ".").startsWith("capacities." + capacity + ".");
            case "refusalGrounds" -> isOf(promise.refusalGrounds(), leaf);
            case "noAnswerGrounds" -> isOf(promise.noAnswerGrounds(), leaf);
            case "withholdingGrounds" -> isOf(promise.withholdingGrounds(), leaf);
            case "exclusions" -> excluded(promise, topic);
            case "complaint" -> !topic.startsWith("complaint.respond");
            default -> true;
        };
    }

    private boolean isPlace(String first) {
        return first.equals("jurisdictions")
                || profile.policy().jurisdictions().keySet().stream()
                        .anyMatch(it -> it.text().equals(first));
    }

    private static <T> boolean isOf(List<Ruled<T>> grounds, Leaf leaf) {
        return grounds.stream().anyMatch(it -> (leaf.rule() + ".").startsWith(it.rule() + "."));
    }

    private boolean excluded(Promise promise, String topic) {
        return promise.exclusions().stream()
                .map(Ruled::value)
                .filter(it -> (topic + ".").startsWith("exclusions." + it.what() + "."))
                .anyMatch(it -> it.holdsOn(date));
    }

    private Leaf leaf(String rule) {
        var leaf = profile.leaves().get(rule);
        if (leaf == null) {
            throw new IllegalStateException(rule + " is the address of no leaf");
        }
        return leaf;
    }
}
