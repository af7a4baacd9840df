// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import io.habeas.fault.FaultPoints;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/** The append: one statement that holds its own guard, so that nothing can come between the look and the write. */
final class Appending {

    private static final String UNIQUE_VIOLATION = "23505";
    private static final Pattern FIRST_UUID = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private static final String CURRENT = "(select g.generation from generation g order by g.generation desc limit 1)";

    private static final String COLUMNS = """
            generation, stream, sequence, event_id, type, revision, time, cause, cause_index, controller, actor, rule, \
            payload, metadata""";

    /*
     * The previous event is looked up by scalar subqueries and not by a join, so that one list cannot bring a scan of the
     * whole table. Time never goes back within a stream: a command may have looked at the clock before the one that came first. Most appends hold one event, and in this form one costs the database what a plain INSERT costs.
     */
    static final String APPEND_ONE = """
            insert into event (%1$s)
            select %2$s, ?::uuid, ?::bigint, ?::uuid, ?::text, ?::integer,
                   greatest(?::timestamptz, case when ?::bigint > 0 then
                        (select b.time from event b where b.stream = ?::uuid and b.sequence = ?::bigint - 1) end),
                   ?::uuid, ?::integer, ?::text, ?::text, ?::text, ?::bytea, ?::bytea
             where ?::bigint < 0
                or (select (p.generation, p.transaction_id) <= (%2$s, pg_current_xact_id())
                      from event p where p.stream = ?::uuid and p.sequence = ?::bigint)""".formatted(COLUMNS, CURRENT);

    /*
     * Of each event the list says which one is stored already before the first of its stream in the list, or -1.
     * The last two arrays hold what has to be there already: the event before every first one of its stream in the list. What
     * follows in the list follows by construction. One refused stream refuses the whole list.
     */
    static final String APPEND = """
            insert into event (%1$s)
            select %2$s, f.stream, f.sequence, f.event_id, f.type, f.revision,
                   greatest(f.time, case when f.stored >= 0 then
                        (select b.time from event b where b.stream = f.stream and b.sequence = f.stored) end),
                   f.cause, f.cause_index, f.controller, f.actor, f.rule, f.payload, f.metadata
              from unnest(?::uuid[], ?::bigint[], ?::uuid[], ?::text[], ?::integer[], ?::timestamptz[], ?::uuid[],
                          ?::integer[], ?::text[], ?::text[], ?::text[], ?::bytea[], ?::bytea[], ?::bigint[])
                   with ordinality as f(stream, sequence, event_id, type, revision, time, cause, cause_index, controller,
                                        actor, rule, payload, metadata, stored, place)
             where not exists (
                   select from unnest(?::uuid[], ?::bigint[]) as b(stream, sequence)
                    where not coalesce((select (p.generation, p.transaction_id) <= (%2$s, pg_current_xact_id())
                                          from event p where p.stream = b.stream and p.sequence = b.sequence), false))
             order by f.place""".formatted(COLUMNS, CURRENT);

    private static final String LAST = """
            select e.sequence, (e.generation, e.transaction_id)
                               > (%s, pg_current_xact_id())
              from event e where e.stream = ? order by e.sequence desc limit 1""".formatted(CURRENT);

    private Appending() {}

    static void append(Connection connection, List<NewEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        FaultPoints.pass("journal.before-append");
        try {
            if (insert(connection, events) != events.size()) {
                throw refusal(connection, events);
            }
        } catch (SQLException e) {
            throw translated(e, events);
        }
    }

    /** @return the number of rows stored: all or, if the guard refused one, none */
    static int insert(Connection connection, List<NewEvent> events) throws SQLException {
        return events.size() == 1 ? insertOne(connection, events.getFirst()) : insertMany(connection, events);
    }

    private static int insertOne(Connection connection, NewEvent event) throws SQLException {
        try (var statement = connection.prepareStatement(APPEND_ONE)) {
            statement.setObject(1, event.stream());
            statement.setLong(2, event.sequence());
            statement.setObject(3, event.eventId());
            statement.setString(4, event.type());
            statement.setInt(5, event.revision());
            statement.setObject(6, event.time().atOffset(ZoneOffset.UTC));
            statement.setLong(7, event.sequence());
            statement.setObject(8, event.stream());
            statement.setLong(9, event.sequence());
            statement.setObject(10, event.cause());
            statement.setInt(11, event.causeIndex());
            statement.setString(12, event.controller());
            statement.setString(13, event.actor());
            statement.setString(14, event.rule());
            statement.setBytes(15, event.payload());
            statement.setBytes(16, event.metadata());
            statement.setLong(17, event.sequence() - 1);
            statement.setObject(18, event.stream());
            statement.setLong(19, event.sequence() - 1);
            return statement.executeUpdate();
        }
    }

    private static int insertMany(Connection connection, List<NewEvent> events) throws SQLException {
        try (var statement = connection.prepareStatement(APPEND)) {
            bind(connection, statement, events);
            return statement.executeUpdate();
        }
    }

