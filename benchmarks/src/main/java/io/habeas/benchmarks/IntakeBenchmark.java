// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** P1 and P1c: requests accepted through the gateway, and what each costs, against a raw commit of the same row. */
final class IntakeBenchmark implements Benchmark {

    static final int CLIENTS = 32;
    private static final int PASSES = 6;
    private static final Duration WINDOW = Duration.ofSeconds(15);
    private static final Duration WARM_UP = Duration.ofSeconds(45);
    /** The compilers count calls, not seconds, and share two cores with what they compile; from here on rates grow slowly. */
    private static final long WARM_REQUESTS = 130_000;

    private static final Duration LONGEST_WARM_UP = Duration.ofMinutes(8);
    private static final Duration MOST_REST = Duration.ofSeconds(30);
    private static final double MUST_KEEP = 0.20;
    private static final double MOST_CPU = 8;

    /** A rate that all services together can follow on two cores. */
    private static final double FOLLOWED_RATE = 50;

    private static final Duration FOLLOWED_WARM_UP = Duration.ofSeconds(20);
    private static final Duration FOLLOWED_WINDOW = Duration.ofSeconds(10);
    private static final int FOLLOWED_WINDOWS = 3;
    private static final Duration MOST_FOLLOWING = Duration.ofMinutes(1);

    @Override
    public String title() {
        return "P1, P1c, P2b: requests accepted through the gateway, against raw one-row commits in the same cluster";
    }

    @Override
    public void run(Table table) throws Exception {
        try (var suite = RunningSuite.start(false);
                var callers = new Callers(suite)) {
            Conditions.write(table, suite.database("postgres"), suite.directory());
            callers.submit(0);
            try (var plain = new PlainEvents(suite, CLIENTS)) {
                everything(table, suite, callers);
                suite.pauseFollowers();
                intake(table, suite, callers, plain);
            }
        }
    }

    private static void intake(Table table, RunningSuite suite, Callers callers, PlainEvents plain) throws Exception {
        var accept = new Windows.Subject("request accepted (202)", callers::submit);
        var commit = new Windows.Subject("raw one-row commit", plain::insert);
        var windows = new Windows(suite::cpu, WINDOW, () -> suite.awaitRest(MOST_REST));
        var unrested = new Windows(suite::cpu, WINDOW);
        unrested.warmUp(List.of(commit), CLIENTS, WINDOW);
        var warmth = warmUp(suite, callers);
        suite.awaitRest(MOST_REST);
        table.line("## Intake alone");
        table.line("");
        table.line("Closed loop, " + CLIENTS + " connections each, " + PASSES + " windows of " + WINDOW.toSeconds()
                + " s each, forward and backward in turn, after " + warmth
                + " at full load. Rows of " + plain.bytes()
                + " bytes (payload and metadata) on both sides. "
                + "Verification, fulfillment and notification are held still meanwhile, for both sides alike; "
                + "what gateway, request-service, relay and broker do until they rest after a window is counted.");
        table.line("");
        var series = windows.alternate(List.of(commit, accept), CLIENTS, PASSES);
        var base = series.getFirst();
        var taken = series.getLast();
        table.head(
                "what", "per second: median (lowest-highest)", "p50 / p99 ms", "CPU us each", "of it load generator");
        row(table, base, Windows.median(base.windows().stream().mapToDouble(IntakeBenchmark::cpuOfCommit)));
        row(table, taken, Windows.median(taken.windows().stream().mapToDouble(it -> cpuOfRequest(suite, it))));
        table.line("");
        table.head("row", "ratio: median (lowest-highest)", "must");
        table.row("P1: accepted / commits, by second", ratio(taken.ratiosTo(base)), "at least " + MUST_KEEP);
        table.row(
                "P1c: CPU of a request / CPU of a commit (client and database)",
                ratio(costs(suite, taken, base)),
                "at most " + MOST_CPU);
        table.row(
                "P2b: CPU of the gateway / CPU of the rest of the intake (request-service, its databases, broker)",
                ratio(taken.windows().stream()
                        .mapToDouble(it -> it.cpuPerMillion().of("gateway")
                                / (suite.suiteMicros(it.cpuPerMillion())
                                        - it.cpuPerMillion().of("gateway")))
                        .sorted()
                        .toArray()),
                "at most 3");
        table.line("");
        table.line("Where the CPU of an accepted request goes, us each, median: "
                + split(suite, taken) + "; load generator apart: %.0f. ".formatted(taken.medianCpu(CpuTime.LOAD))
                + "A raw commit: client %.0f, database %.0f."
                        .formatted(base.medianCpu(CpuTime.LOAD), base.medianCpu(CpuTime.DATABASE)));
        table.line("");
        table.line("Connections made: " + callers.connects() + ". Load average after the windows: "
                + Conditions.loadAverage());
        table.line("");
    }

    /** @return how long it took, in words */
    static String warmUp(RunningSuite suite, Callers callers) throws Exception {
        var windows = new Windows(suite::cpu, WINDOW);
        var accept = List.of(new Windows.Subject("warm-up", callers::submit));
        long start = System.nanoTime();
        long before = callers.accepted();
        windows.warmUp(accept, CLIENTS, WARM_UP);
        while (callers.accepted() - before < WARM_REQUESTS && System.nanoTime() - start < LONGEST_WARM_UP.toNanos()) {
            windows.warmUp(accept, CLIENTS, WINDOW);
        }
        return "%,d s and %,d requests of warm-up"
                .formatted((System.nanoTime() - start) / 1_000_000_000, callers.accepted() - before);
    }

