// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.routing;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** Ends bodies whose sender has gone silent: the JDK's client has a time limit for headers only. */
final class SilenceWatch implements AutoCloseable {

    private static final int LOOKS_PER_LIMIT = 4;

    private final long limitNanos;
    private final Set<Watched> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("silence-watch").factory());

    SilenceWatch(Duration limit) {
        this.limitNanos = limit.toNanos();
        long pause = Math.max(1, limit.toMillis() / LOOKS_PER_LIMIT);
        var _ = watch.scheduleWithFixedDelay(this::endSilentOnes, pause, pause, TimeUnit.MILLISECONDS);
    }

    Watched over(InputStream body) {
        var watched = new Watched(body);
        open.add(watched);
        return watched;
    }

    private void endSilentOnes() {
        long now = System.nanoTime();
        open.stream().filter(it -> it.waiting && now - it.since > limitNanos).forEach(Watched::end);
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }

    /** Only waiting for the sender counts; a slow reader on the other side is the container's business. */
    final class Watched implements AutoCloseable {

        private final InputStream body;
        private volatile long since;
        private volatile boolean waiting;

        private Watched(InputStream body) {
            this.body = body;
        }

        int read(byte[] chunk) throws IOException {
            since = System.nanoTime();
            waiting = true;
            int read = body.read(chunk);
            waiting = false;
            return read;
        }

        private void end() {
            try {
                body.close();
            } catch (IOException failure) {
                LoggerFactory.getLogger(SilenceWatch.class).debug("a silent body did not close cleanly", failure);
            }
        }

        @Override
        public void close() {
            open.remove(this);
        }
    }
}
