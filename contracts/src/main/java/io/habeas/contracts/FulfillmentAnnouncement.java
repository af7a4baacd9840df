// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the fulfillment-service tells the request-service, on the topic {@value #TOPIC}. */
public sealed interface FulfillmentAnnouncement extends Announcement {

    String TOPIC = "habeas.fulfillment.v1";

    /**
     * The plan stands: what was found, frozen, and is to be done.
     *
     * @param dataMap the version of the data map it was made from
     */
    @Announced(type = "fulfillment.planned")
    record Planned(UUID requestId, UUID planId, String dataMap, List<PlannedTask> tasks)
            implements FulfillmentAnnouncement {}

    /** @param records how many records the task has before it */
    record PlannedTask(UUID taskId, String store, TaskOutcome.Kind kind, long records) {}

    /** Tasks ended; several in one message, never one message a record. */
    @Announced(type = "fulfillment.outcomes-recorded")
    record OutcomesRecorded(UUID requestId, List<TaskOutcome> outcomes) implements FulfillmentAnnouncement {}

    /**
     * A task could not be done yet. Announced when that begins and when it is parked, not at every try.
     *
     * @param store the store it is about; absent while no plan could be made
     * @param reason a slug, such as {@code store-unreachable} or {@code data-map-mismatch}
     * @param parked whether a person must act
     */
    @Announced(type = "fulfillment.delayed")
    record Delayed(
            UUID requestId, @Nullable UUID taskId, @Nullable String store, String reason, boolean parked)
            implements FulfillmentAnnouncement {}

    /**
     * Every task of the plan is done.
     *
     * @param packageUntil until when the package can be fetched, where there is one
     */
    @Announced(type = "fulfillment.completed")
    record Completed(UUID requestId, UUID planId, @Nullable Instant packageUntil) implements FulfillmentAnnouncement {}

    /** Something happened that is nobody else's business; keeps the sequence dense. */
    @Announced(type = "fulfillment.noted")
    record Noted(UUID requestId) implements FulfillmentAnnouncement {}
}
