// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A connector that can erase. */
public interface Erasing extends Connector {

    /**
     * Erases one batch of what was found about one person.
     *
     * <p>Touches only records that have one of the keys <em>and</em> match the subject. May be called again for the same
     * batch after a crash; a repeat ends in the same state and does not fail because the data is already gone. If more
     * records than the ceiling would be touched, nothing is touched and the call fails with
     * {@link ConnectorException.Category#ASK_A_PERSON}. Whether the data is gone is judged by the core, through
     * {@link Finding}, not here.
     */
    Outcome erase(Erasing.Batch batch) throws ConnectorException;

    /**
     * @param task stable over every retry; a store that keeps command ids takes it
     * @param keys at most a thousand; never log them
     * @param ceiling the most records that may be touched
     */
    record Batch(
            UUID task,
            Place place,
            List<Value> keys,
            Subject subject,
            Treatment treatment,
            long ceiling,
            Instant deadline) {
        @Override
        public String toString() {
            return "Batch[task=" + task + ", collection=" + place.collection() + ", keys=" + keys.size() + "]";
        }
    }

    /** What is done to a record. */
    sealed interface Treatment {

        /** The record goes. */
        record Delete() implements Treatment {}

        /** The record stays, and these fields take these values; null empties the field. */
        record Replace(Map<String, @Nullable Object> fields) implements Treatment {}
    }

    /** How a batch ended when it ended well. */
    sealed interface Outcome {

        /** @param records how many were touched by this call; a repeat may touch fewer */
        record Erased(long records) implements Outcome {}

        /** The store holds none of them. */
        record NothingHeld() implements Outcome {}
    }
}
