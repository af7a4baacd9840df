// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.routing;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.gateway.House;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RoutesTest {

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
    @CsvSource({
        "/api/v1/controllers/smallrig/profile?jurisdiction=US-CA, request",
        "/api/v1/controllers/smallrig/requests, request",
        "/api/v1/requests/17, request",
        "/api/v1/requests/17/confirmation, request",
        "/api/v1/requests/17/verification, verification",
        "/api/v1/requests/17/verification/codes, verification",
        "/api/v1/requests/17/evidence, verification",
        "/api/v1/requests/17/package, fulfillment",
        "/api/v1/requests/17/package/links, fulfillment",
        "/api/v1/desk/requests, request",
        "/api/v1/desk/controllers/smallrig/data-map, fulfillment",
        "/api/v1/desk/controllers/smallrig/data-map/checks, fulfillment",
        "/api/v1/desk/plans/17, fulfillment",
        "/api/v1/recipients/17/answers, fulfillment",
        "/api/v1/desk/tasks?state=PARKED, fulfillment",
        "/api/v1/desk/tasks/17/retry, fulfillment",
        "/api/v1/desk/stores/shop/restores, fulfillment",
        "/api/v1/desk/dead-letters?service=request, request",
        "/api/v1/desk/dead-letters?service=verification, verification",
        "/api/v1/desk/dead-letters?service=fulfillment, fulfillment",
        "/api/v1/desk/dead-letters/17/redrive?service=notification, notification",
        "/api/v1/desk/letters?state=UNDELIVERABLE, notification",
        "/api/v1/desk/letters/17/retry, notification",
        "/api/v1/audit/checkpoint, request",
    })
    void a_path_goes_to_the_service_that_owns_it(String path, String service) {
        assertThat(house.get(path).body()).isEqualTo(service);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/internal/v1/feed",
                "/internal/v1/keys/allotments",
                "/actuator/health",
                "/api/v2/requests",
                "/api",
                "/error"
            })
    void nothing_else_is_there(String path) {
        HttpResponse<String> answer = house.get(path);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("urn:habeas:problem:not-found");
        house.services.values().forEach(it -> assertThat(it.getAllServeEvents()).isEmpty());
    }

    @Test
    void dead_letters_of_nobody_in_particular_are_a_question_back() {
        HttpResponse<String> answer = house.get("/api/v1/desk/dead-letters?service=gateway");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("request, verification, fulfillment, notification");
    }

    @Test
    void query_body_and_end_to_end_headers_arrive_as_they_were_sent() {
        house.send(house.to("/api/v1/desk/requests?state=a%20b&state=%E4%B8%AD&x=%2B+1")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "0123456789abcdef")
                .header("Authorization", "Bearer t")
                .header("Habeas-Package-Link", "l")
                .POST(BodyPublishers.ofString("{\"name\":\"欧阳\"}"))
                .build());

        house.services
                .get("request")
                .verify(postRequestedFor(urlEqualTo("/api/v1/desk/requests?state=a%20b&state=%E4%B8%AD&x=%2B+1"))
                        .withRequestBody(equalTo("{\"name\":\"欧阳\"}"))
                        .withHeader("Content-Type", equalTo("application/json"))
                        .withHeader("Idempotency-Key", equalTo("0123456789abcdef"))
                        .withHeader("Authorization", equalTo("Bearer t"))
                        .withHeader("Habeas-Package-Link", equalTo("l")));
    }

    @Test
    void a_form_is_passed_on_unread() {
        house.send(house.to("/api/v1/requests/1?q=1")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("service=x&q=2"))
                .build());

        house.services
                .get("request")
                .verify(postRequestedFor(urlEqualTo("/api/v1/requests/1?q=1"))
                        .withRequestBody(equalTo("service=x&q=2")));
    }

    @Test
    void status_and_headers_of_the_service_come_back() {
        house.services
                .get("request")
                .stubFor(any(anyUrl())
                        .willReturn(aResponse()
                                .withStatus(422)
                                .withHeader("Content-Type", "application/problem+json")
                                .withHeader("ETag", "\"7\"")
                                .withHeader("Location", "/api/v1/requests/7")
                                .withHeader("Server", "secret-sauce/1.0")
                                .withHeader("Set-Cookie", "a=b")
                                .withBody("{}")));

        HttpResponse<String> answer = house.get("/api/v1/requests/7");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.headers().firstValue("ETag")).hasValue("\"7\"");
        assertThat(answer.headers().firstValue("Location")).hasValue("/api/v1/requests/7");
        assertThat(answer.headers().firstValue("Server")).isEmpty();
        assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(answer.body()).isEqualTo("{}");
    }

    @Test
    void a_redirect_of_a_service_is_not_followed() {
        house.services
                .get("request")
                .stubFor(any(anyUrl())
                        .willReturn(aResponse().withStatus(303).withHeader("Location", "http://127.0.0.1:1/")));

        assertThat(house.get("/api/v1/requests/7").statusCode()).isEqualTo(303);
        house.services.get("request").verify(1, getRequestedFor(urlEqualTo("/api/v1/requests/7")));
    }
}
