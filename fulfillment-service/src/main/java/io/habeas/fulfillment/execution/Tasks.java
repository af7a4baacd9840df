// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.execution;

import io.habeas.contracts.FulfillmentAnnouncement.Completed;
import io.habeas.contracts.FulfillmentAnnouncement.Delayed;
import io.habeas.contracts.FulfillmentAnnouncement.OutcomesRecorded;
import io.habeas.contracts.TaskOutcome;
import io.habeas.fulfillment.followup.FollowUps;
import io.habeas.fulfillment.parcel.Shelf;
import io.habeas.fulfillment.plan.Frozen.Chunk;
import io.habeas.fulfillment.plan.Order;
import io.habeas.fulfillment.plan.Orders;
import io.habeas.fulfillment.worker.Lease;
import io.habeas.fulfillment.worker.Lease.Rows;
import io.habeas.fulfillment.worker.Transactions;
import io.habeas.messaging.Announcements;
import io.habeas.messaging.Cause;
import io.habeas.service.LegalClock;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** The tasks of all plans. Whatever a holder writes is fenced by the number of its lease. */
public final class Tasks {

    private static final String ACTOR = "service:fulfillment";

    /** Where a task stands that can be worked on. */
    enum Stage {
        READY,
        READ_BACK
    }

    /**
     * A task that this copy works on.
     *
     * @param sweep from 1
     * @param attempts how often it has failed in a row
     * @param delayed whether that was announced
     */
    record Claimed(
            UUID taskId,
            UUID requestId,
            UUID planId,
            String store,
            TaskOutcome.Kind kind,
            Stage stage,
            int sweep,
            int attempts,
            boolean delayed,
            String dataMap,
            Lease lease) {}

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Transactions transactions;
    private final Announcements announcements;
    private final Shelf shelf;
    private final FollowUps followUps;
    private final LegalClock clock;
    private final Lease.Terms terms;
    private final int storeBudget;

    /** @param storeBudget how many tasks of one store may run at the same time, over all copies */
    public Tasks(
            JdbcClient jdbc,
            JsonMapper json,
            Transactions transactions,
            Announcements announcements,
            Shelf shelf,
            FollowUps followUps,
            LegalClock clock,
            Lease.Terms terms,
            int storeBudget) {
        this.jdbc = jdbc;
        this.json = json;
        this.transactions = transactions;
        this.announcements = announcements;
        this.shelf = shelf;
        this.followUps = followUps;
        this.clock = clock;
        this.terms = terms;
        this.storeBudget = storeBudget;
    }

    Optional<Claimed> claim() {
        long before = System.nanoTime();
        return jdbc.sql("""
                        update task t
                           set lease_number = t.lease_number + 1, begun = true,
                               lease_until = now() + make_interval(secs => :seconds)
                          from fulfillment_order o
                         where o.request_id = t.request_id
                           and t.task_id = (select d.task_id from task d
                                             where not d.recipient and d.state in ('READY', 'READ_BACK')
                                               and d.next_try <= now()
                                               and (d.lease_until is null or d.lease_until < now())
                                               and (select count(*) from task b
                                                     where b.controller = d.controller and b.store = d.store
                                                       and b.state in ('READY', 'READ_BACK')
                                                       and b.lease_until > now())
                                                 + (select count(*) from follow_up b
                                                     where b.controller = d.controller and b.store = d.store
                                                       and b.state in ('READY', 'READ_BACK')
                                                       and b.lease_until > now()) < :budget
                                             order by d.next_try for update skip locked limit 1)
                        returning t.task_id, t.request_id, t.plan_id, t.store, t.kind, t.state, t.sweep, t.attempts,
                                  t.delayed, o.data_map, t.lease_number""")
                .param("seconds", terms.length().toMillis() / 1000.0)
                .param("budget", storeBudget)
                .query((row, _) -> new Claimed(
                        row.getObject("task_id", UUID.class),
                        row.getObject("request_id", UUID.class),
                        row.getObject("plan_id", UUID.class),
                        row.getString("store"),
                        TaskOutcome.Kind.valueOf(row.getString("kind")),
                        Stage.valueOf(row.getString("state")),
                        row.getInt("sweep"),
                        row.getInt("attempts"),
                        row.getBoolean("delayed"),
                        row.getString("data_map"),
                        new Lease(
                                jdbc,
                                Rows.TASKS,
                                row.getObject("task_id", UUID.class),
                                row.getLong("lease_number"),
                                terms,
                                before)))
                .optional();
    }

