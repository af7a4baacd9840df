// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.routing;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * The copies of one service, taken in turn. One that could not be reached is left out for a while; when all are, all are tried, since a wrong guess must
 * not close the door. Safe for many threads.
 */
final class Copies {

    /** One process of the service. */
    static final class Copy {

        private final URI base;
        private final Semaphore places;
        private volatile long leftOutUntil;
        private volatile boolean leftOut;

        private Copy(URI base, int atOnce) {
            this.base = base;
            this.places = new Semaphore(atOnce);
        }

        URI base() {
            return base;
        }

        /** Open exchanges; a copy that is full takes no more. */
        Semaphore places() {
            return places;
        }
    }

    private final List<Copy> copies;
    private final long leaveOutNanos;
    private final LongSupplier nanoTime;
    private final AtomicInteger turn = new AtomicInteger();

    Copies(List<URI> bases, int atOnce, Duration leaveOut, LongSupplier nanoTime) {
        this.copies = bases.stream().map(base -> new Copy(base, atOnce)).toList();
        this.leaveOutNanos = leaveOut.toNanos();
        this.nanoTime = nanoTime;
    }

    /** In the order in which they are to be tried: those in service first. */
    List<Copy> inTurn() {
        int first = turn.getAndIncrement();
        long now = nanoTime.getAsLong();
        var well = new ArrayList<Copy>(copies.size());
        var doubtful = new ArrayList<Copy>();
        for (int i = 0; i < copies.size(); i++) {
            var copy = copies.get(Math.floorMod(first + i, copies.size()));
            (copy.leftOut && now - copy.leftOutUntil < 0 ? doubtful : well).add(copy);
        }
        well.addAll(doubtful);
        return well;
    }

    void unreachable(Copy copy) {
        copy.leftOutUntil = nanoTime.getAsLong() + leaveOutNanos;
        copy.leftOut = true;
    }

    void reached(Copy copy) {
        copy.leftOut = false;
    }
}
