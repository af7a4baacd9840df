// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.standing;

import io.habeas.journal.EventJournal;
import io.habeas.journal.EventJournal.StreamPlace;
import io.habeas.journal.FeedPosition;
import io.habeas.journal.FeedWorker;
import io.habeas.journal.StoredEvent;
import io.habeas.sealeddata.KeyUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Follows the feed, so that what a request orders stands even where the process that took it is gone. Any number of copies may; each order
 * has its effect once. The place is kept after the effect: a copy that dies between does it again, to no effect. What can not be followed
 * holds up nobody else: it is put off and tried again. In which order that happens does not matter, since each looks at its whole request.
 */
final class StandingFollower implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(StandingFollower.class);
    private static final int PAGE = 500;
    private static final Duration REST = Duration.ofMillis(100);
    /** Of what was put off, in one round. */
    private static final int MOST_AGAIN = 20;
    /** After so many tries, half a minute, waiting alone seems to be no cure. */
    private static final int PATIENCE = 5;

    private static final String ADVANCE = """
            update standing_order_position set generation = ?, at_transaction = ?, position = ?
             where generation = ? and at_transaction = ? and position = ?""";

    private final EventJournal journal;
    private final Function<StoredEvent, Optional<Runnable>> orders;
    private final JdbcClient jdbc;
    private final PutOff putOff;
    private final FeedWorker worker = new FeedWorker("standing-orders", REST, this::advance);

    /** @param orders what a fact asks for, if for anything */
    StandingFollower(EventJournal journal, Function<StoredEvent, Optional<Runnable>> orders, JdbcClient jdbc) {
        this.journal = journal;
        this.orders = orders;
        this.jdbc = jdbc;
        this.putOff = new PutOff(jdbc);
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

    /** Tries again what is due of what was put off, and reads one page. @return whether there may be more */
    boolean advance() {
        var due = putOff.due(MOST_AGAIN);
        due.forEach(it -> again(it.place()));
        return page() || due.size() == MOST_AGAIN;
    }

    private boolean page() {
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

    private void again(StreamPlace place) {
        // after a restore there may be no such fact any more
        if (journal.readStream(place.stream(), place.sequence(), 1).stream()
                .filter(it -> it.event().sequence() == place.sequence())
                .allMatch(this::follow)) {
            putOff.followed(place);
        }
    }

    /** @return whether there is nothing left to do about it */
    private boolean follow(StoredEvent stored) {
        try {
            orders.apply(stored).ifPresent(Runnable::run);
            return true;
        } catch (KeyUnavailableException away) {
            // that concerns them all
            throw away;
        } catch (RuntimeException | LinkageError trouble) {
            var row = stored.event();
            // a database that is away throws here, too, and holds up the page
            int attempts = putOff.note(new StreamPlace(row.stream(), row.sequence()), trouble);
            if (attempts >= PATIENCE) {
                LOG.atError()
                        .addKeyValue("requestId", row.stream())
                        .addKeyValue("failure", trouble.getClass().getName())
                        .log("what a request orders to stand, or takes back, can not be followed, a person must look");
            }
            return false;
        }
    }

    private FeedPosition position() {
        return jdbc.sql("select generation, at_transaction, position from standing_order_position")
                .query((row, _) -> new FeedPosition(row.getLong(1), row.getLong(2), row.getLong(3)))
                .single();
    }
}
