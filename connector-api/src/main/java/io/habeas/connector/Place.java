// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector;

import org.jspecify.annotations.Nullable;

/**
 * Where records lie in a store.
 *
 * @param collection table, view or collection; in PostgreSQL {@code schema.table} or {@code table}
 * @param array for records that are elements of an array inside the documents of the collection, the path of that
 *     array; absent otherwise. With an array, every field of a call (of a match, of what is read, of what is replaced) is a
 *     field of the element, and the element is the record: deleting takes it out of the array
 * @param key the field that names one record, unique in the whole collection; inside an array, a field of the element
 */
public record Place(String collection, @Nullable String array, String key) {

    public static Place of(String collection, String key) {
        return new Place(collection, null, key);
    }
}
