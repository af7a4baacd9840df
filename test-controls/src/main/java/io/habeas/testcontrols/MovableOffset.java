// SPDX-License-Identifier: Apache-2.0
package io.habeas.testcontrols;

import io.habeas.service.LegalTimeOffset;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** How far legal time was moved; forward only, since a clock of law that goes back would take rights away. */
final class MovableOffset implements LegalTimeOffset {

    private final AtomicReference<Duration> offset =
            new AtomicReference<>(Duration.parse(System.getProperty("habeas.time.offset", "PT0S")));

    @Override
    public Duration offset() {
        return offset.get();
    }

    Duration advanceTo(Duration wanted) {
        return offset.updateAndGet(now -> wanted.compareTo(now) > 0 ? wanted : now);
    }
}
