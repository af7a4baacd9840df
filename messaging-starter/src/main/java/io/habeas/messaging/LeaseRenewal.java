// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what this process has claimed its own for as long as it lives. So a lease may be short, which is what somebody waits when
 * a process dies, and work may be longer than a lease.
 *
 * <p>What was held for less than a third of the lease is left alone: most work is over before anything is renewed.
 *
 * @param <T> what is claimed, with the number of its lease
 */
public final class LeaseRenewal<T> {

    /** Work that is under way; closing says that it is over. */
    public interface Held extends AutoCloseable {
        @Override
        void close();
    }

    private static final Logger LOG = LoggerFactory.getLogger(LeaseRenewal.class);
    private static final int SIGNS_A_LEASE = 3;

    private final Duration lease;
    private final Consumer<? super List<T>> renew;
    private final Map<Object, Claimed<T>> held = new ConcurrentHashMap<>();
    private volatile boolean running;
    private Thread thread = new Thread();

    private record Claimed<T>(T claim, long since) {}

    /** @param renew moves the end of those leases that still hold; what it throws is logged, and tried again after a third of the lease */
    public LeaseRenewal(Duration lease, Consumer<? super List<T>> renew) {
        this.lease = lease;
        this.renew = renew;
    }

    /** How long a claim lasts without a sign of life. */
    public Duration lease() {
        return lease;
    }

    /** From now until it is closed, the claim is renewed. */
    public Held hold(T claim) {
        var ticket = new Object();
        held.put(ticket, new Claimed<>(claim, System.nanoTime()));
        return () -> held.remove(ticket);
    }

    public synchronized void start() {
        running = true;
        thread = Thread.ofVirtual().name("lease-renewal").start(this::run);
    }

    /** What is under way then has a lease of its length left. */
    public synchronized void stop() {
        running = false;
        thread.interrupt();
    }

    private void run() {
        var between = lease.dividedBy(SIGNS_A_LEASE);
        while (running) {
            try {
                Thread.sleep(between);
            } catch (InterruptedException stopped) {
                return;
            }
            long before = System.nanoTime() - between.toNanos();
            var old = held.values().stream()
                    .filter(it -> it.since() - before <= 0)
                    .map(Claimed::claim)
                    .toList();
            try {
                if (!old.isEmpty()) {
                    renew.accept(old);
                }
            } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError trouble) {
                LOG.atWarn().addKeyValue("failure", Failures.describe(trouble)).log("leases could not be renewed");
            }
        }
    }
}
