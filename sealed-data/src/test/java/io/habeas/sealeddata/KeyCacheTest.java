// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class KeyCacheTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final AtomicInteger loads = new AtomicInteger();
    private final KeyCache<String, String> cache = new KeyCache<>(3, Duration.ofSeconds(60), nanos::get);

    private String get(String id) {
        return cache.get(id, () -> id + loads.incrementAndGet());
    }

    @Test
    void a_value_is_loaded_once_in_a_minute_and_again_after_it() {
        assertThat(get("a")).isEqualTo("a1");
        nanos.addAndGet(Duration.ofSeconds(60).toNanos() - 1);
        assertThat(get("a")).isEqualTo("a1");
        nanos.addAndGet(1);
        assertThat(get("a")).isEqualTo("a2");
    }

    @Test
    void the_minute_counts_from_before_the_load() {
        cache.get("a", () -> {
            nanos.addAndGet(Duration.ofSeconds(60).toNanos());
            return "slow";
        });
        assertThat(get("a")).isEqualTo("a1");
    }

    @Test
    void it_holds_no_more_than_it_may() {
        for (var i = 0; i < 50; i++) {
            get("k" + i);
        }
        assertThat(cache.size()).isEqualTo(3);
    }

    @Test
    void a_failed_load_is_not_remembered() {
        assertThatThrownBy(() -> cache.get("a", () -> {
                    throw new KeyUnavailableException("down", null);
                }))
                .isInstanceOf(KeyUnavailableException.class);
        assertThat(get("a")).isEqualTo("a1");
    }

    @Test
    void who_asks_at_the_same_time_shares_one_load() throws Exception {
        var started = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        try (var threads = Executors.newFixedThreadPool(8)) {
            var first = threads.submit(() -> cache.get("a", () -> {
                started.countDown();
                awaitQuietly(go);
                return "a" + loads.incrementAndGet();
            }));
            started.await();
            var others = java.util.stream.Stream.generate(() -> threads.submit(() -> get("a")))
                    .limit(5)
                    .toList();
            go.countDown();
            assertThat(first.get()).isEqualTo("a1");
            for (var other : others) {
                assertThat(other.get()).isEqualTo("a1");
            }
        }
    }

    @Test
    void a_slow_load_does_not_undo_what_was_put_meanwhile() throws Exception {
        var started = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        try (var threads = Executors.newSingleThreadExecutor()) {
            var slow = threads.submit(() -> cache.get("a", () -> {
                started.countDown();
                awaitQuietly(go);
                return "alive";
            }));
            started.await();
            cache.put("a", "destroyed");
            go.countDown();
            slow.get();
        }
        assertThat(get("a")).isEqualTo("destroyed");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
