// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.journal.FeedPosition;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.kafka.common.TopicPartition;

/** Who leads the relay to one topic and how far it has come, in the service's database. Every write of a leader checks its epoch. */
final class RelayStore {

    /** Where an acknowledged record lies: at that offset, with that event. */
    record Place(long offset, FeedPosition position) {
        /** Nothing is known to be there. */
        static final Place NOWHERE = new Place(-1, FeedPosition.START);
    }

    /** Everything up to {@code position} was acknowledged; {@code places} are the last records of the partitions. */
    record Saved(FeedPosition position, Map<TopicPartition, Place> places) {}

    /** The lease went to somebody else; nothing was written. */
    static final class LeadershipLostException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LeadershipLostException(String topic) {
            super("another relay leads " + topic);
        }
    }

    private static final String PREPARE = """
            insert into relay (topic, epoch, expires_at, generation, transaction_number, position)
            values (?, 0, '-infinity', 0, 0, 0) on conflict do nothing""";
    private static final String ACQUIRE = """
            update relay set holder = ?, epoch = epoch + 1, expires_at = clock_timestamp() + ? * interval '1 millisecond'
             where topic = ? and (expires_at < clock_timestamp() or holder = ?) returning epoch""";
    private static final String RENEW = """
            update relay set expires_at = clock_timestamp() + ? * interval '1 millisecond'
             where topic = ? and epoch = ? and expires_at >= clock_timestamp()""";
    private static final String RELEASE = """
            update relay set expires_at = '-infinity' where topic = ? and epoch = ?""";
    private static final String POSITION = """
            select generation, transaction_number, position from relay where topic = ?""";
    private static final String PLACES = """
            select generation, transaction_number, position, topic, partition, record_offset from relay_partition""";
    private static final String SAVE = """
            update relay set generation = ?, transaction_number = ?, position = ? where topic = ? and epoch = ?""";
    private static final String SAVE_PLACES = """
            insert into relay_partition (topic, partition, record_offset, generation, transaction_number, position)
            select p.* from unnest(?, ?, ?, ?, ?, ?) p
            on conflict (topic, partition) do update set record_offset = excluded.record_offset,
                generation = excluded.generation, transaction_number = excluded.transaction_number,
                position = excluded.position""";

    private final DataSource dataSource;
    private final String topic;
    private final UUID holder = JournalAnnouncements.uuidV7();

    RelayStore(DataSource dataSource, String topic) {
        this.dataSource = dataSource;
        this.topic = topic;
    }

    /** The epoch under which this process leads now, or nothing while another does. */
    OptionalLong acquire(Duration lease) throws SQLException {
        try (var connection = dataSource.getConnection();
                var prepare = connection.prepareStatement(PREPARE);
                var acquire = connection.prepareStatement(ACQUIRE)) {
            prepare.setString(1, topic);
            prepare.executeUpdate();
            acquire.setObject(1, holder);
            acquire.setLong(2, lease.toMillis());
            acquire.setString(3, topic);
            acquire.setObject(4, holder);
            try (var rows = acquire.executeQuery()) {
                return rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty();
            }
        }
    }

    boolean renew(long epoch, Duration lease) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(RENEW)) {
            statement.setLong(1, lease.toMillis());
            statement.setString(2, topic);
            statement.setLong(3, epoch);
            return statement.executeUpdate() == 1;
        }
    }

    /** Lets a standby take over at once. */
    void release(long epoch) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(RELEASE)) {
            statement.setString(1, topic);
            statement.setLong(2, epoch);
            statement.executeUpdate();
        }
    }

    Saved load() throws SQLException {
        try (var connection = dataSource.getConnection();
                var position = connection.prepareStatement(POSITION);
                var places = connection.prepareStatement(PLACES)) {
            position.setString(1, topic);
            var found = new HashMap<TopicPartition, Place>();
            try (var rows = places.executeQuery()) {
                while (rows.next()) {
                    found.put(
                            new TopicPartition(rows.getString(4), rows.getInt(5)),
                            new Place(rows.getLong(6), positionOf(rows)));
                }
            }
            try (var rows = position.executeQuery()) {
                return new Saved(rows.next() ? positionOf(rows) : FeedPosition.START, found);
            }
        }
    }

    /**
     * Saves without waiting for the disk: what a crash forgets is sent again.
     *
     * @param changed the places that differ from those saved last
     * @throws LeadershipLostException if the epoch is not the current one
     */
    void save(long epoch, FeedPosition position, Map<TopicPartition, Place> changed) throws SQLException {
        try (var connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                write(connection, epoch, position, changed);
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    private void write(Connection connection, long epoch, FeedPosition position, Map<TopicPartition, Place> changed)
            throws SQLException {
        try (var lax = connection.createStatement();
                var save = connection.prepareStatement(SAVE)) {
            lax.execute("set local synchronous_commit to off");
            save.setLong(1, position.generation());
            save.setLong(2, position.transaction());
            save.setLong(3, position.position());
            save.setString(4, topic);
            save.setLong(5, epoch);
            if (save.executeUpdate() != 1) {
                throw new LeadershipLostException(topic);
            }
        }
        if (!changed.isEmpty()) {
            writePlaces(connection, changed);
        }
    }

    private void writePlaces(Connection connection, Map<TopicPartition, Place> changed) throws SQLException {
        var partitions = changed.keySet().toArray(TopicPartition[]::new);
        var places = java.util.Arrays.stream(partitions).map(changed::get).toList();
        try (var statement = connection.prepareStatement(SAVE_PLACES)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text",
                            java.util.Arrays.stream(partitions)
                                    .map(TopicPartition::topic)
                                    .toArray()));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "integer",
                            java.util.Arrays.stream(partitions)
                                    .map(TopicPartition::partition)
                                    .toArray()));
            statement.setArray(
                    3,
                    connection.createArrayOf(
                            "bigint", places.stream().map(Place::offset).toArray()));
            statement.setArray(
                    4,
                    connection.createArrayOf(
                            "bigint",
                            places.stream().map(p -> p.position().generation()).toArray()));
            statement.setArray(
                    5,
                    connection.createArrayOf(
                            "bigint",
                            places.stream().map(p -> p.position().transaction()).toArray()));
            statement.setArray(
                    6,
                    connection.createArrayOf(
                            "bigint",
                            places.stream().map(p -> p.position().position()).toArray()));
            statement.executeUpdate();
        }
    }

    private static FeedPosition positionOf(ResultSet rows) throws SQLException {
        return new FeedPosition(rows.getLong(1), rows.getLong(2), rows.getLong(3));
    }
}
