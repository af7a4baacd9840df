// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.standing;

import io.habeas.journal.EventJournal;
import io.habeas.journal.EventJournal.StreamPlace;
import io.habeas.journal.FeedPosition;
import io.habeas.journal.FeedWorker;
import io.habeas.journal.StoredEvent;
import io.habeas.sealeddata.KeyUnavailableException;
import io.habeas.service.ProblemException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Follows the feed, so that what a request orders stands even where the process that took it is gone. Any number of copies may; each order
 * has its effect once. The place is kept after the effect: a copy that dies between does it again, to no effect. What can not be followed
 * holds up nobody else: it is put off and tried again. In which order that happens does not matter: each looks at its whole request, and what the
 * person said since holds against it ({@link Fact#isLaterWordThan}).
 */
final class StandingFollower implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(StandingFollower.class);
    private static final int PAGE = 500;
    private static final Duration REST = Duration.ofMillis(250);
    /** For what was put off, in one round: what is new waits meanwhile. */
    private static final Duration AGAIN = Duration.ofSeconds(2);

    /**
     * What keeps an order waiting.
     *
     * @param longest between two tries
     * @param patience tries after which waiting alone seems to be no cure
     */
    private record Waiting(Duration longest, int patience) {

        /** Its own trouble: a quarter of a minute. */
        static final Waiting ALONE = new Waiting(Duration.ofHours(1), 5);
        /** Most of the time that of all: keys, or a table that is made again. It is over any moment; five minutes. */
        static final Waiting TOGETHER = new Waiting(Duration.ofMinutes(1), 10);

        static Waiting of(Throwable trouble) {
            return trouble instanceof KeyUnavailableException || trouble instanceof ProblemException ? TOGETHER : ALONE;
        }
    }

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

    /** Reads one page, and tries again for a while what is due of what was put off. @return whether there may be more */
    boolean advance() {
        boolean more = page();
        long until = System.nanoTime() + AGAIN.toNanos();
        var due = putOff.claim();
        while (due.isPresent()) {
            again(due.get());
            if (System.nanoTime() - until > 0) {
                return true;
            }
            due = putOff.claim();
        }
        return more;
    }

    private boolean page() {
        var from = position();
        var page = journal.read(from, PAGE);
        if (page.isEmpty()) {
            return false;
        }
        Throwable together = null;
        for (var stored : page) {
            var trouble = trouble(stored, together);
            // a database that is away throws here, too, and holds up the page
            trouble.ifPresent(it -> putOff.begin(placeOf(stored), it));
            together = trouble.filter(it -> Waiting.of(it).equals(Waiting.TOGETHER))
                    .orElse(together);
        }
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
        var trouble = journal.readStream(place.stream(), place.sequence(), 1).stream()
                .filter(it -> it.event().sequence() == place.sequence())
                .findFirst()
                .flatMap(it -> trouble(it, null));
        if (trouble.isEmpty()) {
            putOff.followed(place);
            return;
        }
        var failure = trouble.get();
        var waiting = Waiting.of(failure);
        int attempts = putOff.note(place, failure, waiting.longest());
        if (attempts >= waiting.patience()) {
            LOG.atError()
                    .addKeyValue("requestId", place.stream())
                    .addKeyValue("failure", failure.getClass().getName())
                    .addKeyValue("attempt", attempts)
                    .log("what a request orders to stand, or takes back, can not be followed, a person must look");
        }
    }

    /**
     * Follows one fact.
     *
     * @param together what keeps others of the page from being followed, too: then it is not tried, since each may wait for keys until a connection gives up
     * @return what kept it from being followed, where something did
     */
    private Optional<Throwable> trouble(StoredEvent stored, @Nullable Throwable together) {
        try {
            var order = orders.apply(stored);
            if (order.isPresent() && together != null) {
                return Optional.of(together);
            }
            order.ifPresent(Runnable::run);
            return Optional.empty();
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError trouble) {
            return Optional.of(trouble);
        }
    }

    private static StreamPlace placeOf(StoredEvent stored) {
        return new StreamPlace(stored.event().stream(), stored.event().sequence());
    }

    private FeedPosition position() {
        return jdbc.sql("select generation, at_transaction, position from standing_order_position")
                .query((row, _) -> new FeedPosition(row.getLong(1), row.getLong(2), row.getLong(3)))
                .single();
    }
}
