// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.postgres;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.ConnectorException.Category;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A few connections for one use, reading or erasing: so that a second look never goes through the connection that erased.
 *
 * <p>Thirty lines of pool instead of a dependency: a store has few connections, and each call needs its own time limits.
 */
final class Connections implements AutoCloseable {

    private static final int MOST = 4;
    private static final long KEPT_IDLE = Duration.ofSeconds(30).toNanos();
    private static final InstantSource REAL_TIME = InstantSource.system();

    private final PostgresConfiguration configuration;
    private final boolean readOnly;
    private final Semaphore free = new Semaphore(MOST, true);
    private final Deque<Idle> idle = new ArrayDeque<>();
    private boolean closed;

    Connections(PostgresConfiguration configuration, boolean readOnly) {
        this.configuration = configuration;
        this.readOnly = readOnly;
    }

    private record Idle(Connection connection, long since) {}

    @FunctionalInterface
    interface Work<T> {
        T in(Session session) throws SQLException, ConnectorException;
    }

    /** One transaction that ends before its deadline. */
    record Session(Connection connection, Instant deadline) {

        /** Gives the next statement what is left of the time, and fails when nothing is. */
        PreparedStatement prepare(String sql) throws SQLException, ConnectorException {
            long millis = left(deadline);
            try (var limit = connection.prepareStatement("SELECT set_config('statement_timeout', ?, true)")) {
                limit.setString(1, Long.toString(millis));
                limit.execute();
            }
            return connection.prepareStatement(sql);
        }

        void checkTime() throws ConnectorException {
            left(deadline);
        }
    }

    /** Runs the work in a transaction: committed when it returns, rolled back when it throws. */
    <T> T transaction(String subject, Instant deadline, Work<T> work) throws ConnectorException {
        long millis = left(deadline);
        acquire(millis);
        Connection connection = null;
        boolean sound = false;
        try {
            connection = open(deadline);
            connection.setNetworkTimeout(Runnable::run, (int) Math.min(left(deadline) + 50, Integer.MAX_VALUE));
            T result = work.in(new Session(connection, deadline));
            connection.commit();
            sound = true;
            return result;
        } catch (SQLException failure) {
            throw Failures.translate(failure, subject);
        } finally {
            if (connection != null) {
                giveBack(connection, sound || rolledBack(connection));
            }
            free.release();
        }
    }

    private void acquire(long millis) throws ConnectorException {
        try {
            if (!free.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
                throw new ConnectorException(Category.TRY_AGAIN, "no connection became free before the deadline");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ConnectorException(Category.TRY_AGAIN, "interrupted while waiting for a connection");
        }
    }

    private Connection open(Instant deadline) throws SQLException, ConnectorException {
        for (Idle kept = takeIdle(); kept != null; kept = takeIdle()) {
            if (System.nanoTime() - kept.since < KEPT_IDLE && kept.connection.isValid(1)) {
                return kept.connection;
            }
            closeQuietly(kept.connection);
        }
        Connection connection =
                DriverManager.getConnection(configuration.url(), configuration.properties(readOnly, left(deadline)));
        connection.setAutoCommit(false);
        return connection;
    }

    private synchronized @Nullable Idle takeIdle() {
        if (closed) {
            throw new IllegalStateException("the connector is closed");
        }
        return idle.pollFirst();
    }

    private void giveBack(Connection connection, boolean sound) {
        synchronized (this) {
            if (sound && !closed) {
                idle.addFirst(new Idle(connection, System.nanoTime()));
                return;
            }
        }
        closeQuietly(connection);
    }

    private static boolean rolledBack(Connection connection) {
        try {
            connection.rollback();
            return true;
        } catch (SQLException broken) {
            // The connection is thrown away, and the server rolls back by itself.
            return false;
        }
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException broken) {
            // There is nothing left to give back.
        }
    }

    /** @return what is left of the time, in whole milliseconds, kept a little short so that the server gives up first */
    private static long left(Instant deadline) throws ConnectorException {
        long millis = Duration.between(REAL_TIME.instant(), deadline).toMillis();
        if (millis <= 0) {
            throw new ConnectorException(Category.TRY_AGAIN, "the deadline has passed");
        }
        return Math.clamp(millis - 20, 1, Integer.MAX_VALUE);
    }

    @Override
    public void close() {
        Deque<Idle> rest;
        synchronized (this) {
            closed = true;
            rest = new ArrayDeque<>(idle);
            idle.clear();
        }
        rest.forEach(kept -> closeQuietly(kept.connection));
    }
}
