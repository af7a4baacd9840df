// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.worker;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before a repeat, and how often to repeat.
 *
 * @param first the pause after the first failure; doubles with each
 * @param longest the longest pause
 * @param attempts after how many failures a person must look
 */
public record BackOff(Duration first, Duration longest, int attempts) {

    /** @param failures so far, from 1; the pause is between half of the step and all of it */
    public Duration pause(int failures) {
        long step = first.toMillis() << Math.min(failures - 1, 20);
        long capped = Math.min(step, longest.toMillis());
        return Duration.ofMillis(capped / 2 + ThreadLocalRandom.current().nextLong(Math.max(1, capped / 2) + 1));
    }

    public boolean exhausted(int failures) {
        return failures >= attempts;
    }
}
