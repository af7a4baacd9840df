// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.recipient;

import io.habeas.contracts.FulfillmentAnnouncement.Completed;
import io.habeas.contracts.FulfillmentAnnouncement.Delayed;
import io.habeas.contracts.FulfillmentAnnouncement.OutcomesRecorded;
import io.habeas.contracts.Grade;
import io.habeas.contracts.TaskOutcome;
import io.habeas.fulfillment.plan.Order;
import io.habeas.fulfillment.plan.Orders;
import io.habeas.fulfillment.worker.Lease;
import io.habeas.fulfillment.worker.Lease.Rows;
import io.habeas.fulfillment.worker.Transactions;
import io.habeas.messaging.Announcements;
import io.habeas.messaging.Cause;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** The notices to all recipients, and where each of them stands. Whatever a holder writes is fenced by its lease. */
public final class Notices {

    private static final String ACTOR = "service:fulfillment";

    /** What a signed answer says. */
    enum Said {
        DONE,
        ACCEPTED,
        REFUSED
    }

    /** What became of a signed answer. */
    enum Taken {
        TAKEN,
        /** It was used before, or the notice has ended. */
        OVER
    }

    /** @param requestId whose notice it is @param dataMap by which it was made */
    record Known(UUID taskId, UUID requestId, String controller, String recipient, String dataMap) {}

    /**
     * A notice that this copy works on.
     *
     * @param delayed whether waiting was announced
     * @param dueAt until when the recipient has to answer, in legal time; absent before the first try
     * @param toldAt when the recipient took it; absent before
     * @param remindAt when it is told again, in legal time
     */
    record Claimed(
            Known notice,
            UUID planId,
            int attempts,
            boolean delayed,
            @Nullable Instant dueAt,
            @Nullable Instant toldAt,
            @Nullable Instant remindAt,
            int reminders,
            int asked,
            boolean askable,
            Lease lease) {}

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Transactions transactions;
    private final Announcements announcements;
    private final Orders orders;
    private final Lease.Terms terms;
    private final int width;
    private final int perSecond;

    /**
     * @param width how many calls to one recipient run at the same time, over all copies
     * @param perSecond about how many calls a recipient gets in a second
     */
    public Notices(
            JdbcClient jdbc,
            JsonMapper json,
            Transactions transactions,
            Announcements announcements,
            Orders orders,
            Lease.Terms terms,
            int width,
            int perSecond) {
        this.jdbc = jdbc;
        this.json = json;
        this.transactions = transactions;
        this.announcements = announcements;
        this.orders = orders;
        this.terms = terms;
        this.width = width;
        this.perSecond = perSecond;
    }

    /**
     * A notice that is due. A recipient is told of an erasure when the first store of the plan is done: what it hears is then true, and an
     * erasure that may not begin tells nobody. That a use has ended is true before anybody is told of it.
     */
    Optional<Claimed> claim(Instant legal) {
        long before = System.nanoTime();
        return jdbc.sql("""
                        update task t
                           set lease_number = t.lease_number + 1, begun = true,
                               lease_until = now() + make_interval(secs => :seconds)
                          from fulfillment_order o, notice n
                         where o.request_id = t.request_id and n.task_id = t.task_id
                           and t.task_id = (
                               select d.task_id from task d join notice m on m.task_id = d.task_id
                                where d.recipient and d.state in ('READY', 'WAITING')
                                  and (d.next_try <= now() or m.due_at <= :legal
                                       or m.remind_at <= :legal and d.attempts = 0)
                                  and (d.lease_until is null or d.lease_until < now())
                                  and (d.begun or d.kind = 'NOTIFY'
                                       or exists (select from task s where s.plan_id = d.plan_id
                                                     and not s.recipient and s.state = 'DONE'))
                                  and (select count(*) from task b
                                        where b.recipient and b.state in ('READY', 'WAITING')
                                          and b.controller = d.controller and b.store = d.store
                                          and b.lease_until > now()) < :width
                                  and (select count(*) from task b join notice k on k.task_id = b.task_id
                                        where b.controller = d.controller and b.store = d.store
                                          and k.tried_at > now() - interval '1 second') < :rate
                                order by d.next_try for update of d skip locked limit 1)
                        returning t.task_id, t.request_id, t.controller, t.store, o.data_map, t.plan_id, t.attempts,
                                  t.delayed, n.due_at, n.told_at, n.remind_at, n.reminders, n.asked, n.askable,
                                  t.lease_number""")
                .param("seconds", terms.length().toMillis() / 1000.0)
                .param("legal", Timestamp.from(legal))
                .param("width", width)
                .param("rate", perSecond)
                .query((row, _) -> new Claimed(
                        known(row),
                        row.getObject("plan_id", UUID.class),
                        row.getInt("attempts"),
                        row.getBoolean("delayed"),
                        instant(row, "due_at"),
                        instant(row, "told_at"),
                        instant(row, "remind_at"),
                        row.getInt("reminders"),
                        row.getInt("asked"),
                        row.getBoolean("askable"),
                        new Lease(
                                jdbc,
                                Rows.TASKS,
                                row.getObject("task_id", UUID.class),
                                row.getLong("lease_number"),
                                terms,
                                before)))
                .optional();
    }

