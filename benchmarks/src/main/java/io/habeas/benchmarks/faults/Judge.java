// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import io.habeas.benchmarks.faults.Evidence.Announced;
import io.habeas.benchmarks.faults.Evidence.Asked;
import io.habeas.benchmarks.faults.Evidence.Row;
import io.habeas.benchmarks.faults.Evidence.Shown;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/** Compares what was promised with what was found. Knows no network and no clock. */
final class Judge {

    /** One thing that does not fit. */
    record Violation(Invariant invariant, String what) {
        @Override
        public String toString() {
            return invariant + ": " + what;
        }
    }

    /** Those that any run of requests can be judged by. */
    static final Set<Invariant> ALWAYS = EnumSet.of(
            Invariant.I1,
            Invariant.I2,
            Invariant.I3,
            Invariant.I4,
            Invariant.I5,
            Invariant.I6,
            Invariant.I7,
            Invariant.I9,
            Invariant.I10,
            Invariant.I12);

    static final Map<String, String> TOPICS = Map.of(
            "request", "habeas.request.v1",
            "verification", "habeas.verification.v1",
            "fulfillment", "habeas.fulfillment.v1",
            "notification", "habeas.notification.v1");

    private static final Map<String, List<String>> READERS = Map.of(
            "request", List.of("verification", "fulfillment", "notification"),
            "verification", List.of("request"),
            "fulfillment", List.of("request"),
            "notification", List.of("request"));
    private static final Set<String> ANSWERED = Set.of("ANSWERED", "CLOSED");

    private final Evidence seen;
    private final List<Violation> violations = new ArrayList<>();

    private Judge(Evidence seen) {
        this.seen = seen;
    }

    /** @return what is violated; empty if all of these hold */
    static List<Violation> judge(Evidence seen, Set<Invariant> by) {
        var judge = new Judge(seen);
        for (var invariant : by) {
            switch (invariant) {
                case I1 -> judge.accepted();
                case I2 -> judge.ended();
                case I3 -> judge.delivered();
                case I4 -> judge.oneEffect();
                case I5 -> judge.inOrder();
                case I6 -> judge.logged();
                case I7 -> judge.completed();
                case I9 -> judge.letters();
                case I10 -> judge.seen.leaks().forEach(place -> judge.violated(Invariant.I10, place));
                case I12 -> judge.takenBack();
                case I8, I11, I13 -> {
                    // judged by the runs that are made for them
                }
            }
        }
        return judge.violations;
    }

    private void violated(Invariant invariant, String what) {
        violations.add(new Violation(invariant, what));
    }

    /** Every id that a client was given is in the event store, one for each key, and nothing is there that nobody asked for. */
    private void accepted() {
        var begun = seen.journal().stream()
                .filter(row -> row.service().equals("request") && row.sequence() == 0)
                .map(Row::request)
                .collect(Collectors.toSet());
        var byKey = new LinkedHashMap<String, Set<UUID>>();
        for (var entry : seen.ledger()) {
            if (entry.kind() == LedgerEntry.Kind.CALL
                    && entry.what().equals("POST requests")
                    && entry.outcome().equals("ok")) {
                byKey.computeIfAbsent(entry.subject(), any -> new HashSet<>()).add(UUID.fromString(entry.detail()));
            }
        }
        var promised = new HashSet<UUID>();
        byKey.forEach((key, ids) -> {
            promised.addAll(ids);
            if (ids.size() > 1) {
                violated(Invariant.I1, "one key was answered with " + ids.size() + " requests: " + ids);
            }
            ids.stream()
                    .filter(id -> !begun.contains(id))
                    .forEach(id -> violated(Invariant.I1, "accepted, and not in the event store: " + id));
        });
        if (seen.asked().stream().allMatch(asked -> asked.request() != null)) {
            begun.stream()
                    .filter(id -> !promised.contains(id))
                    .forEach(id -> violated(Invariant.I1, "in the event store, and nobody was told: " + id));
        }
    }

    private void ended() {
        for (var asked : seen.asked()) {
            if (asked.request() == null) {
                violated(Invariant.I2, "not accepted at all: key " + asked.key());
                continue;
            }
            var shown = seen.shown().get(asked.request());
            if (shown == null) {
                violated(Invariant.I2, "not shown: " + asked.request());
            } else if (!hasEnded(asked, shown) && !shown.parked()) {
                violated(Invariant.I2, "stuck in " + shown.state() + ": " + asked.request());
            }
        }
    }

