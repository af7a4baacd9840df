// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.execution;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.Erasing;
import io.habeas.connector.Reading;
import io.habeas.connector.Value;
import io.habeas.contracts.Grade;
import io.habeas.contracts.TaskOutcome;
import io.habeas.contracts.TaskOutcome.CollectionOutcome;
import io.habeas.fault.FaultPoints;
import io.habeas.fulfillment.catalog.Connectors;
import io.habeas.fulfillment.catalog.SchemaCheck;
import io.habeas.fulfillment.catalog.StoreException;
import io.habeas.fulfillment.datamap.DataMap;
import io.habeas.fulfillment.datamap.DataMap.Collection;
import io.habeas.fulfillment.datamap.DataMapException;
import io.habeas.fulfillment.datamap.DataMaps;
import io.habeas.fulfillment.evidence.ApprovalGate;
import io.habeas.fulfillment.evidence.ApprovalGate.NotProvedException;
import io.habeas.fulfillment.evidence.ApprovalGate.RefusedException;
import io.habeas.fulfillment.execution.Tasks.Claimed;
import io.habeas.fulfillment.execution.Tasks.Stage;
import io.habeas.fulfillment.parcel.Delivered;
import io.habeas.fulfillment.parcel.Part;
import io.habeas.fulfillment.parcel.Shelf;
import io.habeas.fulfillment.parcel.WithheldException;
import io.habeas.fulfillment.plan.Freezer;
import io.habeas.fulfillment.plan.Frozen.Chunk;
import io.habeas.fulfillment.plan.FrozenStore;
import io.habeas.fulfillment.plan.Order;
import io.habeas.fulfillment.plan.Orders;
import io.habeas.fulfillment.worker.BackOff;
import io.habeas.fulfillment.worker.LeaseLostException;
import io.habeas.messaging.RequestTraces;
import io.habeas.sealeddata.KeyDestroyedException;
import io.habeas.sealeddata.KeyUnavailableException;
import io.habeas.service.LegalClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Works on one task at a time under its lease, chunk by chunk, and goes on where the one before was stopped. */
public final class Executor {

    private static final Logger LOG = LoggerFactory.getLogger(Executor.class);

    /** After so many looks that found something, a person looks. */
    static final int SWEEPS = 3;

    /** So long a proof may take without a word. */
    private static final Duration SILENTLY = Duration.ofSeconds(5);

    private static final Duration A_MOMENT = Duration.ofMillis(100);
    /** An approval that a log that answers still does not have. */
    private static final Duration ALARMING = Duration.ofMinutes(1);

    private final Tasks tasks;
    private final Orders orders;
    private final DataMaps maps;
    private final SchemaCheck check;
    private final Connectors connectors;
    private final FrozenStore frozen;
    private final Freezer freezer;
    private final ReadBack readBack;
    private final Shelf shelf;
    private final LegalClock clock;
    private final BackOff backOff;
    private final ApprovalGate gate;
    private final RequestTraces traces;

    public Executor(
            Tasks tasks,
            Orders orders,
            DataMaps maps,
            SchemaCheck check,
            Connectors connectors,
            FrozenStore frozen,
            Freezer freezer,
            Shelf shelf,
            LegalClock clock,
            BackOff backOff,
            ApprovalGate gate,
            RequestTraces traces) {
        this.tasks = tasks;
        this.orders = orders;
        this.maps = maps;
        this.check = check;
        this.connectors = connectors;
        this.frozen = frozen;
        this.freezer = freezer;
        this.readBack = new ReadBack(connectors, frozen);
        this.shelf = shelf;
        this.clock = clock;
        this.backOff = backOff;
        this.gate = gate;
        this.traces = traces;
    }

    /** Works on one task that is due. @return whether there was one */
    public boolean once() {
        var claimed = tasks.claim();
        if (claimed.isEmpty()) {
            return false;
        }
        var task = claimed.get();
        try (var _ = traces.spanning("work on a task", task.requestId())) {
            workOrPutOff(task);
        }
        return true;
    }

