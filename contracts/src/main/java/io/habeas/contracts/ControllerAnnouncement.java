// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What holds for a controller as a whole, on the topic {@value #TOPIC}, which is compacted: whoever reads it from its beginning finds what holds
 * now. Nothing in it is secret, and nothing is about a person. Which controller it is stands in the header {@code ce_controller}.
 */
public sealed interface ControllerAnnouncement extends Announcement {

    String TOPIC = "habeas.controller.v1";

    /** Short name of the service that announces here, beside its own topic: whoever owns what it is about. */
    String ANNOUNCED_BY = "fulfillment";

    /** Under which the data map that counts for a controller stands on topic and in the audit log, in place of a request. */
    static UUID dataMapOf(String controller) {
        return UUID.nameUUIDFromBytes(("habeas|data-map-in-effect|" + controller).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * From now on plans are made from this data map. Told once each time that another version takes the place of the one before, also when an
     * older one comes back.
     *
     * @param requestId {@link #dataMapOf}, of no request
     * @param dataMap the version of its text
     * @param replaces the version that counted before; absent where there was none, or nobody was told of it
     * @param since when it was approved, or seen as a file
     */
    @Announced(type = "controller.data-map-took-effect")
    record DataMapTookEffect(
            UUID requestId,
            String dataMap,
            Came came,
            @Nullable String replaces,
            Instant since,
            List<MappedCollection> collections)
            implements ControllerAnnouncement {}

    /** How a data map came to count. */
    enum Came {
        /** It lies in the folder of the controller, and none was ever approved. */
        FILE,
        /** One person proposed it and another approved it. */
        APPROVAL
    }

    /** A collection of a store, with the fields that hold personal data; nothing of how the store is reached. */
    record MappedCollection(String store, String collection, List<MappedField> fields) {}

    /**
     * @param category of the policy; absent where the map names none
     * @param disclosed whether a package has it: not where it is a password or the like, or about somebody else
     */
    record MappedField(String field, @Nullable String category, boolean disclosed) {}
}