    /** The tasks of a plan, by store. */
    Map<String, UUID> ofPlan(UUID planId) {
        var tasks = new LinkedHashMap<String, UUID>();
        jdbc.sql("select store, task_id from task where plan_id = :plan and not recipient")
                .param("plan", planId)
                .query((row, _) -> tasks.put(row.getString(1), row.getObject(2, UUID.class)))
                .list();
        return tasks;
    }

    /** The resume mark of an erasure, and the line of the ledger by which a restored backup is repaired. */
    void erased(Claimed task, Order order, Chunk chunk, @Nullable Period backups) {
        var now = clock.instant();
        var until = backups == null
                ? null
                : now.atZone(ZoneOffset.UTC).plus(backups).toInstant();
        transactions.run(() -> {
            task.lease().hold();
            done(chunk, 0, 0);
            if (chunk.toDo() > 0) {
                jdbc.sql("""
                                insert into erasure_ledger (task_id, collection, number, request_id, controller, store,
                                                            erased_at, until, key_id, sealed)
                                values (:task, :collection, :number, :request, :controller, :store, :now, :until, :key,
                                        :sealed)
                                on conflict (task_id, collection, number)
                                do update set erased_at = excluded.erased_at, until = excluded.until""")
                        .param("task", task.taskId())
                        .param("collection", chunk.collection())
                        .param("number", chunk.number())
                        .param("request", task.requestId())
                        .param("controller", order.controller())
                        .param("store", task.store())
                        .param("now", Timestamp.from(now))
                        .param("until", until == null ? null : Timestamp.from(until), java.sql.Types.TIMESTAMP)
                        .param("key", chunk.keyId())
                        .param("sealed", chunk.sealed())
                        .update();
            }
        });
    }

    /** The resume mark of a collection. */
    void collected(Claimed task, Chunk chunk, int delivered, int beforeLookBack) {
        transactions.run(() -> {
            task.lease().hold();
            done(chunk, delivered, beforeLookBack);
        });
    }

    private void done(Chunk chunk, int delivered, int beforeLookBack) {
        jdbc.sql("""
                        update chunk set done = true, delivered = :delivered, before_look_back = :before
                         where task_id = :task and collection = :collection and number = :number""")
                .param("delivered", delivered)
                .param("before", beforeLookBack)
                .param("task", chunk.taskId())
                .param("collection", chunk.collection())
                .param("number", chunk.number())
                .update();
    }

    /** These chunks were not what they should be: they are done again. */
    void again(Claimed task, List<Chunk> chunks, int sweep) {
        transactions.run(() -> {
            task.lease().hold();
            chunks.forEach(chunk -> jdbc.sql("""
                            update chunk set done = false
                             where task_id = :task and collection = :collection and number = :number""")
                    .param("task", chunk.taskId())
                    .param("collection", chunk.collection())
                    .param("number", chunk.number())
                    .update());
            jdbc.sql("update task set state = 'READY', sweep = :sweep where task_id = :task")
                    .param("sweep", sweep)
                    .param("task", task.taskId())
                    .update();
        });
    }

    /** Everything is erased; it is looked at again when the store has settled. Gives the task back. */
    void readBackAfter(Claimed task, Duration settles) {
        transactions.run(() -> {
            task.lease().hold();
            jdbc.sql("""
                            update task
                               set state = 'READ_BACK', attempts = 0, lease_until = null,
                                   next_try = now() + make_interval(secs => :settles)
                             where task_id = :task""")
                    .param("settles", settles.toMillis() / 1000.0)
                    .param("task", task.taskId())
                    .update();
        });
    }

