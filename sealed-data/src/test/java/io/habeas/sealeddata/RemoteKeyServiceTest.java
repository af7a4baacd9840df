// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.habeas.contracts.KeyClass;
import io.habeas.tracing.TraceContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RemoteKeyServiceTest {

    private final UUID keyId = UUID.randomUUID();
    private final UUID request = UUID.randomUUID();
    private final AtomicLong nanos = new AtomicLong();
    private final List<String> seen = java.util.Collections.synchronizedList(new ArrayList<>());
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private volatile @Nullable String trace;
    private volatile int status = 200;
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private HttpServer server;
    private RemoteKeyService keys;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                gate.await();
                var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
                trace = exchange.getRequestHeaders().getFirst("traceparent");
                seen.add(exchange.getRequestURI() + " "
                        + exchange.getRequestHeaders().getFirst("Authorization") + " " + body);
                var answer = answers.getOrDefault(exchange.getRequestURI().getPath(), "{}")
                        .getBytes(UTF_8);
                exchange.sendResponseHeaders(status, status == 204 ? -1 : answer.length);
                if (status != 204) {
                    exchange.getResponseBody().write(answer);
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
        server.start();
        keys = new RemoteKeyService(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                () -> "secret-token",
                JsonMapper.shared(),
                nanos::get);
        answers.put("/internal/v1/keys/" + keyId + "/openings", """
                {"keyId": "%s", "keyClass": "CASE", "material": "%s"}""".formatted(keyId, material()));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static String material() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[DataKey.BYTES]);
    }

    @Test
    void a_key_is_fetched_with_the_services_token_and_held_for_a_minute() {
        assertThat(keys.key("acme", request, keyId).export()).isEqualTo(new byte[DataKey.BYTES]);
        keys.key("acme", request, keyId);
        nanos.addAndGet(Duration.ofSeconds(60).toNanos() - 1);
        keys.key("acme", request, keyId);
        assertThat(seen).hasSize(1);
        assertThat(seen.getFirst()).contains("Bearer secret-token", "\"controller\":\"acme\"", request.toString());
        nanos.addAndGet(1);
        keys.key("acme", request, keyId);
        assertThat(seen).hasSize(2);
    }

    @Test
    void a_question_takes_along_the_trace_of_what_asks() {
        var traced = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        try (var _ = TraceContext.enter(traced)) {
            keys.key("acme", request, keyId);
        }
        assertThat(trace).isEqualTo(traced);

        nanos.addAndGet(Duration.ofSeconds(60).toNanos());
        keys.key("acme", request, keyId);
        assertThat(trace).isNull();
    }

    @Test
    void another_request_or_controller_is_another_question() {
        keys.key("acme", request, keyId);
        status = 404;
        assertThatThrownBy(() -> keys.key("acme", UUID.randomUUID(), keyId)).isInstanceOf(KeyRefusedException.class);
        assertThatThrownBy(() -> keys.key("other", request, keyId)).isInstanceOf(KeyRefusedException.class);
    }

    @Test
    void who_asks_at_the_same_time_causes_one_call() throws Exception {
        gate = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = new ArrayList<Future<DataKey>>();
            for (var i = 0; i < 20; i++) {
                asked.add(threads.submit(() -> keys.key("acme", request, keyId)));
            }
            gate.countDown();
            for (var one : asked) {
                one.get();
            }
        }
        assertThat(seen).hasSize(1);
    }

    @Test
    void a_destroyed_key_is_remembered_as_such() {
        status = 410;
        assertThatThrownBy(() -> keys.key("acme", request, keyId)).isInstanceOf(KeyDestroyedException.class);
        assertThatThrownBy(() -> keys.key("acme", request, keyId)).isInstanceOf(KeyDestroyedException.class);
        assertThat(seen).hasSize(1);
    }

    @Test
    void a_service_that_is_down_or_overloaded_means_wait() {
        for (var answer : List.of(500, 502, 503, 401, 429)) {
            status = answer;
            assertThatThrownBy(() -> keys.key("acme", request, keyId)).isInstanceOf(KeyUnavailableException.class);
        }
        status = 200;
        assertThat(keys.key("acme", request, keyId).keyClass()).isEqualTo(KeyClass.CASE);
        server.stop(0);
        assertThatThrownBy(() -> keys.key("acme", request, UUID.randomUUID()))
                .isInstanceOf(KeyUnavailableException.class);
    }

    @Test
    void an_answer_that_is_no_key_is_not_quoted() {
        answers.put("/internal/v1/keys/" + keyId + "/openings", "{\"keyId\": \"canary-value\"}");
        assertThatThrownBy(() -> keys.key("acme", request, keyId))
                .isInstanceOf(KeyUnavailableException.class)
                .hasNoCause()
                .hasMessageNotContaining("canary");
    }

    @Test
    void a_refusal_names_the_class() {
        status = 403;
        answers.put("/internal/v1/keys/" + keyId + "/openings", "{\"keyClass\": \"PACKAGE\"}");
        assertThatThrownBy(() -> keys.key("acme", request, keyId))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("PACKAGE");
        assertThatThrownBy(() -> keys.allot("acme", request, KeyClass.TASK))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("TASK");
    }

    @Test
    void keys_are_allotted_under_an_id_made_here() {
        status = 201;
        var made = keys.allot("acme", request, KeyClass.PACKAGE);
        assertThat(seen.getFirst()).startsWith("/internal/v1/keys/allotments ").contains(made.toString(), "PACKAGE");
    }

    @Test
    void destruction_evicts_at_once() {
        keys.key("acme", request, keyId);
        status = 204;
        keys.destroy("acme", keyId);
        status = 410;
        assertThatThrownBy(() -> keys.key("acme", request, keyId)).isInstanceOf(KeyDestroyedException.class);
    }

    @Test
    void request_keys_are_the_request_services_own_matter() {
        assertThatThrownBy(() -> keys.allotRequestKeys("acme")).isInstanceOf(UnsupportedOperationException.class);
    }
}
