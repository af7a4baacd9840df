// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.plan;

import io.habeas.connector.Connector;
import io.habeas.connector.ConnectorException;
import io.habeas.connector.Finding;
import io.habeas.connector.Finding.Found;
import io.habeas.connector.Finding.Search;
import io.habeas.connector.Match;
import io.habeas.connector.Subject;
import io.habeas.connector.Value;
import io.habeas.fulfillment.catalog.Connectors;
import io.habeas.fulfillment.catalog.Schema;
import io.habeas.fulfillment.catalog.SchemaCheck;
import io.habeas.fulfillment.catalog.StoreException;
import io.habeas.fulfillment.datamap.DataMap;
import io.habeas.fulfillment.datamap.DataMap.Collection;
import io.habeas.fulfillment.datamap.DataMap.Keep;
import io.habeas.fulfillment.datamap.DataMap.Reference;
import io.habeas.fulfillment.worker.Lease;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What keeps records at this moment, by the map that is in force and by what the stores hold now: years after they were frozen a
 * period may be another, and so may the day from which it counts. Reads only.
 */
public final class Keeping {

    /** Something keeps a record. @param until the first day on which it does no longer; absent where that cannot be said */
    public record Hold(@Nullable LocalDate until) {

        static @Nullable Hold longer(@Nullable Hold one, @Nullable Hold other) {
            if (one == null || other == null) {
                return one == null ? other : one;
            }
            if (one.until == null || other.until == null) {
                return one.until == null ? one : other;
            }
            return one.until.isBefore(other.until) ? other : one;
        }
    }

    private final Order order;
    private final DataMap map;
    private final LocalDate today;
    private final Connectors connectors;
    private final SchemaCheck check;
    private final Lease lease;
    private final Map<String, Connector> own;
    private final Map<String, Schema> schemas = new HashMap<>();

    /**
     * @param map that is in force
     * @param today in the zone of the map
     * @param own a connector to look through, by the store that it reaches; the shared ones for all others
     */
    public Keeping(
            Order order,
            DataMap map,
            LocalDate today,
            Connectors connectors,
            SchemaCheck check,
            Lease lease,
            Map<String, Connector> own) {
        this.order = order;
        this.map = map;
        this.today = today;
        this.connectors = connectors;
        this.check = check;
        this.lease = lease;
        this.own = Map.copyOf(own);
    }

    /** Which of these records something keeps; those that are gone are kept by nothing. @return by key, as text */
    public Map<String, Hold> of(Collection collection, List<Value> keys) throws StoreException {
        return keys.isEmpty()
                ? Map.of()
                : holds(collection, byKey(collection, keys, wanted(collection)), new HashSet<>());
    }

    /**
     * Which of these records others of the same store point at, so that a foreign key may keep them from being deleted.
     *
     * @return by key, as text; empty where one of the others is kept by nothing, else what keeps the last of them
     */
    public Map<String, Optional<Hold>> pointedAt(Collection collection, List<Value> keys) throws StoreException {
        var pointed = new HashMap<String, Optional<Hold>>();
        if (keys.isEmpty()) {
            return pointed;
        }
        for (var child : map.store(collection.store()).collections()) {
            for (var reference : child.belongsTo()) {
                if (reference.store().equals(collection.store())
                        && reference.collection().equals(collection.name())) {
                    pointedAt(collection, keys, child, reference, pointed);
                }
            }
        }
        return pointed;
    }

    private void pointedAt(
            Collection collection,
            List<Value> keys,
            Collection child,
            Reference reference,
            Map<String, Optional<Hold>> pointed)
            throws StoreException {
        var keyOf = new HashMap<String, String>();
        for (var found : byKey(collection, keys, Set.of(reference.to()))) {
            Conflicts.value(collection, found, reference.to())
                    .forEach(it -> keyOf.put(it, found.key().text()));
        }
        var fields = new LinkedHashSet<>(wanted(child));
        fields.add(reference.field());
        var children = having(child, reference.field(), keyOf.keySet(), fields);
        var holds = holds(child, children, new HashSet<>());
        for (var found : children) {
            var hold = Optional.ofNullable(holds.get(found.key().text()));
            for (var text : Conflicts.value(child, found, reference.field())) {
                var key = keyOf.get(text);
                if (key != null) {
                    pointed.merge(
                            key,
                            hold,
                            (before, more) -> before.isEmpty() || more.isEmpty()
                                    ? Optional.empty()
                                    : Optional.ofNullable(Hold.longer(before.get(), more.get())));
                }
            }
        }
    }

