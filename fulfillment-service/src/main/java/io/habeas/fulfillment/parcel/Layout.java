// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.parcel;

import io.habeas.connector.Describing;
import io.habeas.fulfillment.catalog.Schema;
import io.habeas.fulfillment.datamap.DataMap;
import io.habeas.fulfillment.datamap.DataMap.Recipient;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a package is made of, frozen with the plan: names and kinds, no values.
 *
 * @param sections in the order of the map
 */
public record Layout(List<Section> sections, List<Receiver> recipients) {

    /**
     * One collection of one store.
     *
     * @param withheld fields that are held and never disclosed
     * @param aboutOthers fields that tell of other people
     * @param changedAt the field that says when a record last changed
     * @param dated the field by which it is judged whether a record is older than the look-back
     * @param typed whether the kinds of the fields are certain
     */
    public record Section(
            String store,
            String collection,
            String region,
            @Nullable String source,
            List<Column> columns,
            List<Withheld> withheld,
            List<String> aboutOthers,
            @Nullable String changedAt,
            @Nullable String dated,
            boolean typed) {}

    /** @param kind of {@link Describing.Kind}, or empty where no record had it */
    public record Column(
            String name,
            @Nullable String category,
            List<String> purposes,
            @Nullable String legalBasis,
            @Nullable String source,
            String kind) {}

    public record Withheld(String name, String kind) {}

    public record Receiver(String id, String role, @Nullable String country, List<String> receives) {}

    public static Layout of(DataMap map, Schema schema) {
        return new Layout(
                map.collections().map(it -> section(map, schema, it)).toList(),
                map.recipients().stream().map(Layout::receiver).toList());
    }

    private static Section section(DataMap map, Schema schema, DataMap.Collection collection) {
        var columns = collection.disclosed().stream()
                .map(name -> column(schema, collection, name))
                .toList();
        var withheld = collection.fields().entrySet().stream()
                .filter(field -> field.getValue().kind() != null)
                .map(field -> new Withheld(
                        field.getKey(), String.valueOf(field.getValue().kind())))
                .toList();
        var others = collection.fields().entrySet().stream()
                .filter(field -> field.getValue().aboutSomeoneElse())
                .map(java.util.Map.Entry::getKey)
                .toList();
        return new Section(
                collection.store(),
                collection.name(),
                map.store(collection.store()).region(),
                collection.source(),
                columns,
                withheld,
                others,
                collection.changedAt(),
                collection.collectedAt(),
                schema.certain(collection));
    }

    private static Column column(Schema schema, DataMap.Collection collection, String name) {
        var field = java.util.Objects.requireNonNull(collection.fields().get(name));
        return new Column(
                name,
                field.category(),
                field.purposes(),
                field.legalBasis(),
                field.source(),
                schema.kind(collection, name).map(Enum::name).orElse(""));
    }

    private static Receiver receiver(Recipient recipient) {
        return new Receiver(recipient.id(), recipient.role(), recipient.country(), recipient.receives());
    }

    /** @throws java.util.NoSuchElementException if the package has no such section */
    public Section section(String store, String collection) {
        return sections.stream()
                .filter(it -> it.store().equals(store) && it.collection().equals(collection))
                .findFirst()
                .orElseThrow();
    }
}
