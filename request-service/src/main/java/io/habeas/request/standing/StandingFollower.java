// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.standing;

import io.habeas.journal.EventJournal;
import io.habeas.journal.FeedPosition;
import io.habeas.journal.FeedWorker;
import io.habeas.journal.StoredEvent;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Follows the feed, so that what a request orders stands even where the process that took it is gone. Any number of copies may; each order
 * has its effect once. The place is kept after the effect: a copy that dies between does it again, to no effect.
 */
final class StandingFollower implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(StandingFollower.class);
    private static final int PAGE = 500;
    private static final Duration REST = Duration.ofMillis(100);

    private static final String ADVANCE = """
            update standing_order_position set generation = ?, at_transaction = ?, position = ?
             where generation = ? and at_transaction = ? and position = ?""";

    private final EventJournal journal;
    private final StandingOrders orders;
    private final JdbcClient jdbc;
    private final FeedWorker worker = new FeedWorker("standing-orders", REST, this::advance);

    StandingFollower(EventJournal journal, StandingOrders orders, JdbcClient jdbc) {
        this.journal = journal;
        this.orders = orders;
        this.jdbc = jdbc;
    }

    @Override
    public void start() {
        worker.start();
    }

    @Override
    public void stop() {
        worker.stop();
    }

    @Override
    public boolean isRunning() {
        return worker.isRunning();
    }

    /** Reads one page. @return whether there may be more */
    boolean advance() {
        var from = position();
        var page = journal.read(from, PAGE);
        if (page.isEmpty()) {
            return false;
        }
        page.forEach(this::follow);
        var to = page.getLast().position();
        jdbc.sql(ADVANCE)
                .params(
                        to.generation(),
                        to.transaction(),
                        to.position(),
                        from.generation(),
                        from.transaction(),
                        from.position())
                .update();
        return page.size() == PAGE;
    }

    /** One request that can not be followed is a person's matter, and holds up nobody else; what waiting cures holds up the page. */
    private void follow(StoredEvent stored) {
        try {
            orders.asked(stored).ifPresent(Runnable::run);
        } catch (IllegalArgumentException | IllegalStateException | MisusedKeyException unusable) {
            LOG.atError()
                    .addKeyValue("requestId", stored.event().stream())
                    .addKeyValue("failure", unusable.getClass().getName())
                    .log("what a request orders to stand, or takes back, can not be followed, a person must look");
        }
    }

    private FeedPosition position() {
        return jdbc.sql("select generation, at_transaction, position from standing_order_position")
                .query((row, _) -> new FeedPosition(row.getLong(1), row.getLong(2), row.getLong(3)))
                .single();
    }
}
