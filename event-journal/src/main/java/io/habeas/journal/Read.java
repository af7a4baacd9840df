// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one caller wants of a stream, and the thread that waits for it: until it is served, or is to serve a group itself. */
final class Read {

    private final UUID stream;
    private final long from;
    private final int limit;
    private final Thread waiter = Thread.currentThread();
    private final List<NewEvent> events = new ArrayList<>();
    private @Nullable JournalException failure;
    private @Nullable ReadLane lane;
    private List<Read> group = List.of();
    private volatile boolean awake;

    Read(UUID stream, long from, int limit) {
        this.stream = stream;
        this.from = from;
        this.limit = limit;
    }

    UUID stream() {
        return stream;
    }

    long from() {
        return from;
    }

    int limit() {
        return limit;
    }

    void found(NewEvent event) {
        events.add(event);
    }

    /** Another attempt begins. */
    void again() {
        events.clear();
    }

    void served() {
        wake();
    }

    void failed(JournalException reason) {
        failure = reason;
        wake();
    }

    void leads(ReadLane free, List<Read> together) {
        lane = free;
        group = together;
        wake();
    }

    private void wake() {
        awake = true;
        if (waiter != Thread.currentThread()) {
            LockSupport.unpark(waiter);
        }
    }

    /**
     * Waits for as long as it takes.
     *
     * @param help called where it has no turn for that long, and again and again
     * @return whether it leads
     */
    boolean awaitTurn(Duration patience, Consumer<Read> help) {
        Waiting.until(() -> awake, () -> awake, patience, () -> help.accept(this));
        return lane != null;
    }

    ReadLane lane() {
        return Objects.requireNonNull(lane);
    }

    List<Read> group() {
        return group;
    }

    List<NewEvent> events() {
        if (failure != null) {
            throw failure;
        }
        return events;
    }
}
