// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.delivery;

import io.habeas.messaging.LeaseRenewal;
import io.habeas.messaging.RequestTraces;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** Looks at the outbox when something was put there, and every so often; each letter goes out on a thread of its own. */
class DeliveryLoop implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(DeliveryLoop.class);
    private static final Duration PAUSE_AFTER_TROUBLE = Duration.ofSeconds(2);
    private static final Duration CLEAN_UP_EVERY = Duration.ofHours(1);
    /** Twice that is within the time that a phase of the shutdown has. */
    private static final Duration STOP = Duration.ofSeconds(14);

    /** What a person waits longer when the process that sends a letter dies. */
    private static final Duration LEASE = Duration.ofSeconds(20);

    private final LetterOutbox outbox;
    private final MailCap cap;
    private final Delivery delivery;
    private final RequestTraces traces;
    private final MailProperties properties;
    private final LeaseRenewal<OutgoingLetter> leases;
    private final Semaphore slots;
    private final Semaphore bell = new Semaphore(0);
    private volatile boolean running;
    private @Nullable Thread thread;
    private long cleanedAt = System.nanoTime();

    DeliveryLoop(LetterOutbox outbox, MailCap cap, Delivery delivery, RequestTraces traces, MailProperties properties) {
        this.outbox = outbox;
        this.cap = cap;
        this.delivery = delivery;
        this.traces = traces;
        this.properties = properties;
        this.leases = new LeaseRenewal<>(LEASE, claimed -> outbox.renew(claimed, LEASE));
        this.slots = new Semaphore(properties.connections());
    }

    /** Something was put into the outbox. */
    void wake() {
        bell.release();
    }

    @Override
    public synchronized void start() {
        running = true;
        leases.start();
        thread = Thread.ofVirtual().name("letter-delivery").start(this::run);
    }

    /** Waits for the letters that are being sent, for as long as the end of a process leaves time. */
    @Override
    public synchronized void stop() {
        running = false;
        wake();
        try {
            if (thread != null) {
                thread.join(STOP);
            }
            if (!slots.tryAcquire(properties.connections(), STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("stopped while letters are being sent; they will be sent again with the same Message-ID");
                return;
            }
            slots.release(properties.connections());
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
                if (!round()) {
                    pause(properties.poll());
                }
            } catch (DataAccessException | TransactionException trouble) {
                LOG.atWarn()
                        .addKeyValue("failure", trouble.getClass().getSimpleName())
                        .log("the outbox can not be read for now");
                pause(PAUSE_AFTER_TROUBLE);
            } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError trouble) {
                LOG.atError().addKeyValue("failure", placeOf(trouble)).log("the outbox can not be worked off");
                pause(PAUSE_AFTER_TROUBLE);
            }
        }
    }

    /** @return whether there may be more */
    private boolean round() {
        if (System.nanoTime() - cleanedAt > CLEAN_UP_EVERY.toNanos()) {
            cleanedAt = System.nanoTime();
            cap.forgetOld();
        }
        slots.acquireUninterruptibly();
        int free = 1 + slots.drainPermits();
        int used = 0;
        try {
            for (var letter : outbox.claim(free, LEASE, properties.giveUpAfter())) {
                Thread.ofVirtual().name("letter-" + letter.id()).start(() -> send(letter));
                used++;
            }
        } finally {
            slots.release(free - used);
        }
        return used == free;
    }

    private void send(OutgoingLetter letter) {
        try (var _ = leases.hold(letter);
                var _ = traces.spanning("send a letter", letter.requestId())) {
            sendOrPutOff(letter);
        } catch (DataAccessException | TransactionException _) {
            Delivery.notWritten(letter);
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError trouble) {
            LOG.atError()
                    .addKeyValue("failure", placeOf(trouble))
                    .addKeyValue("kind", letter.kind())
                    .addKeyValue("requestId", letter.requestId())
                    .log("a letter could not be put off; it is tried again when its lease ends");
        } finally {
            slots.release();
        }
    }

    private void sendOrPutOff(OutgoingLetter letter) {
        try {
            delivery.deliver(letter, leases);
        } catch (DataAccessException | TransactionException trouble) {
            throw trouble;
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError trouble) {
            LOG.atError()
                    .addKeyValue("failure", placeOf(trouble))
                    .addKeyValue("kind", letter.kind())
                    .addKeyValue("requestId", letter.requestId())
                    .log("a letter could not be made");
            delivery.failed(letter);
        }
    }

    /** Its class and where it comes from; what it says may hold what was opened for the letter. */
    private static String placeOf(Throwable trouble) {
        var trace = trouble.getStackTrace();
        return trouble.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
    }

    private void pause(Duration duration) {
        try {
            if (bell.tryAcquire(duration.toMillis(), TimeUnit.MILLISECONDS)) {
                bell.drainPermits();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            running = false;
        }
    }
}
