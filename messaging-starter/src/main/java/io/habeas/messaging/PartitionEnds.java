// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.journal.FeedPosition;
import io.habeas.messaging.RelayStore.Place;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Compares what the broker acknowledged with what its partitions really hold. A broker that was killed before its disk had
 * everything, or a topic that was deleted, ends before the last acknowledged record, or has another record in that place.
 */
final class PartitionEnds {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final int PATIENCE = 50;
    private static final long WINDOW = 500;

    private final Consumer<byte[], byte[]> consumer;
    private final String source;

    /**
     * @param consumer of no group, used for nothing else meanwhile
     * @param source the CloudEvents source of the service; on the topic of the audit log there are others beside it
     */
    PartitionEnds(Consumer<byte[], byte[]> consumer, String source) {
        this.consumer = consumer;
        this.source = source;
    }

    /**
     * For each partition that has lost its tail the last record that it still holds.
     *
     * @throws BrokerException if it cannot be found out
     */
    Map<TopicPartition, Place> damaged(Map<TopicPartition, Place> acknowledged) {
        try {
            return compare(acknowledged);
        } catch (KafkaException e) {
            throw new BrokerException("the ends of partitions could not be read", e);
        }
    }

    private Map<TopicPartition, Place> compare(Map<TopicPartition, Place> acknowledged) {
        var expected = new HashMap<TopicPartition, Place>();
        acknowledged.forEach((partition, place) -> {
            if (place.offset() >= 0) {
                expected.put(partition, place);
            }
        });
        var begins = consumer.beginningOffsets(expected.keySet());
        var ends = consumer.endOffsets(expected.keySet());
        var readable = new HashMap<TopicPartition, Long>();
        var lost = new HashSet<TopicPartition>();
        expected.forEach((partition, place) -> {
            if (ends.getOrDefault(partition, 0L) <= place.offset()) {
                lost.add(partition);
            } else if (begins.getOrDefault(partition, 0L) <= place.offset()) {
                readable.put(partition, place.offset());
            }
            // else retention has passed the place: it was there
        });
        recordsAt(readable).forEach((partition, record) -> {
            var place = expected.getOrDefault(partition, Place.NOWHERE);
            if (record.offset() != place.offset() || !place.position().equals(position(record))) {
                lost.add(partition);
            }
        });
        var damaged = new HashMap<TopicPartition, Place>();
        for (var partition : lost) {
            damaged.put(
                    partition,
                    lastKept(
                            partition,
                            begins.getOrDefault(partition, 0L),
                            ends.getOrDefault(partition, 0L),
                            expected.getOrDefault(partition, Place.NOWHERE).position()));
        }
        return damaged;
    }

    /** The first record at or after each of the offsets. */
    private Map<TopicPartition, ConsumerRecord<byte[], byte[]>> recordsAt(Map<TopicPartition, Long> offsets) {
        var found = new HashMap<TopicPartition, ConsumerRecord<byte[], byte[]>>();
        consumer.assign(offsets.keySet());
        offsets.forEach(consumer::seek);
        for (int i = 0; found.size() < offsets.size(); i++) {
            requirePatience(i);
            for (var record : consumer.poll(POLL)) {
                var partition = new TopicPartition(record.topic(), record.partition());
                if (found.putIfAbsent(partition, record) == null) {
                    consumer.pause(List.of(partition));
                }
            }
        }
        return found;
    }

    /** Walks back from the end to a record that was sent no later than {@code limit}: what came after it was lost. */
    private Place lastKept(TopicPartition partition, long begin, long end, FeedPosition limit) {
        consumer.assign(List.of(partition));
        // a partition that stays assigned also stays paused
        consumer.resume(List.of(partition));
        for (long high = end; high > begin; ) {
            long low = Math.max(begin, high - WINDOW);
            var kept = lastIn(partition, low, high, limit);
            if (kept != null) {
                return kept;
            }
            high = low;
        }
        return Place.NOWHERE;
    }

    private @Nullable Place lastIn(TopicPartition partition, long low, long high, FeedPosition limit) {
        Place kept = null;
        consumer.seek(partition, low);
        for (int i = 0; consumer.position(partition) < high; i++) {
            requirePatience(i);
            for (var record : consumer.poll(POLL).records(partition)) {
                var position = position(record);
                if (record.offset() < high && position != null && position.compareTo(limit) <= 0) {
                    kept = new Place(record.offset(), position);
                }
            }
        }
        return kept;
    }

    private void requirePatience(int polls) {
        if (polls >= PATIENCE) {
            throw new BrokerException("the ends of partitions did not come in time");
        }
    }

    /** Nothing where somebody else wrote the record. */
    private @Nullable FeedPosition position(ConsumerRecord<byte[], byte[]> record) {
        var position = header(record, WireEvent.POSITION);
        if (position == null || !source.equals(header(record, WireEvent.SOURCE))) {
            return null;
        }
        try {
            return FeedPosition.parse(position);
        } catch (IllegalArgumentException foreign) {
            return null;
        }
    }

    private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
