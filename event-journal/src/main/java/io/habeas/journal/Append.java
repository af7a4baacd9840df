// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The events of one command on their way into the table, and the thread that waits for them. */
final class Append {

    private final List<NewEvent> events;
    private final Thread waiter = Thread.currentThread();
    private @Nullable JournalException refusal;
    private volatile boolean over;

    Append(List<NewEvent> events) {
        this.events = events;
    }

    List<NewEvent> events() {
        return events;
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

    void await() {
        boolean interrupted = false;
        while (!over) {
            LockSupport.park(this);
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
