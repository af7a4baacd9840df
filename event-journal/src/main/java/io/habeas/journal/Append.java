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
    private final boolean patient;
    private final Thread waiter = Thread.currentThread();
    private @Nullable JournalException refusal;
    private volatile boolean taken;
    private volatile boolean over;

    Append(List<NewEvent> events, boolean patient) {
        this.events = events;
        this.patient = patient;
    }

    /** Whether it may wait a moment for others that go into the same commit. */
    boolean isPatient() {
        return patient;
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
     * Waits for as long as it takes.
     *
     * @param help called where nobody takes it for that long, and again and again
     * @throws JournalException if it was refused
     */
    void await(Duration patience, Consumer<Append> help) {
        Waiting.until(() -> over, () -> taken, patience, () -> help.accept(this));
        if (refusal != null) {
            throw refusal;
        }
    }
}
