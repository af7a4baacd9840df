// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.followup;

import io.habeas.connector.Connector;
import io.habeas.connector.ConnectorException;
import io.habeas.connector.Erasing;
import io.habeas.connector.Value;
import io.habeas.fault.FaultPoints;
import io.habeas.fulfillment.catalog.Connectors;
import io.habeas.fulfillment.catalog.SchemaCheck;
import io.habeas.fulfillment.catalog.StoreException;
import io.habeas.fulfillment.datamap.DataMap;
import io.habeas.fulfillment.datamap.DataMap.Collection;
import io.habeas.fulfillment.datamap.DataMap.Erase;
import io.habeas.fulfillment.datamap.DataMapException;
import io.habeas.fulfillment.datamap.DataMaps;
import io.habeas.fulfillment.datamap.MapsInEffect;
import io.habeas.fulfillment.evidence.ApprovalGate;
import io.habeas.fulfillment.evidence.ApprovalGate.NotProvedException;
import io.habeas.fulfillment.evidence.ApprovalGate.RefusedException;
import io.habeas.fulfillment.followup.FollowUps.Claimed;
import io.habeas.fulfillment.followup.FollowUps.Stage;
import io.habeas.fulfillment.followup.Look.Verdict;
import io.habeas.fulfillment.plan.Frozen.Chunk;
import io.habeas.fulfillment.plan.FrozenStore;
import io.habeas.fulfillment.plan.Keeping;
import io.habeas.fulfillment.plan.Order;
import io.habeas.fulfillment.plan.Orders;
import io.habeas.fulfillment.worker.BackOff;
import io.habeas.fulfillment.worker.LeaseLostException;
import io.habeas.messaging.RequestTraces;
import io.habeas.sealeddata.KeyDestroyedException;
import io.habeas.sealeddata.KeyUnavailableException;
import io.habeas.service.LegalClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Erases what was kept until a day once that day has come: the records whose keys were frozen then, and no other; by the data map that
 * is in force, since the one of the plan may lead to a store that is not there any more.
 */
public final class FollowUpWork {

    private static final Logger LOG = LoggerFactory.getLogger(FollowUpWork.class);

    /** After so many looks that found something, a person looks. */
    private static final int SWEEPS = 3;

    /** It cannot go on before a person has acted; the reason is a slug. */
    private static final class StuckException extends Exception {

        private static final long serialVersionUID = 1L;

        private final String reason;
        private final @Nullable String detail;

        StuckException(String reason, @Nullable String detail) {
            super(reason, null, false, false);
            this.reason = reason;
            this.detail = detail;
        }
    }

    private final FollowUps followUps;
    private final Orders orders;
    private final DataMaps maps;
    private final MapsInEffect effect;
    private final SchemaCheck check;
    private final Connectors connectors;
    private final FrozenStore frozen;
    private final LegalClock clock;
    private final BackOff backOff;
    private final ApprovalGate gate;
    private final RequestTraces traces;

    public FollowUpWork(
            FollowUps followUps,
            Orders orders,
            DataMaps maps,
            MapsInEffect effect,
            SchemaCheck check,
            Connectors connectors,
            FrozenStore frozen,
            LegalClock clock,
            BackOff backOff,
            ApprovalGate gate,
            RequestTraces traces) {
        this.followUps = followUps;
        this.orders = orders;
        this.maps = maps;
        this.effect = effect;
        this.check = check;
        this.connectors = connectors;
        this.frozen = frozen;
        this.clock = clock;
        this.backOff = backOff;
        this.gate = gate;
        this.traces = traces;
    }

    /** Works on one follow-up whose day has come. @return whether there was one */
    public boolean once() {
        var claimed = followUps.claim();
        if (claimed.isEmpty()) {
            return false;
        }
        var due = claimed.get();
        try (var _ = traces.spanning("work on a follow-up", due.requestId())) {
            workOrPutOff(due);
        }
        return true;
    }

    private void workOrPutOff(Claimed due) {
        var order = orders.order(due.requestId());
        try {
            work(due, order);
        } catch (NotProvedException waits) {
            var level = waits.answered() ? LOG.atError() : LOG.atWarn();
            level.addKeyValue("taskId", due.followUpId())
                    .addKeyValue("requestId", due.requestId())
                    .addKeyValue("waitsFor", "audit-proof")
                    .log(
                            waits.answered()
                                    ? "the approval is not in the audit log: nothing is erased, and if it stays so it was forged"
                                    : "the audit log does not answer: nothing is erased until it does");
            putOff(due, order, "audit-proof");
        } catch (RefusedException forged) {
            postpone(due, order, "audit-proof-refused", forged.detail(), true);
        } catch (StuckException stuck) {
            postpone(due, order, stuck.reason, stuck.detail, true);
        } catch (ConnectorException said) {
            failed(due, order, said.category(), said.getMessage());
        } catch (StoreException said) {
            failed(due, order, said.category(), said.getMessage());
        } catch (NoSuchElementException none) {
            postpone(due, order, "data-map-missing", null, false);
        } catch (DataMapException refused) {
            LOG.atError().addKeyValue("faults", refused.faults()).log("the data map is refused");
            postpone(due, order, "data-map-refused", null, false);
        } catch (KeyDestroyedException gone) {
            postpone(due, order, "key-destroyed", null, true);
        } catch (KeyUnavailableException away) {
            postpone(due, order, "keys-unavailable", null, false);
        } catch (LeaseLostException taken) {
            LOG.atInfo().addKeyValue("taskId", due.followUpId()).log("another copy works on it");
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError failed) {
            LOG.atWarn()
                    .addKeyValue("taskId", due.followUpId())
                    .addKeyValue("failure", failed.getClass().getName())
                    .addKeyValue("at", failed.getStackTrace().length == 0 ? "" : failed.getStackTrace()[0])
                    .log("a follow-up failed");
            postpone(due, order, "internal-error", null, false);
        }
    }

