// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Callers who file one request after the other, each with one key until it is taken, and come back when they are told to. What they see that is not an
 * acceptance is kept.
 */
final class IntakeLoad implements AutoCloseable {

    /** Of each caller; a pace at which all services follow. */
    private static final Duration BETWEEN = Duration.ofMillis(250);

    private static final Set<Integer> COME_BACK = Set.of(502, 503, 504);

    private final Suite suite;
    private final ExecutorService threads;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final List<CompletableFuture<Void>> callers = new ArrayList<>();
    private final List<String> accepted = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();
    private final List<String> beyond = new ArrayList<>();

    /** @param callers how many call at once */
    IntakeLoad(Suite suite, int callers) {
        this.suite = suite;
        this.threads = Executors.newFixedThreadPool(callers);
        for (int i = 0; i < callers; i++) {
            this.callers.add(CompletableFuture.runAsync(this::call, threads));
        }
    }

    private void call() {
        while (!stop.get()) {
            file("rolling-" + UUID.randomUUID());
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
    }

    private void file(String key) {
        var body = Journey.submission("ACCESS", "en", "EMAIL", key + "@example.org", null);
        while (true) {
            var pause = BETWEEN;
            try {
                var answer = suite.api().once("POST", "/api/v1/controllers/smallrig/requests", null, key, body);
                if (answer.status() == 202) {
                    note(accepted, answer.text("/requestId"));
                    return;
                }
                var told = answer.headers().get("retry-after");
                if (!COME_BACK.contains(answer.status()) || told == null) {
                    note(beyond, answer.status() + " " + answer.problem());
                    return;
                }
                note(refusals, answer.status() + " " + answer.problem());
                pause = Duration.ofSeconds(Long.parseLong(told));
            } catch (IOException lost) {
                note(refusals, "the connection ended: " + lost.getClass().getSimpleName());
            }
            LockSupport.parkNanos(pause.toNanos());
        }
    }

    private static void note(List<String> list, String what) {
        synchronized (list) {
            list.add(what);
        }
    }

    /** Ends the load once every request that was begun is taken or refused for good. */
    void end() {
        stop.set(true);
        callers.forEach(CompletableFuture::join);
    }

    /** The ids of requests, one for each key. */
    List<String> accepted() {
        return accepted;
    }

    /** Answers and broken connections after which the same call was made again. */
    List<String> refusals() {
        return refusals;
    }

    /** Answers that no caller may see. */
    List<String> beyond() {
        return beyond;
    }

    @Override
    public void close() {
        stop.set(true);
        threads.close();
    }
}
