// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.worker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class WorkerTest {

    private final List<Worker> workers = new ArrayList<>();

    static List<Throwable> troubles() {
        return List.of(
                new IllegalStateException(),
                new IOException(),
                new NoClassDefFoundError(),
                new StackOverflowError(),
                new AssertionError());
    }

    @AfterEach
    void stopThem() {
        workers.forEach(Worker::stop);
    }

    private Worker worker(Worker.Job job) {
        var worker = new Worker("test", 1, Duration.ofMillis(1), job);
        workers.add(worker);
        worker.start();
        return worker;
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void whatever_a_piece_of_work_throws_the_next_is_done(Throwable trouble) {
        var done = new AtomicInteger();
        var worker = worker(() -> {
            if (done.getAndIncrement() == 0) {
                switch (trouble) {
                    case Exception exception -> throw exception;
                    case Error error -> throw error;
                    default -> throw new IllegalArgumentException(trouble);
                }
            }
            return false;
        });

        await().atMost(60, SECONDS).untilAsserted(() -> {
            worker.nudge();
            assertThat(done).hasValueGreaterThan(1);
        });
    }

    @Test
    void one_that_is_to_stop_ends_its_piece_of_work_and_keeps_no_other_from_stopping() throws Exception {
        var begun = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var busy = worker(() -> {
            begun.countDown();
            goOn.await();
            return false;
        });
        var idle = worker(() -> false);
        begun.await();
        var busyStopped = new CountDownLatch(1);
        var idleStopped = new CountDownLatch(1);

        busy.stop(busyStopped::countDown);
        idle.stop(idleStopped::countDown);

        assertThat(idleStopped.await(60, SECONDS)).isTrue();
        assertThat(busyStopped.getCount()).isOne();
        goOn.countDown();
        assertThat(busyStopped.await(60, SECONDS)).isTrue();
    }
}
