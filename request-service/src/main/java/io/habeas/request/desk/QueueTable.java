// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.desk;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.Right;
import io.habeas.journal.FeedPosition;
import io.habeas.request.lifecycle.ReviewReason;
import io.habeas.request.lifecycle.State;
import io.habeas.request.policy.language.Decider;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The table {@code desk_request} and how far it has come in the feed. Can be thrown away and made again. */
final class QueueTable {

    /** One statement, and so one short transaction: while it is open, every reader of the journal waits for it. */
    private static final String APPLY = """
            with ahead as (
                update desk_position set generation = :toGeneration, at_transaction = :toTransaction, position = :toPosition
                 where generation = :generation and at_transaction = :transaction and position = :position
                returning 1)
            insert into desk_request (request_id, controller, reference, asked_right, capacity, jurisdiction, profile,
                                      state, role, reason, received_at, entered_at, channel, due_at)
            select r.* from unnest(:ids::uuid[], :controllers::text[], :references::text[], :rights::text[], :capacities::text[],
                                   :jurisdictions::text[], :profiles::text[], :states::text[], :roles::text[], :reasons::text[],
                                   :receivedAt::timestamptz[], :enteredAt::timestamptz[], :channels::text[],
                                   :dueAt::timestamptz[]) as r
             where exists (select from ahead)
            on conflict (request_id) do update
                set jurisdiction = excluded.jurisdiction, profile = excluded.profile, state = excluded.state, role = excluded.role, reason = excluded.reason, due_at = excluded.due_at""";

    private final JdbcClient jdbc;

    QueueTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    FeedPosition position() {
        return jdbc.sql("select generation, at_transaction, position from desk_position")
                .query((row, _) -> new FeedPosition(row.getLong(1), row.getLong(2), row.getLong(3)))
                .single();
    }

    /**
     * Nothing is changed if another copy has come further in the meantime.
     *
     * @param rows one for each request at most
     */
    void apply(Collection<QueueRow> rows, FeedPosition from, FeedPosition to) {
        jdbc.sql(APPLY)
                .param("toGeneration", to.generation())
                .param("toTransaction", to.transaction())
                .param("toPosition", to.position())
                .param("generation", from.generation())
                .param("transaction", from.transaction())
                .param("position", from.position())
                .param("ids", texts(rows, row -> row.requestId().toString()))
                .param("controllers", texts(rows, QueueRow::controller))
                .param("references", texts(rows, QueueRow::reference))
                .param("rights", texts(rows, row -> row.right().name()))
                .param("capacities", texts(rows, row -> row.capacity().name()))
                .param("jurisdictions", texts(rows, QueueRow::jurisdiction))
                .param("profiles", texts(rows, QueueRow::profile))
                .param("states", texts(rows, row -> row.state().name()))
                .param("roles", texts(rows, row -> nameOf(row.role())))
                .param("reasons", texts(rows, row -> nameOf(row.reason())))
                .param("receivedAt", texts(rows, row -> row.receivedAt().toString()))
                .param("enteredAt", texts(rows, row -> row.enteredAt().toString()))
                .param("channels", texts(rows, QueueRow::channel))
                .param("dueAt", texts(rows, row -> row.dueAt().toString()))
                .update();
    }

    private static @Nullable String[] texts(Collection<QueueRow> rows, Function<QueueRow, @Nullable String> part) {
        return rows.stream().map(part).toArray(String[]::new);
    }

    /** What is due first comes first. @return one more than the limit where there is a further page */
    List<QueueRow> find(QueueFilter filter) {
        var sql = new StringBuilder("select * from desk_request where controller = any(:controllers)");
        add(sql, " and state = :state", filter.state());
        add(sql, " and role = :role", filter.role());
        add(sql, " and due_at < :dueBefore", filter.dueBefore());
        add(sql, " and (due_at, request_id) > (:afterDue, :afterId)", filter.after());
        sql.append(" order by due_at, request_id limit :limit");
        var query = jdbc.sql(sql.toString())
                .param("controllers", filter.controllers().toArray(String[]::new))
                .param("limit", filter.limit() + 1);
        if (filter.state() != null) {
            query = query.param("state", filter.state().name());
        }
        if (filter.role() != null) {
            query = query.param("role", filter.role().name());
        }
        if (filter.dueBefore() != null) {
            query = query.param("dueBefore", filter.dueBefore().atOffset(ZoneOffset.UTC));
        }
        var after = filter.after();
        if (after != null) {
            query = query.param("afterDue", after.dueAt().atOffset(ZoneOffset.UTC))
                    .param("afterId", after.requestId());
        }
        return query.query(QueueTable::row).list();
    }

    private static void add(StringBuilder sql, String condition, @Nullable Object wanted) {
        if (wanted != null) {
            sql.append(condition);
        }
    }

    private static QueueRow row(ResultSet row, int number) throws SQLException {
        var role = row.getString("role");
        var reason = row.getString("reason");
        return new QueueRow(
                row.getObject("request_id", UUID.class),
                row.getString("controller"),
                row.getString("reference"),
                Right.valueOf(row.getString("asked_right")),
                Capacity.valueOf(row.getString("capacity")),
                row.getString("jurisdiction"),
                row.getString("profile"),
                State.valueOf(row.getString("state")),
                role == null ? null : Decider.valueOf(role),
                reason == null ? null : ReviewReason.valueOf(reason),
                instant(row, "received_at"),
                instant(row, "entered_at"),
                row.getString("channel"),
                instant(row, "due_at"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable String nameOf(@Nullable Enum<?> value) {
        return value == null ? null : value.name();
    }
}
