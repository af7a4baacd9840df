// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.contracts.ControllerAnnouncement;
import io.habeas.contracts.ControllerAnnouncement.Came;
import io.habeas.contracts.ControllerAnnouncement.DataMapTookEffect;
import io.habeas.contracts.RequestAnnouncement;
import io.habeas.journal.EventJournal;
import io.habeas.journal.FeedPosition;
import io.habeas.journal.JournalDatabase;
import io.habeas.journal.NewEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** What the tests of this package share. */
final class Kit {

    static final List<String> SCRIPTS = List.of(
            JournalDatabase.JOURNAL_SCRIPT, "/db/messaging/V2_0__messaging.sql", "/db/messaging/V2_1__trace.sql");
    static final Duration PATIENCE = Duration.ofSeconds(90);
    static final Instant NOW = Instant.parse("2026-11-22T10:15:30Z");

    private static final AnnouncementCodec CODEC = new AnnouncementCodec();
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private Kit() {}

    /** A topic of its own that belongs to the service {@code request}. */
    static String topic() {
        return "habeas.request.t" + NUMBER.incrementAndGet();
    }

    /** 32 random bytes that only their owner reads. */
    static Path secretFile() throws IOException {
        var secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        var file = Files.createTempFile("habeas-audit", "");
        file.toFile().deleteOnExit();
        return Files.write(file, secret);
    }

    static MessagingProperties properties(String bootstrapServers, int partitions) {
        return new MessagingProperties(
                bootstrapServers,
                null,
                partitions,
                (short) 1,
                1,
                1_048_576,
                3,
                Duration.ofMillis(20),
                Duration.ofMillis(200),
                Duration.ofMinutes(10),
                // longer than this machine stands still
                Duration.ofSeconds(20),
                Duration.ofMillis(500),
                Duration.ofSeconds(6));
    }

    static byte[] withdrawn(UUID request) {
        return CODEC.payload(new RequestAnnouncement.Withdrawn(request, "HB-TEST-0001", "en"));
    }

    static NewEvent event(UUID id, UUID stream, long sequence) {
        return new NewEvent(
                stream,
                sequence,
                id,
                "request.withdrawn",
                1,
                NOW,
                null,
                0,
                "acme",
                "requester",
                "acme@1#US.rights",
                withdrawn(stream),
                "{\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"}"
                        .getBytes(StandardCharsets.UTF_8));
    }

    static WireEvent map(String controller, long sequence, String version) {
        var told = tookEffect(ControllerAnnouncement.dataMapOf(controller), version);
        return new WireEvent(
                UUID.randomUUID(),
                "controller.data-map-took-effect",
                1,
                told.requestId(),
                sequence,
                new FeedPosition(1, 900 + sequence, sequence),
                NOW,
                controller,
                "data-map@" + version,
                null,
                CODEC.payload(told));
    }

    private static DataMapTookEffect tookEffect(UUID stream, String version) {
        return new DataMapTookEffect(stream, version, Came.FILE, null, NOW, List.of());
    }

    /** What is told of the data maps of a controller. */
    static List<UUID> appendMaps(DataSource database, EventJournal journal, UUID stream, long from, int count)
            throws SQLException {
        var ids = new ArrayList<UUID>();
        var events = new ArrayList<NewEvent>();
        for (long sequence = from; sequence < from + count; sequence++) {
            ids.add(JournalAnnouncements.uuidV7());
            events.add(new NewEvent(
                    stream,
                    sequence,
                    ids.getLast(),
                    "controller.data-map-took-effect",
                    1,
                    NOW,
                    null,
                    0,
                    "acme",
                    "service:fulfillment",
                    "data-map@v" + sequence,
                    CODEC.payload(tookEffect(stream, "v" + sequence)),
                    "{}".getBytes(StandardCharsets.UTF_8)));
        }
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            journal.append(connection, events);
            connection.commit();
        }
        journal.wakeup().wake();
        return ids;
    }

    static List<UUID> append(DataSource database, EventJournal journal, UUID stream, long from, int count)
            throws SQLException {
        var ids = new ArrayList<UUID>();
        var events = new ArrayList<NewEvent>();
        for (int i = 0; i < count; i++) {
            ids.add(JournalAnnouncements.uuidV7());
            events.add(event(ids.getLast(), stream, from + i));
        }
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            journal.append(connection, events);
            connection.commit();
        }
        journal.wakeup().wake();
        return ids;
    }

    /** A record as the relay of the producer would have written it. */
    static WireEvent wire(UUID request, long sequence) {
        return wire(UUID.randomUUID(), request, sequence, 1);
    }

    static WireEvent wire(UUID id, UUID request, long sequence, long generation) {
        return new WireEvent(
                id,
                "request.withdrawn",
                1,
                request,
                sequence,
                new FeedPosition(generation, 700 + sequence, sequence),
                NOW,
                "acme",
                "acme@1#US.rights",
                null,
                withdrawn(request));
    }

    static KafkaProducer<byte[], byte[]> producer(String bootstrapServers) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "max.request.size", 20_000_000, "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    static ProducerRecord<byte[], byte[]> record(String topic, WireEvent event) {
        return record(topic, event.requestId().toString(), event.headers("request-service"), event.payload());
    }

    static ProducerRecord<byte[], byte[]> record(
            String topic, @Nullable String key, Map<String, String> headers, byte @Nullable [] value) {
        var record = new ProducerRecord<byte[], byte[]>(
                topic, key == null ? null : key.getBytes(StandardCharsets.UTF_8), value);
        headers.forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        return record;
    }

    static KafkaConsumer<byte[], byte[]> reader(String bootstrapServers) {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** Everything that the topic holds now. */
    static List<ConsumerRecord<byte[], byte[]>> all(String bootstrapServers, String topic) {
        try (var consumer = reader(bootstrapServers)) {
            var partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            var ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    static Map<String, String> without(Map<String, String> headers, String name) {
        var rest = new HashMap<>(headers);
        rest.remove(name);
        return rest;
    }

    static Map<String, String> with(Map<String, String> headers, String name, String value) {
        var changed = new HashMap<>(headers);
        changed.put(name, value);
        return changed;
    }
}
