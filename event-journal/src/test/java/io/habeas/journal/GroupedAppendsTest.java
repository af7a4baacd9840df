// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class GroupedAppendsTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Instant TIME = Instant.parse("2026-11-22T10:15:30.123456Z");

    private JournalDatabase database;
    private EventJournal journal;
    private JournalWakeup wakeup;
    private GroupedAppends appends;

    @BeforeEach
    void open() throws Exception {
        database = JournalDatabase.fresh();
        wakeup = new JournalWakeup();
        journal = new EventJournal(database.dataSource(), wakeup);
        appends = new GroupedAppends(database.dataSource(), wakeup);
    }

    @AfterEach
    void close() {
        appends.close();
    }

    @Test
    void events_of_one_append_are_stored_together_in_their_order() {
        var stream = UUID.randomUUID();

        appends.append(List.of(event(stream, 0, null), event(stream, 1, null), event(stream, 2, null)));

        var stored = journal.read(FeedPosition.START, 10);
        assertThat(stored).extracting(it -> it.event().sequence()).containsExactly(0L, 1L, 2L);
        assertThat(stored)
                .extracting(it -> it.position().transaction())
                .hasSize(3)
                .containsOnly(stored.getFirst().position().transaction());
        assertThat(stored.getFirst().position().generation()).isEqualTo(1);
    }

    @Test
    void what_was_stored_is_read_back_as_it_was() {
        var event = event(UUID.randomUUID(), 0, UUID.randomUUID());

        appends.append(List.of(event));

        assertThat(journal.readStream(event.stream(), 0, 10).getFirst().event())
                .usingRecursiveComparison()
                .isEqualTo(event);
    }

    @Test
    void places_of_several_streams_are_read_at_once_and_what_is_not_there_is_left_out() {
        var one = UUID.randomUUID();
        var other = UUID.randomUUID();
        appends.append(List.of(event(one, 0, null), event(one, 1, null), event(other, 0, null)));

        var found = journal.readPlaces(List.of(
                new EventJournal.StreamPlace(one, 1),
                new EventJournal.StreamPlace(other, 0),
                new EventJournal.StreamPlace(other, 7),
                new EventJournal.StreamPlace(UUID.randomUUID(), 0)));

        assertThat(found)
                .extracting(it -> it.event().stream() + " " + it.event().sequence())
                .containsExactlyInAnyOrder(one + " 1", other + " 0");
        assertThat(journal.readPlaces(List.of())).isEmpty();
    }

    @Test
    void time_never_goes_back_within_a_stream_whoever_looked_at_the_clock_first() {
        var stream = UUID.randomUUID();
        var later = TIME.plusMillis(41);

        appends.append(List.of(at(later, event(stream, 0, null))));
        appends.append(List.of(at(TIME, event(stream, 1, null))));
        appends.append(List.of(at(TIME, event(stream, 2, null)), at(TIME.minusSeconds(1), event(stream, 3, null))));

        assertThat(journal.readStream(stream, 0, 10))
                .extracting(it -> it.event().time())
                .containsExactly(later, later, later, later);
    }

    @Test
    void within_one_append_too() {
        var stream = UUID.randomUUID();

        appends.append(List.of(
                at(TIME.plusSeconds(1), event(stream, 0, null)),
                at(TIME, event(stream, 1, null)),
                at(TIME, event(UUID.randomUUID(), 0, null))));

        assertThat(journal.read(FeedPosition.START, 10))
                .extracting(it -> it.event().time())
                .containsExactly(TIME.plusSeconds(1), TIME.plusSeconds(1), TIME);
    }

    private static NewEvent at(Instant time, NewEvent event) {
        return new NewEvent(
                event.stream(),
                event.sequence(),
                event.eventId(),
                event.type(),
                event.revision(),
                time,
                event.cause(),
                event.causeIndex(),
                event.controller(),
                event.actor(),
                event.rule(),
                event.payload(),
                event.metadata());
    }

    @Test
    void a_taken_sequence_a_hole_and_a_known_cause_are_told_apart() {
        var stream = UUID.randomUUID();
        var cause = UUID.randomUUID();
        appends.append(List.of(event(stream, 0, cause)));

        assertThatThrownBy(() -> appends.append(List.of(event(stream, 0, null))))
                .isInstanceOf(StreamConflictException.class);
        assertThatThrownBy(() -> appends.append(List.of(event(stream, 2, null))))
                .isInstanceOf(StreamConflictException.class);
        assertThatThrownBy(() -> appends.append(List.of(event(stream, 1, cause))))
                .isInstanceOf(AlreadyCausedException.class);
        assertThat(journal.readStream(stream, 0, 10)).hasSize(1);
    }

    @Test
    void an_append_of_which_one_event_is_refused_stores_none() {
        var stream = UUID.randomUUID();
        var taken = UUID.randomUUID();
        appends.append(List.of(event(taken, 0, null)));

        assertThatThrownBy(() -> appends.append(List.of(event(stream, 0, null), event(taken, 0, null))))
                .isInstanceOfSatisfying(StreamConflictException.class, e -> assertThat(e.stream())
                        .isEqualTo(taken));
        assertThat(journal.readStream(stream, 0, 10)).isEmpty();
    }

    @Test
    void among_many_appends_a_refused_one_hurts_only_itself() throws Exception {
        var taken = UUID.randomUUID();
        appends.append(List.of(event(taken, 0, null)));
        var refused = new AtomicInteger();
        var tasks = new ArrayList<Callable<Void>>();
        for (int client = 0; client < 32; client++) {
            tasks.add(() -> {
                for (int i = 0; i < 60; i++) {
                    try {
                        appends.append(List.of(event(i % 15 == 7 ? taken : UUID.randomUUID(), 0, null)));
                    } catch (StreamConflictException e) {
                        refused.incrementAndGet();
                    }
                }
                return null;
            });
        }

        run(tasks);

        assertThat(refused).hasValue(32 * 4);
        assertThat(JournalDatabase.text(database.dataSource(), "select count(*) from event"))
                .isEqualTo(Integer.toString(1 + 32 * 56));
    }

    @Test
    void those_who_were_together_with_a_refused_one_still_share_commits() throws Exception {
        var taken = UUID.randomUUID();
        appends.append(List.of(event(taken, 0, null)));
        try (var patient = new GroupedAppends(database.dataSource(), wakeup, Duration.ofMinutes(10));
                var threads = Executors.newCachedThreadPool()) {
            patient.crowded = true;
            var waiting = new ArrayList<Future<?>>();
            for (int i = 0; i < 32; i++) {
                waiting.add(threads.submit(() -> inCompany(patient, event(UUID.randomUUID(), 0, null))));
            }
            await().atMost(PATIENCE).until(() -> patient.waiting() == 31);

            assertThatThrownBy(() -> threads.submit(() -> patient.append(List.of(event(taken, 0, null))))
                            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .hasCauseInstanceOf(StreamConflictException.class);

            for (var one : waiting) {
                one.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        }
        // by halves: 16, 8, 4 and two or three of the last four alone
        assertThat(Integer.parseInt(JournalDatabase.text(
                        database.dataSource(), "select count(distinct transaction_id::text) from event")))
                .isLessThan(1 + 10);
        assertThat(journal.read(FeedPosition.START, 100)).hasSize(33);
    }

    @Test
    void writers_that_fight_for_the_same_streams_in_opposite_orders_do_not_block_each_other() throws Exception {
        var tasks = new ArrayList<Callable<Void>>();
        var won = new AtomicInteger();
        for (int client = 0; client < 16; client++) {
            boolean backwards = client % 2 == 0;
            tasks.add(() -> {
                for (int i = 0; i < 100; i++) {
                    int number = backwards ? 99 - i : i;
                    try {
                        appends.append(List.of(event(new UUID(7, number), 0, null)));
                        won.incrementAndGet();
                    } catch (StreamConflictException e) {
                        // somebody was quicker
                    }
                }
                return null;
            });
        }

        run(tasks);

        assertThat(won).hasValue(100);
        assertThat(JournalDatabase.text(
                        database.dataSource(),
                        "select deadlocks from pg_stat_database where datname = current_database()"))
                .isEqualTo("0");
    }

    @Test
    void two_who_can_wait_and_come_thick_share_their_commits() throws Exception {
        try (var patient = new GroupedAppends(database.dataSource(), wakeup, Duration.ofMillis(200))) {
            Callable<Void> client = () -> {
                for (int i = 0; i < 20; i++) {
                    inCompany(patient, event(UUID.randomUUID(), 0, null));
                }
                return null;
            };

            run(List.of(client, client));
        }

        // each alone would be 40: while one is written, only the other can come
        assertThat(Integer.parseInt(JournalDatabase.text(
                        database.dataSource(), "select count(distinct transaction_id::text) from event")))
                .isLessThan(30);
    }

    @Test
    void who_is_in_a_hurry_waits_for_nobody_and_takes_those_who_wait_along() throws Exception {
        try (var patient = new GroupedAppends(database.dataSource(), wakeup, Duration.ofMinutes(10));
                var threads = Executors.newCachedThreadPool()) {
            patient.crowded = true;
            var waiting = threads.submit(() -> inCompany(patient, event(UUID.randomUUID(), 0, null)));
            await().atMost(PATIENCE).until(() -> patient.gathering);
            assertThat(waiting).isNotDone();

            threads.submit(() -> patient.append(List.of(event(UUID.randomUUID(), 0, null))))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

            waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(JournalDatabase.text(
                            database.dataSource(),
                            "select count(*) || ' in ' || count(distinct transaction_id::text) from event"))
                    .isEqualTo("2 in 1");
        }
    }

    @Test
    void those_who_wait_are_written_when_it_is_closed() throws Exception {
        try (var threads = Executors.newCachedThreadPool()) {
            var patient = new GroupedAppends(database.dataSource(), wakeup, Duration.ofMinutes(10));
            patient.crowded = true;
            var waiting = threads.submit(() -> inCompany(patient, event(UUID.randomUUID(), 0, null)));
            await().atMost(PATIENCE).until(() -> patient.gathering);

            patient.close();

            waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(journal.read(FeedPosition.START, 10)).hasSize(1);
        }
    }

    @Test
    void who_could_wait_is_stored_at_once_where_nobody_else_comes() {
        try (var patient = new GroupedAppends(database.dataSource(), wakeup, Duration.ofMinutes(10))) {
            inCompany(patient, event(UUID.randomUUID(), 0, null));
            inCompany(patient, event(UUID.randomUUID(), 0, null));
        }
        try (var brief = new GroupedAppends(database.dataSource(), wakeup, Duration.ofMillis(1))) {
            brief.crowded = true;

            inCompany(brief, event(UUID.randomUUID(), 0, null));

            await().atMost(PATIENCE).until(() -> !brief.crowded);
        }
        assertThat(journal.read(FeedPosition.START, 10)).hasSize(3);
    }

    private static @Nullable Void inCompany(GroupedAppends appends, NewEvent event) {
        return GroupedAppends.<@Nullable Void, RuntimeException>inCompany(() -> {
            appends.append(List.of(event));
            return null;
        });
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOTHING")
    void a_line_that_is_cut_at_the_commit_leaves_the_event_stored_once(CuttingProxy.Cut cut) throws Exception {
        try (var proxy = new CuttingProxy(database.host(), database.port());
                var through = new GroupedAppends(through(proxy), wakeup)) {
            var stream = UUID.randomUUID();
            through.append(List.of(event(stream, 0, null)));
            var cause = UUID.randomUUID();

            proxy.cutNextInsert(cut);
            through.append(List.of(event(stream, 1, cause)));

            assertThat(proxy.cuts()).isEqualTo(1);
            assertThat(journal.readStream(stream, 0, 10)).hasSize(2);
            assertThatThrownBy(() -> through.append(List.of(event(stream, 1, null))))
                    .isInstanceOf(StreamConflictException.class);
        }
    }

    @Test
    void a_group_whose_line_is_cut_is_stored_once_as_well() throws Exception {
        try (var proxy = new CuttingProxy(database.host(), database.port());
                var through = new GroupedAppends(through(proxy), wakeup)) {
            var tasks = new ArrayList<Callable<Void>>();
            for (int client = 0; client < 32; client++) {
                tasks.add(() -> {
                    for (int i = 0; i < 40; i++) {
                        if (i % 10 == 5) {
                            proxy.cutNextInsert(CuttingProxy.Cut.BEFORE_THE_ANSWER);
                        }
                        through.append(List.of(event(UUID.randomUUID(), 0, null)));
                    }
                    return null;
                });
            }

            run(tasks);

            assertThat(proxy.cuts()).isPositive();
            assertThat(JournalDatabase.text(database.dataSource(), "select count(*) from event"))
                    .isEqualTo(Integer.toString(32 * 40));
        }
    }

    @Test
    void a_lost_connection_between_appends_is_replaced() throws Exception {
        appends.append(List.of(event(UUID.randomUUID(), 0, null)));
        JournalDatabase.execute(
                database.dataSource(),
                "select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where datname = current_database() and pid <> pg_backend_pid()");

        appends.append(List.of(event(UUID.randomUUID(), 0, null)));

        assertThat(journal.read(FeedPosition.START, 10)).hasSize(2);
    }

    @Test
    void who_waits_while_the_database_cannot_be_reached_does_not_wait_for_a_connection_of_each_before()
            throws Exception {
        int callers = 60;
        var tries = new AtomicInteger();
        var open = new CountDownLatch(1);
        var unreachable = (DataSource)
                Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (_, _, _) -> {
                    tries.incrementAndGet();
                    open.await();
                    throw new SQLException("nobody there", "08001");
                });
        var waiting = new ArrayList<Thread>();
        var refused = new AtomicInteger();
        try (var away = new GroupedAppends(unreachable, wakeup)) {
            for (int i = 0; i < callers; i++) {
                waiting.add(Thread.ofPlatform().start(() -> {
                    try {
                        away.append(List.of(event(UUID.randomUUID(), 0, null)));
                    } catch (JournalException expected) {
                        refused.incrementAndGet();
                    }
                }));
            }
            await().atMost(PATIENCE).until(() -> waiting.stream()
                    .map(Thread::getState)
                    .allMatch(it -> it == Thread.State.WAITING || it == Thread.State.TIMED_WAITING));
            open.countDown();
            await().atMost(PATIENCE).until(() -> refused.get() == callers);
        }

        assertThat(tries.get()).isLessThan(callers / 2);
    }

    @Test
    void who_waits_behind_a_commit_that_hangs_goes_past_it() throws Exception {
        var first = UUID.randomUUID();
        var second = UUID.randomUUID();
        // what holds the others up ends first, however this ends
        try (var clients = Executors.newVirtualThreadPerTaskExecutor();
                var holder = database.dataSource().getConnection();
                var other = database.dataSource().getConnection()) {
            holder.setAutoCommit(false);
            journal.append(holder, List.of(event(first, 0, null)));
            other.setAutoCommit(false);
            journal.append(other, List.of(event(second, 0, null)));
            var direct = clients.submit(() -> appends.append(List.of(event(first, 0, null))));
            await().atMost(PATIENCE).until(() -> waitingForALock() == 1);
            var byTheWriter = clients.submit(() -> appends.append(List.of(event(second, 0, null))));
            await().atMost(PATIENCE).until(() -> waitingForALock() == 2);
            holder.rollback();
            direct.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

            var behind = new ArrayList<Future<?>>();
            for (int i = 0; i < 20; i++) {
                behind.add(clients.submit(() -> appends.append(List.of(event(UUID.randomUUID(), 0, null)))));
            }
            for (var append : behind) {
                append.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            assertThat(byTheWriter.isDone()).isFalse();

            other.commit();
            assertThatThrownBy(byTheWriter::get).hasCauseInstanceOf(StreamConflictException.class);
        }
    }

    private long waitingForALock() throws SQLException {
        return Long.parseLong(
                JournalDatabase.text(
                        database.dataSource(),
                        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"));
    }

    @Test
    void closing_waits_for_what_was_handed_in_and_refuses_what_comes_after() throws Exception {
        var stored = new AtomicInteger();
        var refused = new AtomicInteger();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int client = 0; client < 64; client++) {
                clients.submit(() -> {
                    while (refused.get() < 64) {
                        try {
                            appends.append(List.of(event(UUID.randomUUID(), 0, null)));
                            stored.incrementAndGet();
                        } catch (JournalException e) {
                            refused.incrementAndGet();
                        }
                    }
                });
            }
            await().atMost(PATIENCE).until(() -> stored.get() > 200);
            appends.close();
        }

        assertThat(JournalDatabase.text(database.dataSource(), "select count(*) from event"))
                .isEqualTo(Integer.toString(stored.get()));
    }

    @Test
    void an_interrupted_caller_learns_the_outcome_and_stays_interrupted() {
        var stream = UUID.randomUUID();

        Thread.currentThread().interrupt();
        appends.append(List.of(event(stream, 0, null)));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(journal.readStream(stream, 0, 1)).hasSize(1);
    }

    @Test
    void an_interrupt_of_a_virtual_thread_costs_nobody_the_connection() throws Exception {
        var stream = UUID.randomUUID();
        var stayed = new AtomicInteger();

        var thread = Thread.ofVirtual().start(() -> {
            Thread.currentThread().interrupt();
            appends.append(List.of(event(stream, 0, null)));
            appends.append(List.of(event(stream, 1, null)));
            stayed.set(Thread.currentThread().isInterrupted() ? 1 : -1);
        });
        thread.join(PATIENCE);

        assertThat(stayed).hasValue(1);
        assertThat(journal.readStream(stream, 0, 2)).hasSize(2);
    }

    @Test
    void a_commit_wakes_the_readers_of_this_process() {
        long heard = wakeup.heard();

        appends.append(List.of(event(UUID.randomUUID(), 0, null)));

        assertThat(wakeup.heard()).isGreaterThan(heard);
    }

    @Test
    void an_open_writer_ages_the_horizon() throws Exception {
        assertThat(journal.horizonAge()).isZero();
        try (var open = database.dataSource().getConnection()) {
            open.setAutoCommit(false);
            JournalDatabase.execute(open, "select pg_current_xact_id()");

            assertThat(journal.horizonAge()).isPositive();
            open.rollback();
        }
    }

    private PGSimpleDataSource through(CuttingProxy proxy) {
        var dataSource = new PGSimpleDataSource();
        dataSource.setServerNames(new String[] {"localhost"});
        dataSource.setPortNumbers(new int[] {proxy.port()});
        dataSource.setDatabaseName(database.name());
        dataSource.setUser("postgres");
        // So that every statement travels with its text and the proxy can see it.
        dataSource.setPrepareThreshold(0);
        dataSource.setLogServerErrorDetail(false);
        return dataSource;
    }

    private static void run(List<Callable<Void>> tasks) throws Exception {
        try (var clients = Executors.newFixedThreadPool(tasks.size())) {
            for (Future<Void> result : clients.invokeAll(tasks)) {
                result.get();
            }
        }
    }

    private static NewEvent event(UUID stream, long sequence, @Nullable UUID cause) {
        return new NewEvent(
                stream,
                sequence,
                EventIds.next(),
                "sample.happened",
                1,
                TIME,
                cause,
                0,
                "acme",
                "requester",
                "rights.erasure",
                "{\"what\":\"it\"}".getBytes(StandardCharsets.UTF_8),
                "{}".getBytes(StandardCharsets.UTF_8));
    }
}
