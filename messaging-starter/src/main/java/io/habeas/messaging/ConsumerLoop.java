// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.journal.FeedPosition;
import io.habeas.messaging.Delivery.HoleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member of the group, on a thread of its own. Offsets are committed after the effects. A record that fails holds its own
 * partition between its tries and no other; then it is parked.
 */
final class ConsumerLoop {

    private static final Logger LOG = LoggerFactory.getLogger(ConsumerLoop.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration BATCH = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(10);

    /** What a partition waits for. */
    private static final class Standing {
        private final Pause pause;
        private long resumeAt;
        private boolean paused;
        /** The log begins after its first record: what is missing has to come from the producer's feed. */
        private boolean trimmed;
        /** How far that is made up for. */
        private FeedPosition reached = FeedPosition.START;
        /** Of the event after {@link #reached}, in vain. */
        private int tries;

        private Standing(Pause pause) {
            this.pause = pause;
        }
    }

    private final Broker broker;
    private final Map<String, Reception<?>> receptions;
    private final MessagingProperties properties;
    private final DataSource dataSource;
    private final int number;
    private final Map<TopicPartition, Standing> standings = new HashMap<>();
    private final Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
    private volatile boolean running;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> current;
    private @Nullable Thread thread;

    ConsumerLoop(
            Broker broker,
            Map<String, Reception<?>> receptions,
            MessagingProperties properties,
            DataSource dataSource,
            int number) {
        this.broker = broker;
        this.receptions = receptions;
        this.properties = properties;
        this.dataSource = dataSource;
        this.number = number;
    }

    void start() {
        running = true;
        thread = Thread.ofPlatform().name("habeas-consumer-" + number).daemon().start(this::run);
    }

    /** Asks it to end; {@link #join()} waits for it. */
    void stop() {
        running = false;
        var consumer = current;
        if (consumer != null) {
            consumer.wakeup();
        }
    }

    void join() {
        var stopped = thread;
        if (stopped == null) {
            return;
        }
        try {
            if (!stopped.join(STOP)) {
                LOG.atWarn().addKeyValue("patience", STOP).log("a receiver did not end in time and is interrupted");
                stopped.interrupt();
                stopped.join(STOP);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        var pause = new Pause(properties.firstPause(), properties.longestPause());
        while (running) {
            try (var consumer = newMember()) {
                current = consumer;
                while (running) {
                    round(consumer);
                    pause.reset();
                }
                commit(consumer);
            } catch (WakeupException stopped) {
                LOG.debug("Consumer {} ends", number);
            } catch (InterruptedException | InterruptException interrupted) {
                return;
            } catch (RuntimeException | Error trouble) {
                if (pause.isFirst()) {
                    LOG.atWarn()
                            .addKeyValue("consumer", number)
                            .addKeyValue("failure", Failures.describe(trouble))
                            .log("a consumer begins again");
                }
                if (!rested(pause)) {
                    return;
                }
            } finally {
                current = null;
                standings.clear();
                done.clear();
            }
        }
    }

    private static boolean rested(Pause pause) {
        try {
            pause.sleep();
            return true;
        } catch (InterruptedException interrupted) {
            return false;
        }
    }

    private KafkaConsumer<byte[], byte[]> newMember() throws InterruptedException {
        broker.ensure(receptions.keySet());
        var consumer = broker.member(number);
        consumer.subscribe(receptions.keySet(), new Rebalance(consumer));
        return consumer;
    }

    private void round(KafkaConsumer<byte[], byte[]> consumer) throws InterruptedException {
        resume(consumer);
        ConsumerRecords<byte[], byte[]> records;
        try {
            records = consumer.poll(untilNext());
        } catch (NoOffsetForPartitionException fresh) {
            begin(consumer, fresh.partitions());
            return;
        } catch (OffsetOutOfRangeException gone) {
            LOG.atWarn()
                    .addKeyValue("partitions", gone.partitions())
                    .log("the topic does not hold the place of this group any more");
            begin(consumer, gone.partitions());
            return;
        }
        makeUp(consumer);
        long until = System.nanoTime() + BATCH.toNanos();
        for (var partition : records.partitions()) {
            process(consumer, partition, records.records(partition), until);
        }
        if (!done.isEmpty()) {
            consumer.commitAsync(new HashMap<>(done), (offsets, failure) -> {
                if (failure != null) {
                    LOG.debug("Offsets were not committed, the next round does it again: {}", failure.toString());
                }
            });
        }
    }

    private void process(
            KafkaConsumer<byte[], byte[]> consumer,
            TopicPartition partition,
            List<ConsumerRecord<byte[], byte[]>> records,
            long until)
            throws InterruptedException {
        var standing = standing(partition);
        long next = records.getFirst().offset();
        if (standing.paused) {
            consumer.seek(partition, next);
            return;
        }
        try {
            var delivery = reception(partition).delivery(requests(records));
            long effective = next;
            boolean retry = false;
            for (var record : records) {
                if (!running || System.nanoTime() - until > 0) {
                    break;
                }
                boolean doubtful = broker.isDoubtful(record.timestamp());
                var arrival = Arrival.of(record);
                var home = home(arrival);
                boolean accepted = home == null
                        ? accepted(delivery, standing.pause.taken(), arrival, doubtful)
                        : acceptedAt(home, standing.pause.taken(), arrival, doubtful);
                if (!accepted) {
                    retry = true;
                    break;
                }
                standing.pause.reset();
                effective = record.offset() + 1;
            }
            delivery.flush();
            next = effective;
            done.put(partition, new OffsetAndMetadata(next));
            if (retry) {
                hold(consumer, partition, standing);
            }
        } catch (InterruptedException interrupted) {
            throw interrupted;
        } catch (RuntimeException databaseAway) {
            LOG.atWarn()
                    .addKeyValue("partition", partition)
                    .addKeyValue("failure", Failures.describe(databaseAway))
                    .log("a partition waits for the database");
            hold(consumer, partition, standing);
        }
        if (next <= records.getLast().offset()) {
            consumer.seek(partition, next);
        }
    }

    /** Where a record belongs that an older release of its producer put among all that it announces; nothing where it is right. */
    private @Nullable Reception<?> home(Arrival arrival) {
        var topic = AnnouncementCodec.topicBeside(arrival.headers().getOrDefault(WireEvent.TYPE, ""))
                .orElse(arrival.source());
        return topic.equals(arrival.source()) ? null : receptions.get(topic);
    }

    private boolean acceptedAt(Reception<?> home, int tries, Arrival arrival, boolean doubtful)
            throws InterruptedException {
        var delivery = home.delivery(requestsOf(arrival));
        var there = new Arrival(home.source(), arrival.key(), arrival.headers(), arrival.payload());
        boolean accepted = accepted(delivery, tries, there, doubtful);
        delivery.flush();
        return accepted;
    }

    private static Collection<UUID> requestsOf(Arrival arrival) {
        var request = arrival.requestId();
        return request == null ? List.of() : List.of(request);
    }

    /**
     * False if it is to be tried again after a pause.
     *
     * @param tries in vain until now
     * @param doubtful whether its producer is asked first if it still knows the record
     */
    private boolean accepted(Delivery delivery, int tries, Arrival arrival, boolean doubtful)
            throws InterruptedException {
        try {
            if (doubtful && delivery.isLost(arrival)) {
                delivery.reception.lost(arrival);
                return true;
            }
            delivery.accept(arrival);
            return true;
        } catch (InterruptedException interrupted) {
            throw interrupted;
        } catch (Exception | LinkageError | AssertionError | StackOverflowError failure) {
            LOG.atWarn()
                    .addKeyValue("topic", arrival.source())
                    .addKeyValue("requestId", arrival.requestId())
                    .addKeyValue("sequence", arrival.sequence())
                    .addKeyValue("failure", Failures.describe(failure))
                    .log("a message failed");
            if (tries + 1 < properties.tries() || Failures.isDatabaseAway(dataSource)) {
                return false;
            }
            delivery.park(arrival, failure instanceof HoleException ? Parking.HOLE : Parking.RECEIVER_FAILED);
            return true;
        }
    }

    private static Collection<UUID> requests(List<ConsumerRecord<byte[], byte[]>> records) {
        var requests = new HashSet<UUID>();
        for (var record : records) {
            var request = Arrival.of(record).requestId();
            if (request != null) {
                requests.add(request);
            }
        }
        return requests;
    }

    private void hold(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, Standing standing) {
        standing.paused = true;
        standing.resumeAt = System.nanoTime() + standing.pause.next().toNanos();
        consumer.pause(List.of(partition));
    }

    private void resume(KafkaConsumer<byte[], byte[]> consumer) {
        standings.forEach((partition, standing) -> {
            if (standing.paused && !standing.trimmed && System.nanoTime() - standing.resumeAt >= 0) {
                standing.paused = false;
                consumer.resume(List.of(partition));
            }
        });
    }

    private Duration untilNext() {
        long now = System.nanoTime();
        long nanos = POLL.toNanos();
        for (var standing : standings.values()) {
            if (standing.paused) {
                nanos = Math.min(nanos, Math.max(1_000_000, standing.resumeAt - now));
            }
        }
        return Duration.ofNanos(nanos);
    }

    private void begin(KafkaConsumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
        var begins = consumer.beginningOffsets(partitions);
        for (var partition : partitions) {
            long begin = begins.getOrDefault(partition, 0L);
            consumer.seek(partition, begin);
            if (begin > 0) {
                var standing = standing(partition);
                standing.trimmed = true;
                standing.reached = FeedPosition.START;
                standing.tries = 0;
                standing.paused = true;
                standing.resumeAt = System.nanoTime();
                consumer.pause(List.of(partition));
            }
        }
    }

    /** Takes from the producers' feeds what the logs have lost before we read it. */
    private void makeUp(KafkaConsumer<byte[], byte[]> consumer) throws InterruptedException {
        for (var entry : standings.entrySet()) {
            var standing = entry.getValue();
            if (!standing.trimmed || System.nanoTime() - standing.resumeAt < 0) {
                continue;
            }
            var partition = entry.getKey();
            try {
                int partitions = consumer.partitionsFor(partition.topic()).size();
                if (madeUp(reception(partition), standing, partition.partition(), partitions)) {
                    standing.trimmed = false;
                    standing.pause.reset();
                } else {
                    hold(consumer, partition, standing);
                }
            } catch (InterruptedException interrupted) {
                throw interrupted;
            } catch (WakeupException | InterruptException stopped) {
                throw stopped;
            } catch (Exception failure) {
                LOG.atWarn()
                        .addKeyValue("partition", partition)
                        .addKeyValue("failure", Failures.describe(failure))
                        .log("what a partition has lost is not made up for yet");
                hold(consumer, partition, standing);
            }
        }
    }

    /** False if it is to go on after a pause, from where it has come to. */
    private boolean madeUp(Reception<?> reception, Standing standing, int partition, int partitions)
            throws IOException, InterruptedException {
        while (running) {
            var page = reception.feed(standing.reached);
            var delivery = reception.delivery(List.of());
            var reached = standing.reached;
            int tries = standing.tries;
            boolean retry = false;
            for (var event : page.events()) {
                var key = event.requestId().toString().getBytes(StandardCharsets.UTF_8);
                if (RelayRun.partitionOf(key, partitions) == partition
                        && reception.isOnTopic(event)
                        && !accepted(delivery, tries, Arrival.of(reception.source(), event), false)) {
                    tries++;
                    retry = true;
                    break;
                }
                tries = 0;
                reached = event.position();
                standing.pause.reset();
            }
            delivery.flush();
            standing.tries = tries;
            if (retry) {
                standing.reached = reached;
                return false;
            }
            if (page.events().isEmpty() || page.next().equals(standing.reached)) {
                return true;
            }
            standing.reached = page.next();
        }
        return false;
    }

    private Standing standing(TopicPartition partition) {
        return standings.computeIfAbsent(
                partition, unknown -> new Standing(new Pause(properties.firstPause(), properties.longestPause())));
    }

    private Reception<?> reception(TopicPartition partition) {
        return Objects.requireNonNull(receptions.get(partition.topic()));
    }

    private void commit(KafkaConsumer<byte[], byte[]> consumer) {
        if (!done.isEmpty()) {
            consumer.commitSync(new HashMap<>(done), Duration.ofSeconds(2));
        }
    }

    private final class Rebalance implements ConsumerRebalanceListener {

        private final KafkaConsumer<byte[], byte[]> consumer;

        private Rebalance(KafkaConsumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            LOG.debug("Consumer {} got {}", number, assigned);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            var last = new HashMap<>(done);
            last.keySet().retainAll(revoked);
            try {
                if (!last.isEmpty()) {
                    consumer.commitSync(last, Duration.ofSeconds(2));
                }
            } catch (WakeupException | InterruptException stopped) {
                throw stopped;
            } catch (KafkaException e) {
                LOG.debug(
                        "The last offsets of revoked partitions were not committed; duplicates are skipped: {}",
                        e.toString());
            }
            onPartitionsLost(revoked);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> lost) {
            done.keySet().removeAll(lost);
            standings.keySet().removeAll(lost);
        }
    }
}
