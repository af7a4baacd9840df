// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class OpenLoopTest {

    @Test
    void as_many_are_sent_as_the_rate_says() throws Exception {
        var sent = new AtomicInteger();

        var result = OpenLoop.run(_ -> sent.incrementAndGet(), 4, 1_000, Duration.ofMillis(100));

        assertThat(sent).hasValue(100);
        assertThat(result.operations()).isEqualTo(100);
    }

    @Test
    void what_finds_no_free_client_is_sent_later_and_counted() throws Exception {
        var sent = new AtomicInteger();

        var result = OpenLoop.run(
                _ -> {
                    sent.incrementAndGet();
                    LockSupport.parkNanos(Duration.ofMillis(60).toNanos());
                },
                1,
                1_000,
                Duration.ofMillis(5));

        assertThat(sent).hasValue(5);
        assertThat(result.late()).isGreaterThanOrEqualTo(3);
    }
}
