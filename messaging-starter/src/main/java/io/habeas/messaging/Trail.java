// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.journal.Generation;
import io.habeas.journal.GenerationCheck;
import io.habeas.journal.StoredEvent;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;

/** How the rows of this service's journal are told to the audit log. */
final class Trail {

    static final String MAC = "mac";

    private final String topic;
    private final String service;
    private final TrailSecret secret;

    /** @param service short name, as in {@code habeas.request.v1} */
    Trail(String topic, String service, TrailSecret secret) {
        this.topic = topic;
        this.service = service;
        this.secret = secret;
    }

    String topic() {
        return topic;
    }

    TrailRecord record(StoredEvent stored, WireEvent announced) {
        var value = TrailEntry.of(service, stored, announced).write();
        return new TrailRecord(TrailRecord.NOWHERE, value, secret.mac(value));
    }

    /** The generations that were begun, as the log hears of them; asked for under {@link TrailEntry#generationsOf}. */
    boolean isOfGenerations(UUID stream) {
        return stream.equals(TrailEntry.generationsOf(service));
    }

    /** @param service short name */
    boolean isOf(String service) {
        return this.service.equals(service);
    }

    /** @param from sequence under the id of generations: 0 is the second generation */
    List<TrailRecord> generations(GenerationCheck check, long from) {
        return check.after(Generation.FIRST + from).stream().map(this::record).toList();
    }

    List<TrailRecord> rows(List<StoredEvent> stored, Outbound outbound) {
        return stored.stream().map(row -> record(row, outbound.wireEvent(row))).toList();
    }

    private TrailRecord record(Generation generation) {
        var value = TrailEntry.of(service, generation).write();
        return new TrailRecord(TrailRecord.NOWHERE, value, secret.mac(value));
    }

    /** @param source the CloudEvents source of this service */
    ProducerRecord<byte[], byte[]> record(
            String source, int partition, byte[] key, StoredEvent stored, WireEvent announced) {
        var trail = record(stored, announced);
        var record = new ProducerRecord<>(topic, partition, key, trail.value());
        headers(source, announced)
                .forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        record.headers().add(MAC, trail.mac());
        return record;
    }

    /** What a CloudEvent must have, and the place in the journal; everything else stands in the value. */
    private static Map<String, String> headers(String source, WireEvent event) {
        var headers = new LinkedHashMap<String, String>();
        headers.put(WireEvent.ID, event.eventId().toString());
        headers.put(WireEvent.SOURCE, source);
        headers.put(WireEvent.SPEC_VERSION, "1.0");
        headers.put(WireEvent.TYPE, "audit.entry");
        headers.put(WireEvent.POSITION, event.position().toString());
        headers.put(WireEvent.CONTENT_TYPE, "application/json");
        return headers;
    }
}
