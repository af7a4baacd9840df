// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Appends that commit on their own, many callers in one commit: what waits while a commit is under way goes into the next
 * one together, and one commit is under way at a time, so that groups form where many write. A caller who finds nobody before it
 * writes by itself and is spared the hand-over. Where the commit under way takes long (it may wait for a key that somebody else
 * is about to store), the callers behind it go past it together.
 *
 * <p>Who can wait a moment says so ({@link #inCompany}): where such appends come thick, one commit in {@link #GATHER} takes what has come until then. A commit costs the
 * database several times what a row in it costs, and everybody who follows the feed is woken once for it. The first after a quiet moment is stored at once, and so is, at any time, what
 * somebody who can not wait brings, with all that were waiting.
 *
 * <p>Uses two connections of its own, opened when first needed and kept; give it a plain data source rather than a pool
 * that others draw from. Callers hold no connection while they wait. Safe for many threads.
 */
public final class GroupedAppends implements AutoCloseable {

    private static final int QUEUE = 1_024;
    private static final int GROUP = 256;
    private static final int SECONDS_FOR_ROOM = 30;
    /** Longer than most commits take, and short for somebody who waits behind one that does. */
    private static final Duration PATIENCE = Duration.ofMillis(10);

    /** From the beginning of a commit to that of the next, where nobody is in a hurry: longer than most commits take, and shorter than a caller at a door notices. */
    private static final Duration GATHER = Duration.ofMillis(12);

    private static final ScopedValue<Boolean> IN_COMPANY = ScopedValue.newInstance();

    private static final Append STOP = new Append(List.of(), false);

    private final BlockingQueue<Append> queue = new ArrayBlockingQueue<>(QUEUE);
    private final ReentrantLock direct = new ReentrantLock();
    private final AppendLane directLane;
    private final AppendLane writerLane;
    private final Thread writer;
    private final long gather;
    private volatile boolean writing;
    /** Whether those who can wait come so thick that to wait for others is worth it: one who waited lately was not alone. */
    volatile boolean crowded;

    volatile boolean gathering;
    private volatile boolean hurry;
    private volatile boolean closed;

    public GroupedAppends(DataSource dataSource, JournalWakeup wakeup) {
        this(dataSource, wakeup, GATHER);
    }

    /** @param gather from the beginning of a commit to that of the next, where nobody is in a hurry */
    GroupedAppends(DataSource dataSource, JournalWakeup wakeup, Duration gather) {
        this.gather = gather.toNanos();
        this.directLane = new AppendLane(dataSource, wakeup);
        this.writerLane = new AppendLane(dataSource, wakeup);
        this.writer = Thread.ofPlatform().daemon().name("journal-writer").start(this::write);
    }

    /**
     * Runs what may append, on this thread, and says that such an append can wait some milliseconds for others: intake, whose callers wait for the network and each other
     * anyway. It is as durable, and as surely over when it returns, as any other.
     *
     * @return what the work returns
     */
    public static <T extends @Nullable Object, X extends Throwable> T inCompany(ScopedValue.CallableOp<T, X> work)
            throws X {
        return ScopedValue.where(IN_COMPANY, true).call(work);
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
        var append = new Append(List.copyOf(events), IN_COMPANY.isBound());
        if (append.isPatient() && crowded || !wroteDirectly(append)) {
            enqueue(append);
        }
        append.await(append.isPatient() ? PATIENCE.plusNanos(gather) : PATIENCE, this::goPast);
    }

    private boolean wroteDirectly(Append append) {
        if (writing || !queue.isEmpty() || !direct.tryLock()) {
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

    /** The first of those who wait behind a slow commit writes for all of them. */
    private void goPast(Append waiting) {
        if (gathering || queue.peek() != waiting || !direct.tryLock()) {
            return;
        }
        try {
            if (closed || queue.peek() != waiting) {
                return; // the writer leaves nobody behind
            }
            var group = new ArrayList<Append>();
            queue.drainTo(group, GROUP);
            if (!group.isEmpty()) {
                group.forEach(Append::taken);
                directLane.write(group);
            }
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
        if (!append.isPatient()) {
            hurry();
        }
        if (!queued && !closed) {
            throw new JournalException("the journal is " + QUEUE + " appends behind and takes no more");
        }
        // A writer that has stopped before the append came in will not see it; whoever removes it owns it.
        if (closed && (!queued || queue.remove(append))) {
            throw closedAlready();
        }
    }

    private void hurry() {
        hurry = true;
        LockSupport.unpark(writer);
    }

    /** Returns when the next commit is due, or somebody is in a hurry. */
    private void gather(long lastBegun) {
        gathering = true;
        long left = lastBegun + gather - System.nanoTime();
        while (left > 0 && !hurry) {
            LockSupport.parkNanos(this, left);
            Thread.interrupted(); // nobody has a reason to, and with it no park would last
            left = lastBegun + gather - System.nanoTime();
        }
    }

    /** In the queue, without the first, which the writer has. */
    int waiting() {
        return queue.size();
    }

    private void write() {
        var group = new ArrayList<Append>(GROUP);
        long begun = System.nanoTime();
        boolean going = true;
        while (going) {
            try {
                group.add(queue.take());
            } catch (InterruptedException e) {
                continue; // nobody but close() stops the writer, and it does so through the queue
            }
            writing = true;
            if (group.getFirst().isPatient()) {
                group.getFirst().taken();
                gather(begun);
            }
            hurry = false;
            begun = System.nanoTime();
            queue.drainTo(group, GROUP - 1);
            gathering = false;
            if (!queue.isEmpty()) {
                hurry(); // a full group stays behind, and whoever may be in it
            }
            going = !group.remove(STOP);
            if (!group.isEmpty()) {
                crowded = group.stream().filter(Append::isPatient).limit(2).count() > 1;
                group.forEach(Append::taken);
                writerLane.write(group);
            }
            group.clear();
            writing = false;
        }
        writerLane.close();
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
        boolean told = false;
        while (!told || writer.isAlive()) {
            try {
                if (!told) {
                    queue.put(STOP);
                    hurry();
                    told = true;
                }
                writer.join();
            } catch (InterruptedException e) {
                interrupted = true;
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
