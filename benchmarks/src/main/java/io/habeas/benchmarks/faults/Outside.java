// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import io.habeas.benchmarks.faults.Evidence.Row;
import io.habeas.benchmarks.faults.Journey.Wish;
import io.habeas.benchmarks.faults.Recipients.Mood;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Recipients that misbehave. */
final class Outside {

    private static final double MOST_SLOWER = 1.5;

    private Outside() {}

    static List<Fault> all() {
        return List.of(
                new Fault(
                        "F37",
                        "recipient answers 500 for an hour",
                        "one of two recipients answers 500 for 30 s (1 h with `--full`); pauses are capped at 5 s by the harness, so that a run ends",
                        Outside::broken),
                new Fault(
                        "F39",
                        "read timeout, silence after the headers, one byte a second, never-ending body",
                        "one recipient, in a drawn order of these for 12 s each; a connect time-out is not among them",
                        run -> moods(
                                run,
                                List.of(
                                        Mood.SILENT,
                                        Mood.SILENT_AFTER_HEADERS,
                                        Mood.ONE_BYTE_A_SECOND,
                                        Mood.NEVER_ENDS),
                                Duration.ofSeconds(12))),
                new Fault(
                        "F40",
                        "reset in the middle of the answer, half-close, garbage",
                        "one recipient, after it acted, in a drawn order of these for 6 s each; the recipient speaks plain HTTP here, so a failure of TLS is not among them",
                        run -> moods(
                                run,
                                List.of(Mood.RESETS_IN_THE_ANSWER, Mood.HALF_CLOSES, Mood.GARBAGE),
                                Duration.ofSeconds(6))),
                new Fault(
                        "F42",
                        "flapping: every other call fails",
                        "both recipients answer 500 to every other call",
                        Outside::flapping),
                new Fault(
                        "F44",
                        "recipient claims done but keeps the data",
                        "a recipient signs `done` without doing anything; nobody can look there, so the outcome must not be graded above an attestation",
                        Outside::lying));
    }

    /** Milliseconds from the plan of a request to the outcome of its first store, by the times in the journal. */
    private static List<Long> storeTimes(List<Row> journal) {
        var times = new ArrayList<Long>();
        for (var planned : journal) {
            if (planned.type().equals("fulfillment.planned")) {
                journal.stream()
                        .filter(row -> row.type().equals("fulfillment.outcomes-recorded")
                                && row.request().equals(planned.request()))
                        .map(row -> Duration.between(planned.time(), row.time()).toMillis())
                        .min(Long::compare)
                        .ifPresent(times::add);
            }
        }
        return times.stream().sorted().toList();
    }

