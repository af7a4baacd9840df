// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/**
 * What every reader of the feed promises: it sees every committed event, whatever the order in which transactions commit,
 * however long one stays open, and whatever the clocks say; and it never sees a stream in reverse. Extend it once per
 * reader. It never skips. Seeing an event twice is allowed.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
public abstract class FeedConformance {

    /** A running reader. */
    public interface Reader extends AutoCloseable {

        /** The ids of the events seen so far, in the order in which they came. Called from another thread. */
        List<UUID> seen();

        /** Stops it for good; called once. */
        @Override
        void close() throws Exception;
    }

    private static final Instant NOW = Instant.parse("2026-11-22T10:15:30Z");
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    // Long enough for a reader that polls every 20 ms to go wrong many times over.
    private static final Duration A_WHILE = Duration.ofMillis(400);

    private final List<Reader> readers = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();
    private DataSource database;
    private EventJournal journal;

    /** Starts a reader of that database behind that place; its own poll has to find what is there, nobody wakes it. */
    protected abstract Reader startReader(DataSource dataSource, FeedPosition from) throws Exception;

    /** The scripts that make the database, the journal's first; more may be added. */
    protected List<String> scripts() {
        return List.of(JournalDatabase.JOURNAL_SCRIPT);
    }

    /** An event that the reader is able to read; the id, stream, sequence and time have to be the given ones. */
    protected NewEvent event(UUID eventId, UUID stream, long sequence, Instant time) {
        var nothing = "{}".getBytes(StandardCharsets.UTF_8);
        return new NewEvent(
                stream,
                sequence,
                eventId,
                "sample.happened",
                1,
                time,
                null,
                0,
                "acme",
                "requester",
                null,
                nothing,
                nothing);
    }

    @BeforeEach
    void makeJournal() throws SQLException {
        database = JournalDatabase.fresh(scripts()).dataSource();
        journal = new EventJournal(database, new JournalWakeup());
    }

    @AfterEach
    void closeAll() throws Exception {
        for (var connection : connections) {
            connection.close();
        }
        for (var reader : readers) {
            reader.close();
        }
    }

    @Test
    void what_commits_last_but_was_written_first_is_seen() throws Exception {
        var reader = reader(database, FeedPosition.START);
        var held = transaction();
        var late = append(held, UUID.randomUUID(), 0, NOW);
        var others = appendAlone(20, NOW.minusSeconds(120));

        await().pollDelay(A_WHILE).atMost(PATIENCE).untilAsserted(() -> assertThat(reader.seen())
                .isEmpty());
        held.commit();

        assertThat(seenInTheEnd(reader, 21)).startsWith(late).containsAll(others);
    }

    @Test
    void a_reader_that_was_stopped_meanwhile_sees_what_commits_after_its_return() throws Exception {
        var held = transaction();
        var late = append(held, UUID.randomUUID(), 0, NOW);
        var others = appendAlone(20, NOW);
        var reader = reader(database, FeedPosition.START);

        await().pollDelay(A_WHILE).atMost(PATIENCE).untilAsserted(() -> assertThat(reader.seen())
                .isEmpty());
        held.commit();

        assertThat(seenInTheEnd(reader, 21)).startsWith(late).containsAll(others);
    }

    @Test
    void of_two_open_transactions_the_later_may_commit_first() throws Exception {
        var reader = reader(database, FeedPosition.START);
        var first = transaction();
        var second = transaction();
        var fromFirst = append(first, UUID.randomUUID(), 0, NOW);
        var fromSecond = append(second, UUID.randomUUID(), 0, NOW);

        second.commit();
        var other = appendAlone(1, NOW.minusSeconds(120)).getFirst();
        await().pollDelay(A_WHILE).atMost(PATIENCE).untilAsserted(() -> assertThat(reader.seen())
                .isEmpty());
        first.commit();

        assertThat(seenInTheEnd(reader, 3)).containsExactly(fromFirst, fromSecond, other);
    }

    @Test
    void a_row_written_late_by_an_old_transaction_is_seen() throws Exception {
        var old = transaction();
        JournalDatabase.execute(old, "select pg_current_xact_id()");
        var others = appendAlone(5, NOW);
        var reader = reader(database, FeedPosition.START);

        await().pollDelay(A_WHILE).atMost(PATIENCE).untilAsserted(() -> assertThat(reader.seen())
                .isEmpty());
        var late = append(old, UUID.randomUUID(), 0, NOW);
        old.commit();

        assertThat(seenInTheEnd(reader, 6)).startsWith(late).containsAll(others);
    }

