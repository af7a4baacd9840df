// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where records lie in a store.
 *
 * @param collection table, view or collection; in PostgreSQL {@code schema.table} or {@code table}
 * @param array for records that are elements of an array inside the documents of the collection, the path of that
 *     array; absent otherwise. With an array, every field of a call (of a match, of what is read, of what is replaced) is a
 *     field of the element, and the element is the record: deleting takes it out of the array
 * @param key the field that names one record, unique in the whole collection; inside an array, a field of the element
 * @param sparse fields that all records together may lack: that no record has one of them means that there is nothing, where the
 *     store has no schema that would say so. Never the key
 */
public record Place(String collection, @Nullable String array, String key, Set<String> sparse) {

    /** @throws IllegalArgumentException if the key is among the fields that may be missing */
    public Place {
        sparse = Set.copyOf(sparse);
        if (sparse.contains(key)) {
            throw new IllegalArgumentException("the key '" + key + "' of '" + collection + "' cannot be missing");
        }
    }

    public Place(String collection, @Nullable String array, String key) {
        this(collection, array, key, Set.of());
    }

    public static Place of(String collection, String key) {
        return new Place(collection, null, key);
    }

    /** The same place with fields that may be missing. */
    public Place lacking(Set<String> fields) {
        return new Place(collection, array, key, fields);
    }

    /** Whether both hold the same records under the same keys, whatever is said of their fields. */
    public boolean isWhere(Place other) {
        return lacking(Set.of()).equals(other.lacking(Set.of()));
    }
}
