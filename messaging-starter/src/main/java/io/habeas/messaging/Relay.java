// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.journal.EventJournal;
import io.habeas.journal.JournalException;
import io.habeas.messaging.RelayStore.LeadershipLostException;
import java.sql.SQLException;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts every event of the journal on Kafka, one record each, in the order of the feed. One process leads, by lease; the others
 * stand by. A trouble of any kind ends the run; the next begins at the saved position, after a look at what the broker has.
 */
final class Relay {

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    /** Enough to save the position; a longer wait is cut short. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final Duration STOP = Duration.ofSeconds(10);

    private final EventJournal journal;
    private final Outbound outbound;
    private final RelayStore store;
    private final Broker broker;
    private final RelayProgress progress = new RelayProgress();
    private final MessagingProperties properties;
    private final String topic;
    private final @Nullable Trail trail;
    private volatile boolean running;
    private @Nullable Thread thread;

    /** @param trail absent where no audit log hears of this service */
    Relay(
            EventJournal journal,
            Outbound outbound,
            RelayStore store,
            Broker broker,
            MessagingProperties properties,
            String topic,
            @Nullable Trail trail) {
        this.journal = journal;
        this.outbound = outbound;
        this.store = store;
        this.broker = broker;
        this.properties = properties;
        this.topic = topic;
        this.trail = trail;
    }

    RelayProgress progress() {
        return progress;
    }

    synchronized void start() {
        running = true;
        thread = Thread.ofPlatform().name("habeas-relay").daemon().start(this::run);
    }

    synchronized void stop() {
        running = false;
        var stopped = thread;
        if (stopped == null) {
            return;
        }
        try {
            if (stopped.join(GRACE)) {
                thread = null;
                return;
            }
            stopped.interrupt();
            if (!stopped.join(STOP)) {
                LOG.atWarn()
                        .addKeyValue("topic", topic)
                        .addKeyValue("patience", STOP)
                        .log("the relay did not stop in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread = null;
    }

    private void run() {
        var pause = new Pause(FIRST_PAUSE, LONGEST_PAUSE);
        try {
            while (running) {
                try {
                    leadOrStandBy();
                    pause.reset();
                } catch (SQLException e) {
                    LOG.atWarn()
                            .addKeyValue("topic", topic)
                            .addKeyValue("sqlState", e.getSQLState())
                            .log("the relay waits for its database");
                    pause.sleep();
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void leadOrStandBy() throws SQLException, InterruptedException {
        long asked = System.nanoTime();
        var epoch = store.acquire(properties.lease());
        if (epoch.isPresent()) {
            lead(epoch.getAsLong(), asked);
        } else {
            Thread.sleep(properties.lease().dividedBy(6));
        }
    }

    private void lead(long epoch, long acquiredAt) throws InterruptedException {
        var pause = new Pause(FIRST_PAUSE, LONGEST_PAUSE);
        LOG.atInfo().addKeyValue("topic", topic).addKeyValue("epoch", epoch).log("this process leads the relay");
        try (var lease = new Lease(store, epoch, properties.lease(), acquiredAt)) {
            progress.leading(true);
            while (running && lease.held()) {
                try (var run =
                        new RelayRun(journal, outbound, store, broker, lease, progress, properties, topic, trail)) {
                    run.begin();
                    pause.reset();
                    while (running && run.step()) {}
                } catch (LeadershipLostException lost) {
                    return;
                } catch (BrokerException | KafkaException | SQLException | JournalException trouble) {
                    if (trouble instanceof InterruptException) {
                        throw new InterruptedException();
                    }
                    interrupted(trouble, pause);
                } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError defect) {
                    LOG.atError()
                            .addKeyValue("topic", topic)
                            .setCause(defect)
                            .log("the relay is held by a defect and tries again");
                    progress.held(defect.getClass().getSimpleName());
                    pause.sleep();
                }
            }
        } finally {
            progress.leading(false);
            release(epoch);
            LOG.atInfo()
                    .addKeyValue("topic", topic)
                    .addKeyValue("epoch", epoch)
                    .log("this process no longer leads the relay");
        }
    }

    private void interrupted(Exception trouble, Pause pause) throws InterruptedException {
        progress.held(trouble.getClass().getSimpleName());
        if (pause.isFirst()) {
            LOG.atWarn()
                    .addKeyValue("topic", topic)
                    .addKeyValue("failure", trouble.toString())
                    .log("the relay begins again from its saved position");
        }
        pause.sleep();
    }

    private void release(long epoch) {
        try {
            store.release(epoch);
        } catch (SQLException e) {
            LOG.debug("The lease was not released and runs out by itself: SQL state {}", e.getSQLState());
        }
    }
}
