// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import io.habeas.request.intake.IntakeAnswers;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/** CPU of what a profile costs intake: the offer, and the decision about a request, beside an answer that never changes. */
final class DecisionBenchmark implements Benchmark {

    /** @param micros of CPU a call, by window, the lowest first */
    record Cost(String what, List<Double> micros) {

        double median() {
            return Windows.median(micros.stream().mapToDouble(it -> it));
        }
    }

    private record Subject(String what, IntSupplier call) {}

    private static final Path SAMPLES = Path.of("quickstart/src/main/resources/sample/controllers");
    private static final byte[] REQUEST = """
            {"right": "ERASURE", "jurisdiction": "DE", "language": "en",
             "subject": {"name": "Ada Lane", "identifiers": [{"kind": "EMAIL", "value": "ada@example.org"}]}}""".getBytes(StandardCharsets.UTF_8);
    private static final Instant NOW = Instant.parse("2026-11-27T08:00:00Z");
    private static final int WINDOWS = 9;
    private static final double MUST = 1_000;

    private final int calls;

    DecisionBenchmark() {
        this(2_000);
    }

    /** @param calls in a window */
    DecisionBenchmark(int calls) {
        this.calls = calls;
    }

    @Override
    public String title() {
        return "CPU of GET profile and of the decision at intake, beside a constant answer";
    }

    @Override
    public void run(Table table) throws Exception {
        table.line("- " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors()
                + " cores, load average " + Conditions.loadAverage());
        table.line("");
        table.line(
                "One thread, from bytes to bytes, without HTTP and database; CPU of that thread in %d windows of %,d calls, in turn, after as many to warm up. The profile is that of CIG, the largest of the samples; the constant answer copies the bytes of the offer."
                        .formatted(WINDOWS, calls));
        table.line("");
        table.head("what", "µs a call: median (lowest-highest)", "must");
        for (var cost : measure()) {
            table.row(
                    cost.what(),
                    "%.1f (%.1f-%.1f)"
                            .formatted(
                                    cost.median(),
                                    cost.micros().getFirst(),
                                    cost.micros().getLast()),
                    cost.what().startsWith("constant") ? "" : "below %,.0f".formatted(MUST));
        }
    }

    List<Cost> measure() {
        var answers = new IntakeAnswers(Benchmarks.root().resolve(SAMPLES), "cig");
        var constant = answers.profile("DE", NOW);
        var subjects = List.of(
                new Subject("constant answer of %,d bytes".formatted(constant.length), () -> constant.clone().length),
                new Subject("GET profile?jurisdiction=DE", () -> answers.profile("DE", NOW).length),
                new Subject("decision at intake: an erasure from DE", () -> answers.decide(REQUEST, NOW)));
        var micros = new ArrayList<List<Double>>();
        subjects.forEach(_ -> micros.add(new ArrayList<>()));
        for (int window = 0; window < 2 * WINDOWS; window++) {
            for (int each = 0; each < subjects.size(); each++) {
                double cost = window(subjects.get(each).call());
                if (window >= WINDOWS) {
                    micros.get(each).add(cost);
                }
            }
        }
        var costs = new ArrayList<Cost>();
        for (int each = 0; each < subjects.size(); each++) {
            costs.add(new Cost(
                    subjects.get(each).what(),
                    micros.get(each).stream().sorted().toList()));
        }
        return costs;
    }

    private double window(IntSupplier call) {
        var threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        long sum = 0;
        for (int each = 0; each < calls; each++) {
            sum += call.getAsInt();
        }
        long nanos = threads.getCurrentThreadCpuTime() - before;
        if (sum == 0) {
            throw new IllegalStateException("nothing was answered");
        }
        return nanos / 1e3 / calls;
    }
}
