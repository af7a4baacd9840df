// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.clocks;

import io.habeas.contracts.KeyClass;
import io.habeas.journal.EventJournal;
import io.habeas.journal.FeedPosition;
import io.habeas.request.lifecycle.RequestEvent.RequestReceived;
import io.habeas.request.lifecycle.StoredEvents;
import io.habeas.sealeddata.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Keeps the key store tidy, in every copy; doing it twice does no harm. Keys that were made ahead by a process that was
 * killed are removed, and the key-encryption keys of months that are over are destroyed. What is in use lives on: the key
 * of a request ends by its own event, never because a month is over.
 */
final class KeyUpkeep implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(KeyUpkeep.class);
    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final Duration REST = Duration.ofHours(1);
    private static final Duration LONGER = Duration.ofDays(365);
    private static final Set<KeyClass> OF_REQUESTS = Set.of(KeyClass.IDENTITY, KeyClass.CASE);
    private static final int PAGE = 1_000;

    private final KeyStore keys;
    private final EventJournal journal;
    private final InstantSource legalTime;
    private final InstantSource realTime;
    private final StoredEvents events = new StoredEvents();
    private @Nullable ScheduledExecutorService thread;

    KeyUpkeep(KeyStore keys, EventJournal journal, InstantSource legalTime, InstantSource realTime) {
        this.keys = keys;
        this.journal = journal;
        this.legalTime = legalTime;
        this.realTime = realTime;
    }

    @Override
    public synchronized void start() {
        var fresh = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("key-upkeep").factory());
        fresh.scheduleWithFixedDelay(this::once, FIRST.toMillis(), REST.toMillis(), TimeUnit.MILLISECONDS);
        thread = fresh;
    }

    @Override
    public synchronized void stop() {
        if (thread != null) {
            thread.shutdownNow();
            thread = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return thread != null;
    }

    /** Legal time was moved: a month may be over. */
    synchronized void wake() {
        if (thread != null) {
            try {
                thread.execute(this::once);
            } catch (RejectedExecutionException stopping) {
                LOG.debug("no upkeep while stopping");
            }
        }
    }

    /** What must be destroyed first; what only takes room may fail by itself. */
    private void once() {
        tidied(() -> {
            // one moment for both: a month that ends in between has not been looked at yet
            var now = legalTime.instant();
            var prolonged = keys.prolongEnded(OF_REQUESTS, now, now.plus(LONGER));
            keys.destroyEndedMonths(now);
            if (prolonged > 0) {
                LOG.atInfo().addKeyValue("prolonged", prolonged).log("keys still in use were prolonged");
            }
        });
        tidied(() -> {
            var removed = keys.sweepAbandoned(realTime.instant(), this::named);
            if (removed > 0) {
                LOG.atInfo().addKeyValue("removed", removed).log("keys that nobody used were removed");
            }
        });
    }

    private static void tidied(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError trouble) {
            LOG.atWarn()
                    .addKeyValue("trouble", trouble.getClass().getSimpleName())
                    .log("the keys were not tidied; it is tried again within the hour");
        }
    }

    /** Which of these some request was received with. Reads the whole journal; keys are left behind by killed processes alone. */
    private Set<UUID> named(Set<UUID> ids) {
        var received = StoredEvents.nameOf(RequestReceived.class);
        var named = new HashSet<UUID>();
        var page = journal.read(FeedPosition.START, PAGE);
        while (!page.isEmpty()) {
            for (var stored : page) {
                if (stored.event().type().equals(received) && events.read(stored) instanceof RequestReceived first) {
                    for (var key : Set.of(first.keys().identity(), first.keys().caseKey())) {
                        if (ids.contains(key)) {
                            keys.bind(key, first.controller(), first.requestId());
                            named.add(key);
                        }
                    }
                }
            }
            page = journal.read(page.getLast().position(), PAGE);
        }
        return named;
    }
}
