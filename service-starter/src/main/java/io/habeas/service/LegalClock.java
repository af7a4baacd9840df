// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * The time that counts in law: receipts, clocks, codes, tokens and events. In production it is the system's; in tests it can be
 * moved forward in all copies of all services. Leases and back-off do not use it.
 */
public final class LegalClock implements InstantSource {

    private final InstantSource system;
    private final Supplier<Duration> offset;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /** @param offset how far legal time is ahead of the system's; zero in production */
    public LegalClock(InstantSource system, Supplier<Duration> offset) {
        this.system = system;
        this.offset = offset;
    }

    /** Legal time is the system's. */
    public static LegalClock system() {
        return new LegalClock(InstantSource.system(), () -> Duration.ZERO);
    }

    @Override
    public Instant instant() {
        return system.instant().plus(offset.get());
    }

    /** Has the listener called, on the thread that moves time, each time legal time was moved. */
    public void onJump(Runnable listener) {
        listeners.add(listener);
    }

    /** Called by whoever moved the offset. */
    public void jumped() {
        listeners.forEach(Runnable::run);
    }
}
