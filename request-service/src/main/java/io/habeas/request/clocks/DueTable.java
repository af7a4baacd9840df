// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.clocks;

import io.habeas.journal.FeedPosition;
import io.habeas.request.clocks.DueChanges.Place;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.support.SQLErrorCodeSQLExceptionTranslator;
import org.springframework.jdbc.support.SQLExceptionTranslator;

/** The table {@code due} and how far it has come in the feed. Every method is one short transaction. */
final class DueTable {

    /**
     * One statement, and so one short transaction: while it is open, every reader of the journal waits for it. No row is in two of the
     * three lists.
     */
    private static final String APPLY = """
            with ahead as (
                update due_position set generation = ?, at_transaction = ?, position = ?
                 where generation = ? and at_transaction = ? and position = ?
                returning 1),
            removed as (
                delete from due using unnest(?::uuid[], ?::text[]) as r(request_id, kind)
                 where due.request_id = r.request_id and due.kind = r.kind and exists (select from ahead)),
            moved as (
                update due set due_at = m.due_at, claimed_until = null
                  from unnest(?::uuid[], ?::text[], ?::timestamptz[]) as m(request_id, kind, due_at)
                 where due.request_id = m.request_id and due.kind = m.kind and exists (select from ahead)),
            put as (
                insert into due (request_id, kind, controller, due_at, key_id, provisional)
                select p.* from unnest(?::uuid[], ?::text[], ?::text[], ?::timestamptz[], ?::uuid[], ?::boolean[]) as p
                 where exists (select from ahead)
                on conflict (request_id, kind) do update
                    set due_at = excluded.due_at, key_id = excluded.key_id, provisional = excluded.provisional,
                        attempts = 0, claimed_until = null)
            select exists (select from ahead)""";

    private static final String CLAIM = """
            update due set claimed_until = clock_timestamp() + ?::interval, attempts = attempts + 1
            from (select d.request_id, d.kind from due d
                  where d.due_at < ? and (d.claimed_until is null or d.claimed_until < clock_timestamp())
                  order by d.due_at limit ? for update skip locked) as c
            where due.request_id = c.request_id and due.kind = c.kind
            returning due.request_id, due.kind, due.controller, due.due_at, due.key_id, due.attempts""";

    private static final String PROVISIONAL = """
            select request_id, kind, controller, due_at, key_id, attempts from due
            where provisional and (request_id, kind) > (?, ?) order by request_id, kind limit ?""";

    private static final String DONE = "delete from due where request_id = ? and kind = ? and due_at = ?";

    private static final String LATER = """
            update due set claimed_until = clock_timestamp() + ?::interval
            where request_id = ? and kind = ? and due_at = ? and attempts = ?""";

    /** A row that this copy may work on until its lease ends. */
    record Claim(
            UUID requestId,
            DueKind kind,
            String controller,
            Instant dueAt,
            @Nullable UUID keyId,
            int attempts) {}

    private final DataSource dataSource;
    private final SQLExceptionTranslator translator = new SQLErrorCodeSQLExceptionTranslator("PostgreSQL");

