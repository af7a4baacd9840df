// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.messaging.TrailRecord.TrailPlace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the whole audit trail from places that the caller keeps. Where the broker's log was cut off behind such a place, or has another record there by now, the
 * partition is read again from its beginning: the caller drops what it has seen. Used by one thread.
 */
public final class TrailReader implements AutoCloseable {

    /** For how long the broker gathers records for one answer; so much later than they were written may they come. */
    static final Duration GATHERED = Duration.ofMillis(100);

    private static final Logger LOG = LoggerFactory.getLogger(TrailReader.class);

    private static final Duration REST = Duration.ofSeconds(1);

    private final Consumer<byte[], byte[]> consumer;
    private final String topic;
    private final Map<TopicPartition, Long> resting = new HashMap<>();
    /** Partitions of which the record that was read last is still to be seen again. */
    private final Map<TopicPartition, TrailPlace> doubted = new HashMap<>();

    /**
     * @param read the last place of each partition that was read
     * @throws BrokerException if the broker does not answer
     */
    static TrailReader open(Broker broker, String topic, Map<Integer, TrailPlace> read) throws InterruptedException {
        return new TrailReader(broker.trailConsumer(), topic, broker.ensure(topic), read);
    }

    private TrailReader(
            Consumer<byte[], byte[]> consumer, String topic, int partitions, Map<Integer, TrailPlace> read) {
        this.consumer = consumer;
        this.topic = topic;
        var all = new ArrayList<TopicPartition>();
        for (int partition = 0; partition < partitions; partition++) {
            all.add(new TopicPartition(topic, partition));
        }
        consumer.assign(all);
        for (var partition : all) {
            var place = read.get(partition.partition());
            if (place == null) {
                consumer.seekToBeginning(Set.of(partition));
            } else {
                Optional<Integer> epoch = place.leaderEpoch() < 0 ? Optional.empty() : Optional.of(place.leaderEpoch());
                boolean isKnown = !place.digest().isEmpty();
                if (isKnown) {
                    doubted.put(partition, place);
                }
                consumer.seek(
                        partition, new OffsetAndMetadata(isKnown ? place.offset() : place.offset() + 1, epoch, ""));
            }
        }
    }

    /**
     * What has come; empty when nothing has within that time.
     *
     * @throws BrokerException if the broker does not give it
     */
    public List<TrailRecord> poll(Duration patience) throws InterruptedException {
        resume();
        try {
            var records = new ArrayList<TrailRecord>();
            var polled = consumer.poll(patience);
            for (var partition : polled.partitions()) {
                records.addAll(believed(partition, polled.records(partition)));
            }
            return records;
        } catch (OffsetOutOfRangeException cut) {
            again(cut.partitions());
            return List.of();
        } catch (NoOffsetForPartitionException none) {
            again(none.partitions());
            return List.of();
        } catch (InterruptException stopped) {
            throw new InterruptedException();
        } catch (KafkaException trouble) {
            throw new BrokerException("the audit trail could not be read", trouble);
        }
    }

    /** What is new among records of a partition; nothing, and the partition from its beginning next, if they do not go on where reading had ended. */
    private List<TrailRecord> believed(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> polled) {
        var records = polled.stream().map(TrailReader::trailRecord).toList();
        var last = doubted.remove(partition);
        if (last == null) {
            return records;
        }
        var first = records.getFirst().place();
        if (first.offset() == last.offset() && first.digest().equals(last.digest())) {
            return records.subList(1, records.size());
        }
        again(Set.of(partition));
        return List.of();
    }

    /** Has a partition read again from that place on, after a while; the others go on. */
    public void again(TrailPlace from) {
        var partition = new TopicPartition(topic, from.partition());
        consumer.pause(List.of(partition));
        consumer.seek(partition, from.offset());
        resting.put(partition, System.nanoTime() + REST.toNanos());
    }

    private void resume() {
        long now = System.nanoTime();
        resting.entrySet().removeIf(rest -> {
            boolean over = now - rest.getValue() >= 0;
            if (over) {
                consumer.resume(List.of(rest.getKey()));
            }
            return over;
        });
    }

    private void again(Set<TopicPartition> partitions) {
        LOG.atWarn()
                .addKeyValue("partitions", partitions)
                .log("the broker does not hold partitions as far as they were read; they are read again");
        partitions.forEach(doubted::remove);
        consumer.seekToBeginning(partitions);
    }

    private static TrailRecord trailRecord(ConsumerRecord<byte[], byte[]> record) {
        var header = record.headers().lastHeader(Trail.MAC);
        var mac = header == null || header.value() == null ? new byte[0] : header.value();
        var value = record.value() == null ? new byte[0] : record.value();
        return new TrailRecord(
                new TrailPlace(
                        record.partition(),
                        record.offset(),
                        record.leaderEpoch().orElse(-1),
                        TrailRecord.digest(mac, value)),
                value,
                mac);
    }

    @Override
    public void close() {
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(2)));
    }
}
