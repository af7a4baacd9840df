// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Until when something is waited for. */
final class Patience {

    private static final long LOOK_MILLIS = 100;

    private final long start = System.nanoTime();
    private final long end;

    private Patience(Duration atMost) {
        this.end = start + atMost.toNanos();
    }

    static Patience of(Duration atMost) {
        return new Patience(atMost);
    }

    boolean isOver() {
        return System.nanoTime() - end > 0;
    }

    Duration used() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Looks until it holds. @return whether it did in time */
    boolean await(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            if (isOver()) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return true;
    }
}
