// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells the readers of this process that something was committed. It is a hint and never the only way: a wake that comes
 * while an older transaction is open finds nothing, and other processes are not heard, so a reader also polls.
 *
 * <pre>{@code
 * long heard = wakeup.heard();
 * if (journal.read(position, 1_000).isEmpty()) {
 *     wakeup.await(heard, JournalWakeup.POLL);
 * }
 * }</pre>
 */
public final class JournalWakeup {

    /** How long a reader that found nothing waits for a wake before it looks again. */
    public static final Duration POLL = Duration.ofMillis(20);

    private final AtomicLong wakes = new AtomicLong();
    private final AtomicInteger waiting = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();

    /** To be called after the commit; cheap when nobody waits. */
    public void wake() {
        wakes.incrementAndGet();
        if (waiting.get() == 0) {
            return;
        }
        lock.lock();
        try {
            woken.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How many wakes there have been; to be taken before reading, so that a commit during the read is not slept through. */
    public long heard() {
        return wakes.get();
    }

    /** Returns at the first wake after {@code heard}, or when the time is over. */
    public void await(long heard, Duration atMost) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            waiting.incrementAndGet();
            try {
                long left = atMost.toNanos();
                while (wakes.get() == heard && left > 0) {
                    left = woken.awaitNanos(left);
                }
            } finally {
                waiting.decrementAndGet();
            }
        } finally {
            lock.unlock();
        }
    }
}
