// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.execution;

import io.habeas.connector.Connector;
import io.habeas.connector.ConnectorException;
import io.habeas.connector.Finding;
import io.habeas.connector.Finding.Search;
import io.habeas.connector.Subject;
import io.habeas.connector.Value;
import io.habeas.contracts.TaskOutcome.CollectionOutcome;
import io.habeas.contracts.TaskOutcome.Kept;
import io.habeas.fulfillment.catalog.Connectors;
import io.habeas.fulfillment.catalog.Remains;
import io.habeas.fulfillment.datamap.DataMap;
import io.habeas.fulfillment.datamap.DataMap.Collection;
import io.habeas.fulfillment.datamap.DataMap.Erase;
import io.habeas.fulfillment.execution.Tasks.Claimed;
import io.habeas.fulfillment.plan.Freezer;
import io.habeas.fulfillment.plan.Frozen.Chunk;
import io.habeas.fulfillment.plan.Frozen.Group;
import io.habeas.fulfillment.plan.Frozen.Keys;
import io.habeas.fulfillment.plan.FrozenStore;
import io.habeas.fulfillment.plan.KeySet;
import io.habeas.fulfillment.plan.Order;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The second look: with the frozen keys and with the person's identifiers, through connections of its own. What the connector
 * said about its own work counts for nothing here.
 */
final class ReadBack {

    /**
     * What the second look found.
     *
     * @param outcomes in numbers; true only if nothing remains
     * @param remaining chunks of which something is still there
     * @param newcomers whether records are there that were never frozen
     */
    record Verdict(List<CollectionOutcome> outcomes, List<Chunk> remaining, boolean newcomers) {

        boolean clean() {
            return remaining.isEmpty() && !newcomers;
        }
    }

    private final Connectors connectors;
    private final FrozenStore frozen;

    ReadBack(Connectors connectors, FrozenStore frozen) {
        this.connectors = connectors;
        this.frozen = frozen;
    }

    Verdict look(Claimed task, Order order, DataMap map) throws ConnectorException {
        var outcomes = new ArrayList<CollectionOutcome>();
        var remaining = new ArrayList<Chunk>();
        boolean newcomers = false;
        Connector second = connectors.secondLook(map, task.store());
        for (var collection : map.store(task.store()).collections()) {
            var look = new Look(task, order, collection, second);
            look.atFrozenKeys(remaining);
            newcomers |= look.newcomers();
            outcomes.add(look.outcome());
        }
        return new Verdict(outcomes, remaining, newcomers);
    }

    /** One collection. */
    private final class Look {

        private final Claimed task;
        private final Order order;
        private final Collection collection;
        private final Finding finding;
        private final Connector connector;
        private final KeySet known = new KeySet();
        private final Map<Group, Long> kept = new LinkedHashMap<>();
        private long found;
        private long deleted;
        private long anonymized;

        Look(Claimed task, Order order, Collection collection, Connector connector) throws ConnectorException {
            this.task = task;
            this.order = order;
            this.collection = collection;
            this.connector = connector;
            this.finding = Connectors.able(connector, Finding.class);
        }

        void atFrozenKeys(List<Chunk> remaining) throws ConnectorException {
            for (var chunk = frozen.next(task.taskId(), collection.name(), -1);
                    chunk.isPresent();
                    chunk = frozen.next(
                            task.taskId(), collection.name(), chunk.get().number())) {
                var keys = frozen.open(order, chunk.get());
                keys.rows().forEach(row -> known.add(row.k().v()));
                found += keys.rows().size();
                if (!erased(keys.toDo())) {
                    remaining.add(chunk.get());
                }
                countKept(keys);
            }
        }

        private boolean erased(List<Value> keys) throws ConnectorException {
            if (keys.isEmpty()) {
                return true;
            }
            var there = finding.existing(collection.place(), keys, task.lease().deadline());
            deleted += keys.size() - there.size();
            if (there.isEmpty()) {
                return true;
            }
            return switch (collection.erase()) {
                case Erase.Delete _ -> false;
                case Erase.Anonymize anonymize -> {
                    anonymized += there.size();
                    var right = Remains.replaced(
                            connector,
                            collection,
                            there,
                            anonymize.replacements(),
                            task.lease().deadline());
                    yield there.stream().allMatch(it -> right.contains(it.text()));
                }
            };
        }

        private void countKept(Keys keys) throws ConnectorException {
            var all = keys.kept();
            if (all.isEmpty()) {
                return;
            }
            Set<Value> there = new HashSet<>(
                    finding.existing(collection.place(), all, task.lease().deadline()));
            for (int i = 0; i < keys.groups().size(); i++) {
                long records = keys.keptBy(i).stream().filter(there::contains).count();
                kept.merge(keys.groups().get(i), records, Long::sum);
            }
        }

        /** Whether anything is the person's by now that was not frozen. */
        boolean newcomers() throws ConnectorException {
            int selectors = frozen.selectors(task.taskId(), collection.name());
            for (int i = 0; i < selectors; i++) {
                var subject = frozen.selector(order, task.taskId(), collection.name(), i);
                if (finding.count(collection.place(), subject, task.lease().deadline()) > 0 && unknown(subject)) {
                    return true;
                }
            }
            return false;
        }

        private boolean unknown(Subject subject) throws ConnectorException {
            @Nullable Value after = null;
            do {
                var page = finding.find(new Search(
                        collection.place(),
                        subject,
                        List.of(),
                        after,
                        Freezer.PAGE,
                        task.lease().deadline()));
                if (page.found().stream()
                        .anyMatch(it -> !known.contains(it.key().text()))) {
                    return true;
                }
                after = page.next();
            } while (after != null);
            return false;
        }

        CollectionOutcome outcome() {
            return new CollectionOutcome(
                    collection.name(),
                    collection.categories(),
                    found,
                    0,
                    deleted,
                    anonymized,
                    kept.entrySet().stream()
                            .filter(it -> it.getValue() > 0 && !it.getKey().omits())
                            .map(it -> new Kept(
                                    it.getKey().ground(),
                                    it.getValue(),
                                    it.getKey().until()))
                            .toList(),
                    kept.entrySet().stream()
                            .filter(it -> it.getValue() > 0 && it.getKey().omits())
                            .map(it -> order.omitted(it.getKey().ground(), it.getValue()))
                            .toList());
        }
    }
}