    private static void bind(Connection connection, PreparedStatement statement, List<NewEvent> events)
            throws SQLException {
        int size = events.size();
        var streams = new UUID[size];
        var sequences = new Long[size];
        var eventIds = new UUID[size];
        var types = new String[size];
        var revisions = new Integer[size];
        var times = new String[size];
        @Nullable UUID[] causes = new @Nullable UUID[size];
        var causeIndexes = new Integer[size];
        var controllers = new String[size];
        var actors = new String[size];
        @Nullable String[] rules = new @Nullable String[size];
        var payloads = new byte[size][];
        var metadata = new byte[size][];
        var stored = new Long[size];
        var streamsBefore = new ArrayList<UUID>();
        var sequencesBefore = new ArrayList<Long>();
        var latest = Instant.MIN;
        for (int i = 0; i < size; i++) {
            var event = events.get(i);
            latest = follows(events, i) && latest.isAfter(event.time()) ? latest : event.time();
            streams[i] = event.stream();
            sequences[i] = event.sequence();
            eventIds[i] = event.eventId();
            types[i] = event.type();
            revisions[i] = event.revision();
            times[i] = DateTimeFormatter.ISO_INSTANT.format(latest);
            causes[i] = event.cause();
            causeIndexes[i] = event.causeIndex();
            controllers[i] = event.controller();
            actors[i] = event.actor();
            rules[i] = event.rule();
            payloads[i] = event.payload();
            metadata[i] = event.metadata();
            stored[i] = follows(events, i) ? stored[i - 1] : event.sequence() - 1;
            if (event.sequence() > 0 && !follows(events, i)) {
                streamsBefore.add(event.stream());
                sequencesBefore.add(event.sequence() - 1);
            }
        }
        statement.setArray(1, connection.createArrayOf("uuid", streams));
        statement.setArray(2, connection.createArrayOf("bigint", sequences));
        statement.setArray(3, connection.createArrayOf("uuid", eventIds));
        statement.setArray(4, connection.createArrayOf("text", types));
        statement.setArray(5, connection.createArrayOf("integer", revisions));
        statement.setArray(6, connection.createArrayOf("text", times));
        statement.setArray(7, connection.createArrayOf("uuid", causes));
        statement.setArray(8, connection.createArrayOf("integer", causeIndexes));
        statement.setArray(9, connection.createArrayOf("text", controllers));
        statement.setArray(10, connection.createArrayOf("text", actors));
        statement.setArray(11, connection.createArrayOf("text", rules));
        statement.setArray(12, connection.createArrayOf("bytea", payloads));
        statement.setArray(13, connection.createArrayOf("bytea", metadata));
        statement.setArray(14, connection.createArrayOf("bigint", stored));
        statement.setArray(15, connection.createArrayOf("uuid", streamsBefore.toArray()));
        statement.setArray(16, connection.createArrayOf("bigint", sequencesBefore.toArray()));
    }

    private static boolean follows(List<NewEvent> events, int index) {
        if (index == 0) {
            return false;
        }
        var before = events.get(index - 1);
        var event = events.get(index);
        return before.stream().equals(event.stream()) && before.sequence() + 1 == event.sequence();
    }

    /** Which of the streams the guard refused, and for what. */
    static JournalException refusal(Connection connection, List<NewEvent> events) throws SQLException {
        for (int i = 0; i < events.size(); i++) {
            if (follows(events, i)) {
                continue;
            }
            var event = events.get(i);
            try (var statement = connection.prepareStatement(LAST)) {
                statement.setObject(1, event.stream());
                try (var rows = statement.executeQuery()) {
                    long last = rows.next() ? rows.getLong(1) : -1;
                    if (last >= 0 && rows.getBoolean(2)) {
                        return new FeedOrderException(event.stream());
                    }
                    if (last + 1 != event.sequence()) {
                        return conflict(event, last);
                    }
                }
            }
        }
        return new FeedOrderException(events.getFirst().stream());
    }

    private static StreamConflictException conflict(NewEvent event, long last) {
        return new StreamConflictException(
                event.stream(),
                "sequence " + event.sequence() + " was to be stored, but the last one is "
                        + (last < 0 ? "none" : last));
    }

    static JournalException translated(SQLException e, List<NewEvent> events) {
        if (UNIQUE_VIOLATION.equals(e.getSQLState()) && e instanceof PSQLException refused) {
            var message = refused.getServerErrorMessage();
            var constraint = message == null ? null : message.getConstraint();
            var stream = streamOf(message == null ? null : message.getDetail(), events);
            if ("event_cause_key".equals(constraint)) {
                return new AlreadyCausedException(stream);
            }
            if ("event_sequence_key".equals(constraint)) {
                return new StreamConflictException(stream, "the sequence is taken");
            }
        }
        return new JournalException(events.size() + " events could not be stored", e);
    }

    /** The stream is the first column of both keys, in whatever language the server speaks. */
    private static UUID streamOf(@Nullable String detail, List<NewEvent> events) {
        if (detail != null) {
            var uuid = FIRST_UUID.matcher(detail);
            if (uuid.find()) {
                return UUID.fromString(uuid.group());
            }
        }
        return events.getFirst().stream();
    }
}
