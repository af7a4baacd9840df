// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * The event table of one service: appends behind the guard of the feed's order, and the one feed that every reader
 * follows. Safe for many threads.
 *
 * <p>The feed is ordered by generation, transaction and position and shows only what lies below the oldest transaction
 * that is still writing in this database. So it pauses behind a long transaction, and never skips what commits late.
 */
public final class EventJournal {

    static final String COLUMNS = """
            e.generation, e.transaction_id::text::bigint as transaction_number, e.position, e.stream, e.sequence, e.event_id, \
            e.type, e.revision, e.time, e.cause, e.cause_index, e.controller, e.actor, e.rule, e.payload, e.metadata""";

    // An output column called transaction_id would make "order by transaction_id" sort by text and lose the index.
    static final String READ = """
            select %s from event e
             where (e.generation, e.transaction_id, e.position) > (?, ?::text::xid8, ?)
               and (e.generation, e.transaction_id) < (%s, (%s))
             order by e.generation, e.transaction_id, e.position
             limit ?""".formatted(COLUMNS, Horizon.GENERATION, Horizon.END);

    static final String READ_STREAM = """
            select %s from event e where e.stream = ? and e.sequence >= ? order by e.sequence limit ?""".formatted(COLUMNS);

    static final String READ_PLACES = """
            select %s from unnest(?::uuid[], ?::bigint[]) as q(stream, sequence)
              join event e on e.stream = q.stream and e.sequence = q.sequence""".formatted(COLUMNS);

    private static final String HEAD = """
            select e.generation, e.transaction_id::text::bigint as transaction_number, e.position from event e
             where (e.generation, e.transaction_id) < (%s, (%s))
             order by e.generation desc, e.transaction_id desc, e.position desc
             limit 1""".formatted(Horizon.GENERATION, Horizon.END);

    private static final String SINCE = """
            select e.generation, e.transaction_id::text::bigint as transaction_number, e.position from event e
             where e.time >= ?
             order by e.generation, e.transaction_id, e.position
             limit 1""";

    static final String KNOWS_CAUSE = "select exists (select 1 from event e where e.stream = ? and e.cause = ?)";

    private static final String METADATA_OF_CAUSE =
            "select e.metadata from event e where e.stream = ? and e.cause = ? order by e.cause_index limit 1";

    private static final String NEXT_SEQUENCE = """
            select e.sequence + 1 from event e where e.stream = ? order by e.sequence desc limit 1""";

    private final DataSource dataSource;
    private final JournalWakeup wakeup;
    private final Horizon horizon = new Horizon();

    public EventJournal(DataSource dataSource, JournalWakeup wakeup) {
        this.dataSource = dataSource;
        this.wakeup = wakeup;
    }

    /** The wake-up to be called after the commit of a transaction that appended. */
    public JournalWakeup wakeup() {
        return wakeup;
    }

    /**
     * Stores the events in the caller's transaction, all or none, in the order of the list. The caller commits, then calls
     * {@link JournalWakeup#wake()}. Needs READ COMMITTED, the default.
     *
     * @throws StreamConflictException if a sequence is taken or leaves a hole
     * @throws AlreadyCausedException if a cause has been there before
     * @throws FeedOrderException if this transaction is older than the last event of one of the streams; the whole
     *     transaction is to be repeated from outside
     * @throws JournalException if the database refuses otherwise or is away
     */
    public void append(Connection connection, List<NewEvent> events) {
        Appending.append(connection, events);
    }

    /** As {@link #nextSequence(Connection, UUID)}, on a connection of its own: what is committed now. */
    public long nextSequence(UUID stream) {
        try (var connection = dataSource.getConnection()) {
            return nextSequence(connection, stream);
        } catch (SQLException e) {
            throw new JournalException("the next sequence of stream " + stream + " could not be read", e);
        }
    }

    /** The sequence that the next event of the stream has to carry, as this transaction sees it; 0 for a new stream. */
    public long nextSequence(Connection connection, UUID stream) {
        try (var statement = connection.prepareStatement(NEXT_SEQUENCE)) {
            statement.setObject(1, stream);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        } catch (SQLException e) {
            throw new JournalException("the next sequence of stream " + stream + " could not be read", e);
        }
    }

