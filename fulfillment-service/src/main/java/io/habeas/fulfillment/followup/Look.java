// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.followup;

import io.habeas.connector.Connector;
import io.habeas.connector.ConnectorException;
import io.habeas.connector.Finding;
import io.habeas.connector.Value;
import io.habeas.contracts.FulfillmentAnnouncement.FollowedUpCollection;
import io.habeas.fulfillment.catalog.Connectors;
import io.habeas.fulfillment.catalog.Remains;
import io.habeas.fulfillment.catalog.StoreException;
import io.habeas.fulfillment.datamap.DataMap.Collection;
import io.habeas.fulfillment.datamap.DataMap.Erase;
import io.habeas.fulfillment.followup.FollowUps.Claimed;
import io.habeas.fulfillment.plan.Frozen.Chunk;
import io.habeas.fulfillment.plan.FrozenStore;
import io.habeas.fulfillment.plan.Keeping;
import io.habeas.fulfillment.plan.Keeping.Hold;
import io.habeas.fulfillment.plan.Order;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The second look of a follow-up: with the frozen keys of that day alone, through a connection of its own. What the connector said
 * about its own work counts for nothing here.
 */
final class Look {

    /**
     * What it found.
     *
     * @param collections in numbers; true only where nothing remains
     * @param remaining chunks of which something is there that nothing keeps
     * @param changed a collection with records that are there and are not the person's any more
     * @param pointedAt a collection with records that cannot go before others that point at them
     * @param endless a collection with records that something keeps without an end
     * @param next the earliest day on which one that is kept longer is kept no more
     */
    record Verdict(
            List<FollowedUpCollection> collections,
            List<Chunk> remaining,
            @Nullable String changed,
            @Nullable String pointedAt,
            @Nullable String endless,
            @Nullable LocalDate next) {}

    private final Claimed due;
    private final Order order;
    private final FrozenStore frozen;
    private final Connector fresh;
    private final Finding finding;
    private final Keeping keeping;

    private final List<FollowedUpCollection> collections = new ArrayList<>();
    private final List<Chunk> remaining = new ArrayList<>();
    private @Nullable String changed;
    private @Nullable String pointedAt;
    private @Nullable String endless;
    private @Nullable LocalDate next;

    /** @param keeping looks through that connection, too */
    Look(Claimed due, Order order, FrozenStore frozen, Connector fresh, Keeping keeping) throws ConnectorException {
        this.due = due;
        this.order = order;
        this.frozen = frozen;
        this.fresh = fresh;
        this.finding = Connectors.able(fresh, Finding.class);
        this.keeping = keeping;
    }

    Verdict at(List<Collection> all) throws ConnectorException, StoreException {
        for (var collection : all) {
            at(collection);
        }
        return new Verdict(List.copyOf(collections), List.copyOf(remaining), changed, pointedAt, endless, next);
    }

    /** Records of one ground. */
    private static final class Count {
        private long deleted;
        private long anonymized;
        private long kept;
    }

    private void at(Collection collection) throws ConnectorException, StoreException {
        var counts = new LinkedHashMap<String, Count>();
        for (var chunk = frozen.next(due.taskId(), collection.name(), -1);
                chunk.isPresent();
                chunk = frozen.next(due.taskId(), collection.name(), chunk.get().number())) {
            var grounds = frozen.open(order, chunk.get()).keptUntil(due.until());
            if (!grounds.isEmpty()) {
                at(collection, chunk.get(), grounds, counts);
            }
        }
        counts.forEach((ground, count) -> collections.add(
                new FollowedUpCollection(collection.name(), ground, count.deleted, count.anonymized, count.kept)));
    }

    private void at(Collection collection, Chunk chunk, Map<Value, String> grounds, Map<String, Count> counts)
            throws ConnectorException, StoreException {
        var keys = List.copyOf(grounds.keySet());
        var there = finding.existing(collection.place(), keys, due.lease().deadline());
        var replaced = collection.erase() instanceof Erase.Anonymize anonymize
                ? Remains.replaced(
                        fresh,
                        collection,
                        there,
                        anonymize.replacements(),
                        due.lease().deadline())
                : Set.<String>of();
        var left = there.stream().filter(it -> !replaced.contains(it.text())).toList();
        var held = held(collection, left);
        for (var key : keys) {
            var count = counts.computeIfAbsent(grounds.getOrDefault(key, ""), _ -> new Count());
            if (!there.contains(key)) {
                count.deleted++;
            } else if (replaced.contains(key.text())) {
                count.anonymized++;
            } else if (held.containsKey(key.text())) {
                count.kept++;
            }
        }
        var rest = left.stream().filter(it -> !held.containsKey(it.text())).toList();
        if (!rest.isEmpty()) {
            remains(collection, chunk, rest);
        }
    }

    /** What something keeps: itself, or others that point at it and are kept. */
    private Map<String, Hold> held(Collection collection, List<Value> left) throws StoreException {
        var held = new HashMap<>(keeping.of(collection, left));
        if (collection.erase() instanceof Erase.Delete) {
            var free = left.stream().filter(it -> !held.containsKey(it.text())).toList();
            for (var pointed : keeping.pointedAt(collection, free).entrySet()) {
                Optional<Hold> hold = pointed.getValue();
                if (hold.isPresent()) {
                    held.put(pointed.getKey(), hold.get());
                } else {
                    pointedAt = collection.id();
                }
            }
        }
        for (var hold : held.values()) {
            var until = hold.until();
            if (until == null) {
                endless = collection.id();
            } else if (next == null || until.isBefore(next)) {
                next = until;
            }
        }
        return held;
    }

    private void remains(Collection collection, Chunk chunk, List<Value> rest) throws ConnectorException {
        remaining.add(chunk);
        var subject = frozen.selector(order, due.taskId(), chunk.collection(), chunk.selector());
        var theirs =
                Remains.matching(fresh, collection, rest, subject, due.lease().deadline());
        if (rest.stream().anyMatch(it -> !theirs.contains(it.text()))) {
            changed = collection.id();
        }
    }
}
