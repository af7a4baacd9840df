// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.datamap;

import io.habeas.contracts.ControllerAnnouncement.MappedCollection;
import io.habeas.contracts.ControllerAnnouncement.MappedField;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a package of a controller can be without. What no package ever has, such as a password, can not be kept back either.
 *
 * @param dataMap the version that has these names
 * @param categories each stands for all fields of it
 * @param fields as {@code store.collection.field}, in the order of the map
 */
public record Withholdable(String dataMap, List<String> categories, List<String> fields) {

    static Withholdable of(String dataMap, List<MappedCollection> collections) {
        var categories = new TreeSet<String>();
        collections.stream()
                .flatMap(it -> it.fields().stream())
                .filter(MappedField::disclosed)
                .map(MappedField::category)
                .forEach(category -> {
                    if (category != null) {
                        categories.add(category);
                    }
                });
        return new Withholdable(
                dataMap,
                List.copyOf(categories),
                collections.stream().flatMap(Withholdable::names).toList());
    }

    private static Stream<String> names(MappedCollection collection) {
        return collection.fields().stream()
                .filter(MappedField::disclosed)
                .map(it -> collection.store() + "." + collection.collection() + "." + it.field());
    }

    public boolean has(String name) {
        return categories.contains(name) || fields.contains(name);
    }

    /** Categories first. */
    public List<String> names() {
        return Stream.concat(categories.stream(), fields.stream()).toList();
    }
}
