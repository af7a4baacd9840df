// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.plan;

import io.habeas.contracts.FulfillmentAnnouncement.Completed;
import io.habeas.contracts.FulfillmentAnnouncement.Delayed;
import io.habeas.contracts.FulfillmentAnnouncement.GivenBack;
import io.habeas.contracts.FulfillmentAnnouncement.Planned;
import io.habeas.contracts.FulfillmentAnnouncement.PlannedTask;
import io.habeas.contracts.RequestAnnouncement.Approved;
import io.habeas.contracts.Right;
import io.habeas.contracts.TaskOutcome;
import io.habeas.fulfillment.datamap.DataMap;
import io.habeas.fulfillment.parcel.Layout;
import io.habeas.fulfillment.parcel.Shelf;
import io.habeas.fulfillment.worker.Lease;
import io.habeas.fulfillment.worker.Lease.Rows;
import io.habeas.fulfillment.worker.Transactions;
import io.habeas.messaging.Announcements;
import io.habeas.messaging.Cause;
import io.habeas.messaging.Inbound;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The approved requests, and where each of them stands. */
public final class Orders {

    private static final String ACTOR = "service:fulfillment";

    /**
     * An order that this copy is planning.
     *
     * @param attempts how often planning has failed before
     * @param delayed whether that was announced
     */
    record Claimed(Order order, int attempts, boolean delayed, Lease lease) {}

    /**
     * Why an erasure may begin.
     *
     * @param entry of the audit log, for the approval
     * @param proof that it is there, under a signed checkpoint
     */
    public record Evidence(byte[] entry, String proof) {}

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Transactions transactions;
    private final Announcements announcements;
    private final Shelf shelf;
    private final Lease.Terms terms;

    public Orders(
            JdbcClient jdbc,
            JsonMapper json,
            Transactions transactions,
            Announcements announcements,
            Shelf shelf,
            Lease.Terms terms) {
        this.jdbc = jdbc;
        // a newer request-service may say more than is known here
        this.json = json.rebuild()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        this.transactions = transactions;
        this.announcements = announcements;
        this.shelf = shelf;
        this.terms = terms;
    }

    /**
     * Stores an approved request byte by byte, in the transaction of the inbox: what is carried out is what the audit log
     * was told. A repeat changes nothing; what was given back, or ended without a plan, is planned by what was decided anew, and so is what has no plan
     * yet when a later decision comes.
     */
    void accept(Inbound<?> message, Approved approval) {
        jdbc.sql("""
                        insert into fulfillment_order (request_id, controller, approval, approval_event,
                                                       approval_sequence, kind, state)
                        values (:request, :controller, :approval, :event, :sequence, :kind, 'PLANNING')
                        on conflict (request_id) do update
                           set approval = excluded.approval, approval_event = excluded.approval_event,
                               approval_sequence = excluded.approval_sequence, approval_entry = null,
                               approval_proof = null, kind = excluded.kind, state = 'PLANNING', reason = null,
                               store = null, delayed = false, attempts = 0, next_try = now(), lease_until = null,
                               lease_number = fulfillment_order.lease_number + 1, stored_at = now()
                         where fulfillment_order.plan_id is null
                           and fulfillment_order.approval_event <> excluded.approval_event
                           and (fulfillment_order.state in ('GIVEN_BACK', 'ENDED')
                                or excluded.approval_sequence > fulfillment_order.approval_sequence)""")
                .param("request", approval.requestId())
                .param("controller", message.controller())
                .param("approval", new String(message.payload(), StandardCharsets.UTF_8))
                .param("event", message.eventId())
                .param("sequence", message.sequence())
                .param("kind", kind(approval.right()).map(Enum::name).orElse("UNKNOWN"))
                .update();
    }

    private static Optional<TaskOutcome.Kind> kind(Right right) {
        return switch (right) {
            case ACCESS, PORTABILITY -> Optional.of(TaskOutcome.Kind.COLLECT);
            case ERASURE, ACCOUNT_CANCELLATION -> Optional.of(TaskOutcome.Kind.ERASE);
            case OPT_OUT_OF_SALE, OBJECTION, CONSENT_WITHDRAWAL, RESTRICTION -> Optional.of(TaskOutcome.Kind.NOTIFY);
            default -> Optional.empty();
        };
    }

    /**
     * Ends an order, in the transaction of the inbox. An erasure that has begun is carried through, because half of it cannot be
     * taken back; a collection is given up at any time, and its package is destroyed.
     */
    void end(UUID requestId) {
        jdbc.sql("select request_id from fulfillment_order where request_id = :request for update")
                .param("request", requestId)
                .query(UUID.class)
                .optional();
        var begun =
                jdbc.sql("""
                        select begun and kind = 'ERASE' from task where request_id = :request
                         order by task_id for update""").param("request", requestId).query(Boolean.class).list();
        if (begun.contains(true)) {
            return;
        }
        jdbc.sql(
                        "update task set state = 'CANCELLED', lease_until = null where request_id = :request and state <> 'DONE'")
                .param("request", requestId)
                .update();
        jdbc.sql("""
                        update fulfillment_order set state = 'ENDED', lease_until = null
                         where request_id = :request and state <> 'DONE'""").param("request", requestId).update();
        shelf.end(requestId);
    }

