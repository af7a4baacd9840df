// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.habeas.journal.JournalDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SamplerTest {

    private static final Duration OFTEN = Duration.ofMillis(20);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Sampler sampler = new Sampler(List.of(), OFTEN);

    private void sample(Duration every, Sample... samples) {
        sampler = new Sampler(List.of(samples), every);
        sampler.bindTo(registry);
        sampler.start();
    }

    private double shown(String name, String... tags) {
        return registry.get(name).tags(tags).gauge().value();
    }

    @AfterEach
    void stop() {
        sampler.stop();
    }

    @Test
    void a_scrape_reads_what_was_found_and_asks_nobody() {
        var asked = new AtomicInteger();
        sample(Duration.ofHours(1), Sample.of("x", "", "x", asked::incrementAndGet));
        await().atMost(Kit.PATIENCE).untilAsserted(() -> assertThat(shown("x")).isEqualTo(1));

        for (int i = 0; i < 1000; i++) {
            shown("x");
        }

        assertThat(asked).hasValue(1);
    }

    @Test
    void what_grows_with_a_table_is_asked_for_less_often_and_stays_a_number_meanwhile() {
        var costly = new AtomicInteger();
        var dear = new AtomicInteger();
        sample(
                Duration.ofMillis(100),
                Sample.of("costly", "", "x", () -> slowly(costly)).costly(),
                Sample.of("dear", "", "x", () -> slowly(dear)));

        await().atMost(Kit.PATIENCE).until(() -> costly.get() == 4);

        assertThat(dear).as("what must be seen at once is").hasValueGreaterThan(6);
        assertThat(shown("costly")).isBetween(3.0, 4.0);
    }

    private static int slowly(AtomicInteger count) throws InterruptedException {
        Thread.sleep(Duration.ofMillis(20));
        return count.incrementAndGet();
    }

    @Test
    void what_can_not_be_found_out_is_no_number_and_hinders_nothing_else() {
        var answer = new AtomicReference<Integer>();
        sample(
                OFTEN,
                Sample.of("away", "", "x", () -> {
                    if (answer.get() == null) {
                        throw new IllegalStateException("away");
                    }
                    return answer.get();
                }),
                Sample.of("here", "", "x", () -> 7));

        await().atMost(Kit.PATIENCE)
                .untilAsserted(() -> assertThat(shown("here")).isEqualTo(7));
        assertThat(shown("away")).isNaN();
        answer.set(3);
        await().atMost(Kit.PATIENCE)
                .untilAsserted(() -> assertThat(shown("away")).isEqualTo(3));
        answer.set(null);
        await().atMost(Kit.PATIENCE)
                .untilAsserted(() -> assertThat(shown("away")).isNaN());
    }

    @Test
    void rows_are_counted_under_words_of_a_closed_list() throws SQLException {
        var database = JournalDatabase.fresh(List.of()).dataSource();
        JournalDatabase.execute(database, "create table task (state text, target text)");
        JournalDatabase.execute(database, "insert into task values ('READY', 'store'), ('READY', 'store')");
        JournalDatabase.execute(database, "insert into task values ('NEWER', 'store'), ('NEWEST', 'store')");
        sample(
                Duration.ofHours(1),
                Sample.counted(
                        "tasks",
                        "",
                        "x",
                        List.of(Sample.Label.of("state", "ready", "parked"), Sample.Label.of("target", "store")),
                        JdbcClient.create(database),
                        "select state, target, count(*) from task group by state, target"));

        await().atMost(Kit.PATIENCE).untilAsserted(() -> assertThat(shown("tasks", "state", "ready", "target", "store"))
                .isEqualTo(2));
        assertThat(shown("tasks", "state", "parked", "target", "store")).isZero();
        assertThat(shown("tasks", "state", Sample.OTHER, "target", "store")).isEqualTo(2);
        assertThat(registry.find("tasks").gauges()).hasSize(6);
    }

    @Test
    void an_interval_without_a_pause_is_refused() {
        assertThatThrownBy(() -> new Sampler(List.of(), Duration.ZERO))
                .hasMessage("habeas.metrics.every must be 10ms or longer, not PT0S");
    }

    @Test
    void the_lag_of_a_group_is_what_lies_on_the_topic_and_was_not_committed() throws Exception {
        try (var kafka = KafkaBroker.start();
                var producer = Kit.producer(kafka.bootstrapServers());
                var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
                var broker = new Broker(Kit.properties(kafka.bootstrapServers(), 1), "verification-service")) {
            var topic = Kit.topic();
            var topics = Set.of(topic, "habeas.nobody.made-it");
            await().atMost(Kit.PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(broker.behind(topics))
                    .isEmpty());
            broker.ensure(topic);
            for (int i = 0; i < 5; i++) {
                producer.send(Kit.record(topic, Kit.wire(UUID.randomUUID(), 0))).get();
            }

            assertThat(broker.behind(topics)).isEqualTo(Map.of(topic, 5L));
            assertThat(broker.behind(topic, Map.of())).isEqualTo(5);

            var first = Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(2));
            admin.alterConsumerGroupOffsets("verification-service", first).all().get();
            assertThat(broker.behind(topics)).isEqualTo(Map.of(topic, 3L));
            assertThat(broker.behind(topic, Map.of(0, 3L))).isEqualTo(1);
        }
    }
}