    private void workOrPutOff(Claimed task) {
        var order = orders.order(task.requestId());
        try {
            work(task, order);
        } catch (NotProvedException waits) {
            await(task, order, waits);
        } catch (RefusedException forged) {
            tasks.notBegun(task);
            postpone(task, order, "audit-proof-refused", forged.detail(), true);
        } catch (ConnectorException said) {
            LOG.atWarn()
                    .addKeyValue("taskId", task.taskId())
                    .addKeyValue("store", task.store())
                    .addKeyValue("says", said.getMessage())
                    .log("a store refused or failed");
            switch (said.category()) {
                case TRY_AGAIN -> postpone(task, order, "store-unreachable", null, false);
                case FIX_CONFIGURATION -> postpone(task, order, "data-map-mismatch", said.getMessage(), true);
                case ASK_A_PERSON -> postpone(task, order, "more-than-planned", said.getMessage(), true);
            }
        } catch (WithheldException held) {
            postpone(task, order, "never-disclosed-pattern", held.getMessage(), true);
        } catch (IOException disk) {
            postpone(task, order, "package-not-writable", null, false);
        } catch (DataMapException refused) {
            postpone(task, order, "data-map-refused", null, true);
        } catch (KeyDestroyedException gone) {
            postpone(task, order, "key-destroyed", null, true);
        } catch (KeyUnavailableException away) {
            postpone(task, order, "keys-unavailable", null, false);
        } catch (LeaseLostException taken) {
            LOG.atInfo().addKeyValue("taskId", task.taskId()).log("another copy works on it");
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError failed) {
            LOG.atWarn()
                    .addKeyValue("taskId", task.taskId())
                    .addKeyValue("failure", failed.getClass().getName())
                    .addKeyValue("at", failed.getStackTrace().length == 0 ? "" : failed.getStackTrace()[0])
                    .log("a task failed");
            postpone(task, order, "internal-error", null, false);
        }
    }

    private void postpone(Claimed task, Order order, String reason, @Nullable String detail, boolean parked) {
        int failures = task.attempts() + 1;
        boolean park = parked || backOff.exhausted(failures);
        var level = park ? LOG.atError() : LOG.atWarn();
        level.addKeyValue("taskId", task.taskId())
                .addKeyValue("requestId", task.requestId())
                .addKeyValue("store", task.store())
                .addKeyValue("reason", reason)
                .addKeyValue("detail", detail)
                .addKeyValue("attempt", failures)
                .log(park ? "the task is parked; an operator must act" : "the task will be tried again");
        try {
            tasks.postpone(task, order, reason, detail, park, backOff.pause(failures));
        } catch (LeaseLostException taken) {
            LOG.atInfo().addKeyValue("taskId", task.taskId()).log("another copy works on it");
        }
    }

    /** At first silently, since the log needs a moment; and never so long that a person must act on a log that is back. */
    private void await(Claimed task, Order order, NotProvedException waits) {
        try {
            tasks.notBegun(task);
            if (waits.waiting().compareTo(SILENTLY) < 0) {
                tasks.later(task, A_MOMENT);
                return;
            }
            boolean alarming = waits.answered() && waits.waiting().compareTo(ALARMING) >= 0;
            var level = alarming ? LOG.atError() : LOG.atWarn();
            level.addKeyValue("taskId", task.taskId())
                    .addKeyValue("requestId", task.requestId())
                    .addKeyValue("waitsFor", "audit-proof")
                    .log(
                            waits.answered()
                                    ? "the approval is not in the audit log: nothing is erased, and if it stays so it was forged"
                                    : "the audit log does not answer: nothing is erased until it does");
            tasks.postpone(task, order, "audit-proof", null, false, backOff.pause(task.attempts() + 1));
        } catch (LeaseLostException taken) {
            LOG.atInfo().addKeyValue("taskId", task.taskId()).log("another copy works on it");
        }
    }

    private void work(Claimed task, Order order)
            throws ConnectorException, IOException, DataMapException, NotProvedException, RefusedException {
        if (task.kind() == TaskOutcome.Kind.ERASE) {
            gate.require(order);
        }
        var map = maps.carriedOut(order.controller(), task.dataMap());
        if (task.stage() == Stage.READ_BACK) {
            secondLook(task, order, map);
            return;
        }
        fits(map, task.store());
        switch (task.kind()) {
            case ERASE -> {
                erase(task, order, map);
                afterErasing(task, order, map);
            }
            case COLLECT -> collect(task, order, map);
            case NOTIFY -> throw new IllegalStateException("no store is told of anything");
        }
    }

