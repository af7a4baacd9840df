// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The events of one command on their way into the table, and the thread that waits for them. */
final class Append {

    private final List<NewEvent> events;
    private final Thread waiter = Thread.currentThread();
    private @Nullable JournalException refusal;
    private volatile boolean taken;
    private volatile boolean over;

    Append(List<NewEvent> events) {
        this.events = events;
    }

    List<NewEvent> events() {
        return events;
    }

    /** Somebody writes it now. */
    void taken() {
        taken = true;
    }

    void stored() {
        over = true;
        LockSupport.unpark(waiter);
    }

    void refused(JournalException reason) {
        refusal = reason;
        over = true;
        LockSupport.unpark(waiter);
    }

    /**
     * Waits for as long as it takes, without heed to interruption.
     *
     * @param patience how long nobody may take it before {@code help} is called, and again and again after pauses that grow to
     *     ten times that
     */
    void await(Duration patience, Consumer<Append> help) {
        boolean interrupted = false;
        long longest = patience.multipliedBy(10).toNanos();
        long nanos = patience.toNanos();
        long since = System.nanoTime();
        while (!over) {
            if (taken) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, nanos);
                if (!taken && System.nanoTime() - since >= nanos) {
                    help.accept(this);
                    since = System.nanoTime();
                    nanos = Math.min(2 * nanos, longest);
                }
            }
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (refusal != null) {
            throw refusal;
        }
    }
}
