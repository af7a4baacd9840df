// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.plan;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.Finding;
import io.habeas.connector.Finding.Found;
import io.habeas.connector.Finding.Search;
import io.habeas.connector.Match;
import io.habeas.connector.Subject;
import io.habeas.connector.Value;
import io.habeas.contracts.FulfillmentAnnouncement.GivenBack;
import io.habeas.contracts.FulfillmentAnnouncement.PlannedTask;
import io.habeas.contracts.Identifier;
import io.habeas.contracts.KeyClass;
import io.habeas.contracts.Right;
import io.habeas.contracts.Scope;
import io.habeas.contracts.TaskOutcome;
import io.habeas.fault.FaultPoints;
import io.habeas.fulfillment.catalog.Connectors;
import io.habeas.fulfillment.catalog.Schema;
import io.habeas.fulfillment.catalog.SchemaCheck;
import io.habeas.fulfillment.catalog.StoreException;
import io.habeas.fulfillment.datamap.DataMap;
import io.habeas.fulfillment.datamap.DataMap.Collection;
import io.habeas.fulfillment.datamap.DataMap.Recipient;
import io.habeas.fulfillment.datamap.DataMap.Reference;
import io.habeas.fulfillment.datamap.DataMapException;
import io.habeas.fulfillment.datamap.DataMaps;
import io.habeas.fulfillment.datamap.MapsInEffect;
import io.habeas.fulfillment.parcel.Layout;
import io.habeas.fulfillment.plan.Orders.Claimed;
import io.habeas.fulfillment.worker.BackOff;
import io.habeas.fulfillment.worker.LeaseLostException;
import io.habeas.journal.EventIds;
import io.habeas.sealeddata.KeyDestroyedException;
import io.habeas.sealeddata.KeyService;
import io.habeas.sealeddata.KeyUnavailableException;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.LegalClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the plan of an approved request: from proved identifiers and from nothing else. */
public final class Planner {

    private static final Logger LOG = LoggerFactory.getLogger(Planner.class);
    private static final int MOST_FOLLOWED = 1000;

    /** Cancelling an account erases what the law lets go. */
    private static final Set<Right> ERASING = Set.of(Right.ERASURE, Right.ACCOUNT_CANCELLATION);

    private final Orders orders;
    private final DataMaps maps;
    private final MapsInEffect effect;
    private final SchemaCheck check;
    private final Connectors connectors;
    private final Freezer freezer;
    private final Sealer sealer;
    private final KeyService keys;
    private final LegalClock clock;
    private final BackOff backOff;
    private final Addressees addressees;
    private final Set<String> told;

    /** @param told the kinds of recipients that can be told */
    public Planner(
            Orders orders,
            DataMaps maps,
            MapsInEffect effect,
            SchemaCheck check,
            Connectors connectors,
            Freezer freezer,
            Sealer sealer,
            KeyService keys,
            LegalClock clock,
            BackOff backOff,
            Addressees addressees,
            Set<String> told) {
        this.orders = orders;
        this.maps = maps;
        this.effect = effect;
        this.check = check;
        this.connectors = connectors;
        this.freezer = freezer;
        this.sealer = sealer;
        this.keys = keys;
        this.clock = clock;
        this.backOff = backOff;
        this.addressees = addressees;
        this.told = Set.copyOf(told);
    }

    /** Plans one request that waits for it. @return whether there was one */
    public boolean once() {
        var claimed = orders.claim();
        if (claimed.isEmpty()) {
            return false;
        }
        var order = claimed.get();
        try {
            plan(order);
            FaultPoints.pass("fulfillment.after-plan");
        } catch (PlanningException cannot) {
            var undecided = cannot.undecided();
            if (undecided.isPresent()) {
                giveBack(order, cannot.reason(), undecided.get());
                return true;
            }
            postpone(order, cannot.reason(), cannot.store(), cannot.parked());
        } catch (KeyDestroyedException gone) {
            postpone(order, "key-destroyed", null, true);
        } catch (KeyUnavailableException away) {
            postpone(order, "keys-unavailable", null, false);
        } catch (LeaseLostException taken) {
            LOG.atInfo().addKeyValue("requestId", order.order().requestId()).log("another copy plans it");
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError failed) {
            LOG.atWarn()
                    .addKeyValue("requestId", order.order().requestId())
                    .addKeyValue("failure", failed.getClass().getName())
                    .addKeyValue("at", failed.getStackTrace().length == 0 ? "" : failed.getStackTrace()[0])
                    .log("planning failed");
            postpone(order, "internal-error", null, false);
        }
        return true;
    }

