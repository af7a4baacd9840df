// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;

/**
 * Appends that commit on their own, many callers in one commit: what waits while a commit is under way goes into the next
 * one together. A caller who finds nobody before it writes by itself and is spared the hand-over.
 *
 * <p>Uses three connections of its own, opened when first needed and kept; give it a plain data source rather than a pool
 * that others draw from. Callers hold no connection while they wait. Safe for many threads.
 */
public final class GroupedAppends implements AutoCloseable {

    private static final int WRITERS = 2;
    private static final int QUEUE = 1_024;
    private static final int GROUP = 256;
    private static final int SECONDS_FOR_ROOM = 30;

    private static final Append STOP = new Append(List.of());

    private final BlockingQueue<Append> queue = new ArrayBlockingQueue<>(QUEUE);
    private final List<Thread> writers = new ArrayList<>();
    private final ReentrantLock direct = new ReentrantLock();
    private final AppendLane directLane;
    private final DataSource dataSource;
    private final JournalWakeup wakeup;
    private volatile boolean closed;

    public GroupedAppends(DataSource dataSource, JournalWakeup wakeup) {
        this.dataSource = dataSource;
        this.wakeup = wakeup;
        this.directLane = new AppendLane(dataSource, wakeup);
        for (int i = 1; i <= WRITERS; i++) {
            writers.add(Thread.ofPlatform().daemon().name("journal-writer-" + i).start(this::write));
        }
    }

    /**
     * Stores the events in a transaction of their own, all or none, and returns after the commit. Waits without heed to
     * interruption, since the outcome must be known; the interrupt is kept.
     *
     * @throws StreamConflictException if a sequence is taken or leaves a hole
     * @throws AlreadyCausedException if a cause has been there before
     * @throws OutcomeUnknownException if the database went away during the commit and did not come back in time
     * @throws JournalException if the database refuses otherwise, is away, or takes no more
     */
    public void append(List<NewEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        var append = new Append(List.copyOf(events));
        if (!wroteDirectly(append)) {
            enqueue(append);
        }
        append.await();
    }

    private boolean wroteDirectly(Append append) {
        if (!queue.isEmpty() || !direct.tryLock()) {
            return false;
        }
        try {
            if (closed) {
                throw closedAlready();
            }
            directLane.write(List.of(append));
            return true;
        } finally {
            direct.unlock();
        }
    }

    private void enqueue(Append append) {
        boolean interrupted = false;
        boolean queued = false;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_FOR_ROOM);
        while (!queued && !closed && System.nanoTime() < end) {
            try {
                queued = queue.offer(append, end - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (!queued && !closed) {
            throw new JournalException("the journal is " + QUEUE + " appends behind and takes no more");
        }
        // A writer that has stopped before the append came in will not see it; whoever removes it owns it.
        if (closed && (!queued || queue.remove(append))) {
            throw closedAlready();
        }
    }

    private void write() {
        var lane = new AppendLane(dataSource, wakeup);
        var group = new ArrayList<Append>(GROUP);
        boolean going = true;
        while (going) {
            try {
                group.add(queue.take());
            } catch (InterruptedException e) {
                continue; // nobody but close() stops a writer, and it does so through the queue
            }
            queue.drainTo(group, GROUP - 1);
            if (group.remove(STOP)) {
                going = false;
                if (group.remove(STOP)) {
                    queue.add(STOP);
                }
            }
            if (!group.isEmpty()) {
                lane.write(group);
            }
            group.clear();
        }
        lane.close();
    }

    /** Writes what was handed in, refuses what comes after, and gives the connections back. */
    @Override
    public void close() {
        direct.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            directLane.close();
        } finally {
            direct.unlock();
        }
        boolean interrupted = false;
        for (int stops = 0; stops < WRITERS; ) {
            try {
                queue.put(STOP);
                stops++;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        for (var writer : writers) {
            while (writer.isAlive()) {
                try {
                    writer.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static JournalException closedAlready() {
        return new JournalException("the journal takes no more: it is being closed");
    }
}
