// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import io.habeas.quickstart.settings.Overrides;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** P16: what the audit log costs the intake. Two suites side by side, one of which keeps no log. */
final class AuditPriceBenchmark implements Benchmark {

    private static final int CLIENTS = IntakeBenchmark.CLIENTS;
    private static final int PASSES = 6;
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final Duration MOST_REST = Duration.ofSeconds(30);
    private static final double MUST_KEEP = 0.85;

    @Override
    public String title() {
        return "P16: requests accepted with the audit log, against the same without it";
    }

    @Override
    public void run(Table table) throws Exception {
        try (var with = RunningSuite.start(false);
                var without = RunningSuite.start(false, 200, (home, _) -> {
                    var file = Overrides.fileOf(home, "request");
                    Files.createDirectories(file.getParent());
                    Files.writeString(file, "habeas.audit.enabled=false\n");
                });
                var audited = new IntakeBenchmark.Callers(with);
                var plain = new IntakeBenchmark.Callers(without)) {
            Conditions.write(table, with.database("postgres"), with.directory());
            with.pauseFollowers();
            without.pauseFollowers();
            var warmth = IntakeBenchmark.warmUp(with, audited);
            var other = IntakeBenchmark.warmUp(without, plain);
            table.line("Closed loop, " + CLIENTS + " connections, " + PASSES + " windows of " + WINDOW.toSeconds()
                    + " s each, forward and backward in turn, after " + warmth + " with the log and " + other
                    + " without. Two whole suites on one machine; the one that is not asked idles. The log is written while requests come: "
                    + "what is left at the end of a window is done before the next, and its CPU counts.");
            table.line("");
            long before = entries(with);
            var series = new Windows(() -> sum(with, without), WINDOW, () -> {
                        with.awaitRest(MOST_REST);
                        without.awaitRest(MOST_REST);
                    })
                    .alternate(
                            List.of(
                                    new Windows.Subject("without the audit log", plain::submit),
                                    new Windows.Subject("with the audit log", audited::submit)),
                            CLIENTS,
                            PASSES);
            long logged = entries(with) - before;
            if (logged == 0 || entries(without) > 0) {
                throw new IllegalStateException("the log has " + logged + " new entries where it is on, and "
                        + entries(without) + " where it is off");
            }
            table.head("what", "per second: median (lowest-highest)", "p50 / p99 ms", "CPU us each, both suites");
            series.forEach(it -> row(table, it));
            table.line("");
            table.head("CPU us each, both suites", "without", "with");
            Stream.concat(Stream.of(CpuTime.DATABASE), with.processes().stream())
                    .forEach(part -> table.row(
                            part,
                            "%.0f".formatted(series.getFirst().medianCpu(part)),
                            "%.0f".formatted(series.getLast().medianCpu(part))));
            table.line("");
            var kept = series.getLast().ratiosTo(series.getFirst());
            table.head("row", "ratio: median (lowest-highest)", "must");
            table.row(
                    "P16: accepted with / without, by second",
                    "%.2f (%.2f-%.2f)".formatted(Windows.median(Arrays.stream(kept)), kept[0], kept[kept.length - 1]),
                    "at least " + MUST_KEEP);
            table.line("");
            table.line("Entries that the log took in meanwhile: " + logged + ". Load average after the windows: "
                    + Conditions.loadAverage());
        }
    }

    private static CpuTime sum(RunningSuite one, RunningSuite other) {
        var first = one.cpu();
        var second = other.cpu();
        var both = new TreeMap<>(first.micros());
        second.micros().forEach((part, micros) -> both.merge(part, micros, Long::sum));
        both.put(CpuTime.LOAD, CpuTime.ofThisProcess());
        both.put("suites", (long) (one.suiteMicros(first) + other.suiteMicros(second)));
        return new CpuTime(both);
    }

    private static long entries(RunningSuite suite) throws Exception {
        try (var connection = suite.journal();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select count(*) from audit_entry")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static void row(Table table, Windows.Series taken) {
        var rates = taken.windows().stream()
                .mapToDouble(Windows.Window::rate)
                .sorted()
                .toArray();
        table.row(
                taken.name(),
                "%,.0f (%,.0f-%,.0f)".formatted(taken.medianRate(), rates[0], rates[rates.length - 1]),
                "%.1f / %.1f".formatted(taken.medianP50(), taken.medianP99()),
                "%.0f".formatted(taken.medianCpu("suites")));
    }
}
