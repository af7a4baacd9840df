// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import io.habeas.journal.EventIds;
import io.habeas.journal.EventJournal;
import io.habeas.journal.GroupedAppends;
import io.habeas.journal.GroupedReads;
import io.habeas.journal.JournalMetadata;
import io.habeas.journal.JournalWakeup;
import io.habeas.journal.axon.EventName;
import io.habeas.journal.axon.EventNames;
import io.habeas.journal.axon.JournalEventStorageEngine;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.config.AggregateConfigurer;
import org.axonframework.config.Configuration;
import org.axonframework.config.DefaultConfigurer;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.messaging.correlation.SimpleCorrelationDataProvider;
import org.jspecify.annotations.Nullable;

/** P3: one event, through the engine alone and by a command that loads its aggregate first. */
final class AppendBenchmark implements Benchmark {

    private static final List<Integer> CLIENTS = List.of(1, 8, 32);
    private static final Map<Integer, Double> MUST = Map.of(1, 0.60, 8, 0.85, 32, 0.80);
    private static final int MOST = 32;
    private static final int PASSES = 6;
    private static final Duration WINDOW = Duration.ofSeconds(2);
    private static final Duration WARM_UP = Duration.ofSeconds(45);
    private static final int EVENTS_LOADED = 3;
    private static final int AGGREGATES = 60_000;

    private static final String TEXT = "x".repeat(180);
    private static final byte[] PAYLOAD =
            ("{\"id\":\"" + new UUID(0, 0) + "\",\"text\":\"" + TEXT + "\"}").getBytes(StandardCharsets.UTF_8);
    private static final byte[] METADATA = "{}".getBytes(StandardCharsets.UTF_8);
    private static final Map<String, String> ATTRIBUTES = Map.of(
            JournalMetadata.CONTROLLER,
            "acme",
            JournalMetadata.ACTOR,
            "requester",
            JournalMetadata.RULE,
            "rights.erasure");

    private static final String PLAIN = """
            insert into plain (generation, stream, sequence, event_id, type, revision, time, cause, cause_index, controller,
                               actor, rule, payload, metadata)
            values (1, ?, 0, ?, 'counted.added', 1, ?, ?, 0, 'acme', 'requester', 'rights.erasure', ?, ?)""";

    @Override
    public String title() {
        return "P3: append one event, against a plain one-row INSERT with the same columns, indexes and bytes";
    }

    @Override
    public void run(Table table) throws Exception {
        try (var cluster = new Cluster(Benchmarks.results())) {
            Conditions.write(table, cluster.dataSource(), cluster.directory());
            cluster.runScript("/db/journal/V1_0__journal.sql");
            Cluster.execute(cluster.dataSource(), "create table plain (like event including all)");
            try (var subjects = new Subjects(cluster)) {
                long postmaster = cluster.postmaster();
                measure(table, new Windows(() -> CpuTime.now(postmaster), WINDOW), subjects.all());
            }
        }
    }

    private static void measure(Table table, Windows windows, List<Windows.Subject> subjects) throws Exception {
        windows.warmUp(subjects, MOST, WARM_UP);
        table.line(
                "Closed loop, " + PASSES + " windows of " + WINDOW.toSeconds()
                        + " s each, forward and backward in turn, after "
                        + WARM_UP.toSeconds()
                        + " s of warm-up. The plain INSERT has one connection a client; appends and loads "
                        + "have two each. An aggregate has " + EVENTS_LOADED
                        + " or a few more events when it is loaded. CPU in microseconds an operation: this process (load included) + database.");
        table.line("");
        table.head("clients", "what", "per second", "ratio: median (lowest-highest)", "must", "p50 / p99 ms", "CPU");
        for (int clients : CLIENTS) {
            var series = windows.alternate(subjects, clients, PASSES);
            for (int i = 0; i < series.size(); i++) {
                row(table, clients, series.get(i), i == 0 ? null : series.getFirst());
            }
        }
    }

    private static void row(Table table, int clients, Windows.Series taken, Windows.@Nullable Series base) {
        var ratio = "1";
        if (base != null) {
            var ratios = taken.ratiosTo(base);
            ratio = "%.2f (%.2f-%.2f)"
                    .formatted(Windows.median(Arrays.stream(ratios)), ratios[0], ratios[ratios.length - 1]);
        }
        table.row(
                Integer.toString(clients),
                taken.name(),
                "%,.0f".formatted(taken.medianRate()),
                ratio,
                base == null ? "" : "%.2f".formatted(MUST.get(clients)),
                "%.2f / %.2f".formatted(taken.medianP50(), taken.medianP99()),
                "%.0f + %.0f".formatted(taken.medianCpu(CpuTime.LOAD), taken.medianCpu(CpuTime.DATABASE)));
    }

    /** What is compared: the plain statement, the engine, and a command on the engine. */
    private static final class Subjects implements AutoCloseable {

