// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Growing pauses between tries, in real time, with a tenth of jitter. */
final class Pause {

    private final Duration first;
    private final Duration longest;
    private int taken;

    Pause(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
    }

    void reset() {
        taken = 0;
    }

    boolean isFirst() {
        return taken == 0;
    }

    /** How often {@link #next()} was asked since the reset. */
    int taken() {
        return taken;
    }

    Duration next() {
        long millis = Math.min(longest.toMillis(), first.toMillis() << Math.min(taken, 20));
        taken++;
        return Duration.ofMillis(millis + ThreadLocalRandom.current().nextLong(millis / 10 + 1));
    }

    void sleep() throws InterruptedException {
        Thread.sleep(next());
    }
}
