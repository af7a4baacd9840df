// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.parcel;

import io.habeas.connector.Describing;
import io.habeas.contracts.Exclusion;
import io.habeas.fulfillment.catalog.Schema;
import io.habeas.fulfillment.datamap.DataMap;
import io.habeas.fulfillment.datamap.DataMap.Recipient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a package is made of, frozen with the plan: names and kinds, no values.
 *
 * @param sections in the order of the map
 */
public record Layout(
        List<Section> sections,
        List<Receiver> recipients,
        @Nullable List<Exclusion> exclusions) {

    /**
     * One collection of one store.
     *
     * @param withheld fields that are held and never disclosed
     * @param aboutOthers fields that tell of other people
     * @param changedAt the field that says when a record last changed
     * @param dated the field by which it is judged whether a record is older than the look-back
     * @param typed whether the kinds of the fields are certain
     * @param keptBack fields that a person decided to keep back, each with its ground
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
            boolean typed,
            @Nullable List<Withheld> keptBack) {

        /** None in packages from before anything could be kept back. */
        public Section {
            keptBack = keptBack == null ? List.of() : List.copyOf(keptBack);
        }

        /** Those fields, with the ground of each. */
        List<Withheld> kept() {
            return keptBack == null ? List.of() : keptBack;
        }
    }

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

    /**
     * @param exclusions what the policy does not cover; absent where that is nothing
     * @param withheld grounds by category of the map, or by field as {@code store.collection.field}
     */
    public static Layout of(
            DataMap map, Schema schema, @Nullable List<Exclusion> exclusions, Map<String, String> withheld) {
        return new Layout(
                map.collections().map(it -> section(map, schema, it, withheld)).toList(),
                map.recipients().stream().map(Layout::receiver).toList(),
                exclusions);
    }

    /** What of a withholding is nowhere in the map: that it is kept back could then not be promised. */
    public static boolean knows(DataMap map, String withheld) {
        return map.collections().anyMatch(collection -> collection.disclosed().stream()
                .anyMatch(name -> ground(collection, name, Map.of(withheld, withheld)) != null));
    }

    private static @Nullable String ground(DataMap.Collection collection, String name, Map<String, String> withheld) {
        var field = collection.fields().get(name);
        var category = field == null ? null : field.category();
        var own = withheld.get(collection.id() + "." + name);
        return own != null || category == null ? own : withheld.get(category);
    }

    private static Section section(
            DataMap map, Schema schema, DataMap.Collection collection, Map<String, String> kept) {
        var keptBack = new ArrayList<Withheld>();
        for (var name : collection.disclosed()) {
            var ground = ground(collection, name, kept);
            if (ground != null) {
                keptBack.add(new Withheld(name, ground));
            }
        }
        var columns = collection.disclosed().stream()
                .filter(name -> ground(collection, name, kept) == null)
                .map(name -> column(schema, collection, name))
                .toList();
        var withheld = collection.fields().entrySet().stream()
                .filter(field -> field.getValue().kind() != null)
                .map(field -> new Withheld(
                        field.getKey(), String.valueOf(field.getValue().kind())))
                .toList();
        var others = collection.fields().entrySet().stream()
                .filter(field -> field.getValue().aboutSomeoneElse())
                .map(Map.Entry::getKey)
                .toList();
        return new Section(
                collection.store(),
                collection.name(),
                map.store(collection.store()).region(),
                collection.source(),
                columns,
                withheld,
                others,
                keptBack.stream().anyMatch(it -> it.name().equals(collection.changedAt()))
                        ? null
                        : collection.changedAt(),
                collection.collectedAt(),
                schema.certain(collection),
                keptBack);
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

    /** Where the person is sent who asks about data that the policy does not cover; nothing where the policy covers it or names nobody. */
    Optional<String> askAbout(String what) {
        return exclusions == null
                ? Optional.empty()
                : exclusions.stream()
                        .filter(it -> it.what().equals(what) && it.ask() != null)
                        .map(Exclusion::ask)
                        .findFirst();
    }

    /** @throws java.util.NoSuchElementException if the package has no such section */
    public Section section(String store, String collection) {
        return sections.stream()
                .filter(it -> it.store().equals(store) && it.collection().equals(collection))
                .findFirst()
                .orElseThrow();
    }
}
