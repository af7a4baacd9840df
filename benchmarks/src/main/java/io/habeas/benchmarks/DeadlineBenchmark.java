// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import io.habeas.request.clocks.DueCopy;
import io.habeas.request.lifecycle.RequestCommand.RunOut;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * P13: deadlines that fall due in one minute among many that do not. Two copies of the worker claim them from one table; firing costs one durable
 * insert, in the place of the command to the request, which P3 measures.
 */
final class DeadlineBenchmark implements Benchmark {

    /**
     * @param due how many fall due
     * @param within in which time, spread evenly
     * @param pending how many do not
     */
    record Size(int due, Duration within, int pending) {

        /** The row of the table of goals; smaller by {@code -Dhabeas.p13.share=0.01}. */
        static Size whole() {
            double share = Double.parseDouble(System.getProperty("habeas.p13.share", "1"));
            return new Size((int) (100_000 * share), Duration.ofMinutes(1), (int) (1_000_000 * share));
        }
    }

    /**
     * @param lost were due and did not fire
     * @param again fired more than once
     */
    record Fired(long fired, long lost, long again, double p50, double p99, double highest, double databaseMicros) {}

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration LEAD = Duration.ofSeconds(5);
    private static final int COPIES = 2;
    private static final int CONNECTIONS = 18;

    private final Size size;

    DeadlineBenchmark() {
        this(Size.whole());
    }

    DeadlineBenchmark(Size size) {
        this.size = size;
    }

    @Override
    public String title() {
        return "P13: %,d deadlines due in %d s among %,d pending, two copies of the worker"
                .formatted(size.due(), size.within().toSeconds(), size.pending());
    }

    @Override
    public void run(Table table) throws Exception {
        try (var cluster = new Cluster(Benchmarks.results())) {
            Conditions.write(table, cluster.dataSource(), cluster.directory());
            table.line(
                    "A deadline fires with one durable insert. Lateness begins when it was due and ends at that insert, by the clock of"
                            + " the database; the copies rest 150 ms when nothing is due, as the service does.");
            table.line("");
            table.head(
                    "pending", "fired", "lost", "twice", "p50 s", "p99 s", "highest s", "database CPU a deadline, µs");
            var few = fire(cluster, new Size(size.due(), size.within(), size.pending() / 100));
            row(table, size.pending() / 100, few);
            var many = fire(cluster, size);
            row(table, size.pending(), many);
            table.line("");
            table.head("row", "value", "must");
            table.row("P13: each fires once", many.lost() + " lost, " + many.again() + " twice", "0 and 0");
            table.row("P13: p99 lateness", "%.1f s".formatted(many.p99()), "at most 120 s, good 60 s");
            table.row(
                    "P13: database CPU a deadline, all pending against a hundredth of them",
                    "%.2f".formatted(many.databaseMicros() / few.databaseMicros()),
                    "about 1: the cost is of what is due");
            table.line("");
            table.line("Load average after the run: " + Conditions.loadAverage());
        }
    }

    private static void row(Table table, int pending, Fired fired) {
        table.row(
                "%,d".formatted(pending),
                "%,d".formatted(fired.fired()),
                Long.toString(fired.lost()),
                Long.toString(fired.again()),
                "%.2f".formatted(fired.p50()),
                "%.2f".formatted(fired.p99()),
                "%.2f".formatted(fired.highest()),
                "%.0f".formatted(fired.databaseMicros()));
    }

    /** Fills the table anew, lets the copies work until nothing is due, and counts. */
    static Fired fire(Cluster cluster, Size size) throws SQLException, IOException, InterruptedException {
        var database = cluster.dataSource();
        prepare(cluster, database);
        var from = fill(database, size);
        var before = CpuTime.now(cluster.postmaster());
        var pools = new ArrayList<HikariDataSource>();
        var copies = new ArrayList<Thread>();
        for (int copy = 0; copy < COPIES; copy++) {
            var pool = cluster.pool(CONNECTIONS);
            pools.add(pool);
            var due = new DueCopy(pool, InstantSource.system(), command -> fired(pool, command));
            copies.add(Thread.ofPlatform().name("copy-" + copy).start(due::work));
        }
        await(database, from.plus(size.within()));
        for (var copy : copies) {
            copy.interrupt();
            copy.join();
        }
        pools.forEach(HikariDataSource::close);
        var cpu = CpuTime.now(cluster.postmaster()).minus(before);
        return count(database, size, cpu.of(CpuTime.DATABASE));
    }

    private static void prepare(Cluster cluster, DataSource database) throws SQLException {
        Cluster.execute(database, "drop table if exists due, due_position, fired");
        cluster.runScript("/db/migration/V10_0__due.sql");
        cluster.runScript("/db/migration/V28_0__provisional.sql");
        Cluster.execute(
                database,
                "create table fired (request_id uuid, due_at timestamptz, fired_at timestamptz default clock_timestamp())");
    }

    /** @return when the first is due */
    private static Instant fill(DataSource database, Size size) throws SQLException {
        insert(database, size.pending(), "now() + interval '1 day' + (random() * 60) * interval '1 day'");
        var from = Instant.now().plus(LEAD);
        insert(
                database,
                size.due(),
                "timestamptz '" + from.atOffset(ZoneOffset.UTC) + "' + (n::float8 / " + Math.max(1, size.due())
                        + ") * interval '" + size.within().toMillis() + " milliseconds'");
        Cluster.execute(database, "analyze due");
        return from;
    }

    private static void insert(DataSource database, int rows, String dueAt) throws SQLException {
        Cluster.execute(
                database,
                "insert into due (request_id, kind, controller, due_at) select gen_random_uuid(), 'RESPOND', 'acme', "
                        + dueAt + " from generate_series(1, " + rows + ") n");
    }

    private static void fired(DataSource pool, RunOut command) {
        try (var connection = pool.getConnection();
                var insert = connection.prepareStatement("insert into fired (request_id, due_at) values (?, ?)")) {
            insert.setObject(1, command.requestId());
            insert.setObject(2, command.dueAt().atOffset(ZoneOffset.UTC));
            insert.executeUpdate();
        } catch (SQLException failed) {
            throw new IllegalStateException("not noted", failed);
        }
    }

    private static void await(DataSource database, Instant last) throws SQLException {
        var until = last.plus(PATIENCE);
        while (Instant.now().isBefore(last)
                || Instant.now().isBefore(until)
                        && number(database, "select count(*) from due where due_at <= clock_timestamp()") > 0) {
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
    }

    private static Fired count(DataSource database, Size size, long databaseMicros) throws SQLException {
        var requests = number(database, "select count(distinct request_id) from fired");
        var fired = number(database, "select count(*) from fired");
        return new Fired(
                (long) requests,
                size.due() - (long) requests,
                (long) (fired - requests),
                lateness(database, "percentile_disc(0.5) within group (order by l)"),
                lateness(database, "percentile_disc(0.99) within group (order by l)"),
                lateness(database, "max(l)"),
                databaseMicros / Math.max(1, fired));
    }

    private static double lateness(DataSource database, String what) throws SQLException {
        return number(
                database,
                "select coalesce(" + what
                        + ", 0) from (select extract(epoch from fired_at - due_at)::float8 l from fired) f");
    }

    private static double number(DataSource database, String sql) throws SQLException {
        try (var connection = database.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getDouble(1);
        }
    }
}
