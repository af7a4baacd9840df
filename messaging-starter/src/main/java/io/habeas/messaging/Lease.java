// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a leadership alive from a thread of its own, so that a slow broker does not cost it. */
final class Lease implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

    private final RelayStore store;
    private final long epoch;
    private final Duration lease;
    private final Thread keeper;
    private volatile long renewedAt;
    private volatile boolean lost;

    Lease(RelayStore store, long epoch, Duration lease, long acquiredAt) {
        this.store = store;
        this.epoch = epoch;
        this.lease = lease;
        this.renewedAt = acquiredAt;
        this.keeper = Thread.ofVirtual().name("habeas-relay-lease").start(this::keep);
    }

    long epoch() {
        return epoch;
    }

    /** Whether this process may still act as the leader; real time, counted from before the last renewal was asked for. */
    boolean held() {
        return !lost && System.nanoTime() - renewedAt < lease.toNanos();
    }

    private void keep() {
        try {
            while (!lost) {
                Thread.sleep(lease.dividedBy(3));
                renew();
            }
        } catch (InterruptedException closed) {
            lost = true;
        }
    }

    private void renew() {
        long asked = System.nanoTime();
        try {
            if (store.renew(epoch, lease)) {
                renewedAt = asked;
            } else {
                lost = true;
            }
        } catch (SQLException e) {
            // tried again; the lease runs out by itself if the database stays away
            LOG.atWarn().addKeyValue("sqlState", e.getSQLState()).log("the lease of the relay could not be renewed");
        }
    }

    @Override
    public void close() {
        keeper.interrupt();
        boolean interrupted = false;
        while (true) {
            try {
                keeper.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
