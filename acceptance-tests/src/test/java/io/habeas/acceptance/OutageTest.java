// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A part of the ground goes away and comes back: what was accepted is done, and nothing is said to be done that is not. */
@Order(40)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class OutageTest {

    @Test
    void while_kafka_is_away_requests_are_taken_in_and_afterwards_everything_catches_up(Suite suite) {
        var people = List.of(suite.somebody(), suite.somebody(), suite.somebody());
        suite.process("kafka", "stop");
        List<Journey> journeys;
        try {
            journeys = people.stream()
                    .map(person -> suite.journey("ERASURE", person, "en"))
                    .toList();
            for (var journey : journeys) {
                assertThat(journey.submit().status()).isEqualTo(202);
                assertThat(journey.state()).isEqualTo("AWAITING_IDENTITY");
            }
        } finally {
            suite.process("kafka", "cont");
        }

        journeys.forEach(Journey::run);

        people.forEach(person -> assertThat(suite.stores().traces(person)).isEmpty());
    }

    @Test
    void after_a_broker_died_and_came_back_everything_catches_up(Suite suite) {
        var journey = suite.journey("ERASURE", suite.somebody(), "en");
        suite.process("kafka", "kill");
        journey.submit();

        journey.run();

        assertThat(journey.state()).isIn("ANSWERED", "CLOSED");
    }

    @Test
    void after_a_crash_of_postgresql_the_pools_recover_and_the_key_tells_what_became_of_a_lost_answer(Suite suite) {
        var keys = IntStream.range(0, 12)
                .mapToObj(i -> "crash-" + i + "-" + UUID.randomUUID())
                .toList();
        var body = Journey.submission("ACCESS", "en", "EMAIL", "nobody-here@example.com", null);
        var person = suite.somebody();
        var journey = suite.journey("ERASURE", person, "en");
        journey.submit();
        journey.prove();

        suite.store("postgres", "crash");
        var callers = keys.stream()
                .map(key -> Thread.startVirtualThread(
                        () -> suite.api().post("/api/v1/controllers/smallrig/requests", null, key, body)))
                .toList();
        suite.store("postgres", "revive");
        callers.forEach(OutageTest::join);

        for (var key : keys) {
            var first = suite.api().post("/api/v1/controllers/smallrig/requests", null, key, body);
            var second = suite.api().post("/api/v1/controllers/smallrig/requests", null, key, body);
            assertThat(first.status()).isEqualTo(202);
            assertThat(second.text("/requestId")).isEqualTo(first.text("/requestId"));
        }
        journey.awaitState("AWAITING_CONFIRMATION");
        journey.confirm();
        journey.awaitState("ANSWERED", "CLOSED");
        assertThat(suite.stores().traces(person)).isEmpty();
    }

    @Test
    void while_one_store_is_down_the_other_is_done_and_the_state_says_what_remains(Suite suite) {
        var person = suite.somebody();
        var journey = suite.journey("ERASURE", person, "en");
        journey.submit();
        journey.prove();
        journey.awaitState("AWAITING_CONFIRMATION");
        // The plan is made from both stores, so it must stand before one of them goes.
        suite.process("fulfillment", "stop");
        journey.confirm();
        suite.process("fulfillment", "cont");
        await().atMost(Journey.PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> !journey.status().at("/plan/tasks").isEmpty()
                        || List.of("ANSWERED", "CLOSED").contains(journey.state()));
        suite.store("documents", "crash");
        try {
            await().atMost(Journey.PATIENCE).until(() -> {
                var status = journey.status();
                boolean done = List.of("ANSWERED", "CLOSED")
                        .contains(status.path("state").asString());
                boolean told = status.at("/remaining").valueStream().anyMatch(remaining -> "reviews"
                        .equals(remaining.path("store").asString()));
                boolean other = status.at("/outcomes").valueStream().anyMatch(outcome -> "shop"
                        .equals(outcome.path("store").asString()));
                return done || told && other;
            });
        } finally {
            suite.store("documents", "revive");
        }

        journey.awaitState("ANSWERED", "CLOSED");
        assertThat(suite.stores().traces(person)).isEmpty();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
