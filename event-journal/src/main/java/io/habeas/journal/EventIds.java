// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** UUIDv7 for events: ordered by real time to the millisecond, unique and not secret. */
public final class EventIds {

    // A counter through a bijection never repeats within the process, the seed keeps processes apart.
    private static final AtomicLong COUNTER = new AtomicLong(new SecureRandom().nextLong());

    private EventIds() {}

    public static UUID next() {
        long random = mixed(COUNTER.getAndAdd(0x9E3779B97F4A7C15L));
        long high = System.currentTimeMillis() << 16 | 0x7000L | random >>> 52;
        long low = random & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L;
        return new UUID(high, low);
    }

    /** The finalizer of splitmix64. */
    private static long mixed(long value) {
        long z = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
