// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.routing;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends what has waited in silence for too long: answers that do not begin, bodies that do not go on. */
final class SilenceWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SilenceWatch.class);

    private static final int LOOKS_PER_LIMIT = 4;

    private final long limitNanos;
    private final Set<Watched> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("silence-watch").factory());

    /** @param limit a wait is ended when it has lasted that long, or up to a quarter longer */
    SilenceWatch(Duration limit) {
        this.limitNanos = limit.toNanos();
        long pause = Math.max(1, limit.toMillis() / LOOKS_PER_LIMIT);
        var _ = watch.scheduleWithFixedDelay(this::endSilentOnes, pause, pause, TimeUnit.MILLISECONDS);
    }

    /** @param end ends the wait; called by the watch's thread, perhaps more than once */
    Watched over(Runnable end) {
        var watched = new Watched(end);
        open.add(watched);
        return watched;
    }

    private void endSilentOnes() {
        long now = System.nanoTime();
        open.stream().filter(it -> it.waiting && now - it.since > limitNanos).forEach(Watched::endIt);
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }

    /** One that may be silent. */
    final class Watched implements AutoCloseable {

        private final Runnable end;
        private volatile long since;
        private volatile boolean waiting;
        private volatile boolean ended;

        private Watched(Runnable end) {
            this.end = end;
        }

        void waiting() {
            since = System.nanoTime();
            waiting = true;
        }

        void heard() {
            waiting = false;
        }

        /** Whether it was ended for its silence. */
        boolean wasEnded() {
            return ended;
        }

        private void endIt() {
            ended = true;
            try {
                end.run();
            } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError trouble) {
                // else nobody is watched any more
                LOG.atWarn()
                        .addKeyValue("failure", trouble.getClass().getName())
                        .log("an exchange that was silent for too long could not be ended");
            }
        }

        @Override
        public void close() {
            open.remove(this);
        }
    }
}
