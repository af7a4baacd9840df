// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.habeas.gateway.House;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
@ExtendWith(OutputCaptureExtension.class)
class TrustedProxiesTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String PROXY = "10.0.0.1";

    private final TrustedProxies proxies = TrustedProxies.of(List.of("10.0.0.0/8", "2001:db8:ffff::/48"));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            203.0.113.9                              | 203.0.113.9
            198.51.100.1, 203.0.113.9                | 203.0.113.9
            198.51.100.1 ,203.0.113.9                | 203.0.113.9
            203.0.113.9, 10.1.1.1                    | 203.0.113.9
            203.0.113.9, 2001:db8:ffff:1::1,10.1.1.1 | 203.0.113.9
            203.0.113.9, ::ffff:10.1.1.1             | 203.0.113.9
            anything, 203.0.113.9                    | 203.0.113.9
            2001:DB8::1                              | 2001:db8:0:0:0:0:0:1
            ::ffff:203.0.113.9                       | 203.0.113.9
            """)
    void behind_a_trusted_proxy_the_last_address_that_is_none_of_them_counts(String forwardedFor, String source) {
        assertThat(proxies.source(PROXY, List.of(forwardedFor))).isEqualTo(source);
    }

    @Test
    void several_headers_are_one_list() {
        assertThat(proxies.source(PROXY, List.of("198.51.100.1", "203.0.113.9")))
                .isEqualTo("203.0.113.9");
        assertThat(proxies.source(PROXY, List.of("203.0.113.9", "10.1.1.1"))).isEqualTo("203.0.113.9");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ",",
                "203.0.113.9,",
                "203.0.113.9, unknown",
                "203.0.113.9:443",
                "203.0.113.09",
                "203.0.113",
                "3405803785",
                "0xcb.0.113.9",
                "[2001:db8::1]",
                "fe80::1%eth0",
                "2001:db8::1::2",
                ":",
                "localhost",
                "10.2.2.2",
            })
    void a_header_that_names_nobody_leaves_the_peer(String forwardedFor) {
        assertThat(proxies.source(PROXY, List.of(forwardedFor))).isEqualTo(PROXY);
    }

    @Test
    void without_a_header_the_peer_counts() {
        assertThat(proxies.source(PROXY, List.of())).isEqualTo(PROXY);
    }

    @Test
    void whoever_is_not_trusted_speaks_for_nobody() {
        assertThat(proxies.source("192.0.2.5", List.of("203.0.113.9"))).isEqualTo("192.0.2.5");
        assertThat(TrustedProxies.of(List.of()).source(PROXY, List.of("203.0.113.9")))
                .isEqualTo(PROXY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ingress", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "10.0.0.0/8/8", "::/129", "10.0/8", ""})
    void what_is_no_network_is_refused_at_the_start(String network) {
        assertThatThrownBy(() -> new DoorProperties(1, 1, 1, Duration.ZERO, List.of(network)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("habeas.door.trusted-proxies")
                .hasMessageContaining("'" + network + "'");
    }

    @Test
    void callers_behind_a_trusted_proxy_are_limited_each_for_themselves(CapturedOutput output) {
        try (var house = house("habeas.door.trusted-proxies=127.0.0.0/8")) {
            List<HttpResponse<String>> answers = fromMany(house);

            assertThat(answers)
                    .allSatisfy(answer -> assertThat(answer.statusCode()).isEqualTo(200));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(output.getOut()).contains("\"served\""));
        }
        assertThat(output.getAll()).as("an address is personal data").doesNotContain("203.0.113.");
    }

    @Test
    void callers_that_nobody_vouches_for_are_one_source_whatever_they_say() {
        try (var house = house("habeas.door.trusted-proxies=10.0.0.0/8")) {
            assertThat(fromMany(house)).extracting(HttpResponse::statusCode).contains(429);
        }
    }

    @Test
    void inside_a_cluster_nobody_is_trusted_unasked() {
        try (var house = house("spring.main.cloud-platform=kubernetes")) {
            assertThat(fromMany(house)).extracting(HttpResponse::statusCode).contains(429);
        }
    }

    @Test
    void that_the_caller_came_over_tls_is_believed_of_a_trusted_proxy_alone() {
        try (var house = house("habeas.door.trusted-proxies=127.0.0.0/8")) {
            assertThat(encrypted(house)).hasSize(1);
        }
        try (var house = house("spring.main.cloud-platform=kubernetes")) {
            assertThat(encrypted(house)).isEmpty();
        }
    }

    private static List<String> encrypted(House house) {
        return house.send(house.to("/api/v1/requests/1")
                        .header("X-Forwarded-For", "203.0.113.9")
                        .header("X-Forwarded-Proto", "https")
                        .build())
                .headers()
                .allValues("Strict-Transport-Security");
    }

    private static House house(String property) {
        return new House("habeas.door.requests-per-second=1", "habeas.door.burst=1", property);
    }

    private static List<HttpResponse<String>> fromMany(House house) {
        return house.sendAtOnce(IntStream.range(0, 30)
                .mapToObj(i -> house.to("/api/v1/requests/1")
                        .header("X-Forwarded-For", "203.0.113." + i)
                        .build())
                .toList());
    }
}
