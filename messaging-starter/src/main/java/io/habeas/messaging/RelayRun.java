// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.fault.FaultPoints;
import io.habeas.journal.EventJournal;
import io.habeas.journal.FeedPosition;
import io.habeas.journal.FeedReader;
import io.habeas.journal.StoredEvent;
import io.habeas.messaging.RelayStore.LeadershipLostException;
import io.habeas.messaging.RelayStore.Place;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One undisturbed run of the relay, from the saved position until something goes wrong: reads pages, sends them, and saves the
 * position after the last acknowledgement of a page. Used by one thread.
 */
final class RelayRun implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RelayRun.class);
    private static final int PAGE = 1_000;
    private static final int PAGES_IN_FLIGHT = 8;
    /** What a crash forgets is sent again; each save writes a row for every partition that moved. */
    private static final Duration BETWEEN_SAVES = Duration.ofMillis(250);

    /** A connection that is kept for good would go on reading a server that a failover has left behind. */
    private static final Duration OLDEST_FEED = Duration.ofMinutes(5);

    private static final Duration POLL = Duration.ofMillis(20);
    /** From page to page, so that what comes meanwhile shares one: each costs a question to the database and a request to the broker. */
    private static final Duration GATHER = Duration.ofMillis(4);

    private static final int GREAT_CROWD = 8;
    private static final Duration GATHER_MORE = Duration.ofMillis(8);

    /** After a wake while an older transaction hides what was committed, or while nothing more may be sent. */
    private static final Duration SOON = Duration.ofMillis(2);

    private final EventJournal journal;
    private final Outbound outbound;
    private final RelayStore store;
    private final Broker broker;
    private final Lease lease;
    private final RelayProgress progress;
    private final String topic;
    private final @Nullable Trail trail;
    private final Duration betweenChecks;
    private final Producer<byte[], byte[]> producer;
    private FeedReader feed;
    private long feedSince = System.nanoTime();
    private final Deque<RelayPage> inFlight = new ArrayDeque<>();
    /** Last acknowledged records, also of pages that are not saved yet. */
    private final Map<TopicPartition, Place> places = new HashMap<>();

    private final Map<TopicPartition, Place> unsaved = new HashMap<>();
    /** Offsets as they are acknowledged; only the producer's thread. */
    private final Map<TopicPartition, Long> offsets = new HashMap<>();

    private int trailPartitions;
    /** By topic; one beside the usual is made sure of when the first event for it comes. */
    private final Map<String, Integer> partitions = new HashMap<>();

    private FeedPosition read = FeedPosition.START;
    private FeedPosition acknowledged = FeedPosition.START;
    private FeedPosition saved = FeedPosition.START;
    private long savedAt = System.nanoTime();
    private long checkedAt = System.nanoTime();
    private long lastHeard;
    private long wokenAt = System.nanoTime();
    private Broker.@Nullable EndCheck check;

    RelayRun(
            EventJournal journal,
            Outbound outbound,
            RelayStore store,
            Broker broker,
            Lease lease,
            RelayProgress progress,
            MessagingProperties properties,
            String topic,
            @Nullable Trail trail) {
        this.journal = journal;
        this.outbound = outbound;
        this.store = store;
        this.broker = broker;
        this.lease = lease;
        this.progress = progress;
        this.topic = topic;
        this.trail = trail;
        this.betweenChecks = properties.check();
        this.producer = broker.producer();
        try {
            this.feed = journal.reader();
        } catch (RuntimeException | Error none) {
            producer.close(Duration.ZERO);
            throw none;
        }
    }

    /** Makes sure of the topic, and goes back to what the broker does not hold any more. */
    void begin() throws SQLException, InterruptedException {
        partitions(topic);
        trailPartitions = trail == null ? 0 : broker.ensure(trail.topic());
        var state = store.load();
        places.putAll(state.places());
        places.keySet().removeIf(partition -> !isMine(partition.topic()));
        for (var partition : places.keySet()) {
            if (AnnouncementCodec.isBeside(partition.topic())) {
                partitions(partition.topic());
            }
        }
        var damaged = broker.damaged(places);
        var start = state.position();
        for (var place : damaged.values()) {
            start = place.position().compareTo(start) < 0 ? place.position() : start;
        }
        if (!damaged.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("partitions", damaged.keySet())
                    .addKeyValue("position", start)
                    .log("the broker lost the end of partitions; the relay goes back");
            places.putAll(damaged);
            store.save(lease.epoch(), start, damaged);
        }
        places.forEach((partition, place) -> offsets.put(partition, place.offset()));
        read = start;
        acknowledged = start;
        saved = start;
    }

    private boolean isMine(String name) {
        return name.equals(topic) || AnnouncementCodec.isBeside(name) || (trail != null && name.equals(trail.topic()));
    }

    private int partitions(String name) throws InterruptedException {
        var known = partitions.get(name);
        if (known == null) {
            known = broker.ensure(name);
            partitions.put(name, known);
        }
        return known;
    }

    /** Does what there is to do, and waits a little where no more is expected at once; false when this process does not lead any more. */
    boolean step() throws SQLException, InterruptedException {
        if (!lease.held()) {
            return false;
        }
        long heard = journal.wakeup().heard();
        settle();
        saveIfDue();
        checkIfDue();
        if (inFlight.size() < PAGES_IN_FLIGHT) {
            advance(heard);
        } else {
            journal.wakeup().await(heard, SOON);
        }
        return true;
    }

    private void advance(long heard) throws InterruptedException {
        long asked = System.nanoTime();
        if (asked - feedSince > OLDEST_FEED.toNanos()) {
            feed.close();
            feed = journal.reader();
            feedSince = asked;
        }
        var page = feed.page(read, PAGE);
        int found = page.events().size();
        if (found > 0) {
            send(page.events(), asked);
        } else if (inFlight.isEmpty()) {
            progress.caughtUp();
        }
        if (found > 0 && found < PAGE / 2) {
            Thread.sleep((found < GREAT_CROWD ? GATHER : GATHER_MORE).minusNanos(System.nanoTime() - asked));
        } else if (found < PAGE / 2) {
            journal.wakeup().await(heard, page.held() && wokenLately(heard) ? SOON : POLL);
        }
    }

    /** A transaction that stays open is no reason to ask every moment, unless there was a commit that it may hide. */
    private boolean wokenLately(long heard) {
        if (heard != lastHeard) {
            lastHeard = heard;
            wokenAt = System.nanoTime();
        }
        return System.nanoTime() - wokenAt < POLL.toNanos();
    }

    private void send(List<StoredEvent> events, long readAt) throws InterruptedException {
        FaultPoints.pass("relay.before-send");
        progress.behind();
        var page = new RelayPage(events.getLast().position(), events.size() < PAGE, readAt);
        inFlight.add(page);
        for (var stored : events) {
            var event = outbound.wireEvent(stored);
            var key = event.requestId().toString().getBytes(StandardCharsets.UTF_8);
            var target = AnnouncementCodec.topicBeside(event.type()).orElse(topic);
            int partition = partitionOf(key, partitions(target));
            if (!isThere(new TopicPartition(target, partition), event.position())) {
                var record = new ProducerRecord<>(target, partition, key, event.payload());
                event.headers(broker.source())
                        .forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
                send(page, record, event.position());
            }
            if (trail != null) {
                int beside = partitionOf(key, trailPartitions);
                if (!isThere(new TopicPartition(trail.topic(), beside), event.position())) {
                    send(page, trail.record(broker.source(), beside, key, stored, event), event.position());
                }
            }
        }
        page.closed();
        read = page.end();
    }

    private void send(RelayPage page, ProducerRecord<byte[], byte[]> record, FeedPosition position) {
        var partition = new TopicPartition(record.topic(), record.partition());
        page.sending();
        producer.send(record, (metadata, failure) -> settled(page, partition, position, metadata, failure));
    }

    /** On the producer's thread. */
    private void settled(
            RelayPage page,
            TopicPartition partition,
            FeedPosition position,
            @Nullable RecordMetadata metadata,
            @Nullable Exception failure) {
        if (failure != null || metadata == null) {
            page.failed(failure == null ? "no metadata" : failure.getClass().getSimpleName());
        } else if (metadata.hasOffset() && metadata.offset() <= offsets.getOrDefault(partition, -1L)) {
            page.failed("the partition ends before what it had acknowledged");
        } else {
            if (metadata.hasOffset()) {
                offsets.put(partition, metadata.offset());
            }
            page.acknowledged(partition, metadata, position);
        }
    }

    /** Whether an earlier run had that event acknowledged, and the look at the partition has found it intact. */
    private boolean isThere(TopicPartition partition, FeedPosition position) {
        return position.compareTo(places.getOrDefault(partition, Place.NOWHERE).position()) <= 0;
    }

    private void settle() {
        inFlight.forEach(RelayRun::requireSound);
        for (var page = inFlight.peek(); page != null && page.settled(); page = inFlight.peek()) {
            // once more: it may have been settled by a failure since
            requireSound(page);
            inFlight.remove();
            acknowledged = page.end();
            places.putAll(page.places());
            unsaved.putAll(page.places());
            progress.acknowledged(acknowledged);
            if (page.toEnd() && inFlight.isEmpty()) {
                progress.caughtUp();
            } else if (page.toEnd()) {
                progress.caughtUpWith(page.readAt());
            }
        }
    }

    private static void requireSound(RelayPage page) {
        var failure = page.failure();
        if (failure != null) {
            throw new BrokerException("a send failed: " + failure);
        }
    }

    private void saveIfDue() throws SQLException {
        if (saved.equals(acknowledged) || System.nanoTime() - savedAt < BETWEEN_SAVES.toNanos()) {
            return;
        }
        FaultPoints.pass("relay.after-ack-before-save");
        store.save(lease.epoch(), acknowledged, unsaved);
        unsaved.clear();
        saved = acknowledged;
        savedAt = System.nanoTime();
    }

    private void checkIfDue() throws InterruptedException {
        if (check != null) {
            if (check.isDone()) {
                check.requireIntact();
                check = null;
                checkedAt = System.nanoTime();
            }
        } else if (System.nanoTime() - checkedAt >= betweenChecks.toNanos()) {
            check = broker.checkEnds(Map.copyOf(places));
        }
    }

    /** As Kafka's own partitioner does it; said out loud, since the relay must know the partition before it sends. */
    static int partitionOf(byte[] key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }

    /** Pages in flight are dropped; they are read again from the saved position. */
    @Override
    public void close() {
        try {
            feed.close();
            saveWhatIsKnown();
        } finally {
            producer.close(Duration.ZERO);
        }
    }

    private void saveWhatIsKnown() {
        if (!saved.equals(acknowledged) && lease.held()) {
            try {
                store.save(lease.epoch(), acknowledged, unsaved);
            } catch (SQLException | LeadershipLostException e) {
                LOG.debug("The last position was not saved; what follows it is sent again");
            }
        }
    }
}
