// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.delivery;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before the next try: twice as long each time, up to a bound, and never all letters at the same moment. */
record Patience(Duration first, Duration longest) {

    static final Duration UNTIL_ROOM = Duration.ofMinutes(30);
    private static final int MOST_DOUBLINGS = 20;

    Duration after(int failures) {
        long doubled = first.toMillis() << Math.min(failures, MOST_DOUBLINGS);
        long bounded = Math.clamp(doubled, 1L, longest.toMillis());
        return Duration.ofMillis(bounded / 2 + ThreadLocalRandom.current().nextLong(bounded / 2 + 1));
    }
}
