// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What was loaded, bounded in count and in age; the age counts from before the load began. Concurrent callers of one id
 * share one load. What is put in while a load runs wins over it, so that a destruction is never undone by a slow reader.
 */
final class KeyCache<K, V> {

    private record Aged<V>(V value, long loadedAt) {}

    private final int most;
    private final long mostNanos;
    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<K, Aged<V>> values = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Aged<V>> eldest) {
            return size() > most;
        }
    };
    private final Map<K, CompletableFuture<V>> loading = new LinkedHashMap<>();

    KeyCache(int most, Duration mostAge, LongSupplier nanos) {
        this.most = most;
        this.mostNanos = mostAge.toNanos();
        this.nanos = nanos;
    }

    V get(K id, Supplier<V> load) {
        CompletableFuture<V> shared;
        var mine = new CompletableFuture<V>();
        lock.lock();
        try {
            var known = values.get(id);
            if (known != null && nanos.getAsLong() - known.loadedAt < mostNanos) {
                return known.value;
            }
            values.remove(id);
            var other = loading.putIfAbsent(id, mine);
            shared = other == null ? mine : other;
        } finally {
            lock.unlock();
        }
        return shared == mine ? load(id, mine, load) : await(shared);
    }

    private V load(K id, CompletableFuture<V> mine, Supplier<V> load) {
        var startedAt = nanos.getAsLong();
        try {
            var value = load.get();
            lock.lock();
            try {
                if (loading.remove(id, mine)) {
                    values.put(id, new Aged<>(value, startedAt));
                }
            } finally {
                lock.unlock();
            }
            mine.complete(value);
            return value;
        } catch (RuntimeException | Error e) {
            lock.lock();
            try {
                loading.remove(id, mine);
            } finally {
                lock.unlock();
            }
            mine.completeExceptionally(e);
            throw e;
        }
    }

    private static <V> V await(CompletableFuture<V> shared) {
        try {
            return shared.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    void put(K id, V value) {
        lock.lock();
        try {
            loading.remove(id);
            values.put(id, new Aged<>(value, nanos.getAsLong()));
        } finally {
            lock.unlock();
        }
    }

    /** Changes what is known, which grows no younger; a load that is under way is not kept, since it may have begun before. */
    void update(K id, UnaryOperator<V> change) {
        lock.lock();
        try {
            loading.remove(id);
            values.computeIfPresent(id, (_, known) -> new Aged<>(change.apply(known.value), known.loadedAt));
        } finally {
            lock.unlock();
        }
    }

    void evict(K id) {
        lock.lock();
        try {
            loading.remove(id);
            values.remove(id);
        } finally {
            lock.unlock();
        }
    }

    void evictIf(Predicate<K> which) {
        lock.lock();
        try {
            loading.keySet().removeIf(which);
            values.keySet().removeIf(which);
        } finally {
            lock.unlock();
        }
    }

    void clear() {
        lock.lock();
        try {
            loading.clear();
            values.clear();
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return values.size();
        } finally {
            lock.unlock();
        }
    }
}
