// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.door;

import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.habeas.gateway.House;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@DisplayNameGeneration(ReplaceUnderscores.class)
@ExtendWith(OutputCaptureExtension.class)
class DoorTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final JsonMapper JSON = JsonMapper.shared();

    private static House house;

    @BeforeAll
    static void open() {
        house = new House();
    }

    @AfterAll
    static void close() {
        house.close();
    }

    @BeforeEach
    void reset() {
        house.reset();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//api/v1/requests/1",
                "/api/v1//requests/1",
                "/api/v1/requests/../../../internal/v1/feed",
                "/api/v1/requests/./1",
                "/api/v1/requests/%2e%2e/1",
                "/api/v1/requests/%2E/1",
                "/api/v1/requests/1%2fpackage",
                "/api/v1/requests/1%2Fpackage",
                "/api/v1/requests/1%5cpackage",
                "/api/v1/requests/1\\package",
                "/api/v1/requests/1;x=y/package",
                "/api/v1/requests/1%3bx/package",
                "/api/v1/requests/1%00",
                "/api/v1/requests/1%0d%0aX-User:%20a",
                "/api/v1/requests/%70ackage",
                "/api/v1/requests/ada@example.org",
                "/api/v1/requests/\u0001",
                "/api/v1/requests/\u00e9",
                "http://elsewhere/internal/v1/feed;/api/v1/requests/1",
            })
    void an_ambiguous_path_is_refused(String target) {
        String answer = house.rawGet(target);

        assertThat(answer).startsWith("HTTP/1.1 400");
        assertThat(answer).doesNotContain("<html");
        house.services.values().forEach(it -> assertThat(it.getAllServeEvents()).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For",
                "X-FORWARDED-HOST",
                "X_Forwarded_Proto",
                "Forwarded",
                "X-User-Id",
                "X-User",
                "X-Real-IP",
                "X-Internal-Role",
                "Habeas-Internal-Caller",
                "X-Original-URL",
                "X-HTTP-Method-Override",
                "Cookie",
                "baggage",
                "X-Request-Id",
                "Via"
            })
    void what_only_we_may_say_is_not_believed_from_outside(String name) {
        assertThat(house.raw(
                        "GET /api/v1/requests/1 HTTP/1.1\r\nHost: localhost\r\n%s: forged\r\nConnection: close\r\n\r\n"
                                .formatted(name)))
                .startsWith("HTTP/1.1 200");

        house.services.get("request").verify(getRequestedFor(anyUrl()).withHeader(name, absent()));
    }

    @Test
    void a_header_named_as_hop_by_hop_does_not_take_others_with_it() {
        house.raw(
                "GET /api/v1/requests/1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer t\r\nConnection: close, Authorization\r\n\r\n");

        house.services
                .get("request")
                .verify(getRequestedFor(anyUrl()).withHeader("Authorization", equalTo("Bearer t")));
    }

    @Test
    void every_answer_carries_the_headers_that_protect_the_reader() {
        for (String path : new String[] {"/api/v1/requests/1", "/nowhere", "/api/v1/requests/;"}) {
            HttpResponse<String> answer = house.get(path);

            assertThat(answer.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
            assertThat(answer.headers().allValues("Referrer-Policy")).containsExactly("no-referrer");
            assertThat(answer.headers().allValues("Cache-Control")).containsExactly("no-store");
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .startsWith("default-src 'none'");
            assertThat(answer.headers().firstValue("Strict-Transport-Security")).isEmpty();
            assertThat(answer.headers().firstValue("X-Correlation-Id").orElseThrow())
                    .matches("[0-9a-f]{32}");
        }
    }

    @Test
    void a_body_of_64_kib_passes_and_one_byte_more_does_not() {
        assertThat(post(BodyPublishers.ofByteArray(new byte[65_536])).statusCode())
                .isEqualTo(200);

        HttpResponse<String> answer = post(BodyPublishers.ofByteArray(new byte[65_537]));
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("urn:habeas:problem:body-too-large");
    }

    @Test
    void a_body_that_hides_its_length_is_measured_all_the_same() {
        assertThat(post(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[65_537])))
                        .statusCode())
                .isEqualTo(413);
        assertThat(house.services.get("request").getAllServeEvents()).isEmpty();
    }

    private static HttpResponse<String> post(BodyPublisher body) {
        return house.send(
                house.to("/api/v1/controllers/smallrig/requests").POST(body).build());
    }

    @Test
    void too_many_or_too_large_headers_are_refused() {
        assertThat(house.raw("GET /api/v1/requests/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nA: %s\r\n\r\n"
                        .formatted("a".repeat(20_000))))
                .startsWith("HTTP/1.1 4");
        var many = new StringBuilder("GET /api/v1/requests/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        for (int i = 0; i < 70; i++) {
            many.append("A").append(i).append(": a\r\n");
        }
        assertThat(house.raw(many + "\r\n")).startsWith("HTTP/1.1 4");
        assertThat(house.services.get("request").getAllServeEvents()).isEmpty();
    }

    @Test
    void two_lengths_are_one_too_many() {
        assertThat(
                        house.raw(
                                "POST /api/v1/requests/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /internal/v1/feed HTTP/1.1\r\nHost: x\r\n\r\n"))
                .doesNotContain("200 \r\n\r\nHTTP/1.1");
        house.services.values().forEach(it -> assertThat(it.getAllServeEvents())
                .noneMatch(e -> e.getRequest().getUrl().contains("internal")));
    }

    @Test
    void an_unserved_method_is_a_405() {
        assertThat(house.raw("TRACE /api/v1/requests/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405");
        assertThat(house.raw("PROPFIND /api/v1/requests/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405");
    }

    @Test
    void a_trace_goes_on_under_a_span_of_our_own() {
        house.send(house.to("/api/v1/requests/1")
                .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")
                .header("tracestate", "a=b")
                .build());

        house.services
                .get("request")
                .verify(getRequestedFor(anyUrl())
                        .withHeader(
                                "traceparent",
                                matching("00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)[0-9a-f]{16}-00"))
                        .withHeader("tracestate", equalTo("a=b"))
                        .withHeader("X-Correlation-Id", equalTo("4bf92f3577b34da6a3ce929d0e0e4736")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ada@example.org",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                ""
            })
    void a_trace_that_is_none_is_replaced(String traceparent) {
        house.send(house.to("/api/v1/requests/1")
                .header("traceparent", traceparent)
                .header("tracestate", "ada")
                .build());

        house.services
                .get("request")
                .verify(getRequestedFor(anyUrl())
                        .withHeader("traceparent", matching("00-(?!0{32}|4bf9)[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01"))
                        .withHeader("tracestate", absent()));
    }

    @Test
    void the_access_log_names_neither_queries_nor_strangers_words(CapturedOutput output) {
        house.get("/api/v1/requests/0198c0de-0000-7000-8000-000000000001/package?who=Canary");
        house.get("/api/v1/requests/Canary/package");

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(served(output))
                .extracting(line -> line.path("path").asString())
                .contains(
                        "/api/v1/requests/0198c0de-0000-7000-8000-000000000001/package", "/api/v1/requests/*/package"));
        assertThat(output.getAll()).doesNotContain("Canary");
    }

    @Test
    void every_line_of_the_log_is_json_and_an_access_names_its_trace(CapturedOutput output) {
        house.send(house.to("/api/v1/requests/0198c0de-0000-7000-8000-000000000001")
                .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")
                .build());

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(served(output)).anySatisfy(line -> {
            assertThat(line.path("trace").path("id").asString()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
            assertThat(line.path("service").path("name").asString()).isEqualTo("gateway");
            assertThat(line.path("log").path("level").asString()).isEqualTo("INFO");
            assertThat(line.path("status").asInt()).isEqualTo(200);
        }));
    }

    private static List<JsonNode> served(CapturedOutput output) {
        return output.getOut()
                .lines()
                .map(JSON::readTree)
                .filter(line -> line.path("message").asString().equals("served"))
                .toList();
    }
}
