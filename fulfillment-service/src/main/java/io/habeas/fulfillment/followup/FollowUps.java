// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.followup;

import io.habeas.contracts.FulfillmentAnnouncement.Delayed;
import io.habeas.contracts.FulfillmentAnnouncement.FollowedUp;
import io.habeas.contracts.FulfillmentAnnouncement.FollowedUpCollection;
import io.habeas.contracts.TaskOutcome;
import io.habeas.fulfillment.plan.Frozen.Chunk;
import io.habeas.fulfillment.plan.Order;
import io.habeas.fulfillment.plan.Orders;
import io.habeas.fulfillment.worker.Lease;
import io.habeas.fulfillment.worker.Lease.Rows;
import io.habeas.fulfillment.worker.Transactions;
import io.habeas.journal.EventIds;
import io.habeas.messaging.Announcements;
import io.habeas.messaging.Cause;
import io.habeas.service.LegalClock;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What was kept until a day, store by store, until it is gone. Whatever a holder writes is fenced by the number of its lease. */
public final class FollowUps {

    private static final String ACTOR = "service:fulfillment";

    /** Where a follow-up stands that can be worked on. */
    enum Stage {
        READY,
        READ_BACK
    }

    /**
     * A follow-up that this copy works on.
     *
     * @param taskId of the erasure that kept the records; its chunks hold their keys
     * @param until the day as it was frozen
     * @param pass from 1; one more whenever something was kept longer
     * @param sweep from 1
     * @param attempts how often it has failed in a row
     * @param delayed whether that was announced
     * @param frozenUnder the version of the data map that the plan was made from
     */
    record Claimed(
            UUID followUpId,
            UUID taskId,
            UUID requestId,
            String store,
            LocalDate until,
            Stage stage,
            int pass,
            int sweep,
            int attempts,
            boolean delayed,
            String frozenUnder,
            Lease lease) {}

    private final JdbcClient jdbc;
    private final Transactions transactions;
    private final Announcements announcements;
    private final LegalClock clock;
    private final Lease.Terms terms;
    private final int storeBudget;

