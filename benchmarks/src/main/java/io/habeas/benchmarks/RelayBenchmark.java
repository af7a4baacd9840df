// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/** P4 and P4b: from the commit of an event until a plain consumer has its record, at half of the load that the intake bears. */
final class RelayBenchmark implements Benchmark {

    private static final int CLIENTS = IntakeBenchmark.CLIENTS;
    private static final String TOPIC = "habeas.request.v1";
    private static final int PASSES = 6;
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final Duration PROBE = Duration.ofSeconds(5);
    private static final int PROBES = 3;
    private static final Duration MOST_REST = Duration.ofSeconds(30);

    @Override
    public String title() {
        return "P4, P4b: from commit to a Kafka consumer, at half load, against a bare produce and consume";
    }

    @Override
    public void run(Table table) throws Exception {
        try (var suite = RunningSuite.start(true);
                var callers = new IntakeBenchmark.Callers(suite)) {
            Conditions.write(table, suite.database("postgres"), suite.directory());
            callers.submit(0);
            suite.pauseFollowers();
            var warmth = IntakeBenchmark.warmUp(suite, callers);
            double rate = fullRate(suite, callers) / 2;
            table.line(
                    "Open loop, %.0f requests a second (half of what %d connections in a closed loop reached), windows of %d s, "
                                    .formatted(rate, CLIENTS, WINDOW.toSeconds())
                            + "forward and backward in turn, after " + warmth
                            + " at full load. The lag of a request begins when its "
                            + "transaction wrote its commit record (`pg_xact_commit_timestamp`, so waiting for the disk counts) and ends when `poll` "
                            + "of a plain consumer returned its record; of the bare one it begins with `send`. Same topic settings, producer "
                            + "settings, headers and bytes. Verification, fulfillment and notification are held still.");
            table.line("");
            try (var requests = new Arrivals(suite.kafka(), TOPIC)) {
                callers.submit(0);
                suite.awaitRest(MOST_REST);
                var pattern = requests.last().orElseThrow(() -> new IOException("a request's record does not arrive"));
                try (var bare = new BareProducer(suite.kafka(), requests.partitions(), pattern)) {
                    measure(table, suite, callers, requests, bare, rate);
                }
            }
        }
    }

    private static double fullRate(RunningSuite suite, IntakeBenchmark.Callers callers) throws Exception {
        var accept = new Windows.Subject("accept", callers::submit);
        var probes = new Windows(suite::cpu, PROBE, () -> suite.awaitRest(MOST_REST))
                .alternate(List.of(accept), CLIENTS, PROBES);
        return probes.getFirst().medianRate();
    }

    private static void measure(
            Table table,
            RunningSuite suite,
            IntakeBenchmark.Callers callers,
            Arrivals requests,
            BareProducer bare,
            double rate)
            throws Exception {
        bare.window(rate, WINDOW);
        var relayed = new ArrayList<Lag>();
        var sent = new ArrayList<Lag>();
        int late = 0;
        for (int pass = 0; pass < PASSES; pass++) {
            for (int turn = 0; turn < 2; turn++) {
                if (turn == pass % 2) {
                    requests.forget();
                    late += OpenLoop.run(callers::submit, CLIENTS, rate, WINDOW).late();
                    suite.awaitRest(MOST_REST);
                    relayed.add(Lag.of(commitToArrival(suite, requests.byTransaction())));
                } else {
                    sent.add(Lag.of(bare.window(rate, WINDOW)));
                    suite.awaitRest(MOST_REST);
                }
            }
        }
        table.head(
                "what", "records", "p50 ms: median (lowest-highest)", "p99 ms: median (lowest-highest)", "highest ms");
        row(table, "request committed -> consumer", relayed);
        row(table, "bare send -> consumer", sent);
        table.line("");
        var p50 = sorted(relayed, Lag::p50);
        var p99 = sorted(relayed, Lag::p99);
        var barep99 = sorted(sent, Lag::p99);
        table.head("row", "value", "must");
        table.row("P4: p50", "%.1f ms".formatted(median(p50)), "at most 10 ms");
        table.row("P4: p99", "%.1f ms".formatted(median(p99)), "at most 50 ms");
        table.row("P4b: p99 / p99 of the bare one", "%.1f".formatted(median(p99) / median(barep99)), "at most 20");
        table.line("");
        table.line("Requests sent later than 20 ms after they were due, since no connection was free: " + late
                + ". Load average after the windows: " + Conditions.loadAverage());
    }

    private static void row(Table table, String what, List<Lag> lags) {
        var p50 = sorted(lags, Lag::p50);
        var p99 = sorted(lags, Lag::p99);
        table.row(
                what,
                "%,d".formatted(lags.stream().mapToInt(Lag::records).sum()),
                spread(p50),
                spread(p99),
                "%.1f".formatted(lags.stream().mapToDouble(Lag::highest).max().orElse(0)));
    }

    private static String spread(double[] sorted) {
        return "%.1f (%.1f-%.1f)".formatted(median(sorted), sorted[0], sorted[sorted.length - 1]);
    }

    private static double median(double[] values) {
        return Windows.median(Arrays.stream(values));
    }

    private static double[] sorted(List<Lag> lags, ToDoubleFunction<Lag> what) {
        return lags.stream().mapToDouble(what).sorted().toArray();
    }

    /** In microseconds, one for each record. */
    private static long[] commitToArrival(RunningSuite suite, Map<Long, List<Long>> arrivals) throws SQLException {
        var transactions = arrivals.keySet().toArray(Long[]::new);
        var lags = LongStream.builder();
        try (var journal = suite.journal();
                var statement = journal.prepareStatement("""
                        select t.number, (extract(epoch from pg_xact_commit_timestamp(t.number::text::xid8::xid)) * 1000000)::bigint
                          from unnest(?::bigint[]) t(number)""")) {
            statement.setArray(1, journal.createArrayOf("bigint", transactions));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    long committed = rows.getLong(2);
                    if (rows.wasNull()) {
                        throw new IllegalStateException("no commit time of transaction " + rows.getLong(1));
                    }
                    arrivals.getOrDefault(rows.getLong(1), List.of()).forEach(arrived -> lags.add(arrived - committed));
                }
            }
        }
        return lags.build().toArray();
    }

    private record Lag(int records, double p50, double p99, double highest) {

        static Lag of(long[] micros) throws IOException {
            if (micros.length == 0) {
                throw new IOException("not one record arrived at the consumer");
            }
            Arrays.sort(micros);
            return new Lag(
                    micros.length,
                    micros[micros.length / 2] / 1e3,
                    micros[(int) (micros.length * 0.99)] / 1e3,
                    micros[micros.length - 1] / 1e3);
        }
    }
}
