// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * P12 for the broker: how long the relay needs to catch up after the broker was away, while requests go on coming at half of what the intake bears. The ideal
 * is the time away times rho / (1 - rho), rho being that half.
 */
final class DrainBenchmark implements Benchmark {

    private static final int CLIENTS = IntakeBenchmark.CLIENTS;
    private static final Duration PROBE = Duration.ofSeconds(5);
    private static final int PROBES = 3;
    private static final Duration MOST_REST = Duration.ofSeconds(30);
    private static final Duration SLICE = Duration.ofSeconds(5);
    private static final long CAUGHT_UP_MICROS = 1_000_000;
    private static final int MOST_TIMES_THE_IDEAL = 4;

    /** In seconds, by this environment variable; ten minutes if it is not set. */
    private static final String AWAY = "HABEAS_DRAIN_SECONDS";

    @Override
    public String title() {
        return "P12: drain after a time without Kafka, at half load";
    }

    @Override
    public void run(Table table) throws Exception {
        var given = System.getenv(AWAY);
        var away = Duration.ofSeconds(given == null ? 600 : Long.parseLong(given));
        try (var suite = RunningSuite.start(true);
                var callers = new IntakeBenchmark.Callers(suite)) {
            Conditions.write(table, suite.database("postgres"), suite.directory());
            callers.submit(0);
            suite.pauseFollowers();
            var warmth = IntakeBenchmark.warmUp(suite, callers);
            double full = new Windows(suite::cpu, PROBE, () -> suite.awaitRest(MOST_REST))
                    .alternate(List.of(new Windows.Subject("accept", callers::submit)), CLIENTS, PROBES)
                    .getFirst()
                    .medianRate();
            double rate = full / 2;
            table.line(
                    "Open loop, %.0f requests a second (half of what %d connections in a closed loop reached), after %s. "
                                    .formatted(rate, CLIENTS, warmth)
                            + "Kafka is held still for " + away.toSeconds()
                            + " s; requests go on coming at that rate, then and while the relay catches up. It has caught up when no record is "
                            + "younger at its consumer than a second after its commit any more. Verification, fulfillment and notification are held still.");
            table.line("");
            try (var requests = new Arrivals(suite.kafka(), "habeas.request.v1")) {
                callers.submit(0);
                suite.awaitRest(MOST_REST);
                requests.forget();
                measure(table, suite, callers, requests, rate, away);
            }
        }
    }

    private static void measure(
            Table table,
            RunningSuite suite,
            IntakeBenchmark.Callers callers,
            Arrivals requests,
            double rate,
            Duration away)
            throws Exception {
        suite.pause("kafka");
        var while_away = OpenLoop.run(callers::submit, CLIENTS, rate, away);
        suite.resumeOnly("kafka");
        long back = ChronoUnit.MICROS.between(
                java.time.Instant.EPOCH, Clock.systemUTC().instant());
        var over = new AtomicBoolean();
        var limit = away.multipliedBy(MOST_TIMES_THE_IDEAL).plus(Duration.ofSeconds(30));
        int late = 0;
        long sent = 0;
        try (var threads = Executors.newSingleThreadExecutor()) {
            Callable<long[]> going = () -> {
                long slices = 0;
                long lates = 0;
                while (!over.get()) {
                    var slice = OpenLoop.run(callers::submit, CLIENTS, rate, SLICE);
                    slices += slice.operations();
                    lates += slice.late();
                }
                return new long[] {slices, lates};
            };
            var load = threads.submit(going);
            try {
                awaitCaughtUp(suite, requests, back, limit);
            } finally {
                over.set(true);
            }
            var done = load.get();
            sent = done[0];
            late = (int) done[1];
        }
        suite.awaitRest(MOST_REST);
        long caughtUp = caughtUpAt(suite, requests, back);
        double seconds = (caughtUp - back) / 1e6;
        double ideal = away.toMillis() / 1e3;
        table.head("what", "value");
        table.row("accepted while Kafka was away", while_away.operations() + " (" + while_away.late() + " sent late)");
        table.row("accepted while the relay caught up", sent + " (" + late + " sent late)");
        table.row("caught up after Kafka was back", "%.1f s".formatted(seconds));
        table.row("ideal at rho 0.5", "%.0f s".formatted(ideal));
        table.line("");
        table.head("row", "ratio", "must");
        table.row("P12 (broker): drain / ideal", "%.2f".formatted(seconds / ideal), "at most 2");
        table.line("");
        table.line("Load average at the end: " + Conditions.loadAverage());
    }

    private static void awaitCaughtUp(RunningSuite suite, Arrivals requests, long back, Duration limit)
            throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < end) {
            java.util.concurrent.TimeUnit.SECONDS.sleep(1);
            long caughtUp = caughtUpAt(suite, requests, back);
            long now = ChronoUnit.MICROS.between(
                    java.time.Instant.EPOCH, Clock.systemUTC().instant());
            if (caughtUp > 0 && now - caughtUp > 3 * CAUGHT_UP_MICROS) {
                return;
            }
        }
        throw new IllegalStateException("the relay had not caught up " + limit.toSeconds() + " s after Kafka was back");
    }

    /** @return when the last record came that was late by more than a second; 0 if none came yet */
    private static long caughtUpAt(RunningSuite suite, Arrivals requests, long back) throws SQLException {
        var arrivals = requests.byTransaction();
        var transactions = arrivals.keySet().toArray(Long[]::new);
        var late = new ArrayList<Long>();
        try (var journal = suite.journal();
                var statement = journal.prepareStatement("""
                        select t.number, (extract(epoch from pg_xact_commit_timestamp(t.number::text::xid8::xid)) * 1000000)::bigint
                          from unnest(?::bigint[]) t(number)""")) {
            statement.setArray(1, journal.createArrayOf("bigint", transactions));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    long committed = rows.getLong(2);
                    for (long arrived : arrivals.getOrDefault(rows.getLong(1), List.of())) {
                        if (arrived >= back && arrived - committed > CAUGHT_UP_MICROS) {
                            late.add(arrived);
                        }
                    }
                }
            }
        }
        return late.stream().mapToLong(Long::longValue).max().orElse(0);
    }
}
