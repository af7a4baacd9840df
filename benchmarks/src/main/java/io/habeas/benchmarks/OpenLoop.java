// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Operations at a fixed rate, whether or not the earlier ones have been answered. */
final class OpenLoop {

    /** From when it was due, so that waiting for a free client counts. */
    record Sent(int operations, double seconds, int late) {}

    private static final long LATE_NANOS = 20_000_000;

    private OpenLoop() {}

    /** @param clients how many may be under way at once; what finds none of them free is late, and counted */
    static Sent run(Windows.Operation operation, int clients, double rate, Duration length) throws Exception {
        long start = System.nanoTime();
        int total = (int) (rate * length.toNanos() / 1e9);
        var next = new AtomicLong();
        var tasks = new ArrayList<Callable<Integer>>();
        for (int client = 0; client < clients; client++) {
            int number = client;
            tasks.add(() -> {
                int late = 0;
                for (long turn = next.getAndIncrement(); turn < total; turn = next.getAndIncrement()) {
                    long due = start + (long) (turn / rate * 1e9);
                    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                        LockSupport.parkNanos(left);
                    }
                    late += System.nanoTime() - due > LATE_NANOS ? 1 : 0;
                    operation.once(number);
                }
                return late;
            });
        }
        int late = 0;
        try (var threads = Executors.newFixedThreadPool(clients)) {
            for (var result : threads.invokeAll(tasks)) {
                late += result.get();
            }
        }
        return new Sent(total, (System.nanoTime() - start) / 1e9, late);
    }
}
