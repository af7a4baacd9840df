// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector;

import java.util.Map;
import java.util.Optional;

/** A connector that can say what a collection looks like, so that a data map is checked against the live schema. */
public interface Describing extends Connector {

    /**
     * Called when a data map is checked and again before each plan.
     *
     * @param collection as in {@link Place#collection()}
     * @return empty if there is no such collection
     */
    Optional<Description> describe(String collection) throws ConnectorException;

    /**
     * @param fields every field by name (dots lead into nested documents), with its type
     * @param complete whether these are all fields there can be; false where documents were sampled, so that a field
     *     that is not listed may still exist
     */
    record Description(Map<String, Field> fields, boolean complete) {}

    /**
     * @param type as the store names it
     * @param kind what may be done with it
     * @param nullable whether the store accepts that it is emptied
     */
    record Field(String type, Kind kind, boolean nullable) {}

    /** What a field holds, as far as a data map needs to know. */
    enum Kind {
        TEXT,
        NUMBER,
        UUID,
        OBJECT_ID,
        DATE,
        INSTANT,
        BOOLEAN,
        ARRAY,
        OTHER
    }
}