    private static Known known(ResultSet row) throws SQLException {
        return new Known(
                row.getObject("task_id", UUID.class),
                row.getObject("request_id", UUID.class),
                row.getString("controller"),
                row.getString("store"),
                row.getString("data_map"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var at = row.getTimestamp(column);
        return at == null ? null : at.toInstant();
    }

    /** The notice with this id, whoever asks. */
    Optional<Known> find(UUID taskId) {
        return jdbc.sql("""
                        select t.task_id, t.request_id, t.controller, t.store, o.data_map
                          from task t join fulfillment_order o on o.request_id = t.request_id
                         where t.task_id = :task and t.recipient and t.state <> 'DRAFT' and o.data_map is not null""").param("task", taskId).query((row, _) -> known(row)).optional();
    }

    /** The recipient is called now; its clock begins with the first call. */
    void trying(Claimed claimed, Instant due) {
        transactions.run(() -> {
            claimed.lease().hold();
            jdbc.sql("update notice set tried_at = now(), due_at = :due where task_id = :task")
                    .param("due", Timestamp.from(due))
                    .param("task", claimed.notice().taskId())
                    .update();
        });
    }

    /** The recipient has taken the notice, or was reminded of it; it is asked after the pause, and reminded in time. */
    void told(Claimed claimed, Order order, Instant now, Instant remindAt, Duration pause) {
        boolean reminded = claimed.toldAt() != null;
        transactions.run(() -> {
            claimed.lease().hold();
            jdbc.sql("""
                            update notice
                               set told_at = coalesce(told_at, :now), remind_at = :remind,
                                   reminders = reminders + case when :reminded then 1 else 0 end
                             where task_id = :task""")
                    .param("now", Timestamp.from(now))
                    .param("remind", Timestamp.from(remindAt))
                    .param("reminded", reminded)
                    .param("task", claimed.notice().taskId())
                    .update();
            rest(claimed, pause, true);
            if (reminded && !claimed.delayed()) {
                delayed(claimed, order, "recipient-silent", false);
            }
        });
    }

    /** The recipient is still at it. */
    void asked(Claimed claimed, boolean askable, Duration pause) {
        transactions.run(() -> {
            claimed.lease().hold();
            jdbc.sql("update notice set asked = asked + 1, askable = :askable where task_id = :task")
                    .param("askable", askable)
                    .param("task", claimed.notice().taskId())
                    .update();
            rest(claimed, pause, true);
        });
    }

    private void rest(Claimed claimed, Duration pause, boolean well) {
        jdbc.sql("""
                        update task
                           set state = 'WAITING', lease_until = null, next_try = now() + make_interval(secs => :pause),
                               attempts = case when :well then 0 else attempts end
                         where task_id = :task""")
                .param("pause", pause.toMillis() / 1000.0)
                .param("well", well)
                .param("task", claimed.notice().taskId())
                .update();
    }

    /** A call came to nothing, or a person must act. A clock that ran out begins again when the person has acted. */
    void postpone(
            Claimed claimed, Order order, String reason, @Nullable String detail, boolean parked, Duration pause) {
        transactions.run(() -> {
            claimed.lease().hold();
            jdbc.sql("update task set " + (parked ? "state = 'PARKED', " : "") + """
                              reason = :reason, detail = :detail, delayed = true, attempts = attempts + 1,
                              lease_until = null, next_try = now() + make_interval(secs => :pause)
                               where task_id = :task""")
                    .param("reason", reason)
                    .param("detail", detail, Types.VARCHAR)
                    .param("pause", pause.toMillis() / 1000.0)
                    .param("task", claimed.notice().taskId())
                    .update();
            if (parked) {
                jdbc.sql("update notice set due_at = null, remind_at = null where task_id = :task")
                        .param("task", claimed.notice().taskId())
                        .update();
            }
            if (parked || !claimed.delayed()) {
                delayed(claimed, order, reason, parked);
            }
        });
    }

    /** Gives the notice back for a moment; nothing has failed, and nobody was told. */
    void later(Claimed claimed, Duration pause) {
        jdbc.sql("""
                        update task set lease_until = null, next_try = now() + make_interval(secs => :pause)
                         where task_id = :task and lease_number = :number""")
                .param("pause", pause.toMillis() / 1000.0)
                .param("task", claimed.notice().taskId())
                .param("number", claimed.lease().number())
                .update();
    }

    /** The next reminder waits, whether this one came through or not. */
    void remindLater(Claimed claimed, Instant remindAt) {
        transactions.run(() -> {
            claimed.lease().hold();
            jdbc.sql("update notice set remind_at = :remind where task_id = :task and remind_at is not null")
                    .param("remind", Timestamp.from(remindAt))
                    .param("task", claimed.notice().taskId())
                    .update();
        });
    }

    private void delayed(Claimed claimed, Order order, String reason, boolean parked) {
        jdbc.sql("update task set delayed = true where task_id = :task")
                .param("task", claimed.notice().taskId())
                .update();
        announcements.announce(
                new Delayed(
                        claimed.notice().requestId(),
                        claimed.notice().taskId(),
                        claimed.notice().recipient(),
                        reason,
                        parked),
                new Cause(null, order.controller(), ACTOR, order.approval().rule()));
    }

    /** The end of a notice under the lease. */
    void finish(Claimed claimed, Order order, Grade grade) {
        transactions.run(() -> {
            lock(claimed.notice().requestId());
            claimed.lease().hold();
            end(claimed.notice(), order, grade);
        });
    }

    /**
     * A signed answer that came in by itself. It counts once, and ends whatever a copy is doing about the notice; a repeat ends nothing.
     *
     * @param messageId by which a repeat is known
     */
    Taken answer(Known notice, String messageId, Said said) {
        var order = orders.order(notice.requestId());
        return transactions.call(() -> {
            lock(notice.requestId());
            if (!isOpen(notice) || !first(notice, messageId)) {
                return Taken.OVER;
            }
            jdbc.sql("update task set lease_number = lease_number + 1, lease_until = null where task_id = :task")
                    .param("task", notice.taskId())
                    .update();
            switch (said) {
                case DONE -> end(notice, order, Grade.ATTESTED);
                case REFUSED -> refused(notice, order);
                case ACCEPTED -> jdbc.sql("""
                                    update task set state = 'WAITING'
                                     where task_id = :task and state = 'READY'
                                       and exists (select from notice n where n.task_id = task.task_id
                                                      and n.told_at is not null)""").param("task", notice.taskId()).update();
            }
            return Taken.TAKEN;
        });
    }

    private boolean isOpen(Known notice) {
        return jdbc.sql("""
                        select exists (select from task
                                        where task_id = :task and begun and state in ('READY', 'WAITING', 'PARKED'))""").param("task", notice.taskId()).query(Boolean.class).single();
    }

    private boolean first(Known notice, String messageId) {
        return jdbc.sql("""
                                insert into recipient_answer (task_id, message_id) values (:task, :message)
                                on conflict do nothing""")
                        .param("task", notice.taskId())
                        .param("message", messageId)
                        .update()
                > 0;
    }

    private void refused(Known notice, Order order) {
        jdbc.sql("""
                        update task set state = 'PARKED', reason = 'recipient-refused', detail = null, delayed = true
                         where task_id = :task""").param("task", notice.taskId()).update();
        jdbc.sql("update notice set due_at = null, remind_at = null where task_id = :task")
                .param("task", notice.taskId())
                .update();
        announcements.announce(
                new Delayed(notice.requestId(), notice.taskId(), notice.recipient(), "recipient-refused", true),
                new Cause(null, order.controller(), ACTOR, order.approval().rule()));
    }

    private void lock(UUID requestId) {
        jdbc.sql("select request_id from fulfillment_order where request_id = :request for update")
                .param("request", requestId)
                .query(UUID.class)
                .single();
    }

    private void end(Known notice, Order order, Grade grade) {
        var rule = order.approval().rule();
        var outcome = new TaskOutcome(notice.taskId(), notice.recipient(), order.kind(), grade, List.of());
        var planId = jdbc.sql("""
                        update task set state = 'DONE', outcome = :outcome, reason = null, detail = null,
                                        lease_until = null
                         where task_id = :task returning plan_id""")
                .param("outcome", json.writeValueAsString(outcome))
                .param("task", notice.taskId())
                .query(UUID.class)
                .single();
        announcements.announce(
                new OutcomesRecorded(notice.requestId(), List.of(outcome)),
                new Cause(Orders.causeOf("outcome", notice.taskId()), order.controller(), ACTOR, rule));
        long open = jdbc.sql("select count(*) from task where plan_id = :plan and state <> 'DONE'")
                .param("plan", planId)
                .query(Long.class)
                .single();
        if (open == 0) {
            jdbc.sql("update fulfillment_order set state = 'DONE' where request_id = :request")
                    .param("request", notice.requestId())
                    .update();
            announcements.announce(
                    new Completed(notice.requestId(), planId, null),
                    new Cause(Orders.causeOf("completed", planId), order.controller(), ACTOR, rule));
        }
    }
}