    Optional<Claimed> claim() {
        long before = System.nanoTime();
        return jdbc.sql("""
                        update fulfillment_order
                           set lease_number = lease_number + 1, lease_until = now() + make_interval(secs => :seconds)
                         where request_id = (select request_id from fulfillment_order
                                              where state = 'PLANNING' and next_try <= now()
                                                and (lease_until is null or lease_until < now())
                                              order by next_try for update skip locked limit 1)
                        returning request_id, controller, approval, approval_event, approval_sequence, kind, attempts,
                                  delayed, lease_number""")
                .param("seconds", terms.length().toMillis() / 1000.0)
                .query((row, _) -> new Claimed(
                        order(row),
                        row.getInt("attempts"),
                        row.getBoolean("delayed"),
                        new Lease(
                                jdbc,
                                Rows.ORDERS,
                                row.getObject("request_id", UUID.class),
                                row.getLong("lease_number"),
                                terms,
                                before)))
                .optional();
    }

    /** A right that cannot be carried out is planned as an erasure, and parked for that. */
    private Order order(ResultSet row) throws SQLException {
        var approval = row.getString("approval");
        return new Order(
                row.getString("controller"),
                json.readValue(approval, Approved.class),
                switch (row.getString("kind")) {
                    case "COLLECT" -> TaskOutcome.Kind.COLLECT;
                    case "NOTIFY" -> TaskOutcome.Kind.NOTIFY;
                    default -> TaskOutcome.Kind.ERASE;
                },
                new Order.Source(
                        row.getObject("approval_event", UUID.class),
                        row.getLong("approval_sequence"),
                        approval.getBytes(StandardCharsets.UTF_8)));
    }

    /** @throws java.util.NoSuchElementException if there is none */
    public Order order(UUID requestId) {
        return jdbc.sql("""
                        select controller, approval, approval_event, approval_sequence, kind
                          from fulfillment_order where request_id = :request""")
                .param("request", requestId)
                .query((row, _) -> order(row))
                .optional()
                .orElseThrow();
    }

    /** The proof that the approval stands in the audit log, where it was verified before. */
    public Optional<Evidence> evidence(UUID requestId) {
        return jdbc.sql("""
                        select approval_entry, approval_proof from fulfillment_order
                         where request_id = :request and approval_proof is not null""")
                .param("request", requestId)
                .query((row, _) -> new Evidence(row.getBytes(1), row.getString(2)))
                .optional();
    }

    /** Keeps it with the plan. */
    public void evidence(UUID requestId, Evidence evidence) {
        jdbc.sql("""
                        update fulfillment_order set approval_entry = :entry, approval_proof = :proof
                         where request_id = :request""")
                .param("entry", evidence.entry())
                .param("proof", evidence.proof())
                .param("request", requestId)
                .update();
    }

    /** How long ago an order was stored. */
    public Duration age(UUID requestId) {
        double seconds =
                jdbc.sql("""
                        select extract(epoch from now() - stored_at)::float8 from fulfillment_order
                         where request_id = :request""").param("request", requestId).query(Double.class).single();
        return Duration.ofMillis((long) (seconds * 1000));
    }

    /** The key of the package, made once. */
    void packageKey(Claimed claimed, Supplier<UUID> maker) {
        var requestId = claimed.order().requestId();
        var known = jdbc.sql("select package_key from fulfillment_order where request_id = :request")
                .param("request", requestId)
                .query((row, _) -> Optional.ofNullable(row.getObject(1, UUID.class)))
                .single();
        if (known.isEmpty()) {
            var key = maker.get();
            transactions.run(() -> {
                claimed.lease().hold();
                jdbc.sql("update fulfillment_order set package_key = :key where request_id = :request")
                        .param("key", key)
                        .param("request", requestId)
                        .update();
            });
        }
    }

    /** Begins a plan, and throws away what an earlier attempt left. */
    void draft(Claimed claimed, UUID planId, Map<String, UUID> tasks) {
        var order = claimed.order();
        transactions.run(() -> {
            claimed.lease().hold();
            jdbc.sql("delete from task where request_id = :request and state = 'DRAFT'")
                    .param("request", order.requestId())
                    .update();
            jdbc.sql("delete from plan_conflict where request_id = :request")
                    .param("request", order.requestId())
                    .update();
            tasks.forEach((store, task) -> jdbc.sql("""
                            insert into task (task_id, request_id, plan_id, controller, store, kind, state)
                            values (:task, :request, :plan, :controller, :store, :kind, 'DRAFT')""")
                    .param("task", task)
                    .param("request", order.requestId())
                    .param("plan", planId)
                    .param("controller", order.controller())
                    .param("store", store)
                    .param("kind", order.kind().name())
                    .update());
        });
    }