    /** All that follows from a request whose person nobody knows: two letters of the same kind, a search in the stores. */
    private static void everything(Table table, RunningSuite suite, Callers callers) throws Exception {
        OpenLoop.run(callers::submit, CLIENTS, FOLLOWED_RATE, FOLLOWED_WARM_UP);
        suite.awaitRest(MOST_FOLLOWING);
        table.line("## Until everything is at rest");
        table.line("");
        table.line("Open loop, " + (int) FOLLOWED_RATE + " requests a second, " + FOLLOWED_WINDOWS + " windows of "
                + FOLLOWED_WINDOW.toSeconds() + " s after " + FOLLOWED_WARM_UP.toSeconds()
                + " s of the same; CPU of every process, until nothing is left to do (case opened, person looked up, letter sent). "
                + "Colder than the windows of the intake.");
        table.line("");
        table.head("accepted", "late", "at rest", "CPU us a request", "where");
        for (int i = 0; i < FOLLOWED_WINDOWS; i++) {
            var before = suite.cpu();
            var sent = OpenLoop.run(callers::submit, CLIENTS, FOLLOWED_RATE, FOLLOWED_WINDOW);
            boolean rested = suite.awaitRest(MOST_FOLLOWING);
            var used = suite.cpu().minus(before).perMillion(sent.operations());
            var window = new Windows.Series("", List.of(new Windows.Window(0, used, 0, 0)));
            table.row(
                    Integer.toString(sent.operations()),
                    Integer.toString(sent.late()),
                    rested ? "yes" : "no, not within " + MOST_FOLLOWING.toSeconds() + " s",
                    "%.0f".formatted(suite.suiteMicros(used) / 1e6),
                    split(suite, window));
        }
        table.line("");
    }

    private static void row(Table table, Windows.Series taken, double cpu) {
        var rates = taken.windows().stream()
                .mapToDouble(Windows.Window::rate)
                .sorted()
                .toArray();
        table.row(
                taken.name(),
                "%,.0f (%,.0f-%,.0f)".formatted(taken.medianRate(), rates[0], rates[rates.length - 1]),
                "%.1f / %.1f".formatted(taken.medianP50(), taken.medianP99()),
                "%.0f".formatted(cpu),
                "%.0f".formatted(taken.medianCpu(CpuTime.LOAD)));
    }

    private static double[] costs(RunningSuite suite, Windows.Series taken, Windows.Series base) {
        var ratios = new double[taken.windows().size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = cpuOfRequest(suite, taken.windows().get(i))
                    / cpuOfCommit(base.windows().get(i));
        }
        Arrays.sort(ratios);
        return ratios;
    }

    /** Without the load generator's. */
    private static double cpuOfRequest(RunningSuite suite, Windows.Window window) {
        return suite.suiteMicros(window.cpuPerMillion()) / 1e6;
    }

    /** The client is part of it, as the services' own database clients are part of a request. */
    private static double cpuOfCommit(Windows.Window window) {
        return (window.cpuPerMillion().of(CpuTime.LOAD) + window.cpuPerMillion().of(CpuTime.DATABASE)) / 1e6;
    }

    private static String ratio(double[] sorted) {
        return "%.2f (%.2f-%.2f)"
                .formatted(Windows.median(Arrays.stream(sorted)), sorted[0], sorted[sorted.length - 1]);
    }

    private static String split(RunningSuite suite, Windows.Series taken) {
        var parts = new ArrayList<String>();
        for (var process : suite.processes()) {
            double micros = taken.medianCpu(process);
            if (micros >= 1) {
                parts.add("%s %.0f".formatted(process, micros));
            }
        }
        parts.add("database %.0f (of it %s)"
                .formatted(
                        taken.medianCpu(CpuTime.DATABASE),
                        String.join(
                                ", ",
                                RunningSuite.databases().stream()
                                        .map(name -> "%s %.0f".formatted(name, taken.medianCpu(name)))
                                        .toList())));
        double shop = taken.medianCpu("shop database");
        return String.join(
                ", ",
                shop < 1
                        ? parts
                        : Stream.concat(parts.stream(), Stream.of("shop's database %.0f".formatted(shop)))
                                .toList());
    }

    /** Those who ask, one by one. */
    static final class Callers implements AutoCloseable {

        private final List<IntakeConnection> connections = new ArrayList<>();

        Callers(RunningSuite suite) throws IOException {
            for (int i = 0; i < CLIENTS; i++) {
                connections.add(new IntakeConnection(i, suite.gateway()));
            }
        }

        void submit(int client) throws IOException {
            connections.get(client).submit();
        }

        long accepted() {
            return connections.stream().mapToLong(IntakeConnection::accepted).sum();
        }

        long connects() {
            return connections.stream().mapToLong(IntakeConnection::connects).sum();
        }

        @Override
        public void close() throws IOException {
            for (var connection : connections) {
                connection.close();
            }
        }
    }
}
