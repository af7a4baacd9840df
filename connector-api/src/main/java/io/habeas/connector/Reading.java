// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A connector that can hand out a person's records. Streams; never holds more than a batch. */
public interface Reading extends Connector {

    /**
     * Hands every record that has one of the keys and matches the subject to the consumer, in ascending order of key.
     * When it fails, some may have been handed over already: the caller begins the batch again.
     *
     * @throws ConnectorException if the store fails, or the consumer does
     */
    void read(Reading.Batch batch, Consumer consumer) throws ConnectorException;

    /**
     * @param keys at most a thousand
     * @param fields what to read, and nothing else; dots lead into nested documents
     */
    record Batch(Place place, List<Value> keys, Subject subject, List<String> fields, Instant deadline) {
        @Override
        public String toString() {
            return "Batch[collection=" + place.collection() + ", keys=" + keys.size() + "]";
        }
    }

    /** Receives records on the calling thread. */
    @FunctionalInterface
    interface Consumer {
        void accept(Record record) throws java.io.IOException;
    }

    /**
     * @param fields values as String, Boolean, Long, BigDecimal, Instant, LocalDate, byte[], List or Map of such
     */
    record Record(Value key, Map<String, @Nullable Object> fields) {
        @Override
        public String toString() {
            return "Record[]";
        }
    }
}