    private static boolean hasEnded(Asked asked, Shown shown) {
        return switch (asked.wish()) {
            case ERASURE, ACCESS -> shown.state().equals("CLOSED");
            case WITHDRAWAL ->
                shown.state().equals("WITHDRAWN") || shown.state().equals("CLOSED");
            case SUBMISSION -> true;
        };
    }

    /** Every committed row is on its topic and on the audit topic, and every reader of the topic has taken it in. */
    private void delivered() {
        var onTopic = seen.records().stream().map(Announced::event).collect(Collectors.toSet());
        var last = new HashMap<String, Long>();
        for (var row : seen.journal()) {
            if (!onTopic.contains(row.event())) {
                violated(Invariant.I3, "not on Kafka: " + nameOf(row));
            }
            if (!seen.trail().contains(row.event())) {
                violated(Invariant.I3, "not on the audit topic: " + nameOf(row));
            }
            last.merge(row.service() + " " + row.request(), row.sequence(), Math::max);
        }
        var taken = new HashMap<String, Long>();
        for (var entry : seen.inbox()) {
            taken.put(
                    entry.service() + " " + entry.source() + " " + entry.request(),
                    entry.parked() ? -1 : entry.sequence());
        }
        last.forEach((stream, sequence) -> {
            var parts = stream.split(" ");
            var source = Objects.requireNonNull(TOPICS.get(parts[0]), stream);
            for (var reader : Objects.requireNonNull(READERS.get(parts[0]), stream)) {
                long until = taken.getOrDefault(reader + " " + source + " " + parts[1], -1L);
                if (until < sequence) {
                    violated(
                            Invariant.I3,
                            reader + " has taken in " + source + " of " + parts[1] + " to " + until + " of "
                                    + sequence);
                }
            }
        });
    }

    /** Each recipient acted once for each request, and each task of a plan has one outcome that adds up. */
    private void oneEffect() {
        var acts = new HashMap<String, Integer>();
        for (var entry : seen.ledger()) {
            if (entry.kind() == LedgerEntry.Kind.EFFECT && entry.outcome().equals("acted")) {
                acts.merge(entry.subject() + " for " + entry.what(), 1, Integer::sum);
            }
        }
        acts.forEach((effect, times) -> {
            if (times > 1) {
                violated(Invariant.I4, "took effect " + times + " times: " + effect);
            }
        });
        seen.shown().forEach((request, shown) -> {
            var counts = new TreeMap<String, Integer>();
            for (var outcome : shown.outcomes()) {
                counts.merge(outcome.task(), 1, Integer::sum);
                outcome.unreconciled()
                        .forEach(place ->
                                violated(Invariant.I4, "found and dealt with differ: " + place + " of " + request));
            }
            counts.forEach((task, times) -> {
                if (times > 1) {
                    violated(Invariant.I4, times + " outcomes of task " + task + " of " + request);
                }
                if (!shown.tasks().isEmpty() && !shown.tasks().contains(task)) {
                    violated(Invariant.I4, "an outcome of a task that the plan has not: " + task + " of " + request);
                }
            });
        });
        // a retry under another id would be a second effect at a recipient that trusts ids
        var tasks = seen.shown().values().stream()
                .flatMap(shown -> shown.tasks().stream())
                .collect(Collectors.toSet());
        if (!tasks.isEmpty()) {
            for (var effect : acts.keySet()) {
                var notice = effect.substring(effect.lastIndexOf(' ') + 1);
                if (!tasks.contains(notice)) {
                    violated(Invariant.I4, "a recipient acted on an id that is no task: " + notice);
                }
            }
        }
    }

    /** Dense sequences in every journal, and on every topic first seen in their order. */
    private void inOrder() {
        var rows = new TreeMap<String, List<Long>>();
        seen.journal()
                .forEach(row -> rows.computeIfAbsent(row.service() + " " + row.request(), any -> new ArrayList<>())
                        .add(row.sequence()));
        rows.forEach((stream, sequences) -> {
            var sorted = sequences.stream().sorted().toList();
            for (int i = 0; i < sorted.size(); i++) {
                if (sorted.get(i) != i) {
                    violated(Invariant.I5, "the journal has a hole or a double: " + stream + " at " + i);
                    break;
                }
            }
        });
        var next = new HashMap<String, Long>();
        seen.records().stream()
                .sorted(Comparator.comparing(Announced::topic)
                        .thenComparing(Announced::partition)
                        .thenComparing(Announced::offset))
                .forEach(record -> {
                    var stream = record.topic() + " " + record.request();
                    long expected = next.getOrDefault(stream, 0L);
                    if (record.sequence() > expected) {
                        violated(Invariant.I5, "on " + stream + " came " + record.sequence() + " before " + expected);
                    }
                    next.put(stream, Math.max(expected, record.sequence() + 1));
                });
    }

