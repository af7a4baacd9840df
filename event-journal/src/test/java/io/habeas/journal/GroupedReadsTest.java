// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class GroupedReadsTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private JournalDatabase database;
    private GroupedAppends appends;
    private GroupedReads reads;

    @BeforeEach
    void open() throws Exception {
        database = JournalDatabase.fresh();
        appends = new GroupedAppends(database.dataSource(), new JournalWakeup());
        reads = new GroupedReads(database.dataSource());
    }

    @AfterEach
    void close() {
        appends.close();
        reads.close();
    }

    @Test
    void a_stream_is_read_in_order_from_where_it_was_asked_and_no_more_than_was_asked() {
        var stream = streamOf(5);

        assertThat(sequences(reads.readStream(stream, 0, 10))).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(sequences(reads.readStream(stream, 1, 2))).containsExactly(1L, 2L);
        assertThat(reads.readStream(UUID.randomUUID(), 0, 10)).isEmpty();
    }

    @Test
    void what_was_stored_is_read_back_as_it_was() {
        var event = event(UUID.randomUUID(), 0);
        appends.append(List.of(event));

        assertThat(reads.readStream(event.stream(), 0, 10))
                .usingRecursiveComparison()
                .isEqualTo(List.of(event));
    }

    @Test
    void of_many_callers_at_once_each_gets_its_own_stream_in_order() throws Exception {
        var streams = IntStream.range(0, 40).mapToObj(this::streamOf).toList();
        var tasks = new ArrayList<Callable<Void>>();
        for (int client = 0; client < 32; client++) {
            int first = client;
            tasks.add(() -> {
                for (int i = 0; i < 200; i++) {
                    int number = (first + i) % streams.size();
                    int from = i % 3;
                    var found = reads.readStream(streams.get(number), from, 7);
                    assertThat(found).allMatch(event -> event.stream().equals(streams.get(number)));
                    assertThat(sequences(found))
                            .isEqualTo(IntStream.range(from, Math.min(number, from + 7))
                                    .mapToObj(Long::valueOf)
                                    .toList());
                }
                return null;
            });
        }

        run(tasks);
    }

    @Test
    void who_waits_while_both_connections_are_busy_is_served_by_one_statement_and_sees_what_was_committed_before()
            throws Exception {
        var stream = streamOf(2);
        try (var blocking = database.dataSource().getConnection();
                var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            lockTheTable(blocking);
            var busy = List.of(asked(clients, stream), asked(clients, stream));
            await().atMost(PATIENCE).until(() -> blockedReaders() == 2);
            var waiting =
                    IntStream.range(0, 10).mapToObj(i -> asked(clients, stream)).toList();
            blocking.rollback();

            for (var answer : busy) {
                assertThat(answer.get()).hasSize(2);
            }
            for (var answer : waiting) {
                assertThat(answer.get()).hasSize(2);
            }
        }
    }

    @Test
    void a_lost_connection_is_replaced() throws Exception {
        var stream = streamOf(1);
        reads.readStream(stream, 0, 1);
        JournalDatabase.execute(
                database.dataSource(),
                "select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where datname = current_database() and pid <> pg_backend_pid()");

        assertThat(reads.readStream(stream, 0, 1)).hasSize(1);
    }

    @Test
    void a_database_that_is_away_is_said_and_costs_nobody_his_place() throws Exception {
        var stream = streamOf(1);
        JournalDatabase.execute(database.dataSource(), "alter table event rename to elsewhere");

        assertThatThrownBy(() -> reads.readStream(stream, 0, 1))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining(stream.toString());

        JournalDatabase.execute(database.dataSource(), "alter table elsewhere rename to event");
        assertThat(reads.readStream(stream, 0, 1)).hasSize(1);
    }

    @Test
    void an_interrupted_caller_gets_its_events_and_stays_interrupted() {
        var stream = streamOf(1);

        Thread.currentThread().interrupt();
        var found = reads.readStream(stream, 0, 1);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(found).hasSize(1);
    }

    @Test
    void an_interrupt_of_a_virtual_thread_costs_it_no_event() throws Exception {
        var stream = streamOf(2);
        var found = new AtomicInteger();

        var thread = Thread.ofVirtual().start(() -> {
            Thread.currentThread().interrupt();
            found.addAndGet(reads.readStream(stream, 0, 2).size());
            found.addAndGet(reads.readStream(stream, 0, 2).size());
        });
        thread.join(PATIENCE);

        assertThat(found).hasValue(4);
    }

    @Test
    void after_closing_nobody_is_served() {
        var stream = streamOf(1);
        reads.close();

        assertThatThrownBy(() -> reads.readStream(stream, 0, 1))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("closed");
    }

    private CompletableFuture<List<NewEvent>> asked(ExecutorService clients, UUID stream) {
        return CompletableFuture.supplyAsync(() -> reads.readStream(stream, 0, 10), clients);
    }

    private static void lockTheTable(Connection blocking) throws Exception {
        blocking.setAutoCommit(false);
        JournalDatabase.execute(blocking, "lock table event in access exclusive mode");
    }

    private int blockedReaders() throws Exception {
        return Integer.parseInt(
                JournalDatabase.text(
                        database.dataSource(),
                        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"));
    }

    private UUID streamOf(int events) {
        var stream = UUID.randomUUID();
        for (int sequence = 0; sequence < events; sequence++) {
            appends.append(List.of(event(stream, sequence)));
        }
        return stream;
    }

    private static List<Long> sequences(List<NewEvent> events) {
        return events.stream().map(NewEvent::sequence).toList();
    }

    private static void run(List<Callable<Void>> tasks) throws Exception {
        try (var clients = Executors.newFixedThreadPool(tasks.size())) {
            for (Future<Void> result : clients.invokeAll(tasks)) {
                result.get();
            }
        }
    }

    private static NewEvent event(UUID stream, long sequence) {
        return new NewEvent(
                stream,
                sequence,
                EventIds.next(),
                "sample.happened",
                1,
                Instant.parse("2026-11-22T10:15:30.123456Z"),
                UUID.randomUUID(),
                0,
                "acme",
                "requester",
                "rights.erasure",
                "{\"what\":\"it\"}".getBytes(StandardCharsets.UTF_8),
                "{}".getBytes(StandardCharsets.UTF_8));
    }
}