    private void failed(Claimed due, Order order, ConnectorException.Category category, @Nullable String said) {
        LOG.atWarn()
                .addKeyValue("taskId", due.followUpId())
                .addKeyValue("store", due.store())
                .addKeyValue("says", said)
                .log("a store refused or failed");
        switch (category) {
            case TRY_AGAIN -> postpone(due, order, "store-unreachable", null, false);
            case FIX_CONFIGURATION -> postpone(due, order, "data-map-mismatch", said, true);
            case ASK_A_PERSON -> postpone(due, order, "more-than-planned", said, true);
        }
    }

    private void postpone(Claimed due, Order order, String reason, @Nullable String detail, boolean parked) {
        int failures = due.attempts() + 1;
        boolean park = parked || backOff.exhausted(failures);
        var level = park ? LOG.atError() : LOG.atWarn();
        level.addKeyValue("taskId", due.followUpId())
                .addKeyValue("requestId", due.requestId())
                .addKeyValue("store", due.store())
                .addKeyValue("reason", reason)
                .addKeyValue("detail", detail)
                .addKeyValue("attempt", failures)
                .log(park ? "the follow-up is parked; an operator must act" : "the follow-up will be tried again");
        write(due, () -> followUps.postpone(due, order, reason, detail, park, backOff.pause(failures)));
    }

    /** However often: whatever it waits for, nobody has to act on the follow-up itself. */
    private void putOff(Claimed due, Order order, String reason) {
        write(due, () -> followUps.postpone(due, order, reason, null, false, backOff.pause(due.attempts() + 1)));
    }

    private static void write(Claimed due, Runnable fenced) {
        try {
            fenced.run();
        } catch (LeaseLostException taken) {
            LOG.atInfo().addKeyValue("taskId", due.followUpId()).log("another copy works on it");
        }
    }

    private void work(Claimed due, Order order)
            throws ConnectorException, StoreException, DataMapException, NotProvedException, RefusedException,
                    StuckException {
        gate.require(order);
        var map = maps.current(order.controller());
        effect.notice(order.controller(), map.version());
        var collections = collections(due, order, map);
        fits(map, due.store());
        if (due.stage() == Stage.READY) {
            erase(due, order, map, collections);
            var settles = map.store(due.store()).settles();
            if (!settles.isZero()) {
                followUps.readBackAfter(due, settles);
                return;
            }
        }
        secondLook(due, order, map, collections);
    }

    /**
     * Where something was kept until that day, each before what it belongs to. A map that does not have it any more, or means another
     * place by its name, never means that nothing is there.
     */
    private List<Collection> collections(Claimed due, Order order, DataMap map)
            throws DataMapException, StuckException {
        var frozenUnder = maps.version(order.controller(), due.frozenUnder());
        var names = followUps.collections(due);
        for (var name : names) {
            var was = frozenUnder.collection(due.store(), name);
            var is = map.collections().filter(it -> it.id().equals(was.id())).findFirst();
            if (is.isEmpty()) {
                throw new StuckException("collection-not-in-the-map", was.id());
            }
            if (!is.get().place().isWhere(was.place())
                    || !map.store(due.store())
                            .kind()
                            .equals(frozenUnder.store(due.store()).kind())) {
                throw new StuckException("collection-changed-in-the-map", was.id());
            }
        }
        var parentsFirst = new ArrayList<>(map.parentsFirst().stream()
                .filter(it -> it.store().equals(due.store()) && names.contains(it.name()))
                .toList());
        Collections.reverse(parentsFirst);
        return parentsFirst;
    }

    /** A table that has gone stops the follow-up; it never means that nothing is there. */
    private void fits(DataMap map, String store) throws StoreException, StuckException {
        var mismatches = check.check(map, store).mismatches();
        if (!mismatches.isEmpty()) {
            var first = mismatches.get(0);
            throw new StuckException(
                    "data-map-mismatch", first.collection() + " " + first.field() + ": " + first.message());
        }
    }

    private Keeping keeping(Claimed due, Order order, DataMap map, Map<String, Connector> own) {
        var today = clock.instant().atZone(map.zone()).toLocalDate();
        return new Keeping(order, map, today, connectors, check, due.lease(), own);
    }

