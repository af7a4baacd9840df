// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** How a caller waits for somebody else to do its work: for as long as it takes, but not idly where nobody comes. */
final class Waiting {

    private static final int LONGEST = 10;

    private Waiting() {}

    /**
     * Parks the current thread until it is over, without heed to interruption, since the wait may end with a duty; an interrupt is
     * kept. Whoever ends it unparks the thread.
     *
     * @param begun whether somebody does the work by now, so that there is nothing to help with
     * @param patience how long to wait before {@code help} is called, and again and again after pauses that grow to ten times that
     */
    static void until(BooleanSupplier over, BooleanSupplier begun, Duration patience, Runnable help) {
        boolean interrupted = false;
        long longest = patience.multipliedBy(LONGEST).toNanos();
        long nanos = patience.toNanos();
        long since = System.nanoTime();
        while (!over.getAsBoolean()) {
            if (begun.getAsBoolean()) {
                LockSupport.park();
            } else {
                LockSupport.parkNanos(nanos);
                if (!over.getAsBoolean() && !begun.getAsBoolean() && System.nanoTime() - since >= nanos) {
                    help.run();
                    since = System.nanoTime();
                    nanos = Math.min(2 * nanos, longest);
                }
            }
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
