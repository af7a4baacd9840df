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
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/** The table {@code desk_request} and how far it has come in the feed. Can be thrown away and made again. */
final class QueueTable {

    private static final String PUT = """
            insert into desk_request (request_id, controller, reference, asked_right, capacity, jurisdiction, profile,
                                      state, role, reason, received_at, entered_at, channel, due_at)
            values (:id, :controller, :reference, :right, :capacity, :jurisdiction, :profile,
                    :state, :role, :reason, :receivedAt, :enteredAt, :channel, :dueAt)
            on conflict (request_id) do update
                set jurisdiction = excluded.jurisdiction, profile = excluded.profile, state = excluded.state, role = excluded.role, reason = excluded.reason, due_at = excluded.due_at""";

    private static final String ADVANCE = """
            update desk_position set generation = :toGeneration, at_transaction = :toTransaction, position = :toPosition
             where generation = :generation and at_transaction = :transaction and position = :position""";

    private final JdbcClient jdbc;
    private final TransactionOperations transactions;

    QueueTable(JdbcClient jdbc, TransactionOperations transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    FeedPosition position() {
        return jdbc.sql("select generation, at_transaction, position from desk_position")
                .query((row, _) -> new FeedPosition(row.getLong(1), row.getLong(2), row.getLong(3)))
                .single();
    }

    /** Nothing is changed if another copy has come further in the meantime. */
    void apply(Collection<QueueRow> rows, FeedPosition from, FeedPosition to) {
        transactions.executeWithoutResult(_ -> {
            var first = jdbc.sql(ADVANCE)
                    .param("toGeneration", to.generation())
                    .param("toTransaction", to.transaction())
                    .param("toPosition", to.position())
                    .param("generation", from.generation())
                    .param("transaction", from.transaction())
                    .param("position", from.position())
                    .update();
            if (first == 1) {
                rows.forEach(this::put);
            }
        });
    }

    private void put(QueueRow row) {
        jdbc.sql(PUT)
                .param("id", row.requestId())
                .param("controller", row.controller())
                .param("reference", row.reference())
                .param("right", row.right().name())
                .param("capacity", row.capacity().name())
                .param("jurisdiction", row.jurisdiction())
                .param("profile", row.profile())
                .param("state", row.state().name())
                .param("role", nameOf(row.role()))
                .param("reason", nameOf(row.reason()))
                .param("receivedAt", row.receivedAt().atOffset(ZoneOffset.UTC))
                .param("enteredAt", row.enteredAt().atOffset(ZoneOffset.UTC))
                .param("channel", row.channel())
                .param("dueAt", row.dueAt().atOffset(ZoneOffset.UTC))
                .update();
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
