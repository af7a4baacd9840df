// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which key belongs to which request, written in batches behind the caller's back until the database has it. */
final class Bindings {

    record Binding(String controller, UUID requestId) {}

    private static final Logger LOG = LoggerFactory.getLogger(Bindings.class);
    private static final int BATCH = 500;
    private static final int MOST = 65_536;
    /** Whoever reads the request's first event binds its keys once more, so that nothing hangs on a short wait. */
    private static final Duration GATHER = Duration.ofMillis(100);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final KeyTable table;
    private final BiConsumer<UUID, @Nullable UUID> outcome;
    private final Map<UUID, Binding> waiting = new ConcurrentHashMap<>();
    private final AtomicBoolean writing = new AtomicBoolean();
    private final ReentrantLock flushing = new ReentrantLock();
    private volatile boolean closed;

    /** @param outcome what came of a binding, before it stops to wait: null where the key is another request's */
    Bindings(KeyTable table, BiConsumer<UUID, @Nullable UUID> outcome) {
        this.table = table;
        this.outcome = outcome;
    }

    void add(UUID keyId, Binding binding) {
        if (waiting.size() >= MOST) {
            throw new KeyUnavailableException(MOST + " keys wait to be bound to their requests", null);
        }
        waiting.put(keyId, binding);
        wake();
    }

    @Nullable
    Binding waitingFor(UUID keyId) {
        return waiting.get(keyId);
    }

    int waiting() {
        return waiting.size();
    }

    private void wake() {
        if (!closed && writing.compareAndSet(false, true)) {
            Thread.ofVirtual().name("key-bindings").start(this::writeAll);
        }
    }

    private void writeAll() {
        var pause = GATHER;
        try {
            while (!waiting.isEmpty() && !closed) {
                LockSupport.parkNanos(pause.toNanos());
                pause = tryFlush() ? GATHER : PAUSE;
            }
        } finally {
            writing.set(false);
        }
        if (!waiting.isEmpty()) {
            wake();
        }
    }

    private boolean tryFlush() {
        try {
            flush();
            return true;
        } catch (KeyUnavailableException e) {
            LOG.atWarn().setCause(e).log("keys cannot be bound to their requests for now; trying again");
            return false;
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError defect) {
            LOG.atError().setCause(defect).log("keys cannot be bound to their requests; trying again");
            return false;
        }
    }

    /** One batch. */
    void flush() {
        flushing.lock();
        try {
            var batch = new HashMap<UUID, Binding>();
            for (var one : waiting.entrySet()) {
                if (batch.size() == BATCH) {
                    break;
                }
                batch.put(one.getKey(), one.getValue());
            }
            if (batch.isEmpty()) {
                return;
            }
            var bound = table.bind(batch);
            batch.forEach((keyId, binding) -> {
                outcome.accept(keyId, bound.contains(keyId) ? binding.requestId() : null);
                waiting.remove(keyId, binding);
                if (!bound.contains(keyId)) {
                    LOG.atError()
                            .addKeyValue("keyId", keyId)
                            .addKeyValue("requestId", binding.requestId())
                            .addKeyValue("controller", binding.controller())
                            .log("key is not that request's; the binding was refused");
                }
            });
        } finally {
            flushing.unlock();
        }
    }

    /** What cannot be written now is bound again when the request's events are read again. */
    void close() {
        closed = true;
        while (!waiting.isEmpty() && tryFlush()) {
            LOG.debug("bound a last batch of keys");
        }
    }
}
