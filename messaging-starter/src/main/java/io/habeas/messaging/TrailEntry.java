// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.habeas.journal.Generation;
import io.habeas.journal.NewEvent;
import io.habeas.journal.StoredEvent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the audit log hears of one row of a service's journal. It holds no personal data and no payload.
 *
 * @param service short name of the service whose journal it is
 * @param type the stored name, also of what the others do not hear of
 * @param digest SHA-256 of the payload: of the announced one where row and announcement have the same name, else of the stored one
 */
public record TrailEntry(
        String service,
        long generation,
        UUID request,
        long sequence,
        UUID event,
        String type,
        int revision,
        Instant time,
        String controller,
        String actor,
        @Nullable String rule,
        byte[] digest) {

    /** That a new generation of a service's journal was begun: an entry of its own, since rows may be told anew from there on. */
    public static final String GENERATION_BEGUN = "generation.begun";
    /** The controller of what belongs to the installation. */
    public static final String EVERY_CONTROLLER = "*";

    /** Where all services put them. */
    public static final String TOPIC = "habeas.audit.v1";

    private static final JsonMapper JSON = JsonMapper.builder()
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    static TrailEntry of(String service, StoredEvent stored, WireEvent announced) {
        NewEvent row = stored.event();
        boolean same = row.type().equals(announced.type());
        return new TrailEntry(
                service,
                stored.position().generation(),
                row.stream(),
                row.sequence(),
                row.eventId(),
                row.type(),
                row.revision(),
                row.time(),
                row.controller(),
                row.actor(),
                row.rule(),
                sha256(same ? announced.payload() : row.payload()));
    }

    /** Under which the generations of a service's journal stand in the log, in place of a request. */
    public static UUID generationsOf(String service) {
        return UUID.nameUUIDFromBytes(("habeas|generations|" + service).getBytes(StandardCharsets.UTF_8));
    }

    /** The second generation has sequence 0: the first is begun by nobody. The same for the same generation, whenever it is asked for. */
    static TrailEntry of(String service, Generation generation) {
        var stream = generationsOf(service);
        var told = String.join(
                "|",
                "habeas",
                "generation",
                service,
                Long.toString(generation.number()),
                generation.systemIdentifier(),
                Integer.toString(generation.timeline()),
                generation.by(),
                generation.reason());
        return new TrailEntry(
                service,
                generation.number(),
                stream,
                generation.number() - Generation.FIRST - 1,
                UUID.nameUUIDFromBytes(told.getBytes(StandardCharsets.UTF_8)),
                GENERATION_BEGUN,
                1,
                generation.beganAt(),
                EVERY_CONTROLLER,
                generation.by(),
                null,
                sha256(told.getBytes(StandardCharsets.UTF_8)));
    }

    /** Whether it says that a generation was begun, under the name that only this can have. */
    public boolean beginsGeneration() {
        return type.equals(GENERATION_BEGUN)
                && request.equals(generationsOf(service))
                && sequence == generation - Generation.FIRST - 1
                && controller.equals(EVERY_CONTROLLER);
    }

    /** Whether both say the same of the same row. */
    public boolean agreesWith(TrailEntry other) {
        return service.equals(other.service)
                && generation == other.generation
                && request.equals(other.request)
                && sequence == other.sequence
                && event.equals(other.event)
                && type.equals(other.type)
                && revision == other.revision
                && time.equals(other.time)
                && controller.equals(other.controller)
                && actor.equals(other.actor)
                && Objects.equals(rule, other.rule)
                && Arrays.equals(digest, other.digest);
    }

    byte[] write() {
        return JSON.writeValueAsBytes(this);
    }

    /** @throws IllegalArgumentException if it is anything else */
    public static TrailEntry read(byte[] value) {
        try {
            var entry = JSON.readValue(value, TrailEntry.class);
            if (entry == null
                    || entry.service == null
                    || entry.request == null
                    || entry.event == null
                    || entry.type == null
                    || entry.time == null
                    || entry.controller == null
                    || entry.actor == null
                    || entry.digest == null
                    || entry.digest.length != 32
                    || entry.sequence < 0) {
                throw new IllegalArgumentException("a record of the audit trail is incomplete");
            }
            return entry;
        } catch (JacksonException unreadable) {
            throw new IllegalArgumentException("a record of the audit trail is not readable");
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "TrailEntry[" + service + " " + type + " " + event + ", request=" + request + ", sequence=" + sequence
                + "]";
    }
}