    private void logged() {
        var log = seen.log();
        if (log != null && !log.good()) {
            violated(Invariant.I6, log.said());
        }
        seen.journal().stream()
                .filter(row -> !seen.logged().contains(row.event()))
                .forEach(row -> violated(Invariant.I6, "not in the audit log: " + nameOf(row)));
        var times = new HashMap<String, Instant>();
        seen.journal().stream()
                .sorted(Comparator.comparing(Row::service)
                        .thenComparing(Row::request)
                        .thenComparing(Row::sequence))
                .forEach(row -> {
                    var before = times.put(row.service() + " " + row.request(), row.time());
                    if (before != null && row.time().isBefore(before)) {
                        violated(Invariant.I6, "time goes back at " + nameOf(row));
                    }
                });
    }

    private void completed() {
        for (var asked : seen.asked()) {
            var shown = asked.request() == null ? null : seen.shown().get(asked.request());
            if (shown == null || !ANSWERED.contains(shown.state())) {
                continue;
            }
            var open = new HashSet<>(shown.tasks());
            shown.outcomes().forEach(outcome -> open.remove(outcome.task()));
            if (!open.isEmpty()) {
                violated(
                        Invariant.I7, "answered with " + open.size() + " tasks without an outcome: " + asked.request());
            }
            if (asked.wish() == Journey.Wish.ERASURE && !asked.leftAfter().isEmpty()) {
                violated(Invariant.I7, "answered, and there is still " + asked.leftAfter() + ": " + asked.request());
            }
            if (asked.wish() == Journey.Wish.ERASURE && asked.keptAfter() != asked.keptBefore()) {
                violated(
                        Invariant.I7,
                        "of " + asked.keptBefore() + " orders that the law keeps there are " + asked.keptAfter() + ": "
                                + asked.request());
            }
            if (asked.wish() == Journey.Wish.ACCESS && !asked.leftAfter().equals(asked.heldBefore())) {
                violated(Invariant.I7, "a copy changed the stores: " + asked.request());
            }
        }
    }

    /** One letter for each occasion; a code for each challenge. A letter that comes again is the same if its message id is. */
    private void letters() {
        var ids = new TreeMap<String, Set<String>>();
        var ours = new HashMap<String, UUID>();
        for (var asked : seen.asked()) {
            if (asked.reference() != null && asked.request() != null) {
                ours.put(asked.reference(), asked.request());
            }
        }
        for (var entry : seen.ledger()) {
            if (entry.kind() == LedgerEntry.Kind.MAIL && ours.containsKey(entry.subject())) {
                ids.computeIfAbsent(entry.subject() + " " + entry.what(), any -> new HashSet<>())
                        .add(entry.detail());
            }
        }
        ids.forEach((letter, messages) -> {
            var request = ours.get(letter.split(" ")[0]);
            long wanted = letter.endsWith(" CODE")
                    ? seen.journal().stream()
                            .filter(row -> row.service().equals("verification")
                                    && row.request().equals(request)
                                    && row.type().equals("verification.challenge-issued"))
                            .count()
                    : 1;
            if (messages.size() > wanted) {
                violated(Invariant.I9, messages.size() + " letters of a kind, " + wanted + " are right: " + letter);
            }
        });
        for (var asked : seen.asked()) {
            var shown = asked.request() == null ? null : seen.shown().get(asked.request());
            if (shown != null && !ids.containsKey(asked.reference() + " RECEIVED")) {
                violated(Invariant.I9, "accepted, and receipt was never mailed: " + asked.request());
            }
            if (shown != null && shown.state().equals("CLOSED") && !ids.containsKey(asked.reference() + " ANSWERED")) {
                violated(Invariant.I9, "closed, and no answer was mailed: " + asked.request());
            }
        }
    }

    /** A request that was taken back has deleted nothing. */
    private void takenBack() {
        for (var asked : seen.asked()) {
            var shown = asked.request() == null ? null : seen.shown().get(asked.request());
            if (shown != null
                    && shown.state().equals("WITHDRAWN")
                    && !asked.leftAfter().equals(asked.heldBefore())) {
                violated(Invariant.I12, "taken back, and the stores changed: " + asked.request());
            }
        }
    }

    /** @return places in which what was found is not what was dealt with */
    static List<String> unreconciled(String store, String collection, long found, long dealtWith) {
        return found == dealtWith ? List.of() : List.of(store + "." + collection + " " + found + "/" + dealtWith);
    }

    private static String nameOf(Row row) {
        return row.service() + " " + row.type() + " " + row.sequence() + " of " + row.request();
    }
}
