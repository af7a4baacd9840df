// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection that reads streams, one statement a group. For one thread at a time. */
final class ReadLane implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReadLane.class);

    private static final int ATTEMPTS = 2;

    private static final String COLUMNS = """
            e.stream, e.sequence, e.event_id, e.type, e.revision, e.time, e.cause, e.cause_index, e.controller, e.actor, \
            e.rule, e.payload, e.metadata""";

    static final String READ_ONE =
            "select %s from event e where e.stream = ? and e.sequence >= ? order by e.sequence limit ?"
                    .formatted(COLUMNS);

    /** Each stream is looked up by the index of its own, however many there are. */
    static final String READ_MANY = """
            select %s, q.place
              from unnest(?::uuid[], ?::bigint[], ?::integer[]) with ordinality as q(stream, since, most, place)
             cross join lateral (select * from event o where o.stream = q.stream and o.sequence >= q.since
                                  order by o.sequence limit q.most) e
             order by q.place, e.sequence""".formatted(COLUMNS);

    private final DataSource dataSource;
    private @Nullable Connection connection;
    private boolean interrupted;

    ReadLane(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Every read of the group is over when this returns, whatever happens. An interrupt of the thread waits until then, as with appends. */
    void read(List<Read> group) {
        interrupted = Thread.interrupted();
        try {
            attempts(group);
            group.forEach(Read::served);
        } catch (SQLException e) {
            var failure = group.size() == 1
                    ? "stream " + group.getFirst().stream() + " could not be read"
                    : group.size() + " streams could not be read";
            group.forEach(read -> read.failed(new JournalException(failure, e)));
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("reads failed in a way nobody thought of");
            group.forEach(read -> read.failed(new JournalException("the journal could not be read", e)));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A connection that broke while nobody used it is no reason to fail. */
    private void attempts(List<Read> group) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            boolean kept = connection != null;
            try {
                var open = connection();
                if (group.size() == 1) {
                    readOne(open, group.getFirst());
                } else {
                    readMany(open, group);
                }
                return;
            } catch (SQLException e) {
                close();
                boolean now = Thread.interrupted();
                interrupted |= now;
                if ((!kept && !now) || attempt == ATTEMPTS) {
                    throw e;
                }
                group.forEach(Read::again);
            }
        }
    }

    private static void readOne(Connection open, Read read) throws SQLException {
        try (var statement = open.prepareStatement(READ_ONE)) {
            statement.setObject(1, read.stream());
            statement.setLong(2, read.from());
            statement.setInt(3, read.limit());
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    read.found(Rows.eventOf(rows, 0));
                }
            }
        }
    }

    private static void readMany(Connection open, List<Read> group) throws SQLException {
        var streams = new UUID[group.size()];
        var since = new Long[group.size()];
        var most = new Integer[group.size()];
        for (int i = 0; i < group.size(); i++) {
            var read = group.get(i);
            streams[i] = read.stream();
            since[i] = read.from();
            most[i] = read.limit();
        }
        try (var statement = open.prepareStatement(READ_MANY)) {
            statement.setArray(1, open.createArrayOf("uuid", streams));
            statement.setArray(2, open.createArrayOf("bigint", since));
            statement.setArray(3, open.createArrayOf("integer", most));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    group.get(rows.getInt(14) - 1).found(Rows.eventOf(rows, 0));
                }
            }
        }
    }

    private Connection connection() throws SQLException {
        if (connection == null) {
            connection = KeptConnection.open(dataSource);
        }
        return connection;
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
