// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import io.habeas.quickstart.settings.Home;
import io.habeas.quickstart.settings.Ports;
import io.habeas.quickstart.settings.SampleController;
import io.habeas.quickstart.settings.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** P5b: erasures from the first call to the letter that answers them, over ten stores that answer at once. No baseline: it is a number of its own. */
final class CompletionBenchmark implements Benchmark {

    private static final int STORES = 10;
    private static final int CALLERS = 16;
    private static final int CUSTOMERS = 6_000;
    private static final Duration WARM_UP = Duration.ofSeconds(60);
    private static final Duration WINDOW = Duration.ofSeconds(15);
    private static final int WINDOWS = 5;
    private static final String PART = "part_";

    @Override
    public String title() {
        return "P5b: erasures completed, ten stores";
    }

    @Override
    public void run(Table table) throws Exception {
        try (var suite = RunningSuite.start(false, CUSTOMERS, CompletionBenchmark::tenStores)) {
            Conditions.write(table, suite.database("postgres"), suite.directory());
            createParts(suite);
            var people = new ConcurrentLinkedQueue<>(people(suite));
            var completed = new AtomicLong();
            var over = new AtomicBoolean();
            var taken = new ConcurrentLinkedQueue<Long>();
            try (var letters = new Letters(suite.mails());
                    var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var callers = new ArrayList<java.util.concurrent.Future<?>>();
                for (int i = 0; i < CALLERS; i++) {
                    var caller = new EraseCaller(i, suite.gateway(), letters);
                    callers.add(threads.submit(() -> {
                        try (caller) {
                            while (!over.get()) {
                                var person = people.poll();
                                if (person == null) {
                                    throw new IllegalStateException("the sample shop has no customer left");
                                }
                                long start = System.nanoTime();
                                caller.erase(person);
                                taken.add(System.nanoTime() - start);
                                completed.incrementAndGet();
                            }
                        }
                        return null;
                    }));
                }
                try {
                    measure(table, suite, completed, taken, callers);
                } finally {
                    over.set(true);
                }
                for (var caller : callers) {
                    caller.get();
                }
            }
        }
    }

    private static void measure(
            Table table,
            RunningSuite suite,
            AtomicLong completed,
            ConcurrentLinkedQueue<Long> taken,
            List<java.util.concurrent.Future<?>> callers)
            throws Exception {
        pause(WARM_UP, callers);
        table.line("Closed loop, " + CALLERS
                + " callers, each one erasure after the other: request, code from the mail, confirmation, answer. "
                + STORES
                + " PostgreSQL stores in one server, one row each to erase (the first has the customer with addresses and orders); proof from the audit log, "
                + "read-back, letters included. " + WINDOWS + " windows of " + WINDOW.toSeconds() + " s after "
                + WARM_UP.toSeconds() + " s of the same.");
        table.line("");
        table.head(
                "completed per second",
                "CPU ms each",
                "completed per second and core",
                "store tasks per second and core",
                "where the CPU goes, ms each");
        var perCore = new ArrayList<Double>();
        for (int i = 0; i < WINDOWS; i++) {
            taken.clear();
            var before = suite.cpu();
            long start = System.nanoTime();
            long had = completed.get();
            pause(WINDOW, callers);
            long done = completed.get() - had;
            double seconds = (System.nanoTime() - start) / 1e9;
            var used = suite.cpu().minus(before);
            if (done == 0) {
                table.row("0", "-", "-", "-", "-");
                continue;
            }
            double millis = suite.suiteMicros(used) / 1e3 / done;
            perCore.add(1_000 / millis);
            var where = new ArrayList<String>();
            for (var process : suite.processes()) {
                where.add("%s %.1f".formatted(process, used.of(process) / 1e3 / done));
            }
            where.add("database %.1f".formatted(used.of(CpuTime.DATABASE) / 1e3 / done));
            where.add("shop's database %.1f".formatted(used.of("shop database") / 1e3 / done));
            table.row(
                    "%.1f".formatted(done / seconds),
                    "%.1f".formatted(millis),
                    "%.1f".formatted(1_000 / millis),
                    "%.0f".formatted(1_000 / millis * STORES),
                    String.join(", ", where));
        }
        table.line("");
        double median = Windows.median(perCore.stream().mapToDouble(Double::doubleValue));
        table.head("row", "median", "must");
        table.row("P5b: completed erasures per second and core", "%.1f".formatted(median), "at least 20");
        table.row("P5b: store tasks per second and core", "%.0f".formatted(median * STORES), "at least 200");
        table.line("");
        var sorted = taken.stream().mapToLong(Long::longValue).sorted().toArray();
        if (sorted.length > 0) {
            table.line("From the first call to the answer, last window: median %.1f s, highest %.1f s. "
                            .formatted(sorted[sorted.length / 2] / 1e9, sorted[sorted.length - 1] / 1e9)
                    + "Load average after the windows: " + Conditions.loadAverage());
        }
    }

