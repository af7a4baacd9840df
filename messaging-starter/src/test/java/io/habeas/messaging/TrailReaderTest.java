// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.habeas.messaging.TrailRecord.TrailPlace;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** From where the audit trail is read, whatever became of the broker since. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class TrailReaderTest {

    private static KafkaBroker kafka;

    private Broker broker;
    private String topic;

    @BeforeAll
    static void startBroker() {
        kafka = KafkaBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    @BeforeEach
    void threeRecords() throws Exception {
        topic = Kit.topic();
        broker = new Broker(Kit.properties(kafka.bootstrapServers(), 1), "request-service");
        broker.ensure(topic);
        try (var producer = broker.producer()) {
            for (var value : List.of("a", "b", "c")) {
                producer.send(new ProducerRecord<>(topic, 0, null, value.getBytes(StandardCharsets.UTF_8)))
                        .get();
            }
        }
    }

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void it_goes_on_behind_the_place_that_was_read_last() throws Exception {
        assertThat(readFrom(new TrailPlace(0, 1, 0, ""), 1)).containsExactly("c");
    }

    @Test
    void a_partition_that_ends_before_that_place_is_read_again() throws Exception {
        assertThat(readFrom(new TrailPlace(0, 7, 0, ""), 3)).containsExactly("a", "b", "c");
    }

    /** As when a broker is restored from a backup, and counts its leaders from there again. */
    @Test
    void a_partition_whose_broker_does_not_know_that_leader_any_more_is_read_again() throws Exception {
        assertThat(readFrom(new TrailPlace(0, 1, 9, ""), 3)).containsExactly("a", "b", "c");
    }

    @Test
    void the_record_that_was_read_last_is_not_told_again() throws Exception {
        assertThat(readFrom(new TrailPlace(0, 1, 0, digest("b")), 1)).containsExactly("c");
    }

    /** As when a broker was set back and others have written beyond that place before anybody read on. */
    @Test
    void a_partition_that_has_another_record_in_that_place_is_read_again() throws Exception {
        assertThat(readFrom(new TrailPlace(0, 1, 0, digest("lost")), 3)).containsExactly("a", "b", "c");
    }

    @Test
    void what_is_read_again_for_a_hole_is_told_again() throws Exception {
        var values = new ArrayList<String>();
        try (var reader = TrailReader.open(broker, topic, Map.of(0, new TrailPlace(0, 1, 0, digest("b"))))) {
            await().atMost(Kit.PATIENCE)
                    .until(() -> !reader.poll(Duration.ofMillis(200)).isEmpty());
            reader.again(new TrailPlace(0, 0, 0, ""));
            await().atMost(Kit.PATIENCE).until(() -> {
                reader.poll(Duration.ofMillis(200)).forEach(record -> values.add(text(record)));
                return values.size() >= 3;
            });
        }
        assertThat(values).containsExactly("a", "b", "c");
    }

    private static String digest(String value) {
        return TrailRecord.digest(new byte[0], value.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(TrailRecord record) {
        return new String(record.value(), StandardCharsets.UTF_8);
    }

    private List<String> readFrom(TrailPlace last, int wanted) throws Exception {
        var values = new ArrayList<String>();
        try (var reader = TrailReader.open(broker, topic, Map.of(0, last))) {
            await().atMost(Kit.PATIENCE).until(() -> {
                reader.poll(Duration.ofMillis(200)).forEach(record -> values.add(text(record)));
                return values.size() >= wanted;
            });
        }
        return values;
    }
}