    private void giveBack(Claimed claimed, String reason, GivenBack.Reason why) {
        LOG.atWarn()
                .addKeyValue("requestId", claimed.order().requestId())
                .addKeyValue("reason", reason)
                .log("no plan; it is decided anew");
        orders.giveBack(claimed, reason, why);
    }

    private void postpone(Claimed claimed, String reason, @Nullable String store, boolean parked) {
        int failures = claimed.attempts() + 1;
        boolean park = parked || backOff.exhausted(failures);
        var level = park ? LOG.atError() : LOG.atWarn();
        level.addKeyValue("requestId", claimed.order().requestId())
                .addKeyValue("store", store)
                .addKeyValue("reason", reason)
                .addKeyValue("attempt", failures)
                .log(park ? "no plan; an operator must act" : "no plan yet");
        orders.postpone(claimed, reason, store, park, backOff.pause(failures));
    }

    private void plan(Claimed claimed) throws PlanningException {
        var order = claimed.order();
        offered(order);
        var map = map(order.controller());
        var audience = order.kind() == TaskOutcome.Kind.COLLECT
                ? List.<Recipient>of()
                : Audience.of(map, order.approval().telling());
        boolean telling = !audience.isEmpty();
        if (audience.stream().anyMatch(it -> !told.contains(it.kind()))) {
            // an erasure that leaves one of them out is none, and neither is an opt-out
            throw PlanningException.parked("recipient-without-connector", null);
        }
        if (order.kind() == TaskOutcome.Kind.NOTIFY) {
            planTelling(claimed, map, audience);
            return;
        }
        if (!withheld(order).keySet().stream().allMatch(it -> Layout.knows(map, it))) {
            // what is to be kept back and is not found would be handed out
            throw PlanningException.undecided("withheld-not-in-the-map", GivenBack.Reason.WITHHELD_NOT_IN_THE_MAP);
        }
        var schema = schema(map);
        if (order.kind() == TaskOutcome.Kind.COLLECT) {
            orders.packageKey(claimed, () -> keys.allot(order.controller(), order.requestId(), KeyClass.PACKAGE));
        }
        var proved = order.proved(sealer);
        if (proved.isEmpty()) {
            throw PlanningException.parked("nothing-proved", null);
        }
        var planId = EventIds.next();
        var tasks = new LinkedHashMap<String, UUID>();
        map.stores().forEach(store -> tasks.put(store.id(), EventIds.next()));
        orders.draft(claimed, planId, tasks);
        var today = clock.instant().atZone(map.zone()).toLocalDate();
        var run = freezer.new Run(order, map, schema, today, tasks, claimed.lease(), 1);
        var conflicts = new Conflicts();
        try {
            var certain = freeze(map, schema, run, proved, claimed, conflicts);
            if (telling) {
                run.leaveOutWhatOthersHave(certain);
            }
        } catch (StoreException failed) {
            throw failure(failed);
        }
        if (!conflicts.isEmpty()) {
            orders.conflicts(claimed, planId, conflicts);
            throw PlanningException.parked("conflict-with-another-person", conflicts.store());
        }
        if (!order.approval().keepGrounds().containsAll(run.usedGrounds())) {
            throw PlanningException.parked("keep-ground-not-in-profile", null);
        }
        if (telling) {
            run.notes().proved(map, proved);
            if (run.notes().tooMany()) {
                throw PlanningException.parked("too-many-identifiers-for-recipients", null);
            }
            audience.forEach(it -> tasks.put(it.id(), EventIds.next()));
            addressees.draft(claimed, planId, audience, tasks, run.notes(), null);
        }
        orders.planned(
                claimed,
                planId,
                map,
                plannedTasks(order, tasks),
                Layout.of(map, schema, order.approval().exclusions(), withheld(order)));
        LOG.atInfo()
                .addKeyValue("requestId", order.requestId())
                .addKeyValue("dataMap", map.version())
                .log("planned");
    }

