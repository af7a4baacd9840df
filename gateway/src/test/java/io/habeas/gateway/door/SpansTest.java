// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.door;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.habeas.gateway.House;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The first span of a request, and what is behind the door is told of it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SpansTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final WireMockServer collector =
            new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));

    @BeforeEach
    void listen() {
        collector.start();
        collector.stubFor(post(urlEqualTo("/v1/traces")).willReturn(aResponse().withStatus(200)));
    }

    @AfterEach
    void stop() {
        collector.stop();
    }

    private House house(String share) {
        return new House(
                "habeas.tracing.endpoint=http://127.0.0.1:" + collector.port() + "/v1/traces",
                "habeas.tracing.share=" + share);
    }

    @Test
    void a_kept_trace_names_no_path_and_its_span_is_the_parent_of_what_follows() {
        String parent;
        try (var house = house("1")) {
            house.send(house.to("/api/v1/requests/0198c0de-0000-7000-8000-000000000001?who=Canary")
                    .header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-00")
                    .build());
            parent = house.services
                    .get("request")
                    .getAllServeEvents()
                    .getFirst()
                    .getRequest()
                    .getHeader("traceparent");
        }

        assertThat(parent).startsWith("00-" + TRACE + "-").endsWith("01");
        collector.verify(postRequestedFor(urlEqualTo("/v1/traces")));
        String exported = collector.getAllServeEvents().stream()
                .map(it -> new String(it.getRequest().getBody(), StandardCharsets.ISO_8859_1))
                .collect(Collectors.joining());
        byte[] id = HexFormat.of().parseHex(parent.substring(36, 52));
        assertThat(exported)
                .contains(new String(id, StandardCharsets.ISO_8859_1))
                .doesNotContain("0198c0de", "Canary");
    }

    @Test
    void no_caller_has_a_trace_kept() {
        try (var house = house("0")) {
            house.send(house.to("/api/v1/requests/1")
                    .header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")
                    .build());

            house.services
                    .get("request")
                    .verify(getRequestedFor(anyUrl())
                            .withHeader("traceparent", matching("00-" + TRACE + "-[0-9a-f]{16}-00")));
        }

        assertThat(collector.getAllServeEvents()).isEmpty();
    }
}
