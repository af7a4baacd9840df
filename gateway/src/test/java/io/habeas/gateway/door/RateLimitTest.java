// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.door;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.gateway.House;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RateLimitTest {

    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong now = new AtomicLong();
    private final RateLimit limit = new RateLimit(new DoorProperties(2, 3, 100, Duration.ZERO, List.of()), now::get);

    @Test
    void a_burst_passes_and_the_bucket_fills_again() {
        assertThat(taken("192.0.2.1")).isEqualTo(3);

        now.addAndGet(SECOND);

        assertThat(taken("192.0.2.1")).isEqualTo(2);
    }

    @Test
    void one_address_does_not_use_up_what_another_has() {
        taken("192.0.2.1");

        assertThat(taken("192.0.2.2")).isEqualTo(3);
    }

    @Test
    void a_whole_ipv6_line_is_one_source() {
        taken("2001:db8:1:2::1");

        assertThat(limit.secondsToWait("2001:db8:1:2:ffff::9")).isPositive();
        assertThat(limit.secondsToWait("2001:db8:1:3::1")).isZero();
    }

    @Test
    void the_number_of_buckets_is_bounded() {
        for (int i = 0; i < 1000; i++) {
            limit.secondsToWait("10.0." + i / 250 + '.' + i % 250);
        }

        assertThat(limit.addresses()).isEqualTo(100);
    }

    @Test
    void an_address_over_its_limit_is_told_when_to_come_back() {
        try (var house = new House("habeas.door.requests-per-second=1", "habeas.door.burst=1")) {
            List<HttpResponse<String>> answers = house.getAtOnce("/api/v1/requests/1", 30);

            assertThat(answers).anySatisfy(answer -> {
                assertThat(answer.statusCode()).isEqualTo(429);
                assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
                assertThat(answer.body()).contains("urn:habeas:problem:too-many");
            });
        }
    }

    private int taken(String address) {
        int taken = 0;
        while (limit.secondsToWait(address) == 0) {
            taken++;
        }
        return taken;
    }
}
