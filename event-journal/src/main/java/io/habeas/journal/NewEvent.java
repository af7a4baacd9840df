// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event that is about to be stored.
 *
 * @param stream the request it belongs to
 * @param sequence dense within the stream, from 0; the optimistic lock
 * @param eventId UUIDv7
 * @param type short wire name, such as {@code request.received}
 * @param time legal time
 * @param cause the message or command that led to it; with the stream and its index within the command unique, so that a
 *     repeat has no second effect
 * @param causeIndex the index of the event within its command, from 0
 * @param actor opaque: a service, a role with an opaque id, or {@code requester}
 * @param rule the address of the leaf of the profile that said so
 * @param payload JSON, without personal data outside sealed fields
 * @param metadata JSON: trace context and the like
 */
public record NewEvent(
        UUID stream,
        long sequence,
        UUID eventId,
        String type,
        int revision,
        Instant time,
        @Nullable UUID cause,
        int causeIndex,
        String controller,
        String actor,
        @Nullable String rule,
        byte[] payload,
        byte[] metadata) {}
