// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.desk;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Keeps the queue up with the feed while the service runs. */
final class QueueLoop implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(QueueLoop.class);
    private static final Duration REST = Duration.ofMillis(100);
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);
    private static final Duration STOP = Duration.ofSeconds(10);

    private final QueueProjection projection;
    private final Semaphore wakes = new Semaphore(0);
    private volatile boolean running;
    private Thread thread = new Thread();

    QueueLoop(QueueProjection projection) {
        this.projection = projection;
    }

    @Override
    public synchronized void start() {
        running = true;
        thread = Thread.ofPlatform().daemon().name("desk-queue").start(this::loop);
    }

    @Override
    public synchronized void stop() {
        running = false;
        thread.interrupt();
        try {
            if (!thread.join(STOP)) {
                LOG.atWarn().addKeyValue("worker", thread.getName()).log("a loop does not stop");
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private void loop() {
        while (running) {
            try {
                if (!projection.advance()) {
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
                        .log("the queue of the desk rests for a moment");
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
