// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import io.habeas.contracts.KeyClass;
import java.time.Duration;
import java.time.Period;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How a {@link KeyStore} holds its keys.
 *
 * @param pool pairs of request keys kept ready for each controller; doubles by itself while intake outruns it, up to
 *     sixteen times
 * @param poolAge pairs older than this in legal time are thrown away unused, so that every pair has its life before it
 * @param lives how long a key of each class may live at most; it is destroyed earlier when its purpose ends, and
 *     {@link KeyStore#prolong} gives it longer
 * @param lookupLife how long a quarter's hash key lives after the quarter
 * @param cachedKeys how many opened keys are held in memory
 * @param cacheAge how long an opened key is held, at most a minute
 * @param nanos the real clock of the cache, {@link System#nanoTime} outside of tests
 */
public record KeyStoreSettings(
        int pool,
        Period poolAge,
        Map<KeyClass, Period> lives,
        Period lookupLife,
        int cachedKeys,
        Duration cacheAge,
        LongSupplier nanos) {

    static final Duration MOST_AGE = Duration.ofSeconds(60);

    public KeyStoreSettings {
        if (pool < 1 || cachedKeys < 1) {
            throw new IllegalArgumentException("pool and cachedKeys must be at least 1");
        }
        if (cacheAge.compareTo(MOST_AGE) > 0) {
            throw new IllegalArgumentException("opened keys may be held for " + MOST_AGE + " at most");
        }
        lives = Map.copyOf(lives);
        for (var keyClass : KeyClass.values()) {
            if (!lives.containsKey(keyClass)) {
                throw new IllegalArgumentException("no life is given for keys of class " + keyClass);
            }
        }
    }

    public static KeyStoreSettings defaults() {
        var lives = new EnumMap<KeyClass, Period>(KeyClass.class);
        lives.put(KeyClass.IDENTITY, Period.ofYears(2));
        lives.put(KeyClass.CASE, Period.ofYears(7));
        lives.put(KeyClass.PACKAGE, Period.ofMonths(6));
        lives.put(KeyClass.TASK, Period.ofYears(2));
        lives.put(KeyClass.STANDING, Period.ofYears(100));
        return new KeyStoreSettings(
                64, Period.ofMonths(1), lives, Period.ofYears(7), 10_000, MOST_AGE, System::nanoTime);
    }

    public KeyStoreSettings withPool(int pairs) {
        return new KeyStoreSettings(pairs, poolAge, lives, lookupLife, cachedKeys, cacheAge, nanos);
    }

    KeyStoreSettings withCache(int keys, LongSupplier clock) {
        return new KeyStoreSettings(pool, poolAge, lives, lookupLife, keys, cacheAge, clock);
    }

    Period life(KeyClass keyClass) {
        var life = lives.get(keyClass);
        if (life == null) {
            throw new IllegalStateException("no life is given for keys of class " + keyClass);
        }
        return life;
    }
}
