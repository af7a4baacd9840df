// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import io.habeas.contracts.KeyClass;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pairs of request keys of one controller, committed to the database before they lie here. Whoever takes one out is its
 * only owner: a pair exists in the memory of one process, and is not read back from the database by another.
 */
final class KeyPool {

    record Pair(DataKey identity, DataKey caseKey, Instant made) {

        Stream<UUID> ids() {
            return Stream.of(identity.id(), caseKey.id());
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(KeyPool.class);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int MOST_DOUBLINGS = 16;
    private static final int MOST_TAKEN = 1_000;

    private final String controller;
    private final KeyTable table;
    private final InstantSource legalTime;
    private final KeyStoreSettings settings;
    private final ConcurrentLinkedDeque<Pair> ready = new ConcurrentLinkedDeque<>();
    /** When those were made that were taken last, by the first of their keys. */
    private final Map<UUID, Instant> taken = Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Instant> eldest) {
            return size() > MOST_TAKEN;
        }
    });

    private final AtomicInteger size = new AtomicInteger();
    private final AtomicInteger target;
    private final AtomicBoolean refilling = new AtomicBoolean();
    private final ReentrantLock filling = new ReentrantLock();
    private volatile long failedAt;
    private volatile @Nullable KeyUnavailableException failure;
    private volatile boolean closed;
    private boolean filledOnce;

    KeyPool(String controller, KeyTable table, InstantSource legalTime, KeyStoreSettings settings) {
        this.controller = controller;
        this.table = table;
        this.legalTime = legalTime;
        this.settings = settings;
        this.target = new AtomicInteger(settings.pool());
    }

    Pair take() {
        var pair = poll();
        if (pair == null) {
            pair = takeAfterFilling();
        }
        if (size.get() <= target.get() / 2) {
            refillBehind();
        }
        taken.put(pair.identity.id(), pair.made);
        return pair;
    }

    /** It is the next to be taken. Under its keys nothing may have been sealed that is kept. */
    void giveBack(DataKey identity, DataKey caseKey) {
        var made = taken.remove(identity.id());
        if (closed || made == null) {
            // too many were taken since: how old it is nobody knows any more
            forget(List.of(identity.id(), caseKey.id()));
        } else {
            ready.addFirst(new Pair(identity, caseKey, made));
            size.incrementAndGet();
        }
    }

    int size() {
        return size.get();
    }

    private @Nullable Pair poll() {
        var oldest = legalTime
                .instant()
                .atOffset(ZoneOffset.UTC)
                .minus(settings.poolAge())
                .toInstant();
        List<UUID> stale = new ArrayList<>();
        var pair = next();
        while (pair != null && pair.made.isBefore(oldest)) {
            pair.ids().forEach(stale::add);
            pair = next();
        }
        if (!stale.isEmpty()) {
            Thread.ofVirtual().name("key-pool-" + controller).start(() -> forget(stale));
        }
        return pair;
    }

    private @Nullable Pair next() {
        var pair = ready.poll();
        if (pair != null) {
            size.decrementAndGet();
        }
        return pair;
    }

    /** One caller asks the database and the others wait for it; after a failure nobody waits for half a second. */
    private Pair takeAfterFilling() {
        failFast();
        try {
            if (!filling.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new KeyUnavailableException("keys of " + controller + " are being made, and it takes long", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeyUnavailableException("interrupted while waiting for keys", e);
        }
        try {
            for (var pair = poll(); ; pair = poll()) {
                if (pair != null) {
                    return pair;
                }
                failFast();
                fill();
            }
        } finally {
            filling.unlock();
        }
    }

    private void failFast() {
        if (closed) {
            throw new KeyUnavailableException("the key store is closed", null);
        }
        var last = failure;
        if (last != null && isPausing()) {
            throw new KeyUnavailableException("no keys are left for " + controller + ", and none can be made", last);
        }
    }

    private boolean isPausing() {
        return failure != null && System.nanoTime() - failedAt < PAUSE.toNanos();
    }

    void refillBehind() {
        if (!closed && !isPausing() && refilling.compareAndSet(false, true)) {
            Thread.ofVirtual().name("key-pool-" + controller).start(this::refill);
        }
    }

    private void refill() {
        filling.lock();
        try {
            if (!closed && size.get() <= target.get() / 2) {
                fill();
            }
        } catch (KeyUnavailableException e) {
            LOG.atWarn()
                    .addKeyValue("controller", controller)
                    .addKeyValue("left", size.get())
                    .setCause(e)
                    .log("keys cannot be made ahead for now; trying again");
        } finally {
            filling.unlock();
            refilling.set(false);
        }
    }

    /** With the lock. A pool found empty was too small. */
    void fill() {
        if (failure == null && size.get() == 0 && filledOnce) {
            target.updateAndGet(now -> Math.min(now * 2, settings.pool() * MOST_DOUBLINGS));
        }
        try {
            make(target.get() - size.get());
            failure = null;
            filledOnce = true;
        } catch (KeyUnavailableException e) {
            failure = e;
            failedAt = System.nanoTime();
            throw e;
        }
    }

    private void make(int pairs) {
        var now = legalTime.instant();
        var identities = make(KeyClass.IDENTITY, pairs, now);
        var cases = make(KeyClass.CASE, pairs, now);
        for (var i = 0; i < pairs; i++) {
            size.incrementAndGet();
            ready.add(new Pair(identities.get(i), cases.get(i), now));
        }
    }

    private List<DataKey> make(KeyClass keyClass, int count, Instant now) {
        var ids = Stream.generate(UUID::randomUUID).limit(count).toList();
        var expires = now.atOffset(ZoneOffset.UTC).plus(settings.life(keyClass)).toInstant();
        return table.insert(controller, keyClass, null, ids, expires);
    }

    /** Nothing was sealed under them, and this process alone knew them. */
    private void forget(List<UUID> unused) {
        try {
            table.forget(unused);
        } catch (KeyUnavailableException e) {
            LOG.atInfo()
                    .addKeyValue("controller", controller)
                    .setCause(e)
                    .log("unused keys stay behind until they are swept");
        }
    }

    void close() {
        closed = true;
        filling.lock();
        try {
            List<UUID> unused = new ArrayList<>();
            for (var pair = next(); pair != null; pair = next()) {
                pair.ids().forEach(unused::add);
            }
            if (!unused.isEmpty()) {
                forget(unused);
            }
        } finally {
            filling.unlock();
        }
    }
}
