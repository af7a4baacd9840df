// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import io.habeas.fault.FaultPoints;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection that stores groups of appends, one statement and one commit a group. For one thread at a time. */
final class AppendLane implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AppendLane.class);

    /** Groups take their keys in one order, so that two lanes cannot wait for each other. */
    private static final Comparator<NewEvent> KEY_ORDER =
            Comparator.comparing(NewEvent::stream).thenComparingLong(NewEvent::sequence);

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int ATTEMPTS_AGAINST_DEADLOCK = 3;
    /** So many are repeated one by one where one of them is refused. */
    private static final int FEW = 3;

    private static final int SECONDS_TO_ANSWER = 5;
    private static final String DEADLOCK = "40P01";

    private static final String STORED = "select 1 from event where stream = ? and sequence = ? and event_id = ?";

    private final DataSource dataSource;
    private final JournalWakeup wakeup;
    private @Nullable Connection connection;
    private boolean interrupted;

    AppendLane(DataSource dataSource, JournalWakeup wakeup) {
        this.dataSource = dataSource;
        this.wakeup = wakeup;
    }

    /**
     * Every append of the group is over when this returns, whatever happens. An interrupt of the thread waits until then: it would
     * cost a virtual thread its connection, and the others of the group are none of its business.
     */
    void write(List<Append> group) {
        interrupted = Thread.interrupted();
        try {
            FaultPoints.pass("journal.before-append");
            long end = System.nanoTime() + PATIENCE.toNanos();
            if (group.size() == 1) {
                var _ = writeAlone(group.getFirst(), null, end);
            } else {
                writeTogether(group, end);
            }
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("appends failed in a way nobody thought of");
            group.forEach(append -> append.refused(new JournalException("the append failed, stored or not", e)));
        } finally {
            wakeup.wake();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void writeTogether(List<Append> group, long end) {
        var events = new ArrayList<NewEvent>();
        group.forEach(append -> events.addAll(append.events()));
        events.sort(KEY_ORDER);
        SQLException doubt = null;
        try {
            if (Appending.insert(connection(), events) == events.size()) {
                FaultPoints.pass("journal.after-commit");
                group.forEach(Append::stored);
                return;
            }
        } catch (SQLException e) {
            doubt = lost() ? e : null;
        }
        if (doubt == null && connection != null && group.size() > FEW) {
            // the bad one is found by halves, so that the others still share their commits
            int half = group.size() / 2;
            writeTogether(group.subList(0, half), end);
            writeTogether(group.subList(half, group.size()), end);
            return;
        }
        // One bad append must hurt only itself, so each is repeated alone; a database that is away is not waited for by
        // each anew.
        SQLException away = null;
        for (var append : group) {
            if (away == null) {
                away = writeAlone(append, doubt, end);
            } else {
                append.refused(
                        doubt == null
                                ? Appending.translated(away, append.events())
                                : new OutcomeUnknownException(append.events().getFirst().stream(), doubt));
            }
        }
    }

    /**
     * @param lost how an earlier attempt lost its connection, so that it may have been stored
     * @param end when to give up finding out, as of {@link System#nanoTime()}
     * @return why the database could not be reached, or null if it was
     */
    private @Nullable SQLException writeAlone(Append append, @Nullable SQLException lost, long end) {
        var doubt = lost;
        for (int attempt = 1; ; attempt++) {
            try {
                var refusal = attempt(append, doubt != null);
                if (refusal == null) {
                    append.stored();
                } else {
                    append.refused(refusal);
                }
                return null;
            } catch (SQLException e) {
                boolean opened = connection != null;
                if (lost()) {
                    LOG.atWarn()
                            .addKeyValue("sqlState", e.getSQLState())
                            .log("the connection was lost during an append; asking whether it was stored");
                    doubt = e;
                }
                if (doubt == null) {
                    if (opened && DEADLOCK.equals(e.getSQLState()) && attempt < ATTEMPTS_AGAINST_DEADLOCK) {
                        continue;
                    }
                    append.refused(Appending.translated(e, append.events()));
                    return opened ? null : e;
                }
                if (System.nanoTime() - end > 0) {
                    append.refused(new OutcomeUnknownException(append.events().getFirst().stream(), doubt));
                    return e;
                }
                if (attempt > 1) {
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
            }
        }
    }

    /**
     * The repeat itself asks the question: an earlier attempt that is still under way makes it wait at the key, and one that
     * was stored makes it collide with its own event.
     *
     * @return why it was refused, or null if it is stored
     */
    private @Nullable JournalException attempt(Append append, boolean doubtful) throws SQLException {
        var open = connection();
        JournalException refusal;
        try {
            if (Appending.insert(open, append.events()) == append.events().size()) {
                FaultPoints.pass("journal.after-commit");
                return null;
            }
            refusal = Appending.refusal(open, append.events());
        } catch (SQLException e) {
            refusal = Appending.translated(e, append.events());
            if (!(refusal instanceof StreamConflictException || refusal instanceof AlreadyCausedException)) {
                throw e;
            }
        }
        return doubtful && isStored(open, append.events().getFirst()) ? null : refusal;
    }

    private static boolean isStored(Connection open, NewEvent event) throws SQLException {
        try (var statement = open.prepareStatement(STORED)) {
            statement.setObject(1, event.stream());
            statement.setLong(2, event.sequence());
            statement.setObject(3, event.eventId());
            try (var rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private Connection connection() throws SQLException {
        if (connection == null) {
            connection = KeptConnection.open(dataSource);
        }
        return connection;
    }

    private boolean lost() {
        interrupted |= Thread.interrupted();
        if (connection == null) {
            return false;
        }
        try {
            if (!connection.isClosed() && connection.isValid(SECONDS_TO_ANSWER)) {
                return false;
            }
            connection.close();
        } catch (SQLException e) {
            LOG.debug("a broken connection could not be closed", e);
        }
        connection = null;
        return true;
    }

    @Override
    public void close() {
        if (connection == null) {
            return;
        }
        try {
            KeptConnection.giveBack(connection);
        } catch (SQLException e) {
            LOG.debug("a connection could not be given back", e);
        }
        connection = null;
    }
}
