// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.limits;

import io.habeas.journal.EventJournal;
import io.habeas.journal.FeedPosition;
import io.habeas.request.lifecycle.RequestEvent.IdentityProved;
import io.habeas.request.lifecycle.StoredEvents;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Fills the table again where an operator has asked for it, or where it is newer than the requests. Rows that are there stay: those whose keys
 * are gone could not be made again. Any number of copies may; twice does no harm.
 */
final class CountedUpkeep implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(CountedUpkeep.class);
    private static final long PAUSE_MILLIS = 5_000;
    private static final int PAGE = 1_000;

    private final EventJournal journal;
    private final CountedTable table;
    private final EarlierRequests requests;
    private final TransactionOperations transactions;
    private @Nullable ScheduledExecutorService thread;

    CountedUpkeep(
            EventJournal journal, CountedTable table, EarlierRequests requests, TransactionOperations transactions) {
        this.journal = journal;
        this.table = table;
        this.requests = requests;
        this.transactions = transactions;
    }

    @Override
    public synchronized void start() {
        var fresh = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("counted-upkeep").factory());
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

    private void once() {
        try {
            if (!table.isWhole()) {
                makeAgain();
            }
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError trouble) {
            LOG.atWarn()
                    .addKeyValue("trouble", trouble.getClass().getSimpleName())
                    .log("what is counted was not put together; it is tried again in a moment");
        }
    }

    private void makeAgain() {
        var proved = StoredEvents.nameOf(IdentityProved.class);
        int requestsSeen = 0;
        var page = journal.read(FeedPosition.START, PAGE);
        while (!page.isEmpty()) {
            for (var stored : page) {
                if (stored.event().type().equals(proved)) {
                    transactions.executeWithoutResult(_ -> requests.noteAgain(stored.event().stream()));
                    requestsSeen++;
                }
            }
            page = journal.read(page.getLast().position(), PAGE);
        }
        table.isWholeAgain();
        LOG.atInfo().addKeyValue("requests", requestsSeen).log("the table of what is counted was made again");
    }
}