    /** A table that has gone since the plan was made stops the task; it never means that nothing is there. */
    private void fits(DataMap map, String store) throws ConnectorException {
        try {
            var mismatches = check.check(map, store).mismatches();
            if (!mismatches.isEmpty()) {
                var first = mismatches.get(0);
                throw new ConnectorException(
                        ConnectorException.Category.FIX_CONFIGURATION,
                        first.collection() + " " + first.field() + ": " + first.message());
            }
        } catch (StoreException failed) {
            throw new ConnectorException(failed.category(), String.valueOf(failed.getMessage()));
        }
    }

    private void erase(Claimed task, Order order, DataMap map) throws ConnectorException {
        var erasing = Connectors.able(connectors.shared(map, task.store()), Erasing.class);
        for (var chunk = frozen.nextToDo(task.taskId(), true);
                chunk.isPresent();
                chunk = frozen.nextToDo(task.taskId(), true)) {
            var collection = map.collection(task.store(), chunk.get().collection());
            var keys = frozen.open(order, chunk.get()).toDo();
            if (!keys.isEmpty()) {
                erase(task, order, erasing, collection, chunk.get(), keys);
            }
            tasks.erased(task, order, chunk.get(), map.store(task.store()).backupsRefreshed());
            tasks.well(task);
        }
    }

    private void erase(Claimed task, Order order, Erasing erasing, Collection collection, Chunk chunk, List<Value> keys)
            throws ConnectorException {
        var subject = frozen.selector(order, task.taskId(), chunk.collection(), chunk.selector());
        FaultPoints.pass("fulfillment.before-batch");
        erasing.erase(new Erasing.Batch(
                Orders.causeOf("batch/" + chunk.collection() + "/" + chunk.number(), task.taskId()),
                collection.place(),
                keys,
                subject,
                Connectors.treatment(collection.erase()),
                keys.size(),
                task.lease().deadline()));
        FaultPoints.pass("fulfillment.after-store-batch");
    }

    private void afterErasing(Claimed task, Order order, DataMap map) throws ConnectorException {
        Duration settles = map.store(task.store()).settles();
        if (settles.isZero()) {
            secondLook(task, order, map);
        } else {
            tasks.readBackAfter(task, settles);
        }
    }

    private void secondLook(Claimed task, Order order, DataMap map) throws ConnectorException {
        for (int sweep = task.sweep(); ; sweep++) {
            var verdict = readBack.look(task, order, map);
            if (verdict.clean()) {
                var beyond = beyond(task, order, map);
                if (beyond.isPresent()) {
                    postpone(task, order, "newcomers-in-other-stores", beyond.get(), true);
                    return;
                }
                finish(task, order, map, verdict.outcomes());
                return;
            }
            LOG.atWarn()
                    .addKeyValue("taskId", task.taskId())
                    .addKeyValue("store", task.store())
                    .addKeyValue("sweep", sweep)
                    .log("the second look found records that should be gone");
            if (sweep >= SWEEPS) {
                tasks.again(task, verdict.remaining(), sweep);
                postpone(task, order, "read-back-found-rows", null, true);
                return;
            }
            if (verdict.newcomers()) {
                var obstacle = freezeNewcomers(task, order, map, sweep + 1);
                if (obstacle.isPresent()) {
                    postpone(
                            task, order, obstacle.get().reason(), obstacle.get().detail(), true);
                    return;
                }
            }
            tasks.again(task, verdict.remaining(), sweep + 1);
            erase(task, order, map);
            var settles = map.store(task.store()).settles();
            if (!settles.isZero()) {
                tasks.readBackAfter(task, settles);
                return;
            }
        }
    }

