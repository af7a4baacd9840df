// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.routing;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.http.Fault;
import io.habeas.gateway.House;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Two copies of the request-service behind one gateway. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CopiesTest {

    private final WireMockServer first =
            new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));
    private final WireMockServer second =
            new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));
    private House house;

    @BeforeEach
    void start() {
        for (var copy : List.of(first, second)) {
            copy.start();
            copy.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(200)));
        }
        house = new House(
                "habeas.services.request=http://127.0.0.1:" + first.port() + ",http://127.0.0.1:" + second.port(),
                // a copy is not away because this machine stands still
                "habeas.upstream.connect=60s");
    }

    @AfterEach
    void close() {
        house.close();
        first.stop();
        second.stop();
    }

    @Test
    void both_get_their_share() {
        for (int i = 0; i < 20; i++) {
            assertThat(house.get("/api/v1/requests/1").statusCode()).isEqualTo(200);
        }

        assertThat(first.getAllServeEvents()).hasSize(10);
        assertThat(second.getAllServeEvents()).hasSize(10);
    }

    @Test
    void one_that_refuses_connections_costs_no_request() {
        first.stop();

        for (int i = 0; i < 10; i++) {
            assertThat(post(false)).isEqualTo(200);
        }
    }

    @Test
    void when_all_are_down_it_is_a_503_and_over_as_soon_as_one_is_back() {
        int port = second.port();
        first.stop();
        second.stop();
        assertThat(house.get("/api/v1/requests/1").statusCode()).isEqualTo(503);

        var back = new WireMockServer(options().port(port).bindAddress("127.0.0.1"));
        back.start();
        try {
            back.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(200)));
            assertThat(house.get("/api/v1/requests/1").statusCode()).isEqualTo(200);
        } finally {
            back.stop();
        }
    }

    @Test
    void what_broke_off_is_repeated_at_the_other_only_where_a_repeat_is_told_from_a_second_request() {
        first.stubFor(any(anyUrl()).willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));

        for (int i = 0; i < 4; i++) {
            assertThat(post(true)).isEqualTo(200);
        }
        assertThat(List.of(post(false), post(false))).containsExactlyInAnyOrder(200, 502);
    }

    @Test
    void a_refusal_of_the_container_that_stops_is_passed_over_and_one_of_the_service_is_not() {
        first.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(503)));
        for (int i = 0; i < 4; i++) {
            assertThat(post(true)).isEqualTo(200);
        }

        second.stubFor(any(anyUrl())
                .willReturn(aResponse().withStatus(503).withHeader("Content-Type", "application/problem+json")));
        assertThat(post(true)).isEqualTo(503);
    }

    @Test
    void when_all_copies_stop_the_caller_is_told_when_to_come_back() {
        for (var copy : List.of(first, second)) {
            copy.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(503)));
        }

        for (boolean withKey : new boolean[] {true, false}) {
            var answer = house.send(request(withKey));
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        }
    }

    @Test
    void one_that_was_left_out_has_its_turn_again_after_a_while() {
        var now = new AtomicLong(Long.MAX_VALUE - 10);
        var copies = new Copies(
                List.of(URI.create("http://a:1"), URI.create("http://b:1")), 1, Duration.ofSeconds(2), now::get);
        var out = copies.inTurn().getFirst();
        copies.unreachable(out);

        assertThat(copies.inTurn()).endsWith(out);
        assertThat(copies.inTurn()).endsWith(out);
        now.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThat(List.of(copies.inTurn().getFirst(), copies.inTurn().getFirst()))
                .contains(out);
    }

    private int post(boolean withKey) {
        return house.send(request(withKey)).statusCode();
    }

    private HttpRequest request(boolean withKey) {
        var request = house.to("/api/v1/controllers/smallrig/requests")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}"));
        if (withKey) {
            request.header("Idempotency-Key", "0123456789abcdef");
        }
        return request.build();
    }
}
