// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Order(5)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class IntakeTest {

    private static final String REQUESTS = "/api/v1/controllers/smallrig/requests";

    @Test
    void the_same_key_and_body_is_the_same_request(Suite suite) {
        var body = Journey.submission("ACCESS", "en", "EMAIL", "nobody-here@example.com", null);
        var key = "repeat-" + UUID.randomUUID();

        var first = suite.api().post(REQUESTS, null, key, body);
        var second = suite.api().post(REQUESTS, null, key, body);

        assertThat(first.status()).isEqualTo(202);
        assertThat(second.status()).isEqualTo(202);
        assertThat(second.text("/requestId")).isEqualTo(first.text("/requestId"));
        assertThat(second.text("/reference")).isEqualTo(first.text("/reference"));
    }

    @Test
    void twenty_callers_with_one_key_at_once_make_one_request(Suite suite) throws InterruptedException {
        var body = Journey.submission("ACCESS", "en", "EMAIL", "nobody-here@example.com", null);
        var key = "at-once-" + UUID.randomUUID();
        var ids = ConcurrentHashMap.<String>newKeySet();

        var callers = IntStream.range(0, 20)
                .mapToObj(i -> Thread.startVirtualThread(() ->
                        ids.add(suite.api().post(REQUESTS, null, key, body).text("/requestId"))))
                .toList();
        for (var caller : callers) {
            caller.join();
        }

        assertThat(new HashSet<>(ids)).hasSize(1).doesNotContain("");
    }

    @Test
    void another_body_under_a_used_key_is_refused(Suite suite) {
        var key = "misuse-" + UUID.randomUUID();
        suite.api().post(REQUESTS, null, key, Journey.submission("ACCESS", "en", "EMAIL", "a@example.com", null));

        var misuse = suite.api()
                .post(REQUESTS, null, key, Journey.submission("ERASURE", "en", "EMAIL", "a@example.com", null));

        assertThat(misuse.status()).isEqualTo(422);
        assertThat(misuse.problem()).isEqualTo("idempotency-key-reused");
    }

    @Test
    void an_unknown_controller_right_and_jurisdiction_are_named_with_what_is_on_offer(Suite suite) {
        var body = Journey.submission("ACCESS", "en", "EMAIL", "a@example.com", null);
        var controller = suite.api().post("/api/v1/controllers/nobody/requests", null, key(), body);
        var right = suite.api().post(REQUESTS, null, key(), body.replace("\"ACCESS\"", "\"ANONYMIZATION\""));
        var jurisdiction = suite.api().post(REQUESTS, null, key(), body.replace("US-CA", "MARS"));

        assertThat(controller.status()).isEqualTo(404);
        assertThat(controller.body().toString()).contains("smallrig");
        assertThat(right.status()).isEqualTo(422);
        assertThat(right.body().toString()).contains("ACCESS", "ERASURE");
        assertThat(jurisdiction.status()).isEqualTo(422);
        assertThat(jurisdiction.body().toString()).contains("US-CA").doesNotContain("MARS");
    }

    @Test
    void bad_json_is_refused_and_what_was_sent_is_not_echoed(Suite suite) throws IOException {
        var good = Journey.submission("ACCESS", "en", "EMAIL", "marked-person@example.com", null);
        var bodies = java.util.List.of(
                good.substring(0, good.length() - 5),
                good.replace("\"right\":\"ACCESS\"", "\"right\":\"ACCESS\",\"right\":\"ERASURE\""),
                good.replace("\"language\"", "\"lnguage\""),
                "{\"subject\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}",
                "");

        for (var body : bodies) {
            var answer = suite.api().once("POST", REQUESTS, null, key(), body);
            assertThat(answer.status())
                    .as(body.substring(0, Math.min(40, body.length())))
                    .isEqualTo(400);
            assertThat(answer.body().toString()).doesNotContain("marked-person");
        }
        assertThat(suite.api()
                        .once("POST", REQUESTS, null, key(), good.replace("Somebody", "x".repeat(70_000)))
                        .status())
                .isEqualTo(413);
    }

    @Test
    void without_an_idempotency_key_nothing_is_accepted(Suite suite) throws IOException {
        var answer = suite.api()
                .once("POST", REQUESTS, null, null, Journey.submission("ACCESS", "en", "EMAIL", "a@example.com", null));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo("idempotency-key-missing");
    }

    @Test
    void the_inner_paths_are_not_reachable_through_the_gateway(Suite suite) throws IOException {
        for (var path : new String[] {
            "/internal/v1/feed", "/internal/v1/time", "/actuator/health", "/api/v1/../internal/v1/feed"
        }) {
            assertThat(suite.api().once("GET", path, null, null, null).status())
                    .as(path)
                    .isIn(400, 401, 403, 404);
        }
    }

    private static String key() {
        return "intake-test-" + UUID.randomUUID();
    }
}