    /**
     * What has come since is judged like everything else, and then erased or kept.
     *
     * @return why a person must look first
     */
    private Optional<Freezer.Obstacle> freezeNewcomers(Claimed task, Order order, DataMap map, int sweep)
            throws ConnectorException {
        try {
            var schema = check.check(map, task.store()).schema();
            var today = clock.instant().atZone(map.zone()).toLocalDate();
            var run = freezer.new Run(order, map, schema, today, tasks.ofPlan(task.planId()), task.lease(), sweep);
            return run.newcomers(task.store());
        } catch (StoreException failed) {
            throw new ConnectorException(failed.category(), String.valueOf(failed.getMessage()));
        }
    }

    /**
     * The collection of another store that has records of newcomers of this one. Its own task may be done, so that a person must see
     * to them; a retry looks again.
     */
    private Optional<String> beyond(Claimed task, Order order, DataMap map) throws ConnectorException {
        if (!frozen.grown(task.taskId())) {
            return Optional.empty();
        }
        try {
            var schema = check.check(map).schema();
            var today = clock.instant().atZone(map.zone()).toLocalDate();
            var run =
                    freezer.new Run(order, map, schema, today, tasks.ofPlan(task.planId()), task.lease(), task.sweep());
            return run.beyond(task.store());
        } catch (StoreException failed) {
            throw new ConnectorException(failed.category(), String.valueOf(failed.getMessage()));
        }
    }

    private void collect(Claimed task, Order order, DataMap map) throws ConnectorException, IOException {
        var reading = Connectors.able(connectors.shared(map, task.store()), Reading.class);
        var parcel = shelf.find(task.requestId()).orElseThrow();
        for (var next = frozen.nextToDo(task.taskId(), false);
                next.isPresent();
                next = frozen.nextToDo(task.taskId(), false)) {
            var chunk = next.get();
            var collection = map.collection(task.store(), chunk.collection());
            var section = parcel.layout().section(task.store(), chunk.collection());
            FaultPoints.pass("fulfillment.before-batch");
            try (var part = shelf.part(parcel, section, task.taskId(), chunk.number())) {
                read(task, order, reading, collection, chunk, part, Part.fields(section));
                // an order that was ended meanwhile gets no further part
                task.lease().hold();
                part.keep();
                FaultPoints.pass("fulfillment.after-store-batch");
                tasks.collected(task, chunk, part.delivered(), part.beforeLookBack());
                tasks.well(task);
            }
        }
        finish(task, order, map, delivered(task, order, map));
    }

    private void read(
            Claimed task,
            Order order,
            Reading reading,
            Collection collection,
            Chunk chunk,
            Part part,
            List<String> fields)
            throws ConnectorException, IOException {
        if (fields.isEmpty()) {
            return;
        }
        var keys = frozen.open(order, chunk).toDo();
        var subject = frozen.selector(order, task.taskId(), chunk.collection(), chunk.selector());
        try {
            reading.read(
                    new Reading.Batch(
                            collection.place(),
                            keys,
                            subject,
                            fields,
                            task.lease().deadline()),
                    part);
        } catch (ConnectorException failed) {
            var held = part.withheld();
            if (held != null) {
                throw held;
            }
            throw failed;
        }
    }

    private List<CollectionOutcome> delivered(Claimed task, Order order, DataMap map) {
        var outcomes = new ArrayList<CollectionOutcome>();
        for (var delivered : shelf.delivered(task.requestId(), task.taskId())) {
            outcomes.add(outcome(order, map.collection(task.store(), delivered.collection()), delivered));
        }
        return outcomes;
    }

    private static CollectionOutcome outcome(Order order, Collection collection, Delivered delivered) {
        return new CollectionOutcome(
                collection.name(),
                collection.categories(),
                delivered.found(),
                delivered.delivered(),
                0,
                0,
                List.of(),
                delivered.omitted().entrySet().stream()
                        .map(it -> order.omitted(it.getKey(), it.getValue()))
                        .toList());
    }

    private void finish(Claimed task, Order order, DataMap map, List<CollectionOutcome> collections) {
        FaultPoints.pass("fulfillment.before-outcome");
        tasks.finish(
                task,
                order,
                new TaskOutcome(task.taskId(), task.store(), task.kind(), Grade.VERIFIED, collections),
                map.zone());
        LOG.atInfo()
                .addKeyValue("taskId", task.taskId())
                .addKeyValue("requestId", task.requestId())
                .addKeyValue("store", task.store())
                .log("task done");
    }
}
