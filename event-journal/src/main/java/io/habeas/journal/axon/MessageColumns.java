// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal.axon;

import io.habeas.journal.JournalMetadata;
import io.habeas.journal.NewEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Turns the messages of one command into rows. */
final class MessageColumns {

    private static final Set<String> LIFTED = Set.of(
            JournalMetadata.CONTROLLER,
            JournalMetadata.ACTOR,
            JournalMetadata.CAUSE,
            JournalMetadata.RULE,
            JournalMetadata.TIME);

    private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.UTF_8);

    private MessageColumns() {}

    static List<NewEvent> rowsOf(List<? extends EventMessage<?>> messages, Serializer serializer) {
        var causeIndexes = new HashMap<UUID, Integer>();
        var rows = new ArrayList<NewEvent>(messages.size());
        for (var message : messages) {
            if (!(message instanceof DomainEventMessage<?> event)) {
                throw new IllegalArgumentException("only events of an aggregate are stored, and "
                        + message.getPayloadType().getName() + " was published outside of one");
            }
            rows.add(rowOf(event, causeIndexes, serializer));
        }
        return rows;
    }

    private static NewEvent rowOf(
            DomainEventMessage<?> message, Map<UUID, Integer> causeIndexes, Serializer serializer) {
        var metadata = message.getMetaData();
        var payload = message.serializePayload(serializer, byte[].class);
        var cause = optional(metadata, JournalMetadata.CAUSE);
        var causeId = cause == null ? null : uuid(cause, "the cause");
        var time = optional(metadata, JournalMetadata.TIME);
        return new NewEvent(
                uuid(message.getAggregateIdentifier(), "the aggregate identifier"),
                message.getSequenceNumber(),
                uuid(message.getIdentifier(), "the event identifier"),
                payload.getType().getName(),
                Integer.parseInt(payload.getType().getRevision()),
                time == null ? message.getTimestamp() : Instant.parse(time),
                causeId,
                causeId == null ? 0 : causeIndexes.merge(causeId, 1, Integer::sum) - 1,
                needed(metadata, JournalMetadata.CONTROLLER, message),
                needed(metadata, JournalMetadata.ACTOR, message),
                optional(metadata, JournalMetadata.RULE),
                payload.getData(),
                restOf(metadata, serializer));
    }

    private static byte[] restOf(MetaData metadata, Serializer serializer) {
        var rest = metadata.withoutKeys(LIFTED);
        return rest.isEmpty()
                ? NOTHING
                : serializer.serialize(rest, byte[].class).getData();
    }

    private static String needed(MetaData metadata, String key, DomainEventMessage<?> message) {
        var value = optional(metadata, key);
        if (value == null) {
            throw new IllegalArgumentException(message.getPayloadType().getName() + " carries no metadata '" + key
                    + "'; the command has to bring it, and a correlation provider to pass it on");
        }
        return value;
    }

    private static @Nullable String optional(MetaData metadata, String key) {
        var value = metadata.get(key);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw new IllegalArgumentException(
                "metadata '" + key + "' has to be text, not " + value.getClass().getName());
    }

    private static UUID uuid(String text, String what) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(what + " has to be a UUID", e);
        }
    }
}