    /**
     * What follows in the feed. A list shorter than {@code limit} means that there is no more for now.
     *
     * @param after the place of the last event read, or {@link FeedPosition#START}
     */
    public List<StoredEvent> read(FeedPosition after, int limit) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(READ)) {
            place(statement, after, limit);
            return eventsOf(statement);
        } catch (SQLException e) {
            throw new JournalException("the feed could not be read after " + after, e);
        }
    }

    /**
     * For one who reads the feed all the time, on a connection of its own until it is closed.
     *
     * @throws JournalException if there is no connection to be had
     */
    public FeedReader reader() {
        return new FeedReader(dataSource);
    }

    /** Committed events of one stream by sequence, also those that the feed does not show yet. */
    public List<StoredEvent> readStream(UUID stream, long from, int limit) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(READ_STREAM)) {
            statement.setObject(1, stream);
            statement.setLong(2, from);
            statement.setInt(3, limit);
            return eventsOf(statement);
        } catch (SQLException e) {
            throw new JournalException("stream " + stream + " could not be read", e);
        }
    }

    /**
     * A place in a stream.
     *
     * @param sequence from 0
     */
    public record StreamPlace(UUID stream, long sequence) {}

    /** Committed events at these places, in one statement and in no order; where there is none, none comes. */
    public List<StoredEvent> readPlaces(Collection<StreamPlace> places) {
        if (places.isEmpty()) {
            return List.of();
        }
        try (var connection = dataSource.getConnection()) {
            return readPlaces(connection, places);
        } catch (SQLException e) {
            throw new JournalException(places.size() + " places of streams could not be read", e);
        }
    }

    /** The same in the transaction of the caller, which then needs no second connection while it holds locks. */
    public List<StoredEvent> readPlaces(Connection connection, Collection<StreamPlace> places) {
        try (var statement = connection.prepareStatement(READ_PLACES)) {
            var streams = places.stream().map(StreamPlace::stream).toArray();
            var sequences = places.stream().map(StreamPlace::sequence).toArray();
            statement.setArray(1, connection.createArrayOf("uuid", streams));
            statement.setArray(2, connection.createArrayOf("bigint", sequences));
            return eventsOf(statement);
        } catch (SQLException e) {
            throw new JournalException(places.size() + " places of streams could not be read", e);
        }
    }

    /** Whether that cause has led to a committed event of the stream, however long ago. */
    public boolean knowsCause(UUID stream, UUID cause) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(KNOWS_CAUSE)) {
            statement.setObject(1, stream);
            statement.setObject(2, cause);
            try (var rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        } catch (SQLException e) {
            throw new JournalException("stream " + stream + " could not be searched for a cause", e);
        }
    }

    /** What the first event of the stream with that cause has beside its payload, as it was stored; nothing if there is none. */
    public Optional<byte[]> metadataOf(UUID stream, UUID cause) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(METADATA_OF_CAUSE)) {
            statement.setObject(1, stream);
            statement.setObject(2, cause);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(rows.getBytes(1)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw new JournalException("stream " + stream + " could not be searched for a cause", e);
        }
    }

    /** The place of the last event that the feed shows now, or {@link FeedPosition#START} when it shows none. */
    public FeedPosition head() {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(HEAD);
                var rows = statement.executeQuery()) {
            return rows.next() ? positionOf(rows) : FeedPosition.START;
        } catch (SQLException e) {
            throw new JournalException("the head of the feed could not be read", e);
        }
    }

    /**
     * The place just before the first event of the feed whose legal time is not before the given one; the head if there is
     * none. The feed is not ordered by time, so that older events may follow. Reads the table from its beginning.
     */
    public FeedPosition placeBefore(Instant time) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(SINCE)) {
            statement.setObject(1, time.atOffset(ZoneOffset.UTC));
            try (var rows = statement.executeQuery()) {
                if (rows.next()) {
                    var first = positionOf(rows);
                    return new FeedPosition(first.generation(), first.transaction(), first.position() - 1);
                }
            }
        } catch (SQLException e) {
            throw new JournalException("the feed could not be searched for " + time, e);
        }
        return head();
    }

    /**
     * How long the oldest writing transaction has been holding the feed back; zero when nobody does.
     *
     * <p>A role without {@code pg_read_all_stats} cannot see the start of other roles' transactions; for those the time
     * since this object first saw the horizon at its place is taken, which is a lower bound.
     */
    public Duration horizonAge() {
        try (var connection = dataSource.getConnection()) {
            return horizon.age(connection);
        } catch (SQLException e) {
            throw new JournalException("the age of the feed's horizon could not be read", e);
        }
    }

    static void place(PreparedStatement statement, FeedPosition after, int limit) throws SQLException {
        statement.setLong(1, after.generation());
        statement.setString(2, Long.toString(after.transaction()));
        statement.setLong(3, after.position());
        statement.setInt(4, limit);
    }

    private static List<StoredEvent> eventsOf(PreparedStatement statement) throws SQLException {
        var events = new ArrayList<StoredEvent>();
        try (var rows = statement.executeQuery()) {
            while (rows.next()) {
                events.add(new StoredEvent(positionOf(rows), Rows.eventOf(rows, 3)));
            }
        }
        return events;
    }

    static FeedPosition positionOf(ResultSet rows) throws SQLException {
        return new FeedPosition(rows.getLong(1), rows.getLong(2), rows.getLong(3));
    }
}