    void conflicts(Claimed claimed, UUID planId, Conflicts conflicts) {
        transactions.run(() -> {
            claimed.lease().hold();
            conflicts.found().forEach((conflict, records) -> jdbc.sql("""
                            insert into plan_conflict (request_id, plan_id, store, collection, reason, records)
                            values (:request, :plan, :store, :collection, :reason, :records)""")
                    .param("request", claimed.order().requestId())
                    .param("plan", planId)
                    .param("store", conflict.store())
                    .param("collection", conflict.collection())
                    .param("reason", conflict.reason())
                    .param("records", records)
                    .update());
        });
    }

    /** How many records a task has before it. */
    long toDo(UUID taskId) {
        return jdbc.sql("select coalesce(sum(to_do), 0) from chunk where task_id = :task")
                .param("task", taskId)
                .query(Long.class)
                .single();
    }

    /**
     * The plan stands: from here on its tasks may be claimed. A plan that has none is done with that.
     *
     * @param layout of the package, where there is one
     */
    void planned(Claimed claimed, UUID planId, DataMap map, List<PlannedTask> tasks, @Nullable Layout layout) {
        var order = claimed.order();
        transactions.run(() -> {
            claimed.lease().hold();
            jdbc.sql("update task set state = 'READY', next_try = now() where plan_id = :plan and state = 'DRAFT'")
                    .param("plan", planId)
                    .update();
            var key = jdbc.sql("""
                            update fulfillment_order
                               set state = :state, plan_id = :plan, data_map = :map, reason = null, store = null,
                                   lease_until = null
                             where request_id = :request returning package_key""")
                    .param("state", tasks.isEmpty() ? "DONE" : "PLANNED")
                    .param("plan", planId)
                    .param("map", map.version())
                    .param("request", order.requestId())
                    .query((row, _) -> Optional.ofNullable(row.getObject(1, UUID.class)))
                    .single();
            if (order.kind() == TaskOutcome.Kind.COLLECT) {
                shelf.begin(
                        order.controller(),
                        order.approval(),
                        Objects.requireNonNull(key.orElse(null)),
                        Objects.requireNonNull(layout));
            }
            announcements.announce(
                    new Planned(order.requestId(), planId, map.version(), tasks),
                    new Cause(
                            causeOf("planned", order.requestId()),
                            order.controller(),
                            ACTOR,
                            order.approval().rule()));
            if (tasks.isEmpty()) {
                announcements.announce(
                        new Completed(order.requestId(), planId, null),
                        new Cause(
                                causeOf("completed", planId),
                                order.controller(),
                                ACTOR,
                                order.approval().rule()));
            }
        });
    }

    /** Announces when waiting begins and when a person must act, not at every try. */
    void postpone(Claimed claimed, String reason, @Nullable String store, boolean parked, Duration pause) {
        var order = claimed.order();
        transactions.run(() -> {
            claimed.lease().hold();
            jdbc.sql("""
                            update fulfillment_order
                               set state = :state, reason = :reason, store = :store, delayed = true,
                                   attempts = attempts + 1, lease_until = null,
                                   next_try = now() + make_interval(secs => :pause)
                             where request_id = :request""")
                    .param("state", parked ? "PARKED" : "PLANNING")
                    .param("reason", reason)
                    .param("store", store, java.sql.Types.VARCHAR)
                    .param("pause", pause.toMillis() / 1000.0)
                    .param("request", order.requestId())
                    .update();
            if (parked || !claimed.delayed()) {
                announcements.announce(
                        new Delayed(order.requestId(), null, store, reason, parked),
                        new Cause(
                                null,
                                order.controller(),
                                ACTOR,
                                order.approval().rule()));
            }
        });
    }

    /** No operator can help, and nothing of it is done: whoever decided decides anew. */
    void giveBack(Claimed claimed, String reason, GivenBack.Reason why) {
        var order = claimed.order();
        transactions.run(() -> {
            claimed.lease().hold();
            jdbc.sql("""
                            update fulfillment_order set state = 'GIVEN_BACK', reason = :reason, lease_until = null
                             where request_id = :request""")
                    .param("reason", reason)
                    .param("request", order.requestId())
                    .update();
            announcements.announce(
                    new GivenBack(order.requestId(), why),
                    new Cause(null, order.controller(), ACTOR, order.approval().rule()));
        });
    }

    /** Has a parked request planned again. @return whether it was parked */
    boolean retry(UUID requestId) {
        return jdbc.sql("""
                                update fulfillment_order set state = 'PLANNING', attempts = 0, next_try = now()
                                 where request_id = :request and state = 'PARKED'""").param("request", requestId).update() > 0;
    }

    /** An id that is the same whenever the same thing is announced again. */
    public static UUID causeOf(String what, UUID id) {
        return UUID.nameUUIDFromBytes((what + ":" + id).getBytes(StandardCharsets.UTF_8));
    }
}
