// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What of each request has taken effect in this service. */
final class Inbox {

    /**
     * @param sequence of the last message that took effect; -1 before the first
     * @param eventId of that message
     * @param parked whether a message of this request is parked, so that what follows it has to be parked too
     * @param traceparent of that message; what this service does later, on threads of its own, belongs to the same trace
     */
    record Row(
            long sequence,
            long generation,
            @Nullable UUID eventId,
            boolean parked,
            @Nullable String traceparent) {

        static final Row NONE = new Row(-1, 0, null, false, null);

        Verdict judge(WireEvent event) {
            if (event.sequence() <= sequence) {
                return isForeign(event) ? Verdict.CONFLICT : Verdict.DUPLICATE;
            }
            if (parked) {
                return Verdict.FOLLOWS_PARKED;
            }
            return event.sequence() == sequence + 1 ? Verdict.NEXT : Verdict.HOLE;
        }

        /** A stream goes on in one generation; one that comes back to a known sequence in a later one was written anew. */
        private boolean isForeign(WireEvent event) {
            return event.sequence() == sequence
                    ? !event.eventId().equals(eventId)
                    : event.position().generation() > generation;
        }

        Row after(WireEvent event) {
            return new Row(
                    event.sequence(), event.position().generation(), event.eventId(), parked, event.traceparent());
        }
    }

    /** What is to be done with a message. */
    enum Verdict {
        NEXT,
        DUPLICATE,
        HOLE,
        FOLLOWS_PARKED,
        CONFLICT
    }

    private static final String COLUMNS = "sequence, generation, event_id, parked, request_id, traceparent";

    private final JdbcClient jdbc;

    Inbox(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Row find(String source, UUID request) {
        return read(source, request, "").orElse(Row.NONE);
    }

    Map<UUID, Row> find(String source, Collection<UUID> requests) {
        var found = new HashMap<UUID, Row>();
        jdbc.sql("select " + COLUMNS + " from inbox where source = ? and request_id = any(?)")
                .param(source)
                .param(requests.toArray(UUID[]::new))
                .query((rows, number) -> found.put(rows.getObject(5, UUID.class), rowOf(rows)))
                .list();
        return found;
    }

    /** Makes the row if need be, and holds it until the end of the transaction. */
    Row lock(String source, UUID request) {
        var known = read(source, request, " for update");
        if (known.isPresent()) {
            return known.get();
        }
        jdbc.sql(
                        "insert into inbox (source, request_id, sequence, generation) values (?, ?, -1, 0) on conflict do nothing")
                .params(List.of(source, request))
                .update();
        return read(source, request, " for update").orElseThrow();
    }

    /** Moves rows forward, never back. */
    void advance(String source, Map<UUID, Row> rows) {
        if (rows.isEmpty()) {
            return;
        }
        var requests = rows.keySet().toArray(UUID[]::new);
        var values = java.util.Arrays.stream(requests).map(rows::get).toList();
        jdbc.sql("""
                insert into inbox (source, request_id, sequence, generation, event_id, traceparent)
                select ?, r.* from unnest(?::uuid[], ?::bigint[], ?::bigint[], ?::uuid[], ?::text[]) r
                on conflict (source, request_id) do update
                   set sequence = excluded.sequence, generation = excluded.generation, event_id = excluded.event_id,
                       traceparent = coalesce(excluded.traceparent, inbox.traceparent)
                 where inbox.sequence < excluded.sequence""")
                .param(source)
                .param(requests)
                .param(values.stream().map(Row::sequence).toArray(Long[]::new))
                .param(values.stream().map(Row::generation).toArray(Long[]::new))
                .param(values.stream().map(Row::eventId).toArray(UUID[]::new))
                .param(values.stream().map(Row::traceparent).toArray(String[]::new))
                .update();
    }

    void parked(String source, UUID request, boolean parked) {
        jdbc.sql("update inbox set parked = ? where source = ? and request_id = ?")
                .params(List.of(parked, source, request))
                .update();
    }

    /** A request whose messages are parked. */
    record Held(String source, UUID request) {}

    /** Requests that are held back although nothing of them is parked. */
    List<Held> heldByNothing() {
        return jdbc.sql("""
                select source, request_id from inbox i where parked and not exists (
                    select from parked_message p
                     where p.source = i.source and p.request_id = i.request_id and p.sequence is not null)""")
                .query((rows, number) -> new Held(rows.getString(1), rows.getObject(2, UUID.class)))
                .list();
    }

    private Optional<Row> read(String source, UUID request, String lock) {
        return jdbc.sql("select " + COLUMNS + " from inbox where source = ? and request_id = ?" + lock)
                .params(List.of(source, request))
                .query((rows, number) -> rowOf(rows))
                .optional();
    }

    private static Row rowOf(ResultSet rows) throws SQLException {
        return new Row(rows.getLong(1), rows.getLong(2), uuid(rows), rows.getBoolean(4), rows.getString(6));
    }

    private static @Nullable UUID uuid(ResultSet rows) throws SQLException {
        return rows.getObject(3, UUID.class);
    }
}