        private final List<Connection> connections = new ArrayList<>();
        private final List<PreparedStatement> inserts = new ArrayList<>();
        private final Cluster cluster;
        private final HikariDataSource readers;
        private final GroupedAppends appends;
        private final GroupedReads reads;
        private final JournalEventStorageEngine engine;
        private final Configuration axon;
        private final CommandGateway commands;
        private final List<UUID> aggregates = new ArrayList<>();
        private final AtomicInteger nextAggregate = new AtomicInteger();

        Subjects(Cluster cluster) throws SQLException {
            this.cluster = cluster;
            for (int i = 0; i < MOST; i++) {
                var connection = cluster.dataSource().getConnection();
                connections.add(connection);
                inserts.add(connection.prepareStatement(PLAIN));
            }
            readers = cluster.pool(MOST);
            var wakeup = new JournalWakeup();
            appends = new GroupedAppends(cluster.dataSource(), wakeup);
            reads = new GroupedReads(cluster.dataSource());
            engine = JournalEventStorageEngine.builder()
                    .journal(new EventJournal(readers, wakeup))
                    .appends(appends)
                    .reads(reads)
                    .names(EventNames.of(Map.of(Counted.Added.class, new EventName("counted.added", 1))))
                    .build();
            axon = DefaultConfigurer.defaultConfiguration()
                    .configureEventStore(configuration ->
                            EmbeddedEventStore.builder().storageEngine(engine).build())
                    .configureCorrelationDataProviders(configuration -> List.of(new SimpleCorrelationDataProvider(
                            JournalMetadata.CONTROLLER,
                            JournalMetadata.ACTOR,
                            JournalMetadata.RULE,
                            JournalMetadata.CAUSE)))
                    .configureAggregate(AggregateConfigurer.defaultConfiguration(Counted.class)
                            .configureCommandTargetResolver(configuration -> Counted.Add::target))
                    .start();
            commands = axon.commandGateway();
            makeAggregates();
        }

        List<Windows.Subject> all() {
            return List.of(
                    new Windows.Subject("plain INSERT", this::insert),
                    new Windows.Subject("(a) append by the engine", this::append),
                    new Windows.Subject("(b) command with its load", this::command));
        }

        private void insert(int client) throws SQLException {
            var insert = inserts.get(client);
            insert.setObject(1, EventIds.next());
            insert.setObject(2, EventIds.next());
            insert.setObject(3, Instant.now().atOffset(ZoneOffset.UTC));
            insert.setObject(4, EventIds.next());
            insert.setBytes(5, PAYLOAD);
            insert.setBytes(6, METADATA);
            insert.executeUpdate();
        }

        private void append(int client) {
            var stream = EventIds.next();
            engine.appendEvents(List.of(new GenericDomainEventMessage<>(
                    "counted", stream.toString(), 0, new Counted.Added(stream, TEXT), attributes())));
        }

        private void command(int client) {
            var id = aggregates.get(nextAggregate.getAndIncrement() % aggregates.size());
            commands.sendAndWait(new GenericCommandMessage<>(new Counted.Add(id, TEXT), attributes()));
        }

        private static Map<String, String> attributes() {
            var attributes = new HashMap<>(ATTRIBUTES);
            attributes.put(JournalMetadata.CAUSE, EventIds.next().toString());
            return attributes;
        }

        /** Made before all windows, so that no window pays for the cleaning up behind them. */
        private void makeAggregates() throws SQLException {
            var ids = new UUID[AGGREGATES];
            for (int i = 0; i < AGGREGATES; i++) {
                ids[i] = EventIds.next();
                aggregates.add(ids[i]);
            }
            Collections.shuffle(aggregates, ThreadLocalRandom.current()); // or their pages would be warm in turn
            try (var connection = cluster.dataSource().getConnection();
                    var statement = connection.prepareStatement("""
                        insert into event (generation, stream, sequence, event_id, type, revision, time, cause_index, controller,
                                           actor, rule, payload, metadata)
                        select 1, s.stream, n.sequence, gen_random_uuid(), 'counted.added', 1, now(), 0, 'acme', 'requester',
                               'rights.erasure',
                               convert_to('{"id":"' || s.stream || '","text":"' || ? || '"}', 'UTF8'), ?
                          from unnest(?::uuid[]) s(stream), generate_series(0, ?) n(sequence)""")) {
                statement.setString(1, TEXT);
                statement.setBytes(2, METADATA);
                statement.setArray(3, connection.createArrayOf("uuid", ids));
                statement.setInt(4, EVENTS_LOADED - 1);
                statement.executeUpdate();
            }
            Cluster.execute(cluster.dataSource(), "vacuum analyze event");
        }

        @Override
        public void close() throws SQLException {
            axon.shutdown();
            appends.close();
            reads.close();
            readers.close();
            for (var connection : connections) {
                connection.close();
            }
        }
    }
}
