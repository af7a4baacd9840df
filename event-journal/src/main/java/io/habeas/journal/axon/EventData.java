// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal.axon;

import io.habeas.journal.JournalMetadata;
import io.habeas.journal.NewEvent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.SerializedType;
import org.axonframework.serialization.SimpleSerializedObject;
import org.axonframework.serialization.SimpleSerializedType;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectMapper;

/** A row as Axon wants to see it when it loads an aggregate. */
class EventData implements DomainEventData<byte[]> {

    private static final SerializedType METADATA = new SimpleSerializedType(MetaData.class.getName(), null);
    private static final TypeReference<LinkedHashMap<String, Object>> MAP = new TypeReference<>() {};

    private final NewEvent event;
    private final ObjectMapper json;

    EventData(NewEvent event, ObjectMapper json) {
        this.event = event;
        this.json = json;
    }

    @Override
    public String getEventIdentifier() {
        return event.eventId().toString();
    }

    @Override
    public Instant getTimestamp() {
        return event.time();
    }

    @Override
    public SerializedObject<byte[]> getPayload() {
        return new SimpleSerializedObject<>(
                event.payload(), byte[].class, event.type(), Integer.toString(event.revision()));
    }

    @Override
    public SerializedObject<byte[]> getMetaData() {
        return new Metadata(event, json);
    }

    @Override
    public String getType() {
        var type = event.type();
        int dot = type.indexOf('.');
        return dot < 0 ? type : type.substring(0, dot);
    }

    @Override
    public String getAggregateIdentifier() {
        return event.stream().toString();
    }

    @Override
    public long getSequenceNumber() {
        return event.sequence();
    }

    /** Put together from the columns only when somebody asks, which a loading aggregate does not. */
    private record Metadata(NewEvent event, ObjectMapper json) implements SerializedObject<byte[]> {

        @Override
        public Class<byte[]> getContentType() {
            return byte[].class;
        }

        @Override
        public SerializedType getType() {
            return METADATA;
        }

        @Override
        public byte[] getData() {
            Map<String, Object> all = json.readValue(event.metadata(), MAP);
            all.put(JournalMetadata.CONTROLLER, event.controller());
            all.put(JournalMetadata.ACTOR, event.actor());
            all.put(JournalMetadata.TIME, event.time().toString());
            if (event.cause() != null) {
                all.put(JournalMetadata.CAUSE, event.cause().toString());
            }
            if (event.rule() != null) {
                all.put(JournalMetadata.RULE, event.rule());
            }
            return json.writeValueAsBytes(all);
        }
    }
}
