// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Does one kind of work on virtual threads: at once while there is some, else after a nudge or a pause. */
public final class Worker implements SmartLifecycle {

    /** A piece of the work. */
    @FunctionalInterface
    public interface Job {
        /** @return whether there was something to do */
        boolean once() throws Exception;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration STOP = Duration.ofSeconds(20);

    private final String name;
    private final int width;
    private final Duration pause;
    private final Job job;
    private final Semaphore nudges = new Semaphore(0);
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean running;

    /**
     * @param width how many pieces are done at the same time
     * @param pause how long to wait when there is nothing to do
     */
    public Worker(String name, int width, Duration pause, Job job) {
        this.name = name;
        this.width = width;
        this.pause = pause;
        this.job = job;
    }

    /** There may be something to do. */
    public void nudge() {
        if (nudges.availablePermits() < width) {
            nudges.release();
        }
    }

    @Override
    public synchronized void start() {
        running = true;
        for (int i = 0; i < width; i++) {
            threads.add(Thread.ofVirtual().name(name + "-" + i).start(this::run));
        }
    }

    @Override
    public synchronized void stop() {
        running = false;
        nudges.release(width);
        long end = System.nanoTime() + STOP.toNanos();
        try {
            for (var thread : threads) {
                if (!thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
                    thread.interrupt();
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        threads.clear();
    }

    /** Beside the others: none waits for the work of another to end. */
    @Override
    public void stop(Runnable stopped) {
        Thread.ofVirtual().name(name + "-stop").start(() -> {
            try {
                stop();
            } finally {
                stopped.run();
            }
        });
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Stops before the pools and the web server do. */
    @Override
    public int getPhase() {
        return SmartLifecycle.DEFAULT_PHASE;
    }

    private void run() {
        while (running) {
            try {
                if (!once()) {
                    nudges.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    /** The edge of a piece of work: whatever is thrown, the next piece is done. The exception's own text may quote values. */
    private boolean once() throws InterruptedException {
        try {
            return job.once();
        } catch (InterruptedException stopped) {
            throw stopped;
        } catch (Exception | LinkageError | AssertionError | StackOverflowError failed) {
            LOG.atWarn()
                    .addKeyValue("worker", name)
                    .addKeyValue("failure", failed.getClass().getName())
                    .addKeyValue("at", failed.getStackTrace().length == 0 ? "" : failed.getStackTrace()[0])
                    .log("a piece of work failed; it will be tried again");
            nudges.tryAcquire(width, AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS);
            return false;
        }
    }
}