    DueTable(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    FeedPosition position() {
        return inTransaction("read the position", connection -> {
            try (var statement = connection.prepareStatement(
                            "select generation, at_transaction, position from due_position");
                    var rows = statement.executeQuery()) {
                rows.next();
                return new FeedPosition(rows.getLong(1), rows.getLong(2), rows.getLong(3));
            }
        });
    }

    /** @return whether it was done; not if another copy has come further in the meantime */
    boolean apply(DueChanges changes, FeedPosition from, FeedPosition to) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(APPLY)) {
            set(statement, 1, to);
            set(statement, 4, from);
            setPlaces(statement, 7, changes.removed);
            setPlaces(statement, 9, changes.moved.keySet());
            var moved = changes.moved.values();
            statement.setArray(11, connection.createArrayOf("timestamptz", texts(moved, DueTable::timestamp)));
            setPlaces(statement, 12, changes.put.keySet());
            var put = changes.put.values();
            statement.setArray(14, connection.createArrayOf("text", texts(put, DueChanges.Row::controller)));
            statement.setArray(15, connection.createArrayOf("timestamptz", texts(put, row -> timestamp(row.dueAt()))));
            statement.setArray(16, connection.createArrayOf("uuid", texts(put, row -> row.keyId())));
            statement.setArray(17, connection.createArrayOf("boolean", texts(put, DueChanges.Row::provisional)));
            try (var answer = statement.executeQuery()) {
                answer.next();
                return answer.getBoolean(1);
            }
        } catch (SQLException failed) {
            throw translated("apply changes", failed);
        }
    }

    /** What is due at that legal time and nobody else works on. */
    List<Claim> claim(Instant legalNow, Duration lease, int limit) {
        return inTransaction("claim", connection -> {
            try (var claim = connection.prepareStatement(CLAIM)) {
                claim.setString(1, lease.toMillis() + " milliseconds");
                claim.setObject(2, offset(legalNow));
                claim.setInt(3, limit);
                var claims = new ArrayList<Claim>();
                try (var rows = claim.executeQuery()) {
                    while (rows.next()) {
                        claims.add(claim(rows));
                    }
                }
                return claims;
            }
        });
    }

    /** Clocks whose end is provisional, in pages. @param after the last one of the page before, or null */
    List<Claim> provisional(@Nullable Claim after, int limit) {
        return inTransaction("look for provisional ends", connection -> {
            try (var look = connection.prepareStatement(PROVISIONAL)) {
                look.setObject(1, after == null ? new UUID(0, 0) : after.requestId());
                look.setString(2, after == null ? "" : after.kind().name());
                look.setInt(3, limit);
                var found = new ArrayList<Claim>();
                try (var rows = look.executeQuery()) {
                    while (rows.next()) {
                        found.add(claim(rows));
                    }
                }
                return found;
            }
        });
    }

    private static Claim claim(ResultSet rows) throws SQLException {
        return new Claim(
                rows.getObject(1, UUID.class),
                DueKind.valueOf(rows.getString(2)),
                rows.getString(3),
                rows.getObject(4, OffsetDateTime.class).toInstant(),
                rows.getObject(5, UUID.class),
                rows.getInt(6));
    }

    /** Done with; the event says so too, and this only spares the next claim a look at it. */
    void done(Claim claim) {
        inTransaction("remove a row", connection -> {
            try (var done = connection.prepareStatement(DONE)) {
                done.setObject(1, claim.requestId());
                done.setString(2, claim.kind().name());
                done.setObject(3, offset(claim.dueAt()));
                return done.executeUpdate();
            }
        });
    }

    /** Unless the row is another's by now, or says another time. */
    void tryAgainAfter(Claim claim, Duration pause) {
        inTransaction("put a row off", connection -> {
            try (var later = connection.prepareStatement(LATER)) {
                later.setString(1, pause.toMillis() + " milliseconds");
                later.setObject(2, claim.requestId());
                later.setString(3, claim.kind().name());
                later.setObject(4, offset(claim.dueAt()));
                later.setInt(5, claim.attempts());
                return later.executeUpdate();
            }
        });
    }

    private static void set(PreparedStatement statement, int from, FeedPosition position) throws SQLException {
        statement.setLong(from, position.generation());
        statement.setLong(from + 1, position.transaction());
        statement.setLong(from + 2, position.position());
    }

    private static void setPlaces(PreparedStatement statement, int first, Collection<Place> places)
            throws SQLException {
        var connection = statement.getConnection();
        statement.setArray(first, connection.createArrayOf("uuid", texts(places, Place::requestId)));
        statement.setArray(first + 1, connection.createArrayOf("text", texts(places, place -> place.kind()
                .name())));
    }

    private static <T> @Nullable Object[] texts(Collection<T> values, Function<T, @Nullable Object> text) {
        return values.stream().map(text).toArray();
    }

    private static String timestamp(@Nullable Instant instant) {
        return instant == null ? "infinity" : instant.toString();
    }

    private static OffsetDateTime offset(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    private <T> T inTransaction(String what, Work<T> work) throws DataAccessException {
        try (var connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                var result = work.in(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException failed) {
                connection.rollback();
                throw failed;
            } finally {
                connection.setAutoCommit(true);
            }
        } catch (SQLException failed) {
            throw translated(what, failed);
        }
    }

    private RuntimeException translated(String what, SQLException failed) {
        var translated = translator.translate("due table: " + what, null, failed);
        return translated != null ? translated : new IllegalStateException("due table: " + what, failed);
    }
}
