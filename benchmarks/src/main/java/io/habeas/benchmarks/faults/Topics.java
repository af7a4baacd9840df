// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Everything that lies on the broker, read past the proxy, and a hand to put something there. */
final class Topics implements AutoCloseable {

    static final String TRAIL = "habeas.audit.v1";
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    private final Set<TopicPartition> known = new HashSet<>();

    Topics(int port) {
        var settings = new Properties();
        settings.put("bootstrap.servers", "127.0.0.1:" + port);
        settings.put("enable.auto.commit", "false");
        settings.put("auto.offset.reset", "earliest");
        settings.put("acks", "all");
        settings.put("delivery.timeout.ms", "60000");
        settings.put("max.request.size", Integer.toString(32 << 20));
        settings.put("metadata.max.age.ms", "2000");
        settings.put("fetch.max.wait.ms", "100");
        this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Reads on to the present end. */
    synchronized List<ConsumerRecord<byte[], byte[]>> readOn() {
        var partitions = consumer.listTopics(Duration.ofSeconds(20)).entrySet().stream()
                .filter(topic -> topic.getKey().startsWith("habeas."))
                .flatMap(topic -> topic.getValue().stream())
                .map(part -> new TopicPartition(part.topic(), part.partition()))
                .toList();
        var fresh = new HashSet<>(partitions);
        fresh.removeAll(known);
        if (!fresh.isEmpty()) {
            var positions = new java.util.HashMap<TopicPartition, Long>();
            known.forEach(partition -> positions.put(partition, consumer.position(partition)));
            known.addAll(fresh);
            consumer.assign(known);
            positions.forEach(consumer::seek);
            consumer.seekToBeginning(fresh);
        }
        var ends = consumer.endOffsets(known, Duration.ofSeconds(20));
        var patience = Patience.of(Duration.ofSeconds(20));
        while (!isAt(ends) && !patience.isOver()) {
            consumer.poll(POLL).forEach(records::add);
        }
        return List.copyOf(records);
    }

    private boolean isAt(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    /** Announcements about these requests; records that name no event are none. */
    static List<Evidence.Announced> about(Collection<ConsumerRecord<byte[], byte[]>> records, Set<UUID> requests) {
        var found = new ArrayList<Evidence.Announced>();
        for (var record : records) {
            var request = uuid(record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8));
            var event = uuid(header(record, "ce_id"));
            var sequence = header(record, "ce_sequence");
            if (Judge.TOPICS.containsValue(record.topic())
                    && request != null
                    && event != null
                    && sequence != null
                    && requests.contains(request)) {
                found.add(new Evidence.Announced(
                        record.topic(), record.partition(), record.offset(), request, Long.parseLong(sequence), event));
            }
        }
        return found;
    }

    static Set<UUID> trail(Collection<ConsumerRecord<byte[], byte[]>> records) {
        var events = new HashSet<UUID>();
        for (var record : records) {
            if (record.topic().equals(TRAIL) && record.value() != null) {
                try {
                    var event = uuid(JsonMapper.shared()
                            .readTree(record.value())
                            .path("event")
                            .asString(""));
                    if (event != null) {
                        events.add(event);
                    }
                } catch (JacksonException foreign) {
                    // somebody else's record
                }
            }
        }
        return events;
    }

    /** Puts a record there and waits for the acknowledgement. @throws ExecutionException if the broker does not take it */
    void put(String topic, int partition, byte @Nullable [] key, byte @Nullable [] value, Iterable<Header> headers)
            throws ExecutionException, InterruptedException {
        producer.send(new ProducerRecord<>(topic, partition, key, value, headers))
                .get();
    }

    static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static @Nullable UUID uuid(@Nullable String text) {
        try {
            return text == null ? null : UUID.fromString(text);
        } catch (IllegalArgumentException other) {
            return null;
        }
    }

    @Override
    public void close() {
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(2)));
        producer.close(Duration.ofSeconds(2));
    }
}
