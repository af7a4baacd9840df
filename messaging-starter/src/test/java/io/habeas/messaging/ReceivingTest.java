// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.habeas.contracts.ControllerAnnouncement;
import io.habeas.contracts.RequestAnnouncement;
import io.habeas.contracts.VerificationAnnouncement;
import io.habeas.journal.EventJournal;
import io.habeas.journal.FeedPosition;
import io.habeas.journal.JournalDatabase;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A whole service as far as messaging goes, fed with records that a producer's relay would write, and with others. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ReceivingTest {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Service {}

    /** What a receiver got, and what it is told to do. */
    private static final class Desk {
        private final List<Inbound<RequestAnnouncement>> taken = new CopyOnWriteArrayList<>();
        private final Set<UUID> failing = ConcurrentHashMap.newKeySet();
        private final Set<UUID> refusing = ConcurrentHashMap.newKeySet();
        private final List<UUID> tried = new CopyOnWriteArrayList<>();

        /** Idempotent where the receiver has to be: two threads may try a message at once. */
        private synchronized void take(Inbound<RequestAnnouncement> message, Subscription.Mode mode) {
            if (mode == Subscription.Mode.TRANSACTIONAL
                    || taken.stream().noneMatch(it -> it.eventId().equals(message.eventId()))) {
                taken.add(message);
            }
        }

        private List<Long> sequences(UUID request) {
            return taken.stream()
                    .filter(message -> message.requestId().equals(request))
                    .map(Inbound::sequence)
                    .toList();
        }
    }

    private static KafkaBroker kafka;
    private static KafkaProducer<byte[], byte[]> producer;
    private static HttpServer feed;
    private static final Map<UUID, List<WireEvent>> FEED = new ConcurrentHashMap<>();

    private final List<ConfigurableApplicationContext> services = new ArrayList<>();
    /** Controllers and versions, as they were told. */
    private final List<String> maps = new CopyOnWriteArrayList<>();

    private boolean besideToo;

    private String spans = "false";
    private JournalDatabase database;
    private JdbcClient jdbc;
    private String topic;

    @BeforeAll
    static void startNeighbours() throws Exception {
        kafka = KafkaBroker.start();
        producer = Kit.producer(kafka.bootstrapServers());
        feed = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        feed.createContext("/internal/v1/feed", exchange -> {
            var query = exchange.getRequestURI().getQuery();
            var authorized = "Bearer token-of-this-service"
                    .equals(exchange.getRequestHeaders().getFirst("authorization"));
            List<WireEvent> events = List.of();
            if (query.startsWith("stream=")) {
                var parts = query.split("[=&]");
                long from = Long.parseLong(parts[3]);
                events = FEED.getOrDefault(UUID.fromString(parts[1]), List.of()).stream()
                        .filter(event -> event.sequence() >= from)
                        .toList();
            } else {
                var after = FeedPosition.parse(query.substring("after=".length()));
                events = FEED.values().stream()
                        .flatMap(List::stream)
                        .filter(event -> event.position().compareTo(after) > 0)
                        .toList();
            }
            var next = events.isEmpty() ? FeedPosition.START : events.getLast().position();
            var body = new FeedPage(events, next).write();
            exchange.sendResponseHeaders(authorized ? 200 : 401, body.length);
            try (var out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        feed.start();
    }

    @AfterAll
    static void stopNeighbours() {
        feed.stop(0);
        producer.close();
        kafka.close();
    }

    @BeforeEach
    void makeDatabase() throws Exception {
        database = JournalDatabase.fresh(List.of());
        jdbc = JdbcClient.create(database.dataSource());
        topic = Kit.topic();
        FEED.clear();
    }

    @AfterEach
    void stopServices() {
        services.forEach(ConfigurableApplicationContext::close);
    }

    @ParameterizedTest
    @EnumSource
    void messages_of_a_request_take_effect_once_and_in_order(Subscription.Mode mode) {
        var desk = service(mode);
        var request = UUID.randomUUID();
        var events = stream(request, 0, 5);

        send(events);
        send(events.subList(1, 4));
        send(stream(request, 5, 7));

        await().atMost(Kit.PATIENCE)
                .untilAsserted(() -> assertThat(desk.sequences(request)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L));
        var first = desk.taken.getFirst();
        assertThat(first.eventId()).isEqualTo(events.getFirst().eventId());
        assertThat(first.controller()).isEqualTo("acme");
        assertThat(first.time()).isEqualTo(Kit.NOW);
        assertThat(first.rule()).isEqualTo("acme@1#US.rights");
        assertThat(first.announcement()).isEqualTo(new RequestAnnouncement.Withdrawn(request, "HB-TEST-0001", "en"));
        awaitInbox(request, 6);
        assertThat(parkedReasons()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void after_a_restore_everything_is_read_again_and_what_its_producer_lost_takes_no_effect(Subscription.Mode mode)
            throws Exception {
        service(mode);
        var request = UUID.randomUUID();
        var ghostly = UUID.randomUUID();
        var known = stream(request, 0, 2);
        var lost = stream(ghostly, 0, 2);
        send(known);
        awaitInbox(request, 1);
        services.removeLast().close();
        // this service forgets all, and so does the producer of one of the requests
        jdbc.sql("delete from inbox").update();
        jdbc.sql("delete from event").update();
        jdbc.sql("""
                insert into generation (generation, system_identifier, timeline, began_by, reason)
                select 2, system_identifier, timeline, 'operator-7', 'backup of the night' from generation""").update();
        FEED.put(request, known);
        send(lost);

        var desk = service(mode);

        await().atMost(Kit.PATIENCE)
                .untilAsserted(() -> assertThat(desk.sequences(request)).containsExactly(0L, 1L));
        awaitParked("lost-in-a-restore", "lost-in-a-restore");
        assertThat(desk.sequences(ghostly)).isEmpty();
        var anew = List.of(Kit.wire(UUID.randomUUID(), ghostly, 0, 2));
        FEED.put(ghostly, anew);
        send(anew);
        await().atMost(Kit.PATIENCE)
                .untilAsserted(() -> assertThat(desk.sequences(ghostly)).containsExactly(0L));
        assertThat(desk.taken.getLast().eventId()).isEqualTo(anew.getFirst().eventId());
    }

    @ParameterizedTest
    @EnumSource
    void what_comes_too_early_waits_for_what_the_producers_feed_has(Subscription.Mode mode) {
        var desk = service(mode);
        var request = UUID.randomUUID();
        var events = stream(request, 0, 6);
        FEED.put(request, events);

        send(List.of(events.get(0), events.get(4), events.get(2), events.get(1), events.get(3), events.get(5)));

        await().atMost(Kit.PATIENCE)
                .untilAsserted(() -> assertThat(desk.sequences(request)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L));
        assertThat(parkedReasons()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void a_hole_that_nobody_can_fill_is_parked_with_what_follows_and_redriven_in_order(Subscription.Mode mode) {
        var desk = service(mode);
        var request = UUID.randomUUID();
        var other = UUID.randomUUID();
        var events = stream(request, 0, 6);

        send(List.of(events.get(0), events.get(3), events.get(4)));
        send(stream(other, 0, 2));
        awaitParked("hole", "follows-parked");
        await().atMost(Kit.PATIENCE)
                .untilAsserted(() -> assertThat(desk.sequences(other)).containsExactly(0L, 1L));
        assertThat(desk.sequences(request)).containsExactly(0L);

        FEED.put(request, events);
        assertThat(redriveFirst()).isEqualTo(new ParkedMessages.Redriven(2, 0));
        send(List.of(events.get(5)));

        await().atMost(Kit.PATIENCE)
                .untilAsserted(() -> assertThat(desk.sequences(request)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L));
        assertThat(parkedReasons()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void a_receiver_that_fails_is_tried_again_then_parked_and_others_go_on(Subscription.Mode mode) {
        var desk = service(mode);
        var request = UUID.randomUUID();
        var other = UUID.randomUUID();
        var events = stream(request, 0, 3);
        desk.failing.add(events.get(1).eventId());

        send(events);
        send(stream(other, 0, 2));

        awaitParked("receiver-failed", "follows-parked");
        // A partition that changes hands in between begins to count again.
        assertThat(desk.tried).filteredOn(events.get(1).eventId()::equals).hasSizeGreaterThanOrEqualTo(3);
        await().atMost(Kit.PATIENCE)
                .untilAsserted(() -> assertThat(desk.sequences(other)).containsExactly(0L, 1L));
        assertThat(redriveFirst()).isEqualTo(new ParkedMessages.Redriven(0, 2));
        assertThat(desk.sequences(request)).containsExactly(0L);

        desk.failing.clear();
        assertThat(redriveFirst()).isEqualTo(new ParkedMessages.Redriven(2, 0));
        assertThat(desk.sequences(request)).containsExactly(0L, 1L, 2L);
    }

    @Test
    void when_one_parked_message_takes_effect_those_of_other_requests_are_tried_at_once() {
        var desk = service(Subscription.Mode.CAUSED);
        var first = stream(UUID.randomUUID(), 0, 1).getFirst();
        var second = stream(UUID.randomUUID(), 0, 1).getFirst();
        desk.failing.addAll(List.of(first.eventId(), second.eventId()));
        send(List.of(first, second));
        awaitParked("receiver-failed", "receiver-failed");

        desk.failing.clear();
        assertThat(redriveFirst().effective()).isOne();

        await().atMost(Kit.PATIENCE)
                .untilAsserted(() -> assertThat(parkedReasons()).isEmpty());
        assertThat(desk.taken).hasSize(2);
    }

    @Test
    void what_a_process_that_died_had_claimed_is_tried_by_another_within_minutes() {
        var desk = service(Subscription.Mode.CAUSED);
        var event = stream(UUID.randomUUID(), 0, 1).getFirst();
        desk.failing.add(event.eventId());
        send(List.of(event));
        awaitParked("receiver-failed");
        services.removeFirst().close();
        jdbc.sql("update parked_message set next_try_at = clock_timestamp()").update();

        assertThat(new Parking(jdbc, Duration.ofMinutes(10)).claimDue(20)).hasSize(1);

        assertThat(jdbc.sql("select next_try_at < clock_timestamp() + interval '2 minutes' from parked_message")
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    @Test
    void what_is_redriven_and_the_freeing_of_its_request_happen_together_or_not_at_all() {
        var desk = service(Subscription.Mode.CAUSED);
        var request = UUID.randomUUID();
        var events = stream(request, 0, 2);
        desk.failing.add(events.getFirst().eventId());
        send(events.subList(0, 1));
        awaitParked("receiver-failed");
        desk.failing.clear();
        jdbc.sql(
                        "create function fail() returns trigger language plpgsql as 'begin raise exception ''database fails''; end'")
                .update();
        jdbc.sql("create trigger failing before update of parked on inbox for each row execute function fail()")
                .update();

        assertThatThrownBy(this::redriveFirst).isInstanceOf(DataAccessException.class);
        assertThat(parkedReasons()).containsExactly("receiver-failed");

        jdbc.sql("drop trigger failing on inbox").update();
        assertThat(redriveFirst()).isEqualTo(new ParkedMessages.Redriven(1, 0));
        send(events.subList(1, 2));
        await().atMost(Kit.PATIENCE)
                .untilAsserted(() -> assertThat(desk.sequences(request)).containsExactly(0L, 1L));
    }

    @Test
    void what_a_crash_left_waiting_for_nothing_goes_on_after_the_next_start() {
        var first = service(Subscription.Mode.CAUSED);
        var orphaned = UUID.randomUUID();
        var held = UUID.randomUUID();
        var events = stream(orphaned, 0, 3);
        var others = stream(held, 0, 2);
        first.failing.add(events.get(1).eventId());
        first.failing.add(others.getFirst().eventId());
        send(events);
        send(others.subList(0, 1));
        await().atMost(Kit.PATIENCE).untilAsserted(() -> assertThat(parkedReasons())
                .containsExactlyInAnyOrder("receiver-failed", "follows-parked", "receiver-failed"));
        services.removeFirst().close();
        jdbc.sql("delete from parked_message where reason = 'receiver-failed'").update();
        tookEffect(events.get(1));
        tookEffect(others.getFirst());

        var second = service(Subscription.Mode.CAUSED);
        await().atMost(Kit.PATIENCE)
                .untilAsserted(() -> assertThat(second.sequences(orphaned)).containsExactly(2L));
        await().atMost(Kit.PATIENCE)
                .untilAsserted(() -> assertThat(parkedReasons()).isEmpty());
        send(others.subList(1, 2));

        await().atMost(Kit.PATIENCE)
                .untilAsserted(() -> assertThat(second.sequences(held)).containsExactly(1L));
    }

    @ParameterizedTest
    @EnumSource
    void a_refused_message_is_parked_at_once_under_the_receivers_reason(Subscription.Mode mode) {
        var desk = service(mode);
        var events = stream(UUID.randomUUID(), 0, 1);
        desk.refusing.add(events.getFirst().eventId());

        send(events);

        awaitParked("no-such-thing");
        assertThat(desk.tried).hasSize(1);
    }

    @Test
    void in_a_transaction_an_effect_that_fails_leaves_nothing() {
        var desk = service(Subscription.Mode.TRANSACTIONAL);
        jdbc.sql("create table effect (event_id uuid)").update();
        var events = stream(UUID.randomUUID(), 0, 2);
        desk.failing.add(events.get(1).eventId());

        send(events);
        awaitParked("receiver-failed");

        assertThat(jdbc.sql("select event_id from effect").query(UUID.class).list())
                .containsExactly(events.getFirst().eventId());
    }

    @Test
    void a_known_sequence_with_another_event_is_parked_and_not_taken_for_a_duplicate() {
        var desk = service(Subscription.Mode.CAUSED);
        var request = UUID.randomUUID();
        send(stream(request, 0, 3));
        awaitInbox(request, 2);

        send(List.of(Kit.wire(UUID.randomUUID(), request, 2, 1)));
        awaitParked("sequence-conflict");
        send(List.of(Kit.wire(UUID.randomUUID(), request, 1, 2)));
        awaitParked("sequence-conflict", "sequence-conflict");
        send(stream(request, 3, 4));

        awaitParked("sequence-conflict", "sequence-conflict", "follows-parked");
        assertThat(desk.sequences(request)).containsExactly(0L, 1L, 2L);
    }

    @Test
    void poison_is_parked_and_the_partition_moves_on() throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            var larger =
                    new NewTopic(topic, 4, (short) 1).configs(Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "20000000"));
            admin.createTopics(List.of(larger)).all().get();
        }
        var desk = service(Subscription.Mode.CAUSED);
        var sent = new ArrayList<UUID>();
        sent.add(poison(event -> Kit.record(
                topic,
                event.requestId().toString(),
                headers(event),
                "{\"requestId\":".getBytes(StandardCharsets.UTF_8))));
        sent.add(poison(event -> Kit.record(
                topic, event.requestId().toString(), headers(event), "[1]".getBytes(StandardCharsets.UTF_8))));
        sent.add(poison(event -> Kit.record(
                topic, event.requestId().toString(), headers(event), "null".getBytes(StandardCharsets.UTF_8))));
        sent.add(poison(event -> Kit.record(
                topic, event.requestId().toString(), headers(event), "{}".getBytes(StandardCharsets.UTF_8))));
        sent.add(poison(event -> Kit.record(topic, event.requestId().toString(), headers(event), null)));
        sent.add(poison(
                event -> Kit.record(topic, event.requestId().toString(), headers(event), new byte[10 * 1024 * 1024])));
        sent.add(poison(event -> Kit.record(
                topic,
                event.requestId().toString(),
                Kit.with(headers(event), "ce_type", "request.teleported"),
                event.payload())));
        sent.add(poison(event -> Kit.record(
                topic, event.requestId().toString(), Kit.with(headers(event), "ce_revision", "2"), event.payload())));
        sent.add(poison(event -> Kit.record(
                topic,
                event.requestId().toString(),
                Kit.with(headers(event), "ce_type", "verification.noted"),
                ("{\"requestId\":\"" + event.requestId() + "\"}").getBytes(StandardCharsets.UTF_8))));
        sent.add(poison(event -> Kit.record(
                topic, event.requestId().toString(), Kit.without(headers(event), "ce_id"), event.payload())));
        sent.add(poison(event -> Kit.record(
                topic,
                event.requestId().toString(),
                Kit.with(headers(event), "ce_sequence", "first"),
                event.payload())));
        sent.add(poison(event -> Kit.record(topic, "not-a-uuid", headers(event), event.payload())));
        sent.add(poison(event -> Kit.record(topic, null, Map.of(), null)));

        await().atMost(Kit.PATIENCE).untilAsserted(() -> assertThat(parkedReasons())
                .containsExactlyInAnyOrder(
                        "bad-payload",
                        "bad-payload",
                        "bad-payload",
                        "bad-payload",
                        "null-value",
                        "too-large",
                        "unknown-type",
                        "unknown-revision",
                        "wrong-family",
                        "missing-header",
                        "bad-header",
                        "bad-key",
                        "bad-key"));
        var healthy = new ArrayList<UUID>();
        for (int i = 0; i < 30; i++) {
            healthy.add(UUID.randomUUID());
            send(stream(healthy.getLast(), 0, 1));
        }
        await().atMost(Kit.PATIENCE)
                .untilAsserted(() -> assertThat(desk.taken.stream().map(Inbound::requestId))
                        .containsExactlyInAnyOrderElementsOf(healthy));
        await().atMost(Kit.PATIENCE)
                .untilAsserted(() -> assertThat(Kit.all(kafka.bootstrapServers(), Topics.deadLetters(topic)))
                        .hasSize(sent.size()));
    }

    @Test
    void dead_letters_carry_a_reason_and_no_text_of_an_exception() {
        var desk = service(Subscription.Mode.CAUSED);
        var events = stream(UUID.randomUUID(), 0, 1);
        desk.failing.add(events.getFirst().eventId());

        send(events);

        await().atMost(Kit.PATIENCE)
                .untilAsserted(() -> assertThat(Kit.all(kafka.bootstrapServers(), Topics.deadLetters(topic)))
                        .hasSize(1));
        var letter =
                Kit.all(kafka.bootstrapServers(), Topics.deadLetters(topic)).getFirst();
        assertThat(Kit.header(letter, "habeas_reason")).isEqualTo("receiver-failed");
        assertThat(Kit.header(letter, "habeas_consumer")).isEqualTo("identity-verification-service");
        letter.headers().forEach(header -> assertThat(new String(header.value(), StandardCharsets.UTF_8))
                .doesNotContain("secret"));
        assertThat(letter.value()).isEqualTo(events.getFirst().payload());
    }

    @Test
    void a_damaged_record_is_cured_by_the_producers_feed_when_it_is_redriven() {
        var desk = service(Subscription.Mode.CAUSED);
        var request = UUID.randomUUID();
        var events = stream(request, 0, 3);
        send(events.subList(0, 1));
        var second = events.get(1);
        producer.send(Kit.record(topic, request.toString(), headers(second), new byte[] {1, 2, 3}));
        send(events.subList(2, 3));
        awaitParked("bad-payload", "follows-parked");

        FEED.put(request, events);
        assertThat(redriveFirst()).isEqualTo(new ParkedMessages.Redriven(2, 0));
        assertThat(desk.sequences(request)).containsExactly(0L, 1L, 2L);
    }

    @Test
    void what_retention_took_before_it_was_read_comes_from_the_producers_feed() throws Exception {
        var request = UUID.randomUUID();
        var events = stream(request, 0, 3);
        FEED.put(request, events);
        sendAndTrim(request, events);

        var desk = service(Subscription.Mode.CAUSED);

        await().atMost(Kit.PATIENCE)
                .untilAsserted(() -> assertThat(desk.sequences(request)).containsExactly(0L, 1L, 2L));
    }

    @Test
    void a_receiver_that_fails_on_what_retention_took_does_not_hold_the_partition() throws Exception {
        var request = UUID.randomUUID();
        var events = stream(request, 0, 3);
        FEED.put(request, events);
        sendAndTrim(request, events);

        var desk = service(Subscription.Mode.CAUSED, events.get(1).eventId());
        send(stream(request, 3, 4));

        awaitParked("receiver-failed", "follows-parked", "follows-parked");
        // A partition that changes hands in between begins to count again.
        assertThat(desk.tried).filteredOn(events.get(1).eventId()::equals).hasSizeGreaterThanOrEqualTo(3);
        assertThat(desk.sequences(request)).containsExactly(0L);
    }

    @Test
    void what_compaction_took_of_a_controllers_maps_comes_from_the_feed_of_who_tells_them() {
        var told = IntStream.range(0, 3)
                .mapToObj(it -> Kit.map("compacted", it, "v" + it))
                .toList();
        FEED.put(told.getFirst().requestId(), told);
        topic = ControllerAnnouncement.TOPIC;
        service(Subscription.Mode.CAUSED);

        send(told.subList(2, 3));

        await().atMost(Kit.PATIENCE)
                .untilAsserted(() -> assertThat(maps.stream().filter(it -> it.startsWith("compacted")))
                        .containsExactly("compacted v0", "compacted v1", "compacted v2"));
        assertThat(parkedReasonsOf(told.getFirst().requestId())).isEmpty();
    }

    @Test
    void what_a_producer_tells_beside_its_topic_is_not_made_up_for_there() throws Exception {
        var request = UUID.randomUUID();
        var events = stream(request, 0, 3);
        FEED.put(request, events);
        // of which some fall to the same partition
        for (int number = 0; number < 40; number++) {
            var told = Kit.map("beside-" + number, 0, "v0");
            FEED.put(told.requestId(), List.of(told));
        }
        sendAndTrim(request, events);

        var desk = service(Subscription.Mode.CAUSED);

        await().atMost(Kit.PATIENCE)
                .untilAsserted(() -> assertThat(desk.sequences(request)).containsExactly(0L, 1L, 2L));
        send(stream(request, 3, 4));
        await().atMost(Kit.PATIENCE)
                .untilAsserted(() -> assertThat(desk.sequences(request)).containsExactly(0L, 1L, 2L, 3L));
        assertThat(parkedReasons()).isEmpty();
    }

    @Test
    void what_an_older_release_put_among_its_other_announcements_is_taken_as_if_it_were_where_it_belongs() {
        var told = IntStream.range(0, 2)
                .mapToObj(it -> Kit.map("misplaced", it, "v" + it))
                .toList();
        besideToo = true;
        var desk = service(Subscription.Mode.CAUSED);
        var request = UUID.randomUUID();

        send(List.of(Kit.wire(request, 0), told.getFirst(), Kit.wire(request, 1)));
        producer.send(Kit.record(ControllerAnnouncement.TOPIC, told.getFirst()));
        producer.send(Kit.record(ControllerAnnouncement.TOPIC, told.getLast()));

        await().atMost(Kit.PATIENCE).untilAsserted(() -> {
            assertThat(desk.sequences(request)).containsExactly(0L, 1L);
            // two threads that read two topics may both come to the one that lies on both
            assertThat(maps.stream().filter(it -> it.startsWith("misplaced")).distinct())
                    .containsExactly("misplaced v0", "misplaced v1");
        });
        assertThat(parkedReasonsOf(request, told.getFirst().requestId())).isEmpty();
    }

    @Test
    void two_copies_share_the_partitions_and_what_one_leaves_the_other_takes() {
        var one = service(Subscription.Mode.CAUSED);
        var two = service(Subscription.Mode.CAUSED);
        var expected = new ArrayList<UUID>();
        for (int i = 0; i < 60; i++) {
            expected.add(UUID.randomUUID());
            send(stream(expected.getLast(), 0, 1));
        }
        await().atMost(Kit.PATIENCE).untilAsserted(() -> assertThat(one.taken.size() + two.taken.size())
                .isGreaterThanOrEqualTo(60));
        await().atMost(Kit.PATIENCE).untilAsserted(() -> {
            var more = UUID.randomUUID();
            expected.add(more);
            send(stream(more, 0, 1));
            assertThat(one.taken).isNotEmpty();
            assertThat(two.taken).isNotEmpty();
        });

        services.getFirst().close();
        for (int i = 0; i < 60; i++) {
            expected.add(UUID.randomUUID());
            send(stream(expected.getLast(), 0, 1));
        }

        await().atMost(Kit.PATIENCE).untilAsserted(() -> {
            var taken = new ArrayList<UUID>();
            one.taken.forEach(message -> taken.add(message.requestId()));
            two.taken.forEach(message -> taken.add(message.requestId()));
            assertThat(taken).containsExactlyInAnyOrderElementsOf(expected);
        });
    }

    @Test
    void the_trace_context_of_a_message_is_that_of_what_it_leads_to() {
        service(Subscription.Mode.TRANSACTIONAL);
        var request = UUID.randomUUID();
        var traced = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var event = Kit.wire(request, 0);

        producer.send(Kit.record(
                topic, request.toString(), Kit.with(headers(event), "traceparent", traced), event.payload()));

        var announced = "habeas.verification.v1";
        await().atMost(Kit.PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(
                        Kit.all(kafka.bootstrapServers(), announced).stream()
                                .filter(record ->
                                        request.toString().equals(new String(record.key(), StandardCharsets.UTF_8)))
                                .map(record -> Kit.header(record, "traceparent")))
                .containsExactly(traced));
        var journal = services.getFirst().getBean(EventJournal.class);
        var stored = journal.readStream(request, 0, 10).getFirst().event();
        assertThat(stored.cause()).isEqualTo(event.eventId());
        assertThat(stored.type()).isEqualTo("verification.noted");
    }

    @Test
    void what_is_announced_later_on_another_thread_belongs_to_the_trace_of_the_last_message() {
        service(Subscription.Mode.TRANSACTIONAL);
        var request = UUID.randomUUID();
        var traced = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var event = Kit.wire(request, 0);
        producer.send(Kit.record(
                topic, request.toString(), Kit.with(headers(event), "traceparent", traced), event.payload()));
        var journal = services.getFirst().getBean(EventJournal.class);
        await().atMost(Kit.PATIENCE)
                .until(() -> journal.readStream(request, 0, 10).size() == 1);

        var announcements = services.getFirst().getBean(Announcements.class);
        new TransactionTemplate(services.getFirst().getBean(PlatformTransactionManager.class))
                .executeWithoutResult(_ -> announcements.announce(
                        new VerificationAnnouncement.Noted(request), new Cause(null, "acme", "a clock", null)));

        assertThat(new String(
                        journal.readStream(request, 1, 10).getFirst().event().metadata(), StandardCharsets.UTF_8))
                .isEqualTo("{\"traceparent\":\"" + traced + "\"}");
    }

    /** Sends it, and takes it out of the log before anybody could read it. */
    private void sendAndTrim(UUID request, List<WireEvent> events) throws Exception {
        var properties = Kit.properties(kafka.bootstrapServers(), 4);
        try (var broker = new Broker(properties, "preparing");
                var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            broker.ensure(topic);
            send(events);
            producer.flush();
            int partition = RelayRun.partitionOf(request.toString().getBytes(StandardCharsets.UTF_8), 4);
            admin.deleteRecords(Map.of(
                            new org.apache.kafka.common.TopicPartition(topic, partition),
                            org.apache.kafka.clients.admin.RecordsToDelete.beforeOffset(events.size())))
                    .all()
                    .get();
        }
    }

    private interface Making {
        ProducerRecord<byte[], byte[]> of(WireEvent event);
    }

    private UUID poison(Making making) throws Exception {
        var event = Kit.wire(UUID.randomUUID(), 0);
        producer.send(making.of(event)).get();
        return event.requestId();
    }

    private static Map<String, String> headers(WireEvent event) {
        return event.headers("request-service");
    }

    private static List<WireEvent> stream(UUID request, int from, int to) {
        var events = new ArrayList<WireEvent>();
        for (int sequence = from; sequence < to; sequence++) {
            events.add(Kit.wire(request, sequence));
        }
        return events;
    }

    /** As the inbox stands afterwards; the topic may bring it again. */
    private void tookEffect(WireEvent event) {
        jdbc.sql("update inbox set sequence = ?, generation = ?, event_id = ? where request_id = ?")
                .param(event.sequence())
                .param(event.position().generation())
                .param(event.eventId())
                .param(event.requestId())
                .update();
    }

    private void send(List<WireEvent> events) {
        events.forEach(event -> producer.send(Kit.record(topic, event)));
        producer.flush();
    }

    @Test
    void where_spans_are_exported_what_a_message_leads_to_is_a_child_of_the_span_in_which_it_took_effect() {
        // nobody listens there: spans are made all the same
        spans = "http://127.0.0.1:1/v1/traces";
        service(Subscription.Mode.TRANSACTIONAL);
        var request = UUID.randomUUID();
        var event = Kit.wire(request, 0);
        producer.send(Kit.record(
                topic,
                request.toString(),
                Kit.with(headers(event), "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
                event.payload()));
        var journal = services.getFirst().getBean(EventJournal.class);
        await().atMost(Kit.PATIENCE)
                .until(() -> journal.readStream(request, 0, 10).size() == 1);

        assertThat(new String(
                        journal.readStream(request, 0, 10).getFirst().event().metadata(), StandardCharsets.UTF_8))
                .matches(
                        "\\{\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-0[13]\"}");
    }

    /** Starts a copy of the service; all copies of a test share the database. */
    private Desk service(Subscription.Mode mode, UUID... failing) {
        var desk = new Desk();
        desk.failing.addAll(List.of(failing));
        var holder = new AtomicReference<ConfigurableApplicationContext>();
        Receiver<RequestAnnouncement> receiver = message -> {
            desk.tried.add(message.eventId());
            if (mode == Subscription.Mode.TRANSACTIONAL) {
                holder.get()
                        .getBean(Announcements.class)
                        .announce(
                                new VerificationAnnouncement.Noted(message.requestId()),
                                new Cause(message.eventId(), message.controller(), "verification", message.rule()));
                if (Boolean.TRUE.equals(jdbc.sql("select to_regclass('effect') is not null")
                        .query(Boolean.class)
                        .single())) {
                    holder.get()
                            .getBean(JdbcClient.class)
                            .sql("insert into effect values (?)")
                            .param(message.eventId())
                            .update();
                }
            }
            if (desk.failing.contains(message.eventId())) {
                throw new IllegalStateException("secret: Jane Doe");
            }
            if (desk.refusing.contains(message.eventId())) {
                throw new RefusedException("no-such-thing");
            }
            desk.take(message, mode);
        };
        var subscription = mode == Subscription.Mode.TRANSACTIONAL
                ? Subscription.transactional(RequestAnnouncement.class, topic, receiver)
                : Subscription.caused(RequestAnnouncement.class, topic, receiver);
        ApplicationContextInitializer<GenericApplicationContext> beans = context -> {
            if (!topic.equals(ControllerAnnouncement.TOPIC)) {
                context.registerBean("subscription", Subscription.class, () -> subscription);
            }
            if (besideToo || topic.equals(ControllerAnnouncement.TOPIC)) {
                context.registerBean("besides", Subscription.class, this::ofControllers);
            }
            context.registerBean(Token.class, Token::new);
            holder.set(context);
        };
        var context = new SpringApplicationBuilder(Service.class)
                .web(WebApplicationType.NONE)
                .bannerMode(org.springframework.boot.Banner.Mode.OFF)
                .initializers(beans)
                .properties(Map.ofEntries(
                        Map.entry("spring.application.name", "identity-verification-service"),
                        Map.entry(
                                "spring.datasource.url",
                                "jdbc:postgresql://localhost:" + database.port() + "/" + database.name()
                                        + "?logServerErrorDetail=false"),
                        Map.entry("spring.datasource.username", "postgres"),
                        Map.entry("spring.datasource.hikari.maximum-pool-size", "6"),
                        Map.entry("spring.flyway.locations", "classpath:db/journal,classpath:db/messaging"),
                        Map.entry("spring.main.log-startup-info", "false"),
                        Map.entry("habeas.messaging.bootstrap-servers", kafka.bootstrapServers()),
                        Map.entry("habeas.messaging.partitions", "4"),
                        Map.entry("habeas.audit.enabled", "false"),
                        Map.entry("habeas.messaging.tries", "3"),
                        Map.entry("habeas.messaging.first-pause", "20ms"),
                        Map.entry("habeas.messaging.longest-pause", "100ms"),
                        Map.entry("habeas.messaging.redrive-after", "10m"),
                        Map.entry("habeas.messaging.session", "6s"),
                        Map.entry("habeas.tracing.endpoint", spans),
                        Map.entry(
                                "habeas.services.fulfillment",
                                "http://localhost:" + feed.getAddress().getPort()),
                        Map.entry(
                                "habeas.services.request",
                                "http://localhost:" + feed.getAddress().getPort())))
                .run();
        services.add(context);
        return desk;
    }

    private Subscription<ControllerAnnouncement> ofControllers() {
        return Subscription.caused(
                ControllerAnnouncement.class,
                ControllerAnnouncement.TOPIC,
                message -> maps.add(message.controller() + " "
                        + ((ControllerAnnouncement.DataMapTookEffect) message.announcement()).dataMap()));
    }

    /** As service-starter's ServiceTokens are. */
    static final class Token implements Supplier<String> {
        @Override
        public String get() {
            return "token-of-this-service";
        }
    }

    private ParkedMessages.Redriven redriveFirst() {
        var parked = services.getFirst().getBean(ParkedMessages.class);
        return parked.redrive(parked.list(0, 1).getFirst().id()).orElseThrow();
    }

    private List<String> parkedReasons() {
        return services.getFirst().getBean(ParkedMessages.class).list(0, 100).stream()
                .map(ParkedMessage::reason)
                .toList();
    }

    /** Where a topic is shared with other tests, of which something may come again. */
    private List<String> parkedReasonsOf(UUID... requests) {
        return jdbc.sql("select reason from parked_message where request_id = any(?)")
                .param(requests)
                .query(String.class)
                .list();
    }

    private void awaitParked(String... reasons) {
        await().atMost(Kit.PATIENCE)
                .untilAsserted(() -> assertThat(parkedReasons()).containsExactly(reasons));
    }

    private void awaitInbox(UUID request, long sequence) {
        await().atMost(Kit.PATIENCE)
                .untilAsserted(() -> assertThat(jdbc.sql("select sequence from inbox where request_id = ?")
                                .param(request)
                                .query(Long.class)
                                .optional())
                        .contains(sequence));
    }
}
