// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.habeas.contracts.ControllerAnnouncement;
import io.habeas.journal.EventJournal;
import io.habeas.journal.JournalDatabase;
import io.habeas.journal.JournalWakeup;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RelayTest {

    private static final int PARTITIONS = 4;
    private static final TrailSecret SECRET = TrailSecret.ofBytes(new byte[32]);

    private static KafkaBroker kafka;

    private final List<Copy> copies = new ArrayList<>();
    private JournalDatabase database;
    private EventJournal journal;
    private String topic;
    private String auditTopic;

    /** One process of the service, as far as the relay goes. */
    private record Copy(Relay relay, Broker broker, HikariDataSource pool) {
        void close() {
            relay.stop();
            broker.close();
            pool.close();
        }
    }

    @BeforeAll
    static void startBroker() {
        kafka = KafkaBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    @BeforeEach
    void makeDatabase() throws Exception {
        database = JournalDatabase.fresh(Kit.SCRIPTS);
        journal = new EventJournal(database.dataSource(), new JournalWakeup());
        topic = Kit.topic();
        auditTopic = topic + ".audit";
    }

    @AfterEach
    void stopCopies() {
        copies.forEach(Copy::close);
    }

    @Test
    void every_event_is_one_record_with_the_headers_of_cloud_events() throws Exception {
        start();
        var stream = UUID.randomUUID();
        var ids = append(stream, 0, 3);

        awaitOnTopic(ids);

        var records = Kit.all(kafka.bootstrapServers(), topic);
        assertThat(records).hasSize(3);
        var second = records.get(1);
        assertThat(new String(second.key(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo(stream.toString());
        assertThat(second.value()).isEqualTo(Kit.withdrawn(stream));
        var headers = new LinkedHashMap<String, String>();
        second.headers().forEach(header -> headers.put(header.key(), Kit.header(second, header.key())));
        var position = journal.readStream(stream, 1, 1).getFirst().position();
        assertThat(headers)
                .containsEntry("ce_id", ids.get(1).toString())
                .containsEntry("ce_source", "request-service")
                .containsEntry("ce_specversion", "1.0")
                .containsEntry("ce_type", "request.withdrawn")
                .containsEntry("ce_time", "2026-11-22T10:15:30Z")
                .containsEntry("ce_sequence", "1")
                .containsEntry("ce_generation", "1")
                .containsEntry("ce_controller", "acme")
                .containsEntry("ce_position", position.toString())
                .containsEntry("ce_revision", "1")
                .containsEntry("ce_rule", "acme@1#US.rights")
                .containsEntry("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .containsEntry("content-type", "application/json")
                .hasSize(13);
    }

    @Test
    void a_broker_that_is_away_holds_nothing_up_and_gets_everything_when_it_returns() throws Exception {
        var copy = start();
        var ids = new ArrayList<>(append(UUID.randomUUID(), 0, 5));
        awaitOnTopic(ids);

        kafka.down();
        try {
            for (int i = 0; i < 30; i++) {
                ids.addAll(append(UUID.randomUUID(), 0, 50));
            }
            await().atMost(Kit.PATIENCE)
                    .untilAsserted(
                            () -> assertThat(copy.relay().progress().lag()).isPositive());
        } finally {
            kafka.up();
        }
        ids.addAll(append(UUID.randomUUID(), 0, 5));

        awaitOnTopic(ids);
    }

    @Test
    void a_relay_that_keeps_up_is_not_behind_however_many_events_come() throws Exception {
        var copy = start();
        awaitOnTopic(append(UUID.randomUUID(), 0, 1));
        var coming = new AtomicBoolean(true);
        var writers = Executors.newFixedThreadPool(4);
        try {
            for (int i = 0; i < 4; i++) {
                writers.submit(() -> {
                    while (coming.get()) {
                        append(UUID.randomUUID(), 0, 1);
                    }
                    return true;
                });
            }
            lagsByPagesAlone(copy.relay().progress());
        } finally {
            coming.set(false);
            writers.close();
        }
    }

    /** At most eight pages are under way, so that nothing can wait since twenty acknowledgements ago. */
    private static void lagsByPagesAlone(RelayProgress progress) {
        var acknowledgements = new ArrayDeque<Long>();
        var last = progress.acknowledged();
        int seen = 0;
        long end = System.nanoTime() + Kit.PATIENCE.toNanos();
        while (seen < 300) {
            long now = System.nanoTime();
            assertThat(now).as("%d acknowledgements were seen in time", seen).isLessThan(end);
            var acknowledged = progress.acknowledged();
            if (!acknowledged.equals(last)) {
                last = acknowledged;
                seen++;
                acknowledgements.add(now);
                if (acknowledgements.size() > 20) {
                    acknowledgements.remove();
                }
            }
            var lag = progress.lag();
            if (acknowledgements.size() == 20) {
                assertThat(lag)
                        .as("after %d acknowledgements", seen)
                        .isLessThan(Duration.ofNanos(System.nanoTime() - acknowledgements.getFirst()));
            }
            LockSupport.parkNanos(100_000);
        }
    }

    @Test
    void a_broker_that_lost_the_end_of_its_logs_is_refilled() throws Exception {
        var copy = start();
        var ids = new ArrayList<UUID>();
        for (int i = 0; i < 40; i++) {
            ids.addAll(append(UUID.randomUUID(), 0, 1));
            awaitAcknowledged(copy);
        }

        loseHalf(topic);

        awaitOnTopic(ids);
    }

    private List<UUID> fortyRelayedByOneThatStopped() throws Exception {
        var first = start();
        var ids = new ArrayList<UUID>();
        for (int i = 0; i < 40; i++) {
            ids.addAll(append(UUID.randomUUID(), 0, 1));
            awaitAcknowledged(first);
        }
        first.relay().stop();
        return ids;
    }

    /** The second half of each partition, while the broker is away. */
    private static void loseHalf(String of) throws Exception {
        kafka.down();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            kafka.loseTail(of, partition, kafka.size(of, partition) / 2);
        }
        kafka.up();
    }

    @Test
    void a_tail_that_was_lost_behind_the_back_of_a_stopped_relay_is_refilled_although_the_log_has_grown_since()
            throws Exception {
        var ids = fortyRelayedByOneThatStopped();
        loseHalf(topic);
        try (var producer = Kit.producer(kafka.bootstrapServers())) {
            for (int i = 0; i < 200; i++) {
                producer.send(Kit.record(topic, "noise-" + i, java.util.Map.of(), new byte[] {1}));
            }
        }

        start();

        awaitOnTopic(ids);
    }

    @Test
    void a_topic_that_was_deleted_is_made_again_and_refilled() throws Exception {
        start();
        var ids = new ArrayList<UUID>();
        for (int i = 0; i < 10; i++) {
            ids.addAll(append(UUID.randomUUID(), 0, 20));
        }
        awaitOnTopic(ids);

        try (var admin = Admin.create(java.util.Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.deleteTopics(List.of(topic)).all().get();
        }

        awaitOnTopic(ids);
    }

    @Test
    void when_the_leader_goes_a_standby_takes_over_and_nothing_is_lost() throws Exception {
        var leader = start();
        await().atMost(Kit.PATIENCE).until(() -> leader.relay().progress().isLeading());
        var standby = start();
        var stream = UUID.randomUUID();
        var ids = new ArrayList<>(append(stream, 0, 100));
        awaitOnTopic(ids);
        assertThat(standby.relay().progress().isLeading()).isFalse();

        leader.pool().close();
        ids.addAll(append(stream, 100, 100));

        awaitOnTopic(ids);
        assertThat(standby.relay().progress().isLeading()).isTrue();
        await().atMost(Kit.PATIENCE).until(() -> !leader.relay().progress().isLeading());
        assertThat(firstsOnTopic()).as("in order").containsExactlyElementsOf(ids);
    }

    @Test
    void a_relay_that_stops_and_starts_goes_on_where_it_was() throws Exception {
        var first = start();
        var stream = UUID.randomUUID();
        var ids = new ArrayList<>(append(stream, 0, 50));
        awaitAcknowledged(first);
        await().atMost(Kit.PATIENCE).until(() -> new RelayStore(database.dataSource(), topic)
                .load()
                .position()
                .equals(journal.head()));
        first.relay().stop();
        // where the machine stood still for longer than the lease, some were sent twice until here
        int sent = Kit.all(kafka.bootstrapServers(), topic).size();
        ids.addAll(append(stream, 50, 50));

        start();
        awaitOnTopic(ids);

        assertThat(Kit.all(kafka.bootstrapServers(), topic)).hasSize(sent + 50);
    }

    @Test
    void every_row_is_told_to_the_audit_log_in_the_same_order_without_its_payload() throws Exception {
        start();
        var stream = UUID.randomUUID();
        var ids = append(stream, 0, 3);

        awaitOnAuditTopic(ids);

        var records = Kit.all(kafka.bootstrapServers(), auditTopic);
        assertThat(records).hasSize(3);
        for (int i = 0; i < 3; i++) {
            var record = records.get(i);
            assertThat(SECRET.fits(
                            record.value(),
                            record.headers().lastHeader(Trail.MAC).value()))
                    .isTrue();
            assertThat(new String(record.value(), java.nio.charset.StandardCharsets.UTF_8))
                    .doesNotContain("HB-TEST-0001");
            var entry = TrailEntry.read(record.value());
            assertThat(entry.service()).isEqualTo("request");
            assertThat(entry.generation()).isEqualTo(1);
            assertThat(entry.request()).isEqualTo(stream);
            assertThat(entry.sequence()).isEqualTo(i);
            assertThat(entry.event()).isEqualTo(ids.get(i));
            assertThat(entry.type()).isEqualTo("request.withdrawn");
            assertThat(entry.time()).isEqualTo(Kit.NOW);
            assertThat(entry.actor()).isEqualTo("requester");
            assertThat(entry.digest())
                    .isEqualTo(
                            java.security.MessageDigest.getInstance("SHA-256").digest(Kit.withdrawn(stream)));
        }
    }

    @Test
    void what_a_broker_lost_of_the_audit_topic_alone_is_sent_again_although_others_have_written_there_since()
            throws Exception {
        var ids = fortyRelayedByOneThatStopped();
        loseHalf(auditTopic);
        try (var producer = Kit.producer(kafka.bootstrapServers())) {
            for (int i = 0; i < 200; i++) {
                var other = Kit.wire(UUID.randomUUID(), i);
                producer.send(Kit.record(
                        auditTopic, other.requestId().toString(), other.headers("fulfillment-service"), new byte[] {1
                        }));
            }
        }
        assertThat(onTopic(auditTopic)).doesNotContainSequence(ids);

        start();

        awaitOnAuditTopic(ids);
        assertThat(onTopic(topic)).as("nothing was lost there").hasSize(40);
    }

    @Test
    void the_position_waits_until_the_audit_log_was_told_too() throws Exception {
        try (var admin = Admin.create(java.util.Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            var narrow = new org.apache.kafka.clients.admin.NewTopic(auditTopic, PARTITIONS, (short) 1)
                    .configs(java.util.Map.of("max.message.bytes", "10"));
            admin.createTopics(List.of(narrow)).all().get();
            start();
            var ids = append(UUID.randomUUID(), 0, 3);
            awaitOnTopic(ids);

            assertThat(new RelayStore(database.dataSource(), topic).load().position())
                    .isEqualTo(io.habeas.journal.FeedPosition.START);

            var config = new org.apache.kafka.common.config.ConfigResource(
                    org.apache.kafka.common.config.ConfigResource.Type.TOPIC, auditTopic);
            var wide = new org.apache.kafka.clients.admin.AlterConfigOp(
                    new org.apache.kafka.clients.admin.ConfigEntry("max.message.bytes", "1000000"),
                    org.apache.kafka.clients.admin.AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(java.util.Map.of(config, List.of(wide)))
                    .all()
                    .get();

            awaitOnAuditTopic(ids);
            await().atMost(Kit.PATIENCE).until(() -> new RelayStore(database.dataSource(), topic)
                    .load()
                    .position()
                    .equals(journal.head()));
        }
    }

    @Test
    void what_is_about_a_controller_goes_to_a_compacted_topic_of_its_own_and_stays_dense_there() throws Exception {
        var first = start();
        var maps = ControllerAnnouncement.dataMapOf("acme");
        var usual = append(UUID.randomUUID(), 0, 2);
        var beside = Kit.appendMaps(database.dataSource(), journal, maps, 0, 2);
        awaitOnTopic(usual);
        await().atMost(Kit.PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(
                        onTopic(ControllerAnnouncement.TOPIC))
                .containsAll(beside));
        awaitAcknowledged(first);
        first.relay().stop();
        beside.addAll(Kit.appendMaps(database.dataSource(), journal, maps, 2, 1));

        start();

        await().atMost(Kit.PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(
                        onTopic(ControllerAnnouncement.TOPIC))
                .as("each once, also after a restart")
                .containsExactlyElementsOf(beside));
        awaitOnAuditTopic(beside);
        assertThat(onTopic()).containsExactlyElementsOf(usual);
        var records = Kit.all(kafka.bootstrapServers(), ControllerAnnouncement.TOPIC);
        assertThat(records.stream().map(it -> Kit.header(it, "ce_sequence"))).containsExactly("0", "1", "2");
        assertThat(records.stream()
                        .map(it -> new String(it.key(), java.nio.charset.StandardCharsets.UTF_8))
                        .distinct())
                .containsExactly(maps.toString());
        try (var admin = Admin.create(java.util.Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            assertThat(policyOf(admin, ControllerAnnouncement.TOPIC)).isEqualTo("compact");
            assertThat(policyOf(admin, topic)).isEqualTo("delete");
        }
    }

    private static String policyOf(Admin admin, String name) throws Exception {
        var resource = new org.apache.kafka.common.config.ConfigResource(
                org.apache.kafka.common.config.ConfigResource.Type.TOPIC, name);
        return admin.describeConfigs(List.of(resource))
                .all()
                .get()
                .get(resource)
                .get("cleanup.policy")
                .value();
    }

    private Copy start() {
        var config = new HikariConfig();
        config.setDataSource(database.dataSource());
        config.setMaximumPoolSize(3);
        config.setConnectionTimeout(1_000);
        var pool = new HikariDataSource(config);
        var properties = Kit.properties(kafka.bootstrapServers(), PARTITIONS);
        var broker = new Broker(properties, "request-service");
        var relay = new Relay(
                new EventJournal(pool, journal.wakeup()),
                new Outbound(new AnnouncementCodec(), null),
                new RelayStore(pool, topic),
                broker,
                properties,
                topic,
                new Trail(auditTopic, "request", SECRET));
        var copy = new Copy(relay, broker, pool);
        copies.add(copy);
        relay.start();
        return copy;
    }

    private List<UUID> append(UUID stream, long from, int count) throws Exception {
        return Kit.append(database.dataSource(), journal, stream, from, count);
    }

    private void awaitAcknowledged(Copy copy) {
        await().atMost(Kit.PATIENCE)
                .pollInterval(java.time.Duration.ofMillis(5))
                .until(() -> copy.relay().progress().acknowledged().equals(journal.head()));
    }

    private void awaitOnTopic(Collection<UUID> ids) {
        await().atMost(Kit.PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(onTopic())
                .containsAll(ids));
    }

    private void awaitOnAuditTopic(Collection<UUID> ids) {
        await().atMost(Kit.PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(onTopic(auditTopic))
                .containsAll(ids));
    }

    private List<UUID> onTopic() {
        return onTopic(topic);
    }

    private List<UUID> onTopic(String topic) {
        return Kit.all(kafka.bootstrapServers(), topic).stream()
                .filter(record -> record.headers().lastHeader(WireEvent.ID) != null)
                .map(record -> UUID.fromString(Kit.header(record, WireEvent.ID)))
                .toList();
    }

    private List<UUID> firstsOnTopic() {
        return onTopic().stream().distinct().toList();
    }
}
