// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.messaging.Parking.Parked;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Looks after the parked messages of this service: tells them on the topics of dead letters, at least once, and redrives those
 * whose cause may have passed.
 */
final class DeadLetters {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final Duration BETWEEN = Duration.ofSeconds(1);
    private static final int AT_ONCE = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    /** Longer than all sends of a round may take, with what a producer without a broker may block after that. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final Parking parking;
    private final Redrive redrive;
    private final Broker broker;
    private volatile boolean running;
    private @Nullable Thread thread;
    private @Nullable Producer<byte[], byte[]> producer;

    DeadLetters(Parking parking, Redrive redrive, Broker broker) {
        this.parking = parking;
        this.redrive = redrive;
        this.broker = broker;
    }

    void start() {
        running = true;
        thread = Thread.ofPlatform().name("habeas-dead-letters").daemon().start(this::run);
    }

    void stop() {
        running = false;
        var stopped = thread;
        if (stopped != null) {
            stopped.interrupt();
            try {
                stopped.join(Duration.ofSeconds(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        try {
            while (running) {
                Thread.sleep(BETWEEN);
                round();
            }
        } catch (InterruptedException | InterruptException stopped) {
            LOG.debug("No more looking after parked messages");
        } finally {
            if (producer != null) {
                producer.close(Duration.ZERO);
            }
        }
    }

    private void round() throws InterruptedException {
        try {
            redrive.redriveDue();
            tell();
        } catch (InterruptException stopped) {
            throw stopped;
        } catch (KafkaException | BrokerException | DataAccessException | TransactionException away) {
            LOG.debug("Dead letters are told later: {}", Failures.describe(away));
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError defect) {
            LOG.atError()
                    .addKeyValue("failure", Failures.describe(defect))
                    .log("parked messages could not be looked after");
        }
    }

    /** Outside any transaction: one that waits for the broker would hold back the feeds of the whole database. */
    private void tell() {
        var untold = parking.claimUntold(AT_ONCE, LEASE);
        long until = System.nanoTime() + PATIENCE.toNanos();
        var sends = new LinkedHashMap<UUID, Future<RecordMetadata>>();
        for (var parked : untold) {
            if (System.nanoTime() - until > 0) {
                break;
            }
            sends.put(parked.id(), producer().send(record(parked)));
        }
        var told = new ArrayList<UUID>();
        sends.forEach((id, send) -> {
            if (isAcknowledged(send, until)) {
                told.add(id);
            }
        });
        if (!told.isEmpty()) {
            parking.told(told);
        }
        if (told.size() < untold.size()) {
            throw new BrokerException((untold.size() - told.size()) + " dead letters were not acknowledged");
        }
    }

    private Producer<byte[], byte[]> producer() {
        var known = producer;
        if (known == null) {
            known = broker.producer();
            producer = known;
        }
        return known;
    }

    private ProducerRecord<byte[], byte[]> record(Parked parked) {
        var arrival = parked.arrival();
        var payload = arrival.payload();
        boolean fits = payload != null && payload.length <= Topics.LARGEST_RECORD / 2;
        var record = new ProducerRecord<>(
                Topics.deadLetters(arrival.source()),
                arrival.key() == null ? null : arrival.key().getBytes(StandardCharsets.UTF_8),
                fits ? payload : null);
        arrival.headers().forEach((name, value) -> header(record, name, value));
        header(record, "habeas_parked", parked.id().toString());
        header(record, "habeas_reason", parked.reason());
        header(record, "habeas_consumer", broker.source());
        return record;
    }

    private static void header(ProducerRecord<byte[], byte[]> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isAcknowledged(Future<RecordMetadata> send, long until) {
        try {
            send.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
            return true;
        } catch (InterruptedException interrupted) {
            throw new InterruptException(interrupted);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("A dead letter was not acknowledged: {}", Failures.describe(e));
            return false;
        }
    }
}