    /** Grounds by what is kept back. */
    private static Map<String, String> withheld(Order order) {
        var kept = order.approval().withheld();
        var grounds = new LinkedHashMap<String, String>();
        if (kept != null) {
            kept.forEach(it -> grounds.put(it.category(), it.ground()));
        }
        return grounds;
    }

    /** Nothing is looked for in any store. Who knows the person by nothing that was named has nothing to be told. */
    private void planTelling(Claimed claimed, DataMap map, List<Recipient> audience) throws PlanningException {
        var order = claimed.order();
        var named = order.proved(sealer);
        if (named.isEmpty()) {
            throw PlanningException.parked("nothing-proved", null);
        }
        var notes = new Addressees.Notes();
        notes.proved(map, named);
        var knowing =
                audience.stream().filter(it -> !notes.visibleTo(it).isEmpty()).toList();
        var planId = EventIds.next();
        var tasks = new LinkedHashMap<String, UUID>();
        orders.draft(claimed, planId, tasks);
        knowing.forEach(it -> tasks.put(it.id(), EventIds.next()));
        addressees.draft(claimed, planId, knowing, tasks, notes, dueAt(order));
        orders.planned(claimed, planId, map, plannedTasks(order, tasks), null);
        LOG.atInfo()
                .addKeyValue("requestId", order.requestId())
                .addKeyValue("dataMap", map.version())
                .log("planned");
    }

    /** The day of the policy, unless it is over: then a recipient has the days of the map. */
    private @Nullable Instant dueAt(Order order) {
        var telling = order.approval().telling();
        return telling != null && telling.until().isAfter(clock.instant()) ? telling.until() : null;
    }

    private List<PlannedTask> plannedTasks(Order order, Map<String, UUID> tasks) {
        var planned = new ArrayList<PlannedTask>();
        tasks.forEach((store, task) -> planned.add(new PlannedTask(task, store, order.kind(), orders.toDo(task))));
        return planned;
    }

    private static void offered(Order order) throws PlanningException {
        if (order.kind() == TaskOutcome.Kind.COLLECT) {
            var scope = order.approval().scope();
            if (scope != null && scope != Scope.SPECIFIC_PIECES) {
                throw PlanningException.parked("scope-not-supported", null);
            }
        } else if (order.kind() == TaskOutcome.Kind.ERASE
                && !ERASING.contains(order.approval().right())) {
            throw PlanningException.parked("right-not-supported", null);
        }
    }

    private DataMap map(String controller) throws PlanningException {
        try {
            var map = maps.current(controller);
            effect.notice(controller, map.version());
            return map;
        } catch (NoSuchElementException none) {
            throw PlanningException.delayed("data-map-missing", null);
        } catch (DataMapException refused) {
            LOG.atError().addKeyValue("faults", refused.faults()).log("the data map is refused");
            throw PlanningException.delayed("data-map-refused", null);
        }
    }

    private Schema schema(DataMap map) throws PlanningException {
        try {
            var result = check.check(map);
            if (!result.mismatches().isEmpty()) {
                LOG.atError()
                        .addKeyValue("controller", map.controller())
                        .addKeyValue("mismatches", result.mismatches())
                        .log("the data map does not fit the stores");
                throw PlanningException.parked(
                        "data-map-mismatch", result.mismatches().get(0).store());
            }
            return result.schema();
        } catch (StoreException failed) {
            throw failure(failed);
        }
    }

    private static PlanningException failure(StoreException failed) {
        LOG.atWarn()
                .addKeyValue("store", failed.store())
                .addKeyValue("says", failed.getMessage())
                .log("a store keeps the plan from being made");
        return switch (failed.category()) {
            case TRY_AGAIN -> PlanningException.delayed("store-unreachable", failed.store());
            case FIX_CONFIGURATION -> PlanningException.parked("data-map-mismatch", failed.store());
            case ASK_A_PERSON -> PlanningException.parked("store-asks-a-person", failed.store());
        };
    }

