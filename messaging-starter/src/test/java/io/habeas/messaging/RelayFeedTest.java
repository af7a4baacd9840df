// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.journal.EventJournal;
import io.habeas.journal.FeedConformance;
import io.habeas.journal.FeedPosition;
import io.habeas.journal.JournalWakeup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The relay is a reader of the feed; what it has seen is what lies on a topic of one partition. */
class RelayFeedTest extends FeedConformance {

    private static KafkaBroker kafka;

    @BeforeAll
    static void startBroker() {
        kafka = KafkaBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    @Override
    protected List<String> scripts() {
        return Kit.SCRIPTS;
    }

    @Override
    protected Reader startReader(DataSource dataSource, FeedPosition from) throws Exception {
        var topic = Kit.topic();
        var store = new RelayStore(dataSource, topic);
        store.save(store.acquire(Duration.ofSeconds(5)).getAsLong(), from, Map.of());
        store.release(1);
        var properties = Kit.properties(kafka.bootstrapServers(), 1);
        var broker = new Broker(properties, "request-service");
        broker.ensure(topic);
        var journal = new EventJournal(dataSource, new JournalWakeup());
        var relay =
                new Relay(journal, new Outbound(new AnnouncementCodec(), null), store, broker, properties, topic, null);
        relay.start();
        return new TopicReader(relay, broker, topic);
    }

    private static final class TopicReader implements Reader {

        private final Relay relay;
        private final Broker broker;
        private final List<UUID> seen = new CopyOnWriteArrayList<>();
        private final Thread thread;
        private volatile boolean running = true;

        private TopicReader(Relay relay, Broker broker, String topic) {
            this.relay = relay;
            this.broker = broker;
            this.thread = Thread.ofPlatform().start(() -> read(topic));
        }

        private void read(String topic) {
            try (var consumer = Kit.reader(kafka.bootstrapServers())) {
                consumer.assign(List.of(new TopicPartition(topic, 0)));
                consumer.seekToBeginning(consumer.assignment());
                while (running) {
                    consumer.poll(Duration.ofMillis(50))
                            .forEach(record -> seen.add(UUID.fromString(Kit.header(record, WireEvent.ID))));
                }
            }
        }

        @Override
        public List<UUID> seen() {
            return seen;
        }

        @Override
        public void close() throws InterruptedException {
            relay.stop();
            running = false;
            thread.join();
            broker.close();
        }
    }
}
