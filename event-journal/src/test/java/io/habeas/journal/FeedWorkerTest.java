// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class FeedWorkerTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration LONG = Duration.ofHours(1);

    private final AtomicInteger rounds = new AtomicInteger();

    @Test
    void rounds_follow_at_once_while_there_is_more_and_after_a_wake() {
        var worker = new FeedWorker("worker", LONG, () -> rounds.incrementAndGet() % 3 != 0);
        worker.start();
        try {
            await().atMost(PATIENCE).until(() -> rounds.get() == 3);

            worker.wake();

            await().atMost(PATIENCE).until(() -> rounds.get() == 6);
        } finally {
            worker.stop();
        }
    }

    @Test
    void trouble_is_a_pause_and_no_end() {
        var worker = new FeedWorker("worker", LONG, () -> {
            if (rounds.incrementAndGet() == 1) {
                throw new IllegalStateException("the database is away");
            }
            return false;
        });
        worker.start();
        try {
            await().atMost(PATIENCE).until(() -> rounds.get() >= 2);
        } finally {
            worker.stop();
        }
    }

    @Test
    void an_error_is_a_pause_and_no_end_either() {
        var worker = new FeedWorker("worker", LONG, () -> {
            if (rounds.incrementAndGet() == 1) {
                throw new NoClassDefFoundError("of a jar that was taken away");
            }
            return false;
        });
        worker.start();
        try {
            await().atMost(PATIENCE).until(() -> rounds.get() >= 2);
        } finally {
            worker.stop();
        }
    }

    @Test
    void a_stop_ends_the_round_that_is_under_way() {
        var begun = new CountDownLatch(1);
        var worker = new FeedWorker("worker", LONG, () -> {
            begun.countDown();
            new CountDownLatch(1).await();
            return true;
        });
        worker.start();
        await().atMost(PATIENCE).until(() -> begun.getCount() == 0);

        worker.stop();

        assertThat(worker.isRunning()).isFalse();
    }
}
