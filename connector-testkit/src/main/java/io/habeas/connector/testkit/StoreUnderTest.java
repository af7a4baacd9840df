// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.testkit;

import io.habeas.connector.Connector;
import io.habeas.connector.Place;
import io.habeas.connector.Value;
import java.util.Optional;

/**
 * A real store with one collection for the suites, and ways to put records into it and to look at them that do not go through
 * the connector. Suites leave their records behind, and never count on a store being empty.
 */
public interface StoreUnderTest {

    /** A connector to the store, the same at every call. The suites do not close it. */
    Connector connector();

    /** A new connector with the same settings to another address, where nobody or nobody sensible answers. */
    Connector connectorAt(String host, int port);

    /** The collection, with a key of the author's choice and the fields of {@link Row}. */
    Place place();

    /**
     * Stores a new record.
     *
     * @return its key; empty if the store itself cannot hold one of the texts
     */
    Optional<Value> put(Row row);

    /** The record as it is at this moment; empty if there is none. */
    Optional<Row> look(Value key);

    /** Takes a record away. */
    void remove(Value key);
}
