// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification.cases;

import io.habeas.messaging.LeaseRenewal;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** Works at whole multiples of the tick and at no other time, so that the moment of a code tells nothing about who is on file. */
class CaseTicker implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(CaseTicker.class);
    private static final int AT_ONCE = 16;
    /** What a person waits longer when the process that drew a code dies. */
    private static final Duration LEASE = Duration.ofSeconds(12);

    private static final Duration STOPPING = Duration.ofSeconds(20);

    private final CaseStore cases;
    private final CaseWorker worker;
    private final Duration tick;
    private final Semaphore slots = new Semaphore(AT_ONCE);
    private final LeaseRenewal<VerificationCase> leases;
    private volatile boolean running;
    private @Nullable Thread thread;

    CaseTicker(CaseStore cases, CaseWorker worker, Duration tick) {
        this.cases = cases;
        this.worker = worker;
        this.tick = tick;
        this.leases = new LeaseRenewal<>(LEASE, claimed -> cases.renew(claimed, LEASE));
    }

    @Override
    public synchronized void start() {
        running = true;
        leases.start();
        thread = Thread.ofVirtual().name("case-ticker").start(this::run);
    }

    /** Waits for the look-ups that are under way. */
    @Override
    public synchronized void stop() {
        running = false;
        try {
            if (thread != null) {
                thread.interrupt();
                thread.join(STOPPING);
            }
            if (slots.tryAcquire(AT_ONCE, STOPPING.toMillis(), TimeUnit.MILLISECONDS)) {
                slots.release(AT_ONCE);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            leases.stop();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private void run() {
        while (running) {
            try {
                untilNextTick();
                worker.expire();
                claim();
            } catch (InterruptedException _) {
                return;
            } catch (DataAccessException | TransactionException trouble) {
                LOG.atWarn()
                        .addKeyValue("failure", trouble.getClass().getSimpleName())
                        .log("the cases can not be read for now");
            } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError trouble) {
                LOG.atError()
                        .addKeyValue("failure", trouble.getClass().getName())
                        .log("a tick failed");
            }
        }
    }

    private void untilNextTick() throws InterruptedException {
        // the real clock, since only the spacing counts
        long now = Clock.systemUTC().millis();
        long millis = tick.toMillis();
        Thread.sleep(millis - now % millis);
    }

    private void claim() {
        int free = slots.drainPermits();
        int used = 0;
        try {
            if (free == 0) {
                return;
            }
            for (var it : cases.claim(free, LEASE)) {
                Thread.ofVirtual().name("case-" + it.requestId()).start(() -> work(it));
                used++;
            }
        } finally {
            slots.release(free - used);
        }
    }

    private void work(VerificationCase it) {
        try (var _ = leases.hold(it)) {
            worker.work(it);
        } catch (DataAccessException | TransactionException trouble) {
            LOG.atWarn()
                    .addKeyValue("failure", trouble.getClass().getSimpleName())
                    .addKeyValue("requestId", it.requestId())
                    .log("a case could not be written");
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError trouble) {
            LOG.atError()
                    .addKeyValue("failure", trouble.getClass().getName())
                    .addKeyValue("requestId", it.requestId())
                    .log("a case can not be worked on, a person must look");
        } finally {
            slots.release();
        }
    }
}
