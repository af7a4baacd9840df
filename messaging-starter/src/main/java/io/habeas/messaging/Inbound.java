// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.contracts.Announcement;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An announcement that arrived.
 *
 * @param eventId the same at every delivery; the natural {@link Cause#messageId()} of what follows from it
 * @param sequence its place among the announcements of that service about that request, from 0
 * @param time legal time at which it was stored by its service
 * @param rule the address of the leaf of the profile that said so
 * @param payload the announcement byte by byte, as the audit log has it committed
 */
public record Inbound<A extends Announcement>(
        UUID eventId,
        UUID requestId,
        String controller,
        long sequence,
        Instant time,
        @Nullable String rule,
        A announcement,
        byte[] payload) {

    /** The announcement is left out: logs need to know which, not what. */
    @Override
    public String toString() {
        return "Inbound[" + announcement.getClass().getSimpleName() + " " + eventId + ", request=" + requestId
                + ", sequence=" + sequence + "]";
    }
}