    /** @param below the collections from which this one was reached */
    private Map<String, Hold> holds(Collection collection, List<Found> records, Set<String> below)
            throws StoreException {
        var holds = new HashMap<String, Hold>();
        if (records.isEmpty() || !below.add(collection.id())) {
            return holds;
        }
        for (var record : records) {
            if (isLeftOut(collection, record)) {
                keep(holds, record, new Hold(null));
            }
        }
        switch (collection.keep()) {
            case Keep.Nothing _ -> {}
            case Keep.Dated dated
            when dated.of() == null -> {
                for (var record : records) {
                    var day = Freezer.dayOf(record.with().get(dated.from()), map.zone());
                    keep(holds, record, hold(dated, day));
                }
            }
            case Keep.Dated dated -> {
                for (var reference : collection.belongsTo()) {
                    var parent = map.collection(reference.store(), reference.collection());
                    if (parent.id().equals(dated.of())) {
                        var parents = parents(collection, records, reference, Set.of(dated.from()));
                        keep(
                                holds,
                                collection,
                                records,
                                reference,
                                parents,
                                it -> hold(dated, Freezer.dayOf(it.with().get(dated.from()), map.zone())));
                    }
                }
            }
            case Keep.WithParent _ -> {
                for (var reference : collection.belongsTo()) {
                    var parent = map.collection(reference.store(), reference.collection());
                    var parents = parents(collection, records, reference, wanted(parent));
                    var theirs = holds(parent, parents, below);
                    keep(
                            holds,
                            collection,
                            records,
                            reference,
                            parents,
                            it -> theirs.get(it.key().text()));
                }
            }
        }
        below.remove(collection.id());
        return holds;
    }

    private interface ParentsHold {
        @Nullable
        Hold of(Found parent);
    }

    private void keep(
            Map<String, Hold> holds,
            Collection collection,
            List<Found> records,
            Reference reference,
            List<Found> parents,
            ParentsHold parentsHold) {
        var parent = map.collection(reference.store(), reference.collection());
        var byValue = new HashMap<String, @Nullable Hold>();
        for (var found : parents) {
            for (var text : Conflicts.value(parent, found, reference.to())) {
                byValue.put(text, Hold.longer(byValue.get(text), parentsHold.of(found)));
            }
        }
        for (var record : records) {
            for (var text : Conflicts.value(collection, record, reference.field())) {
                keep(holds, record, byValue.get(text));
            }
        }
    }

    private static void keep(Map<String, Hold> holds, Found record, @Nullable Hold hold) {
        var longer = Hold.longer(holds.get(record.key().text()), hold);
        if (longer != null) {
            holds.put(record.key().text(), longer);
        }
    }

    /** Without a day to count from the period has not begun. */
    private @Nullable Hold hold(Keep.Dated keep, @Nullable LocalDate day) {
        if (day == null) {
            return new Hold(null);
        }
        var until = keep.until(day);
        return today.isBefore(until) ? new Hold(until) : null;
    }

    private boolean isLeftOut(Collection collection, Found record) {
        var excluded = collection.exclusion();
        return excluded != null
                && order.exclusion(excluded.what().name()).isPresent()
                && (excluded.where() == null || Freezer.isMarked(record.with().get(excluded.where())));
    }

    /** The fields by which it is known what keeps a record. */
    private static Set<String> wanted(Collection collection) {
        var wanted = new LinkedHashSet<String>();
        if (collection.keep() instanceof Keep.Dated dated && dated.of() == null) {
            wanted.add(dated.from());
        } else if (!(collection.keep() instanceof Keep.Nothing)) {
            collection.belongsTo().forEach(it -> wanted.add(it.field()));
        }
        if (collection.exclusion() != null && collection.exclusion().where() != null) {
            wanted.add(collection.exclusion().where());
        }
        return wanted;
    }

    private List<Found> parents(Collection collection, List<Found> records, Reference reference, Set<String> with)
            throws StoreException {
        var parent = map.collection(reference.store(), reference.collection());
        var texts = new LinkedHashSet<String>();
        records.forEach(it -> texts.addAll(Conflicts.value(collection, it, reference.field())));
        var fields = new LinkedHashSet<>(with);
        fields.add(reference.to());
        return having(parent, reference.to(), texts, fields);
    }

    private List<Found> having(Collection collection, String field, Set<String> texts, Set<String> with)
            throws StoreException {
        var values = new LinkedHashSet<Value>();
        if (!texts.isEmpty()) {
            var schema = schema(collection.store());
            texts.forEach(it -> values.addAll(schema.values(collection, field, it)));
        }
        return values.isEmpty() ? List.of() : all(collection, Match.exactly(field, values), with);
    }

    private List<Found> byKey(Collection collection, List<Value> keys, Set<String> with) throws StoreException {
        return all(collection, Match.exactly(collection.place().key(), new LinkedHashSet<>(keys)), with);
    }

    private List<Found> all(Collection collection, Match match, Set<String> with) throws StoreException {
        var fields =
                with.stream().filter(it -> !it.equals(collection.place().key())).toList();
        var all = new ArrayList<Found>();
        try {
            var finding = Connectors.able(connector(collection.store()), Finding.class);
            @Nullable Value after = null;
            do {
                var page = finding.find(new Search(
                        collection.place(),
                        new Subject(List.of(match)),
                        fields,
                        after,
                        Freezer.PAGE,
                        lease.deadline()));
                all.addAll(page.found());
                after = page.next();
            } while (after != null);
        } catch (ConnectorException failed) {
            throw new StoreException(collection.store(), failed);
        }
        return all;
    }

    private Connector connector(String store) throws ConnectorException {
        var mine = own.get(store);
        return mine == null ? connectors.shared(map, store) : mine;
    }

    private Schema schema(String store) throws StoreException {
        var known = schemas.get(store);
        if (known == null) {
            known = check.check(map, store).schema();
            schemas.put(store, known);
        }
        return known;
    }
}
