// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import io.habeas.fault.FaultPoints;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/** The append: one statement that holds its own guard, so that nothing can come between the look and the write. */
final class Appending {

    private static final String UNIQUE_VIOLATION = "23505";
    private static final Pattern FIRST_UUID = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /*
     * A row that opens its stream within the list is checked against the stream's previous event; the rows behind it follow
     * by construction. One refused row refuses them all. The previous event is looked up by a scalar subquery and not by a
     * join, so that a plan made while the table was small cannot turn into a scan of the whole table.
     */
    static final String APPEND = """
            with fresh as materialized (
                select * from unnest(?::uuid[], ?::bigint[], ?::uuid[], ?::text[], ?::integer[], ?::timestamptz[], ?::uuid[],
                                     ?::integer[], ?::text[], ?::text[], ?::text[], ?::bytea[], ?::bytea[], ?::boolean[])
                    with ordinality as t(stream, sequence, event_id, type, revision, time, cause,
                                         cause_index, controller, actor, rule, payload, metadata, opens, place)),
            writer as materialized (
                select max(g.generation) as generation, pg_current_xact_id() as transaction_id from generation g),
            refused as (
                select 1 from fresh f, writer w
                 where f.opens
                   and not coalesce((select (p.generation, p.transaction_id) <= (w.generation, w.transaction_id)
                                       from event p where p.stream = f.stream and p.sequence = f.sequence - 1),
                                    f.sequence = 0))
            insert into event (generation, stream, sequence, event_id, type, revision, time, cause, cause_index,
                               controller, actor, rule, payload, metadata)
            select w.generation, f.stream, f.sequence, f.event_id, f.type, f.revision, f.time, f.cause, f.cause_index,
                   f.controller, f.actor, f.rule, f.payload, f.metadata
              from fresh f, writer w
             where not exists (select from refused)
             order by f.place""";

    private static final String LAST = """
            select e.sequence, (e.generation, e.transaction_id)
                               > ((select max(g.generation) from generation g), pg_current_xact_id())
              from event e where e.stream = ? order by e.sequence desc limit 1""";

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
        var opens = new Boolean[size];
        for (int i = 0; i < size; i++) {
            var event = events.get(i);
            streams[i] = event.stream();
            sequences[i] = event.sequence();
            eventIds[i] = event.eventId();
            types[i] = event.type();
            revisions[i] = event.revision();
            times[i] = DateTimeFormatter.ISO_INSTANT.format(event.time());
            causes[i] = event.cause();
            causeIndexes[i] = event.causeIndex();
            controllers[i] = event.controller();
            actors[i] = event.actor();
            rules[i] = event.rule();
            payloads[i] = event.payload();
            metadata[i] = event.metadata();
            opens[i] = !follows(events, i);
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
        statement.setArray(14, connection.createArrayOf("boolean", opens));
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