    private static double median(List<Long> sorted) {
        return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2);
    }

    /** Requests with well recipients, then as many with one that is not; stores and the other recipient must not be slower for it. */
    private static void broken(Run run) throws Exception {
        var recipients = run.arena().recipients();
        var baseline = erasures(run, 4);
        run.crowd().arrive();
        for (var journey : run.crowd().journeys()) {
            journey.await(Set.of("CLOSED"));
        }
        recipients.mood("mailer", Mood.FAILS);
        int callsBefore = recipients.calls("mailer");
        var time = run.bound(Duration.ofSeconds(30), Duration.ofHours(1));
        var end = Patience.of(time);
        var under = erasures(run, 4);
        boolean others = Patience.of(Duration.ofMinutes(3))
                .await(() -> tasksDone(under, "adnet") == under.size() && tasksDone(under, "shop") == under.size());
        run.judge(
                Invariant.I11,
                others,
                "with one recipient down, stores or the other recipient were not done within 3 min");
        while (!end.isOver()) {
            run.pause(Duration.ofMillis(500));
        }
        int calls = recipients.calls("mailer") - callsBefore;
        recipients.allWell();
        run.crowd().arrive();
        run.settle(Judge.ALWAYS, Duration.ofMinutes(3));
        var journal = run.look().journal();
        var well = median(storeTimes(of(journal, baseline)));
        var ill = median(storeTimes(of(journal, under)));
        run.judge(
                Invariant.I11,
                run.isBusy() || ill <= MOST_SLOWER * well,
                "first store done after %.0f ms in the median, %.0f ms without the fault".formatted(ill, well));
        // pauses are 0.5 to 1 s at first and 2.5 to 5 s later
        long most = under.size() * (4 + time.toMillis() / 2_500);
        run.judge(
                Invariant.I2,
                calls <= most,
                calls + " calls to a recipient that fails, at most " + most + " fit its pauses");
        run.note(
                "%d calls meanwhile; first store done %.0f ms after the plan (median of 4), %.0f ms without the fault%s"
                        .formatted(
                                calls,
                                ill,
                                well,
                                run.isBusy() ? " (the ratio was not judged on the busy machine)" : ""));
    }

    private static List<Journey> erasures(Run run, int count) throws Exception {
        var started = new ArrayList<Journey>();
        for (int i = 0; i < count; i++) {
            var journey = run.crowd().add(Wish.ERASURE, Duration.ofMinutes(3));
            run.crowd().walk(journey);
            started.add(journey);
        }
        return started;
    }

    private static List<Row> of(List<Row> journal, List<Journey> journeys) {
        var ids = journeys.stream().map(Journey::requestId).collect(Collectors.toSet());
        return journal.stream().filter(row -> ids.contains(row.request())).toList();
    }

    private static int tasksDone(List<Journey> journeys, String store) throws Exception {
        int done = 0;
        for (var journey : journeys) {
            if (journey.isAccepted()) {
                for (var outcome : journey.status().path("outcomes")) {
                    if (outcome.path("store").asString("").equals(store)) {
                        done++;
                        break;
                    }
                }
            }
        }
        return done;
    }

    private static void moods(Run run, List<Mood> moods, Duration each) throws Exception {
        var recipients = run.arena().recipients();
        var order = run.draw().shuffled(moods);
        recipients.mood("mailer", order.getFirst());
        var journeys = erasures(run, 2);
        run.crowd().walk(Wish.WITHDRAWAL);
        boolean reached = Patience.of(Duration.ofSeconds(90))
                .await(() -> recipients.calls("mailer") > 0 && tasksDone(journeys, "adnet") == journeys.size());
        run.judge(Invariant.I11, reached, "with one recipient misbehaving, the other was not done within 3 min");
        for (var mood : order) {
            run.arena().fault("mailer " + mood);
            recipients.mood("mailer", mood);
            erasures(run, 1);
            run.pause(each);
        }
        recipients.allWell();
        run.note("order " + order);
        run.crowd().arrive();
        // who was told and said nothing that counts is asked again, and reminded by legal time
        boolean closed = Patience.of(Duration.ofSeconds(90)).await(() -> allClosed(run));
        if (!closed) {
            run.arena().advance(Duration.ofDays(3).plusHours(1));
            run.note("closed after the reminder of the third day");
        }
        run.settle(Judge.ALWAYS, Duration.ofMinutes(3));
    }

    private static boolean allClosed(Run run) throws InterruptedException {
        for (var journey : run.crowd().journeys()) {
            if (!Set.of("CLOSED", "WITHDRAWN").contains(journey.state())) {
                return false;
            }
        }
        return true;
    }

    private static void flapping(Run run) throws Exception {
        var recipients = run.arena().recipients();
        Arena.RECIPIENTS.forEach(name -> recipients.mood(name, Mood.FLAPS));
        int before = recipients.calls("mailer") + recipients.calls("adnet");
        run.crowd().usual().arrive();
        run.settle(Judge.ALWAYS);
        run.note(recipients.calls("mailer") + recipients.calls("adnet") - before + " calls for 4 notices");
    }

    private static void lying(Run run) throws Exception {
        run.crowd().usual().arrive();
        run.settle(Judge.ALWAYS);
        var seen = run.look();
        for (var shown : seen.shown().values()) {
            for (var outcome : shown.outcomes()) {
                if (Arena.RECIPIENTS.contains(outcome.store())) {
                    run.judge(
                            Invariant.I7,
                            outcome.grade().equals("ATTESTED"),
                            "a recipient's word is graded " + outcome.grade());
                }
            }
        }
    }
}