    /** @throws Exception what a caller failed with, if one did meanwhile */
    private static void pause(Duration length, List<java.util.concurrent.Future<?>> callers) throws Exception {
        long end = System.nanoTime() + length.toNanos();
        for (long left = length.toNanos(); left > 0; left = end - System.nanoTime()) {
            java.util.concurrent.TimeUnit.NANOSECONDS.sleep(
                    Math.min(left, Duration.ofMillis(250).toNanos()));
            for (var caller : callers) {
                if (caller.isDone()) {
                    caller.get();
                }
            }
        }
    }

    /** The sample's shop, without documents and recipients, and nine stores beside it. */
    private static void tenStores(Home home, Ports ports) throws IOException {
        SampleController.copy(
                home,
                Map.of(
                        "shop.address", "127.0.0.1:" + ports.shop(),
                        "mails.port", Integer.toString(ports.mails()),
                        "gateway.port", Integer.toString(ports.of(Service.GATEWAY))));
        var file = home.controllers().resolve("smallrig/data-map.yaml");
        var sample = Files.readString(file);
        int end = sample.indexOf("\n- id: reviews");
        if (end < 0) {
            throw new IllegalStateException("the sample's data map has another shape; see " + file);
        }
        var map = new StringBuilder(sample.substring(0, end));
        for (int i = 2; i <= STORES; i++) {
            map.append("""

                    - id: store%1$d
                      kind: postgres
                      region: US
                      connection:
                        url: "jdbc:postgresql://127.0.0.1:%2$d/shop"
                        user: habeas
                        password: {secret: shop-db}
                      settles: 0 s
                      backups: {refreshed: 30 days}
                      collections:
                      - name: %3$s%1$d
                        key: id
                        belongsTo: {customer_id: shop.customers.id}
                        fields:
                          customer_id: {category: A, purposes: [account], attribute: CUSTOMER_ID}
                          note:        {category: B, purposes: [account]}
                        erase: DELETE
                    """.formatted(i, ports.shop(), PART));
        }
        Files.writeString(file, map);
    }

    private static void createParts(RunningSuite suite) throws SQLException {
        try (var connection = suite.shop();
                var statement = connection.createStatement()) {
            for (int i = 2; i <= STORES; i++) {
                statement.execute(
                        "create table " + PART + i + " (id bigint primary key, customer_id bigint, note text)");
                statement.execute("insert into " + PART + i + " select id, id, 'something' from customers");
                statement.execute("create index on " + PART + i + " (customer_id)");
                statement.execute("grant select, update, delete on " + PART + i + " to habeas");
                statement.execute("analyze " + PART + i);
            }
        }
    }

    /** Addresses of customers with an account whose address is nobody else's. */
    private static List<String> people(RunningSuite suite) throws SQLException {
        var people = new ArrayList<String>();
        try (var connection = suite.shop();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("""
                        select c.email from customers c where c.registered
                           and (select count(*) from customers t where lower(btrim(t.email)) = lower(btrim(c.email))) = 1
                         order by c.id""")) {
            while (rows.next()) {
                people.add(rows.getString(1));
            }
        }
        return people;
    }
}
