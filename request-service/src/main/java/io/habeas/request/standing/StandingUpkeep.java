// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.standing;

import io.habeas.contracts.Identifier;
import io.habeas.contracts.SealedField;
import io.habeas.journal.FeedPosition;
import io.habeas.messaging.RepeatedTransaction;
import io.habeas.request.standing.StandingJournal.Entry;
import io.habeas.request.standing.StandingJournal.Why;
import io.habeas.request.standing.StandingTable.Pending;
import io.habeas.request.standing.StandingTable.Spent;
import io.habeas.sealeddata.KeyDestroyedException;
import io.habeas.sealeddata.KeyRefusedException;
import io.habeas.sealeddata.KeyStore;
import io.habeas.sealeddata.KeyedHashes;
import io.habeas.sealeddata.Sealer;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
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
 * What is done behind the answers: keys of facts that ended are destroyed, first steps that nobody followed lapse, and the table is made
 * again where an operator has asked for it. Any number of copies may; each piece of work is done under a lock of its row.
 */
final class StandingUpkeep implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(StandingUpkeep.class);
    private static final long PAUSE_MILLIS = 5_000;
    private static final int PAGE = 1_000;
    private static final String ACTOR = "service:request";

    private final StandingJournal journal;
    private final StandingTable table;
    private final RepeatedTransaction transactions;
    private final KeyedHashes hashes;
    private final KeyStore keys;
    private final Sealer sealer;
    private final InstantSource legalTime;
    private @Nullable ScheduledExecutorService thread;

    StandingUpkeep(
            StandingJournal journal,
            StandingTable table,
            RepeatedTransaction transactions,
            KeyedHashes hashes,
            KeyStore keys,
            Sealer sealer,
            InstantSource legalTime) {
        this.journal = journal;
        this.table = table;
        this.transactions = transactions;
        this.hashes = hashes;
        this.keys = keys;
        this.sealer = sealer;
        this.legalTime = legalTime;
    }

    @Override
    public synchronized void start() {
        var fresh = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("standing-upkeep").factory());
        fresh.scheduleWithFixedDelay(this::once, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
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

    /** There is something to do now: a fact ended, or legal time was moved. */
    synchronized void wake() {
        if (thread != null) {
            try {
                thread.execute(this::once);
            } catch (RejectedExecutionException stopping) {
                LOG.debug("no upkeep while stopping");
            }
        }
    }

    private void once() {
        try {
            if (!table.isWhole()) {
                transactions.run(this::makeAgain);
            }
            while (transactions.result(this::lapseOne)) {
                journal.wake();
            }
            while (transactions.result(this::destroyOne)) {
                journal.wake();
            }
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError trouble) {
            LOG.atWarn()
                    .addKeyValue("trouble", trouble.getClass().getSimpleName())
                    .log("what stands was not tidied; it is tried again in a moment");
        }
    }

    /** The row is locked, so that a copy that comes second finds nothing. */
    private boolean destroyOne() {
        var next = table.spent();
        next.ifPresent(this::destroy);
        return next.isPresent();
    }

    private void destroy(Spent spent) {
        var key = StandingEvents.keyOf(spent.fact());
        try {
            keys.destroy(spent.controller(), key);
        } catch (KeyRefusedException unknown) {
            LOG.atWarn().addKeyValue("requestId", spent.fact()).log("a fact that ended had no key");
        }
        note(new StandingEvent.KeyDestroyed(spent.fact(), key), spent.controller());
        table.destroyed(spent);
    }

    private boolean lapseOne() {
        var next = table.lapsed(legalTime.instant());
        next.ifPresent(this::lapse);
        return next.isPresent();
    }

    private void lapse(Pending pending) {
        var controller = table.controllerOf(pending);
        note(new StandingEvent.OptInLapsed(pending.fact(), legalTime.instant()), controller);
        table.goOn(pending.fact());
        table.spend(new Spent(pending.fact(), controller));
    }

    private void note(StandingEvent event, String controller) {
        journal.append(List.of(new Entry(event, null)), new Why(controller, ACTOR, null, legalTime.instant()));
    }

    /** A fact whose key is gone has ended, or its person was forgotten: it stays out. */
    private void makeAgain() {
        if (!table.beginAgain()) {
            return;
        }
        int facts = 0;
        var page = journal.feed().read(FeedPosition.START, PAGE);
        while (!page.isEmpty()) {
            for (var stored : page) {
                if (StandingEvents.isOne(stored)) {
                    apply(stored.event().controller(), journal.read(stored));
                    facts++;
                }
            }
            page = journal.feed().read(page.getLast().position(), PAGE);
        }
        table.isWholeAgain();
        LOG.atInfo().addKeyValue("facts", facts).log("the table of what stands was made again");
    }

    private void apply(String controller, StandingEvent event) {
        switch (event) {
            case StandingEvent.Set set -> {
                table.goOn(set.factId());
                person(controller, set.factId(), set.identifier()).ifPresent(person -> {
                    // what was said later stands, even where no end of the earlier was written
                    table.inForce(controller, List.of(person)).stream()
                            .filter(it -> it.isReplacedBy(set))
                            .forEach(it -> table.remove(it.id()));
                    table.put(controller, person, Fact.of(set));
                });
            }
            case StandingEvent.OptInAsked asked ->
                person(controller, asked.factId(), asked.identifier())
                        .ifPresent(person -> table.await(
                                controller, new Pending(asked.factId(), asked.optIn(), person, asked.until())));
            case StandingEvent.Ended ended -> table.remove(ended.factId());
            case StandingEvent.OptInLapsed lapsed -> table.goOn(lapsed.factId());
            case StandingEvent.KeyDestroyed _ -> {
                // the fact ended before
            }
        }
    }

    private Optional<String> person(String controller, UUID fact, SealedField sealed) {
        try {
            var identifier = sealer.open(controller, fact, StandingFacts.IDENTIFIER, sealed, Identifier.class);
            return Optional.of(hashes.standing(controller, identifier, legalTime.instant()));
        } catch (KeyDestroyedException gone) {
            return Optional.empty();
        }
    }
}
