// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.catalog;

import io.habeas.connector.Connector;
import io.habeas.connector.ConnectorException;
import io.habeas.connector.Describing;
import io.habeas.connector.Describing.Description;
import io.habeas.fulfillment.datamap.DataMap;
import io.habeas.fulfillment.datamap.DataMap.Collection;
import io.habeas.fulfillment.datamap.DataMap.Erase;
import io.habeas.fulfillment.datamap.DataMap.Keep;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Holds a map against the stores as they are. Fails closed: what is missing is a fault, and never means that nothing was found. */
public final class SchemaCheck {

    /**
     * One thing that does not fit.
     *
     * @param field empty where it is about the collection
     */
    public record Mismatch(String store, String collection, String field, String message) {}

    /** What a check of all stores came to. */
    public record Result(Schema schema, List<Mismatch> mismatches) {}

    private final Connectors connectors;

    public SchemaCheck(Connectors connectors) {
        this.connectors = connectors;
    }

    /** @throws StoreException if a store does not answer */
    public Result check(DataMap map) throws StoreException {
        var descriptions = new HashMap<String, Description>();
        var mismatches = new ArrayList<Mismatch>();
        for (var store : map.stores()) {
            check(map, store.id(), descriptions, mismatches);
        }
        map.collections().forEach(it -> counted(map, it, descriptions, mismatches));
        return new Result(new Schema(descriptions), List.copyOf(mismatches));
    }

    /** As {@link #check(DataMap)}, for one store. */
    public Result check(DataMap map, String store) throws StoreException {
        var descriptions = new HashMap<String, Description>();
        var mismatches = new ArrayList<Mismatch>();
        check(map, store, descriptions, mismatches);
        return new Result(new Schema(descriptions), List.copyOf(mismatches));
    }

    private void check(DataMap map, String store, Map<String, Description> descriptions, List<Mismatch> mismatches)
            throws StoreException {
        try {
            Connector connector = connectors.shared(map, store);
            var describing = Connectors.able(connector, Describing.class);
            for (var collection : map.store(store).collections()) {
                var description = describing.describe(collection.place().collection());
                if (description.isEmpty()) {
                    mismatches.add(new Mismatch(
                            store,
                            collection.name(),
                            "",
                            "there is no '" + collection.place().collection() + "'"));
                    continue;
                }
                descriptions.put(collection.id(), description.get());
                compare(collection, description.get(), mismatches);
            }
        } catch (ConnectorException failed) {
            throw new StoreException(store, failed);
        }
    }

    private static void compare(Collection collection, Description description, List<Mismatch> mismatches) {
        for (var field : collection.named()) {
            if (description.complete() && !description.fields().containsKey(Schema.path(collection, field))) {
                mismatches.add(mismatch(collection, field, "there is no such field in the store"));
            }
        }
        if (collection.erase() instanceof Erase.Anonymize anonymize) {
            anonymize.replacements().forEach((field, replacement) -> {
                var live = description.fields().get(Schema.path(collection, field));
                if (live != null && replacement == null && !live.nullable()) {
                    mismatches.add(mismatch(
                            collection,
                            field,
                            "ANONYMIZE would empty it, and the store does not accept that; give a replacement"));
                }
            });
        }
    }

    /** The day from which keeping counts may stand in the record that this one belongs to. */
    private static void counted(
            DataMap map, Collection collection, Map<String, Description> descriptions, List<Mismatch> mismatches) {
        if (collection.keep() instanceof Keep.Dated dated && dated.of() != null) {
            var parent = map.collections()
                    .filter(it -> it.id().equals(dated.of()))
                    .findFirst()
                    .orElseThrow();
            var description = descriptions.get(parent.id());
            if (description != null
                    && description.complete()
                    && !description.fields().containsKey(Schema.path(parent, dated.from()))) {
                mismatches.add(mismatch(parent, dated.from(), "there is no such field in the store"));
            }
        }
    }

    private static Mismatch mismatch(Collection collection, String field, String message) {
        return new Mismatch(collection.store(), collection.name(), field, message);
    }
}
