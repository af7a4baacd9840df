// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.plan;

import io.habeas.connector.Finding.Found;
import io.habeas.contracts.IdentifierKind;
import io.habeas.fulfillment.catalog.Schema;
import io.habeas.fulfillment.datamap.DataMap.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the machine must not decide: records that an identifier leads to and that may be another person's. */
final class Conflicts {

    /** Kinds of which one value is one person; several people can share the others. */
    private static final Set<IdentifierKind> ONE_PERSON =
            Set.of(IdentifierKind.CUSTOMER_ID, IdentifierKind.ACCOUNT_NAME);

    record Conflict(String store, String collection, String reason) {}

    private final Map<Conflict, Long> found = new LinkedHashMap<>();

    Map<Conflict, Long> found() {
        return found;
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    @Nullable
    String store() {
        return found.keySet().stream().map(Conflict::store).findFirst().orElse(null);
    }

    /** Where and why, without a value. */
    String summary() {
        return found.keySet().stream()
                .map(it -> it.store() + "." + it.collection() + " " + it.reason())
                .collect(Collectors.joining(", "));
    }

    private void add(Collection collection, String reason, long records) {
        found.merge(new Conflict(collection.store(), collection.name(), reason), records, Long::sum);
    }

    /** The directory has one record of one person. */
    void count(Collection collection, Freezer.Run run) {
        long records = run.records(collection);
        if (collection.directory() != null && records > 1) {
            add(collection, "MORE_THAN_ONE_PERSON", records);
        }
    }

    /**
     * @param known the proved identifiers and those that the map has followed from them
     */
    Freezer.Judge judge(Identifiers proved, Identifiers known, Freezer.Run run) {
        return (collection, record) -> {
            boolean may = !namesAnother(collection, record, proved)
                    && !pointsAtAnother(collection, record, run)
                    && (belongs(collection, record, run) || !addressOfAnother(collection, record, proved, known));
            if (!may) {
                add(collection, "BELONGS_TO_ANOTHER_PERSON", 1);
            }
            return may;
        };
    }

    private static boolean namesAnother(Collection collection, Found record, Identifiers proved) {
        return collection.identifies().stream()
                .filter(it -> ONE_PERSON.contains(it.kind()) && proved.has(it.kind()))
                .anyMatch(it -> value(collection, record, it.field()).stream()
                        .anyMatch(text -> !proved.holds(it.kind(), text)));
    }

    private static boolean pointsAtAnother(Collection collection, Found record, Freezer.Run run) {
        return collection.belongsTo().stream()
                .anyMatch(reference -> value(collection, record, reference.field()).stream()
                        .anyMatch(it -> !run.leadsToFrozen(reference, it)));
    }

    private static boolean belongs(Collection collection, Found record, Freezer.Run run) {
        return collection.belongsTo().stream()
                .anyMatch(reference -> value(collection, record, reference.field()).stream()
                        .anyMatch(it -> run.leadsToFrozen(reference, it)));
    }

    /** Several people share a phone or a device; the address beside it tells whose record it is. */
    private static boolean addressOfAnother(
            Collection collection, Found record, Identifiers proved, Identifiers known) {
        return proved.has(IdentifierKind.EMAIL)
                && addresses(collection)
                        .flatMap(field -> value(collection, record, field).stream())
                        .anyMatch(it -> !it.isBlank() && !known.holds(IdentifierKind.EMAIL, it));
    }

    /** The fields that hold the e-mail address of the person whose record it is. */
    static Stream<String> addresses(Collection collection) {
        var identifying = collection.identifies().stream()
                .filter(it -> it.kind() == IdentifierKind.EMAIL)
                .map(it -> it.field());
        var described = collection.fields().entrySet().stream()
                .filter(it -> Objects.equals(it.getValue().attribute(), "EMAIL")
                        && it.getValue().mayBeDisclosed())
                .map(Map.Entry::getKey);
        return Stream.concat(identifying, described).distinct();
    }

    static List<String> value(Collection collection, Found record, String field) {
        return collection.place().key().equals(field)
                ? List.of(record.key().text())
                : Schema.texts(record.with().get(field));
    }
}
