// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.clocks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Two threads: one keeps the due table, one does what is due. Trouble of any kind is a pause, never an end. */
final class DueLoops implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(DueLoops.class);
    private static final Duration REST = Duration.ofMillis(150);
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);
    private static final Duration STOP = Duration.ofSeconds(10);

    /** One round; true if there may be more. */
    private interface Round {
        boolean go() throws InterruptedException;
    }

    private boolean reckoned;
    private final DueProjection projection;
    private final DueWork work;
    private final Semaphore wakes = new Semaphore(0);
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean running;

    DueLoops(DueProjection projection, DueWork work) {
        this.projection = projection;
        this.work = work;
    }

    /** Legal time was moved: what is due by it is done at once. */
    void wake() {
        wakes.release();
    }

    @Override
    public synchronized void start() {
        running = true;
        threads.add(Thread.ofPlatform().daemon().name("due-projection").start(() -> loop(projection::advance)));
        threads.add(Thread.ofPlatform().daemon().name("due-work").start(() -> loop(this::work)));
    }

    @Override
    public synchronized void stop() {
        running = false;
        threads.forEach(Thread::interrupt);
        for (var thread : threads) {
            try {
                if (!thread.join(STOP)) {
                    LOG.atWarn().addKeyValue("worker", thread.getName()).log("a loop does not stop");
                }
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            }
        }
        threads.clear();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Ends that were provisional come first, with the calendars of this start. */
    private boolean work() throws InterruptedException {
        if (!reckoned) {
            work.reckonProvisional();
            reckoned = true;
        }
        return work.once();
    }

    private void loop(Round round) {
        while (running) {
            try {
                if (!round.go()) {
                    rest(REST);
                }
            } catch (InterruptedException stopped) {
                return;
            } catch (RuntimeException trouble) {
                if (!running) {
                    return;
                }
                LOG.atWarn()
                        .addKeyValue("trouble", trouble.getClass().getSimpleName())
                        .log("the due table rests for a moment");
                try {
                    rest(AFTER_TROUBLE);
                } catch (InterruptedException stopped) {
                    return;
                }
            }
        }
    }

    private void rest(Duration atMost) throws InterruptedException {
        if (wakes.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            wakes.drainPermits();
        }
    }
}