    @Test
    void what_writes_in_another_database_of_the_cluster_holds_nobody_up_and_hides_nobody() throws Exception {
        var foreign = JournalDatabase.fresh(scripts()).dataSource().getConnection();
        connections.add(foreign);
        foreign.setAutoCommit(false);
        JournalDatabase.execute(foreign, "select pg_current_xact_id()");
        var reader = reader(database, FeedPosition.START);

        var seen = appendAlone(3, NOW);
        assertThat(seenInTheEnd(reader, 3)).containsExactlyElementsOf(seen);

        var held = transaction();
        var late = append(held, UUID.randomUUID(), 0, NOW);
        var behind = appendAlone(3, NOW);
        await().pollDelay(A_WHILE).atMost(PATIENCE).untilAsserted(() -> assertThat(reader.seen())
                .hasSize(3));
        held.commit();
        assertThat(seenInTheEnd(reader, 7).subList(3, 7)).startsWith(late).containsAll(behind);
        foreign.rollback();
    }

    @Test
    void a_reader_that_starts_at_the_head_beside_an_open_transaction_sees_it() throws Exception {
        appendAlone(3, NOW);
        var held = transaction();
        var late = append(held, UUID.randomUUID(), 0, NOW);
        var between = appendAlone(3, NOW.minusSeconds(120));

        var reader = reader(database, journal.head());
        held.commit();

        assertThat(seenInTheEnd(reader, 4)).startsWith(late).containsAll(between);
    }

    @Test
    void a_transaction_that_wrote_before_it_loaded_is_refused_and_the_stream_keeps_its_order() throws Exception {
        var stream = UUID.randomUUID();
        var reader = reader(database, FeedPosition.START);
        var old = transaction();
        JournalDatabase.execute(old, "create temporary table scratch (n integer)");
        JournalDatabase.execute(old, "insert into scratch values (1)");
        var first = inTransaction(connection -> append(connection, stream, 0, NOW));

        long next = journal.nextSequence(old, stream);
        assertThat(next).isEqualTo(1);
        assertThatThrownBy(() -> append(old, stream, next, NOW)).isInstanceOf(FeedOrderException.class);
        old.rollback();
        var second = inTransaction(connection -> append(connection, stream, next, NOW));

        assertThat(seenInTheEnd(reader, 2)).containsExactly(first, second);
    }

    @Test
    void a_hundred_thousand_gaps_change_nothing() throws Exception {
        var reader = reader(database, FeedPosition.START);
        var held = transaction();
        var late = append(held, UUID.randomUUID(), 0, NOW);
        JournalDatabase.execute(
                database,
                "select count(nextval(pg_get_serial_sequence('event', 'position'))) from generate_series(1, 100000)");
        var behind = appendAlone(3, NOW);
        held.commit();

        assertThat(seenInTheEnd(reader, 4)).startsWith(late).containsAll(behind);
    }

    @Test
    void clocks_that_are_minutes_apart_change_nothing() throws Exception {
        var reader = reader(database, FeedPosition.START);
        var all = new ArrayList<UUID>();
        for (int round = 0; round < 5; round++) {
            var held = transaction();
            var fast = append(held, UUID.randomUUID(), 0, NOW.plusSeconds(120));
            var slow = appendAlone(2, NOW.minusSeconds(120));
            held.commit();
            all.add(fast);
            all.addAll(slow);
        }

        assertThat(seenInTheEnd(reader, all.size())).containsExactlyElementsOf(all);
    }

