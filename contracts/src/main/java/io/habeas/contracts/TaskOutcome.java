// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one task in one store ended with, in numbers: no keys, no values.
 *
 * @param taskId stable over every retry
 * @param store id of the store in the data map
 * @param grade how well it is known
 */
public record TaskOutcome(UUID taskId, String store, Kind kind, Grade grade, List<CollectionOutcome> collections) {

    /** What the task was to do. */
    public enum Kind {
        COLLECT,
        ERASE,
        /** A recipient is told that a use has ended; nothing is looked for, and nothing changes in a store. */
        NOTIFY
    }

    /**
     * @param collection as the data map names it
     * @param categories the profile's categories of its fields
     * @param found how many records were the person's
     * @param delivered records that went into the package
     * @param deleted records that are gone
     * @param anonymized records that remain without a trace of the person
     * @param kept what remains, and why
     * @param omitted records left out of the package, or untouched by an erasure, and why
     */
    public record CollectionOutcome(
            String collection,
            List<String> categories,
            long found,
            long delivered,
            long deleted,
            long anonymized,
            List<Kept> kept,
            List<Omitted> omitted) {}

    /**
     * @param ground of the data map and the profile, such as {@code TRANSACTION_RECORDS}
     * @param until the day from which it is no longer kept; unknown where the store has no date to count from
     */
    public record Kept(
            String ground, long records, @Nullable LocalDate until) {}

    /**
     * @param reason such as {@code BEFORE_LOOK_BACK}, {@code NEVER_DISCLOSED}, or what the policy does not cover, such as {@code EMPLOYMENT}
     * @param ask where the person is sent instead, in the words of the policy; absent where it names nobody
     */
    public record Omitted(
            String reason, long records, @Nullable String ask) {}
}