    /** @return what was proved, and what the map has followed from it */
    private Identifiers freeze(
            DataMap map, Schema schema, Freezer.Run run, List<Identifier> proved, Claimed claimed, Conflicts conflicts)
            throws StoreException, PlanningException {
        var followed = new Followed(map, schema, new Identifiers(proved), claimed);
        followed.widen();
        var provedOnly = new Identifiers(proved);
        for (var collection : map.parentsFirst()) {
            run.byReferences(collection);
            var matches = followed.matches(collection);
            if (!matches.isEmpty()) {
                run.bySubject(collection, new Subject(matches), conflicts.judge(provedOnly, followed.identifiers, run));
                conflicts.count(collection, run);
            }
        }
        return followed.identifiers;
    }

    /** Identifiers and keys that are found on the way, where the map says so. */
    private final class Followed {

        private final DataMap map;
        private final Schema schema;
        private final Identifiers identifiers;
        private final Claimed claimed;
        private final Map<String, Map<String, Set<String>>> upwards = new LinkedHashMap<>();
        private int keysFollowed;

        Followed(DataMap map, Schema schema, Identifiers identifiers, Claimed claimed) {
            this.map = map;
            this.schema = schema;
            this.identifiers = identifiers;
            this.claimed = claimed;
        }

        List<Match> matches(Collection collection) {
            var matches = new ArrayList<Match>();
            collection
                    .identifies()
                    .forEach(it -> identifiers.match(schema, collection, it).ifPresent(matches::add));
            upwards.getOrDefault(collection.id(), Map.of()).forEach((field, texts) -> {
                var values = new LinkedHashSet<Value>();
                texts.forEach(text -> values.addAll(schema.values(collection, field, text)));
                if (!values.isEmpty()) {
                    matches.add(Match.exactly(field, values));
                }
            });
            return matches;
        }

        void widen() throws StoreException, PlanningException {
            boolean wider = true;
            while (wider) {
                wider = false;
                for (var collection : map.parentsFirst()) {
                    var matches = matches(collection);
                    if (!fields(collection).isEmpty() && !matches.isEmpty()) {
                        wider |= follow(collection, new Subject(matches));
                    }
                }
                if (identifiers.size() + keysFollowed > MOST_FOLLOWED) {
                    throw PlanningException.parked("too-many-identifiers-followed", null);
                }
            }
        }

        private Set<String> fields(Collection collection) {
            var fields = new LinkedHashSet<String>();
            collection.identifies().stream().filter(it -> it.follow()).forEach(it -> fields.add(it.field()));
            collection.belongsTo().stream().filter(Reference::follow).forEach(it -> fields.add(it.field()));
            return fields;
        }

        private boolean follow(Collection collection, Subject subject) throws StoreException {
            boolean wider = false;
            @Nullable Value after = null;
            do {
                var page = page(collection, subject, after);
                for (var found : page.found()) {
                    wider |= follow(collection, found);
                }
                after = page.next();
            } while (after != null && identifiers.size() + keysFollowed <= MOST_FOLLOWED);
            return wider;
        }

        private boolean follow(Collection collection, Found found) {
            boolean wider = false;
            for (var identifies : collection.identifies()) {
                if (identifies.follow()) {
                    for (var text : Conflicts.value(collection, found, identifies.field())) {
                        wider |= identifiers.add(new Identifier(identifies.kind(), text));
                    }
                }
            }
            for (var reference : collection.belongsTo()) {
                if (reference.follow()) {
                    for (var text : Schema.texts(found.with().get(reference.field()))) {
                        boolean added = upwards.computeIfAbsent(
                                        reference.store() + "." + reference.collection(), _ -> new LinkedHashMap<>())
                                .computeIfAbsent(reference.to(), _ -> new LinkedHashSet<>())
                                .add(text);
                        keysFollowed += added ? 1 : 0;
                        wider |= added;
                    }
                }
            }
            return wider;
        }

        private Finding.Page page(Collection collection, Subject subject, @Nullable Value after) throws StoreException {
            try {
                var finding = Connectors.able(connectors.shared(map, collection.store()), Finding.class);
                var with = new LinkedHashSet<>(fields(collection));
                with.remove(collection.place().key());
                return finding.find(new Search(
                        collection.place(),
                        subject,
                        List.copyOf(with),
                        after,
                        Freezer.PAGE,
                        claimed.lease().deadline()));
            } catch (ConnectorException failed) {
                throw new StoreException(collection.store(), failed);
            }
        }
    }
}
