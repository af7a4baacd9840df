// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import io.habeas.journal.FeedPosition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** A plain consumer of all partitions of a topic, from its end on, that notes when each record came. */
final class Arrivals implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final String POSITION = "ce_position";

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final int partitions;
    private final Thread reader;
    private final CountDownLatch reading = new CountDownLatch(1);
    private final Map<Long, List<Long>> arrivals = new HashMap<>();
    private @Nullable ConsumerRecord<byte[], byte[]> last;
    private volatile boolean closed;

    Arrivals(String broker, String topic) throws InterruptedException {
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.FETCH_MIN_BYTES_CONFIG,
                        1),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        var all = consumer.partitionsFor(topic).stream()
                .map(it -> new TopicPartition(topic, it.partition()))
                .toList();
        consumer.assign(all);
        consumer.seekToEnd(all);
        partitions = all.size();
        all.forEach(consumer::position);
        reader = Thread.ofPlatform().daemon().name("arrivals-" + topic).start(this::read);
        if (!reading.await(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the consumer of " + topic + " does not begin");
        }
    }

    private void read() {
        try (consumer) {
            while (!closed) {
                var records = consumer.poll(POLL);
                long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
                reading.countDown();
                synchronized (arrivals) {
                    for (var record : records) {
                        arrivals.computeIfAbsent(number(record), _ -> new ArrayList<>())
                                .add(now);
                        last = record;
                    }
                }
            }
        } catch (WakeupException stopped) {
            // close() did it
        }
    }

    /** The transaction that wrote it. */
    private static long number(ConsumerRecord<byte[], byte[]> record) {
        var position = record.headers().lastHeader(POSITION);
        return FeedPosition.parse(new String(position.value(), StandardCharsets.UTF_8))
                .transaction();
    }

    int partitions() {
        return partitions;
    }

    void forget() {
        synchronized (arrivals) {
            arrivals.clear();
        }
    }

    /** Microseconds since 1970 at which records came, by the transaction that wrote them. */
    Map<Long, List<Long>> byTransaction() {
        synchronized (arrivals) {
            return new HashMap<>(arrivals);
        }
    }

    Optional<ConsumerRecord<byte[], byte[]>> last() {
        synchronized (arrivals) {
            return Optional.ofNullable(last);
        }
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            reader.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
