// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A connector that can find a person's records, and look again afterwards. Reads only. */
public interface Finding extends Connector {

    /**
     * One page of the records that match, in ascending order of their key.
     *
     * @return as many as there are, up to the limit; with {@link Page#next()} absent on the last page
     */
    Page find(Search search) throws ConnectorException;

    /** How many records match at this moment. */
    long count(Place place, Subject subject, Instant deadline) throws ConnectorException;

    /**
     * Which of these keys exist at this moment, whoever's they are. Read-back asks this with frozen keys.
     *
     * @param keys at most a thousand
     */
    List<Value> existing(Place place, List<Value> keys, Instant deadline) throws ConnectorException;

    /**
     * @param with further fields wanted beside the key, such as references to follow and dates to count from
     * @param after the key that ended the page before; absent for the first
     * @param limit records a page
     */
    record Search(
            Place place,
            Subject subject,
            List<String> with,
            @Nullable Value after,
            int limit,
            Instant deadline) {}

    /** @param next the key to go on after; absent when there is nothing more */
    record Page(List<Found> found, @Nullable Value next) {}

    /** @param with the wanted fields; instants and dates as {@link java.time.Instant} and {@link java.time.LocalDate} */
    record Found(Value key, Map<String, @Nullable Object> with) {
        @Override
        public String toString() {
            return "Found[]";
        }
    }
}