    private void erase(Claimed due, Order order, DataMap map, List<Collection> collections)
            throws ConnectorException, StoreException {
        var keeping = keeping(due, order, map, Map.of());
        var backups = map.store(due.store()).backupsRefreshed();
        for (var collection : collections) {
            for (var chunk = frozen.next(due.taskId(), collection.name(), -1);
                    chunk.isPresent();
                    chunk = frozen.next(
                            due.taskId(), collection.name(), chunk.get().number())) {
                if (!followUps.isDone(due, chunk.get())) {
                    boolean all = erase(due, order, map, collection, chunk.get(), keeping);
                    followUps.erased(due, chunk.get(), backups);
                    if (all) {
                        followUps.well(due);
                    }
                }
            }
        }
    }

    /** @return whether it was everything that nothing keeps */
    private boolean erase(Claimed due, Order order, DataMap map, Collection collection, Chunk chunk, Keeping keeping)
            throws ConnectorException, StoreException {
        var keys = List.copyOf(frozen.open(order, chunk).keptUntil(due.until()).keySet());
        var held = keeping.of(collection, keys).keySet();
        var free = without(keys, held);
        if (free.isEmpty()) {
            return true;
        }
        try {
            erase(due, order, map, collection, chunk, free);
            return true;
        } catch (ConnectorException refused) {
            if (refused.category() != ConnectorException.Category.ASK_A_PERSON
                    || !(collection.erase() instanceof Erase.Delete)) {
                throw refused;
            }
            var pointedAt = keeping.pointedAt(collection, free).keySet();
            if (pointedAt.isEmpty()) {
                throw refused;
            }
            // they go when what points at them has gone
            var others = without(free, pointedAt);
            if (!others.isEmpty()) {
                erase(due, order, map, collection, chunk, others);
            }
            return false;
        }
    }

    private static List<Value> without(List<Value> keys, Set<String> some) {
        return keys.stream().filter(it -> !some.contains(it.text())).toList();
    }

    /** Only records that have one of the frozen keys, and are still the person's by the predicate that led to them. */
    private void erase(Claimed due, Order order, DataMap map, Collection collection, Chunk chunk, List<Value> keys)
            throws ConnectorException {
        var erasing = Connectors.able(connectors.shared(map, due.store()), Erasing.class);
        var subject = frozen.selector(order, due.taskId(), chunk.collection(), chunk.selector());
        FaultPoints.pass("fulfillment.before-follow-up-batch");
        erasing.erase(new Erasing.Batch(
                Orders.causeOf(
                        "batch/" + chunk.collection() + "/" + chunk.number() + "/" + due.pass() + "/" + keys.size(),
                        due.followUpId()),
                collection.place(),
                keys,
                subject,
                Connectors.treatment(collection.erase()),
                keys.size(),
                due.lease().deadline()));
        FaultPoints.pass("fulfillment.after-follow-up-batch");
    }

    private void secondLook(Claimed due, Order order, DataMap map, List<Collection> collections)
            throws ConnectorException, StoreException, StuckException {
        for (int sweep = due.sweep(); ; sweep++) {
            var verdict = look(due, order, map, collections);
            if (verdict.remaining().isEmpty()) {
                finish(due, order, map, verdict);
                return;
            }
            LOG.atWarn()
                    .addKeyValue("taskId", due.followUpId())
                    .addKeyValue("store", due.store())
                    .addKeyValue("sweep", sweep)
                    .log("the second look found records that should be gone");
            followUps.again(due, verdict.remaining(), Math.min(sweep + 1, SWEEPS));
            if (verdict.changed() != null) {
                throw new StuckException("records-changed-hands", verdict.changed());
            }
            if (verdict.pointedAt() != null) {
                postpone(due, order, "records-still-point-there", verdict.pointedAt(), false);
                return;
            }
            if (sweep >= SWEEPS) {
                throw new StuckException("read-back-found-rows", null);
            }
            erase(due, order, map, collections);
            Duration settles = map.store(due.store()).settles();
            if (!settles.isZero()) {
                followUps.readBackAfter(due, settles);
                return;
            }
        }
    }

    private Verdict look(Claimed due, Order order, DataMap map, List<Collection> collections)
            throws ConnectorException, StoreException {
        var second = connectors.secondLook(map, due.store());
        var keeping = keeping(due, order, map, Map.of(due.store(), second));
        return new Look(due, order, frozen, second, keeping).at(collections);
    }

    private void finish(Claimed due, Order order, DataMap map, Verdict verdict) throws StuckException {
        if (verdict.endless() != null) {
            throw new StuckException("kept-without-an-end", verdict.endless());
        }
        FaultPoints.pass("fulfillment.before-follow-up-outcome");
        followUps.finish(due, order, verdict.collections(), verdict.next(), map.zone());
        boolean gone = verdict.next() == null;
        LOG.atInfo()
                .addKeyValue("taskId", due.followUpId())
                .addKeyValue("requestId", due.requestId())
                .addKeyValue("store", due.store())
                .log(gone ? "what was kept until this day is gone" : "something is kept longer than was said");
    }
}