    /**
     * The end of a task, and of its plan if it was the last: one transaction, in which what was kept until a day is noted for that day.
     *
     * @param zone of the data map
     */
    void finish(Claimed task, Order order, TaskOutcome outcome, ZoneId zone) {
        var rule = order.approval().rule();
        transactions.run(() -> {
            jdbc.sql("select request_id from fulfillment_order where request_id = :request for update")
                    .param("request", task.requestId())
                    .query(UUID.class)
                    .single();
            task.lease().hold();
            jdbc.sql("""
                            update task set state = 'DONE', outcome = :outcome, reason = null, detail = null,
                                            lease_until = null
                             where task_id = :task""")
                    .param("outcome", json.writeValueAsString(outcome))
                    .param("task", task.taskId())
                    .update();
            followUps.begin(order, outcome, zone);
            announcements.announce(
                    new OutcomesRecorded(task.requestId(), List.of(outcome)),
                    new Cause(Orders.causeOf("outcome", task.taskId()), order.controller(), ACTOR, rule));
            if (open(task.planId()) == 0) {
                announcements.announce(
                        new Completed(task.requestId(), task.planId(), completed(task)),
                        new Cause(Orders.causeOf("completed", task.planId()), order.controller(), ACTOR, rule));
            }
        });
    }

    private long open(UUID planId) {
        return jdbc.sql("select count(*) from task where plan_id = :plan and state <> 'DONE'")
                .param("plan", planId)
                .query(Long.class)
                .single();
    }

    private @Nullable Instant completed(Claimed task) {
        jdbc.sql("update fulfillment_order set state = 'DONE' where request_id = :request")
                .param("request", task.requestId())
                .update();
        return task.kind() == TaskOutcome.Kind.COLLECT ? shelf.complete(task.requestId()) : null;
    }

    /** Announces when waiting begins and when a person must act, not at every try. */
    void postpone(Claimed task, Order order, String reason, @Nullable String detail, boolean parked, Duration pause) {
        transactions.run(() -> {
            task.lease().hold();
            jdbc.sql("update task set " + (parked ? "state = 'PARKED', " : "") + """
                              reason = :reason, detail = :detail, delayed = true, attempts = attempts + 1,
                              lease_until = null, next_try = now() + make_interval(secs => :pause)
                               where task_id = :task""")
                    .param("reason", reason)
                    .param("detail", detail, java.sql.Types.VARCHAR)
                    .param("pause", pause.toMillis() / 1000.0)
                    .param("task", task.taskId())
                    .update();
            if (parked || !task.delayed()) {
                announcements.announce(
                        new Delayed(task.requestId(), task.taskId(), task.store(), reason, parked),
                        new Cause(
                                null,
                                order.controller(),
                                ACTOR,
                                order.approval().rule()));
            }
        });
    }

    /** Nothing was done yet: an order that is ended meanwhile is not carried through. */
    void notBegun(Claimed task) {
        jdbc.sql("update task set begun = false where task_id = :task and lease_number = :number")
                .param("task", task.taskId())
                .param("number", task.lease().number())
                .update();
    }

    /** Gives the task back for a moment; nothing has failed. */
    void later(Claimed task, Duration pause) {
        jdbc.sql("""
                        update task set lease_until = null, next_try = now() + make_interval(secs => :pause)
                         where task_id = :task and lease_number = :number""")
                .param("pause", pause.toMillis() / 1000.0)
                .param("task", task.taskId())
                .param("number", task.lease().number())
                .update();
    }

    /** A store answers again: what failed before does not count any more. */
    void well(Claimed task) {
        if (task.attempts() > 0) {
            jdbc.sql(
                            "update task set attempts = 0, reason = null, detail = null where task_id = :task and lease_until is not null")
                    .param("task", task.taskId())
                    .update();
        }
    }

    /** Has a parked task tried again, from its resume mark. @return whether it was parked */
    public boolean retry(UUID taskId) {
        return jdbc.sql("""
                                update task set state = 'READY', sweep = 1, attempts = 0, next_try = now(), delayed = false
                                 where task_id = :task and state = 'PARKED'""").param("task", taskId).update() > 0;
    }
}
