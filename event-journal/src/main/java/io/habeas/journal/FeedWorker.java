// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that follows the feed, or does what follows from it: round after round, with a rest where there is nothing to do. Trouble of any kind
 * is a pause, never an end.
 */
public final class FeedWorker {

    /** One round. */
    public interface Round {
        /** @return whether there may be more to do at once */
        boolean go() throws InterruptedException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(FeedWorker.class);
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);
    private static final Duration STOP = Duration.ofSeconds(10);

    private final String name;
    private final Duration rest;
    private final Round round;
    private final Semaphore wakes = new Semaphore(0);
    private volatile boolean running;
    private Thread thread = new Thread();

    /** @param rest between two looks at a feed that has nothing new */
    public FeedWorker(String name, Duration rest, Round round) {
        this.name = name;
        this.rest = rest;
        this.round = round;
    }

    public synchronized void start() {
        running = true;
        thread = Thread.ofPlatform().daemon().name(name).start(this::loop);
    }

    /** Returns when the round that is under way has ended, or after ten seconds. */
    public synchronized void stop() {
        running = false;
        thread.interrupt();
        try {
            if (!thread.join(STOP)) {
                LOG.atWarn().addKeyValue("worker", name).log("a loop does not stop");
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    public boolean isRunning() {
        return running;
    }

    /** There may be something to do now. */
    public void wake() {
        wakes.release();
    }

    private void loop() {
        while (running) {
            try {
                if (!round.go()) {
                    pause(rest);
                }
            } catch (InterruptedException stopped) {
                return;
            } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError trouble) {
                if (!running || !rested(trouble)) {
                    return;
                }
            }
        }
    }

    private boolean rested(Throwable trouble) {
        LOG.atWarn()
                .addKeyValue("worker", name)
                .addKeyValue("trouble", trouble.getClass().getSimpleName())
                .log("a loop rests for a moment");
        try {
            pause(AFTER_TROUBLE);
            return true;
        } catch (InterruptedException stopped) {
            return false;
        }
    }

    private void pause(Duration atMost) throws InterruptedException {
        if (wakes.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            wakes.drainPermits();
        }
    }
}