    /** @param storeBudget how many tasks and follow-ups of one store may run at the same time, over all copies */
    public FollowUps(
            JdbcClient jdbc,
            Transactions transactions,
            Announcements announcements,
            LegalClock clock,
            Lease.Terms terms,
            int storeBudget) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.announcements = announcements;
        this.clock = clock;
        this.terms = terms;
        this.storeBudget = storeBudget;
    }

    /**
     * What an erasure has kept until a day will be erased on that day. In the transaction in which the erasure ends.
     *
     * @param zone of the data map
     */
    public void begin(Order order, TaskOutcome outcome, ZoneId zone) {
        if (outcome.kind() != TaskOutcome.Kind.ERASE) {
            return;
        }
        days(outcome).forEach(day -> jdbc.sql("""
                        insert into follow_up (follow_up_id, task_id, request_id, controller, store, until, due_on, due_at,
                                               state)
                        values (:id, :task, :request, :controller, :store, :until, :until, :due, 'WAITING')
                        on conflict (task_id, until) do nothing""")
                .param("id", EventIds.next())
                .param("task", outcome.taskId())
                .param("request", order.requestId())
                .param("controller", order.controller())
                .param("store", outcome.store())
                .param("until", day)
                .param("due", beginningOf(day, zone))
                .update());
    }

    private static Stream<LocalDate> days(TaskOutcome outcome) {
        return outcome.collections().stream()
                .flatMap(it -> it.kept().stream())
                .map(TaskOutcome.Kept::until)
                .filter(Objects::nonNull)
                .distinct();
    }

    private static Timestamp beginningOf(LocalDate day, ZoneId zone) {
        return Timestamp.from(day.atStartOfDay(zone).toInstant());
    }

    /** One whose day has come in legal time, or that is to be tried again; those that have waited longest come first. */
    Optional<Claimed> claim() {
        long before = System.nanoTime();
        return jdbc.sql("""
                        update follow_up f
                           set lease_number = f.lease_number + 1,
                               lease_until = now() + make_interval(secs => :seconds),
                               state = case f.state when 'WAITING' then 'READY' else f.state end
                          from fulfillment_order o
                         where o.request_id = f.request_id
                           and f.follow_up_id = (select d.follow_up_id from follow_up d
                                                  where (d.state = 'WAITING' and d.due_at <= :legal
                                                         or d.state in ('READY', 'READ_BACK'))
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
                                                  order by d.next_try, d.due_at for update skip locked limit 1)
                        returning f.follow_up_id, f.task_id, f.request_id, f.store, f.until, f.state, f.pass, f.sweep,
                                  f.attempts, f.delayed, o.data_map, f.lease_number""")
                .param("seconds", terms.length().toMillis() / 1000.0)
                .param("legal", Timestamp.from(clock.instant()))
                .param("budget", storeBudget)
                .query((row, _) -> new Claimed(
                        row.getObject("follow_up_id", UUID.class),
                        row.getObject("task_id", UUID.class),
                        row.getObject("request_id", UUID.class),
                        row.getString("store"),
                        row.getObject("until", LocalDate.class),
                        Stage.valueOf(row.getString("state")),
                        row.getInt("pass"),
                        row.getInt("sweep"),
                        row.getInt("attempts"),
                        row.getBoolean("delayed"),
                        row.getString("data_map"),
                        new Lease(
                                jdbc,
                                Rows.FOLLOW_UPS,
                                row.getObject("follow_up_id", UUID.class),
                                row.getLong("lease_number"),
                                terms,
                                before)))
                .optional();
    }

    /** The collections in which something was kept until that day. */
    List<String> collections(Claimed due) {
        return jdbc.sql(
                        "select distinct collection from planned_keep where task_id = :task and until = :until order by 1")
                .param("task", due.taskId())
                .param("until", due.until())
                .query(String.class)
                .list();
    }

    boolean isDone(Claimed due, Chunk chunk) {
        return jdbc.sql("""
                        select exists (select from follow_up_chunk
                                        where follow_up_id = :id and collection = :collection and number = :number
                                          and done)""")
                .param("id", due.followUpId())
                .param("collection", chunk.collection())
                .param("number", chunk.number())
                .query(Boolean.class)
                .single();
    }

    /** The resume mark. */
    void erased(Claimed due, Chunk chunk, @Nullable Period backups) {
        var now = clock.instant();
        var until = backups == null
                ? null
                : Timestamp.from(now.atZone(ZoneOffset.UTC).plus(backups).toInstant());
        transactions.run(() -> {
            due.lease().hold();
            jdbc.sql("""
                            insert into follow_up_chunk (follow_up_id, collection, number, done, erased_at, until)
                            values (:id, :collection, :number, true, :now, :until)
                            on conflict (follow_up_id, collection, number)
                            do update set done = true, erased_at = excluded.erased_at, until = excluded.until""")
                    .param("id", due.followUpId())
                    .param("collection", chunk.collection())
                    .param("number", chunk.number())
                    .param("now", Timestamp.from(now))
                    .param("until", until, java.sql.Types.TIMESTAMP)
                    .update();
        });
    }

    /** These chunks were not what they should be: they are done again. */
    void again(Claimed due, List<Chunk> chunks, int sweep) {
        transactions.run(() -> {
            due.lease().hold();
            chunks.forEach(chunk -> jdbc.sql("""
                            update follow_up_chunk set done = false
                             where follow_up_id = :id and collection = :collection and number = :number""")
                    .param("id", due.followUpId())
                    .param("collection", chunk.collection())
                    .param("number", chunk.number())
                    .update());
            jdbc.sql("update follow_up set state = 'READY', sweep = :sweep where follow_up_id = :id")
                    .param("sweep", sweep)
                    .param("id", due.followUpId())
                    .update();
        });
    }

    /** Everything is erased; it is looked at when the store has settled. Gives the follow-up back. */
    void readBackAfter(Claimed due, Duration settles) {
        transactions.run(() -> {
            due.lease().hold();
            jdbc.sql("""
                            update follow_up
                               set state = 'READ_BACK', attempts = 0, lease_until = null,
                                   next_try = now() + make_interval(secs => :settles)
                             where follow_up_id = :id""")
                    .param("settles", settles.toMillis() / 1000.0)
                    .param("id", due.followUpId())
                    .update();
        });
    }

    /**
     * The end, or the end of this pass: one transaction with its announcement.
     *
     * @param next the day of the next look; absent where nothing is kept longer
     */
    void finish(
            Claimed due, Order order, List<FollowedUpCollection> collections, @Nullable LocalDate next, ZoneId zone) {
        transactions.run(() -> {
            due.lease().hold();
            if (next == null) {
                jdbc.sql("""
                                update follow_up set state = 'DONE', reason = null, detail = null, lease_until = null
                                 where follow_up_id = :id""").param("id", due.followUpId()).update();
            } else {
                waitUntil(due, next, zone);
            }
            announcements.announce(
                    new FollowedUp(
                            due.requestId(),
                            due.taskId(),
                            due.store(),
                            due.until(),
                            collections,
                            clock.instant(),
                            next),
                    new Cause(
                            Orders.causeOf("followed-up/" + due.pass(), due.followUpId()),
                            order.controller(),
                            ACTOR,
                            order.approval().rule()));
        });
    }

    private void waitUntil(Claimed due, LocalDate next, ZoneId zone) {
        jdbc.sql("update follow_up_chunk set done = false where follow_up_id = :id")
                .param("id", due.followUpId())
                .update();
        jdbc.sql("""
                        update follow_up
                           set state = 'WAITING', due_on = :next, due_at = :due, pass = pass + 1, sweep = 1, attempts = 0,
                               delayed = false, reason = null, detail = null, lease_until = null, next_try = now()
                         where follow_up_id = :id""")
                .param("next", next)
                .param("due", beginningOf(next, zone))
                .param("id", due.followUpId())
                .update();
    }

    /** Announces when waiting begins and when a person must act, not at every try. */
    void postpone(Claimed due, Order order, String reason, @Nullable String detail, boolean parked, Duration pause) {
        transactions.run(() -> {
            due.lease().hold();
            jdbc.sql("update follow_up set " + (parked ? "state = 'PARKED', " : "") + """
                              reason = :reason, detail = :detail, delayed = true, attempts = attempts + 1,
                              lease_until = null, next_try = now() + make_interval(secs => :pause)
                               where follow_up_id = :id""")
                    .param("reason", reason)
                    .param("detail", detail, java.sql.Types.VARCHAR)
                    .param("pause", pause.toMillis() / 1000.0)
                    .param("id", due.followUpId())
                    .update();
            if (parked || !due.delayed()) {
                announcements.announce(
                        new Delayed(due.requestId(), due.followUpId(), due.store(), reason, parked),
                        new Cause(
                                null,
                                order.controller(),
                                ACTOR,
                                order.approval().rule()));
            }
        });
    }

    /** A store answers again: what failed before does not count any more. */
    void well(Claimed due) {
        if (due.attempts() > 0) {
            jdbc.sql("""
                            update follow_up set attempts = 0, reason = null, detail = null
                             where follow_up_id = :id and lease_number = :number""")
                    .param("id", due.followUpId())
                    .param("number", due.lease().number())
                    .update();
        }
    }

    /** Has a parked follow-up tried again, from its beginning: what is erased already stays so. @return whether it was parked */
    public boolean retry(UUID followUpId) {
        return transactions.call(() -> {
            int parked = jdbc.sql("""
                            update follow_up set state = 'READY', sweep = 1, attempts = 0, next_try = now(), delayed = false
                             where follow_up_id = :id and state = 'PARKED'""").param("id", followUpId).update();
            if (parked > 0) {
                jdbc.sql("update follow_up_chunk set done = false where follow_up_id = :id")
                        .param("id", followUpId)
                        .update();
            }
            return parked > 0;
        });
    }
}
