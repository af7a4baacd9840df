// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the fulfillment-service tells the request-service, on the topic {@value #TOPIC}. */
public sealed interface FulfillmentAnnouncement extends Announcement {

    String TOPIC = "habeas.fulfillment.v1";

    /** Under which the data maps of a controller stand on topic and in the audit log, in place of a request. */
    static UUID dataMapsOf(String controller) {
        return UUID.nameUUIDFromBytes(("habeas|data-maps|" + controller).getBytes(StandardCharsets.UTF_8));
    }

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

    /**
     * Nothing can be planned of what was decided, and nothing is done until it is decided anew. There was no plan.
     *
     * @param reason why not
     */
    @Announced(type = "fulfillment.given-back")
    record GivenBack(UUID requestId, Reason reason) implements FulfillmentAnnouncement {

        /** Why it can not be planned. */
        public enum Reason {
            /** The data map does not have what is to be kept back, so that it would be handed out. */
            WITHHELD_NOT_IN_THE_MAP
        }
    }

    /**
     * The day came until which an erasure had kept records in one store: what nothing keeps any longer was erased, and was looked for again.
     * Comes once more where something keeps a part of them longer by then.
     *
     * @param taskId of the erasure that kept them
     * @param until the day as the outcome of that task named it
     * @param doneAt legal time of the second look
     * @param next the day on which what is still kept is looked at again; absent where nothing is
     */
    @Announced(type = "fulfillment.followed-up")
    record FollowedUp(
            UUID requestId,
            UUID taskId,
            String store,
            LocalDate until,
            List<FollowedUpCollection> collections,
            Instant doneAt,
            @Nullable LocalDate next)
            implements FulfillmentAnnouncement {}

    /**
     * @param ground on which they were kept
     * @param deleted records that are gone, whoever deleted them
     * @param anonymized records that remain without a trace of the person
     * @param kept records that something keeps longer
     */
    record FollowedUpCollection(String collection, String ground, long deleted, long anonymized, long kept) {}

    /**
     * Somebody proposed a data map; the actor of the event is who.
     *
     * @param requestId {@link #dataMapsOf}, of no request
     * @param dataMap the version of its text
     * @param replaces the version that it is to replace; absent where there was none
     */
    @Announced(type = "fulfillment.data-map-proposed")
    record DataMapProposed(
            UUID requestId, String dataMap, @Nullable String replaces) implements FulfillmentAnnouncement {}

    /**
     * Another person approved it: new plans are made from it. The actor of the event is who.
     *
     * @param requestId {@link #dataMapsOf}, of no request
     * @param dataMap the version of its text
     * @param replaces the version that it replaces; absent where there was none
     */
    @Announced(type = "fulfillment.data-map-approved")
    record DataMapApproved(
            UUID requestId, String dataMap, @Nullable String replaces) implements FulfillmentAnnouncement {}

    /** Something happened that is nobody else's business; keeps the sequence dense. */
    @Announced(type = "fulfillment.noted")
    record Noted(UUID requestId) implements FulfillmentAnnouncement {}
}