    @Test
    void many_writers_that_dawdle_and_roll_back_lose_nothing_and_reverse_nothing() throws Exception {
        var reader = reader(database, FeedPosition.START);
        Map<UUID, List<UUID>> streams = new ConcurrentHashMap<>();

        try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int writer = 0; writer < 8; writer++) {
                var random = new Random(writer);
                writers.submit(() -> {
                    write(UUID.randomUUID(), 60, random, streams);
                    return null;
                });
            }
        }

        var expected = streams.values().stream().mapToInt(List::size).sum();
        assertThat(streams).hasSize(8);
        var seen = seenInTheEnd(reader, expected);
        streams.values().forEach(stream -> assertThat(seen.stream().filter(Set.copyOf(stream)::contains))
                .containsExactlyElementsOf(stream));
    }

    @Test
    void a_restored_database_is_refused_until_a_generation_is_begun_and_then_nothing_is_lost() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            JournalDatabase.execute(database, "select pg_current_xact_id()");
        }
        var stream = UUID.randomUUID();
        var old = new ArrayList<>(appendAlone(5, NOW));
        old.add(inTransaction(connection -> append(connection, stream, 0, NOW)));
        var lastOld = journal.head();

        try (var other = JournalDatabase.startCluster()) {
            var restored = JournalDatabase.fresh(other, scripts()).dataSource();
            copy(database, restored);
            var check = new GenerationCheck(restored);
            assertThat(Long.parseLong(JournalDatabase.text(restored, "select pg_current_xact_id()")))
                    .as("the new cluster's transactions are behind the old one's")
                    .isLessThan(lastOld.transaction());
            assertThatThrownBy(check::requireKnown)
                    .isInstanceOf(GenerationRefusedException.class)
                    .hasMessageContaining("restored");

            check.beginGeneration("operator-7", "restored from the dump of the night");
            assertThat(check.requireKnown()).isEqualTo(2);
            var afterRestore = reader(restored, FeedPosition.START);
            var goneOn = reader(restored, lastOld);
            var onRestored = new EventJournal(restored, new JournalWakeup());
            UUID fresh;
            try (var connection = restored.getConnection()) {
                connection.setAutoCommit(false);
                fresh = append(onRestored, connection, stream, 1, NOW);
                connection.commit();
            }

            old.add(fresh);
            assertThat(seenInTheEnd(afterRestore, old.size())).containsExactlyElementsOf(old);
            assertThat(seenInTheEnd(goneOn, 1)).containsExactly(fresh);
            closeReaders();
        }
    }

    private void write(UUID stream, int times, Random random, Map<UUID, List<UUID>> streams) throws Exception {
        var stored = new ArrayList<UUID>();
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            while (stored.size() < times) {
                try {
                    if (random.nextInt(3) == 0) {
                        JournalDatabase.execute(connection, "select pg_current_xact_id()");
                    }
                    long next = journal.nextSequence(connection, stream);
                    var id = append(connection, stream, next, NOW.plusSeconds(random.nextInt(-120, 120)));
                    JournalDatabase.execute(connection, "select pg_sleep(" + random.nextInt(8) / 1000.0 + ")");
                    if (random.nextInt(5) == 0) {
                        connection.rollback();
                    } else {
                        connection.commit();
                        stored.add(id);
                    }
                } catch (FeedOrderException | StreamConflictException e) {
                    connection.rollback();
                }
            }
        }
        streams.put(stream, stored);
    }

    /** What a logical dump brings over: rows, the generation they belong to, and where the sequence stood. */
    private static void copy(DataSource from, DataSource to) throws Exception {
        JournalDatabase.execute(to, "truncate event, generation");
        for (var table : List.of("generation", "event")) {
            var rows = new ByteArrayOutputStream();
            try (var source = from.getConnection();
                    var target = to.getConnection()) {
                source.unwrap(PGConnection.class).getCopyAPI().copyOut("copy " + table + " to stdout", rows);
                target.unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn("copy " + table + " from stdin", new ByteArrayInputStream(rows.toByteArray()));
            }
        }
        JournalDatabase.execute(
                to,
                "select setval(pg_get_serial_sequence('event', 'position'), (select coalesce(max(position), 1) from event))");
    }

    private Reader reader(DataSource dataSource, FeedPosition from) throws Exception {
        var reader = startReader(dataSource, from);
        readers.add(reader);
        return reader;
    }

    private void closeReaders() throws Exception {
        for (var reader : readers) {
            reader.close();
        }
        readers.clear();
    }

    private static List<UUID> seenInTheEnd(Reader reader, int count) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(new LinkedHashSet<>(reader.seen()))
                .hasSize(count));
        return List.copyOf(new LinkedHashSet<>(reader.seen()));
    }

    private Connection transaction() throws SQLException {
        var connection = database.getConnection();
        connections.add(connection);
        connection.setAutoCommit(false);
        return connection;
    }

    private UUID append(Connection connection, UUID stream, long sequence, Instant time) {
        return append(journal, connection, stream, sequence, time);
    }

    private UUID append(EventJournal into, Connection connection, UUID stream, long sequence, Instant time) {
        var id = EventIds.next();
        into.append(connection, List.of(event(id, stream, sequence, time)));
        return id;
    }

    private List<UUID> appendAlone(int count, Instant time) throws SQLException {
        var ids = new ArrayList<UUID>();
        for (int i = 0; i < count; i++) {
            ids.add(inTransaction(connection -> append(connection, UUID.randomUUID(), 0, time)));
        }
        return ids;
    }

    private interface Work {
        UUID in(Connection connection) throws SQLException;
    }

    private UUID inTransaction(Work work) throws SQLException {
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            var id = work.in(connection);
            connection.commit();
            return id;
        }
    }
}
