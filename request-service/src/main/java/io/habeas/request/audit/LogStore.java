// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.audit;

import io.habeas.auditlog.TileStore;
import io.habeas.messaging.TrailRecord.TrailPlace;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SQLErrorCodeSQLExceptionTranslator;
import org.springframework.jdbc.support.SQLExceptionTranslator;

/** The tables of the log. An append is one transaction, and only for the leader of that epoch. */
final class LogStore implements TileStore {

    /** The lease went to somebody else; nothing was written. */
    static final class LeadershipLostException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LeadershipLostException() {
            super("another copy appends to the audit log");
        }
    }

    /** Whose sequence it is. */
    record Stream(String service, UUID request) {}

    /** The last entry of a stream. */
    record Head(long sequence, long generation, UUID event) {}

    /** A leaf of the tree with what it is looked up by. */
    record Row(long index, UUID request, String controller, UUID event, String type, byte[] entry) {}

    record TileRow(int level, long tile, byte[] hashes) {}

    record Signed(long size, String note, Instant signedAt) {}

    /** A record that is not let in. */
    record Refusal(TrailPlace place, byte[] digest, String reason) {}

    /** @param checkpoint absent where nothing was appended */
    record Batch(
            List<Row> rows,
            List<TileRow> tiles,
            Map<Stream, Head> heads,
            Map<Integer, TrailPlace> places,
            List<Refusal> refusals,
            @Nullable Signed checkpoint) {}

    private static final int HASH = 32;

    private static final String ACQUIRE = """
            update audit_lease set holder = ?, epoch = epoch + 1, expires_at = clock_timestamp() + ? * interval '1 millisecond'
             where expires_at < clock_timestamp() or holder = ? returning epoch""";
    private static final String HOLD = """
            update audit_lease set expires_at = clock_timestamp() + ? * interval '1 millisecond' where epoch = ?""";
    /** The same as a statement that fails where the lease is lost, and with it all that is sent behind it. */
    private static final String HOLD_OR_FAIL =
            "with held as (%s returning 1) select 1 / count(*) from held".formatted(HOLD);

    private static final String LOST = "22012"; // division by zero

    private static final String COMMIT = "commit";
    private static final String ROWS = """
            insert into audit_entry (index, request_id, controller, event_id, type, entry)
            select * from unnest(?::bigint[], ?::uuid[], ?::text[], ?::uuid[], ?::text[], ?::bytea[])""";
    private static final String TILES = """
            insert into audit_tile (level, tile, hashes) select * from unnest(?::integer[], ?::bigint[], ?::bytea[])
            on conflict (level, tile) do update set hashes = excluded.hashes""";
    private static final String HEADS = """
            insert into audit_stream (service, request_id, sequence, generation, event_id)
            select * from unnest(?::text[], ?::uuid[], ?::bigint[], ?::bigint[], ?::uuid[])
            on conflict (service, request_id) do update
               set sequence = excluded.sequence, generation = excluded.generation, event_id = excluded.event_id""";
    private static final String PLACES = """
            insert into audit_position (partition, record_offset, leader_epoch, digest)
            select * from unnest(?::integer[], ?::bigint[], ?::integer[], ?::bytea[])
            on conflict (partition) do update
               set record_offset = excluded.record_offset, leader_epoch = excluded.leader_epoch, digest = excluded.digest""";
    private static final String REFUSED = """
            insert into audit_refused (digest, partition, record_offset, reason)
            select * from unnest(?::bytea[], ?::integer[], ?::bigint[], ?::text[]) on conflict do nothing""";
    private static final String CHECKPOINT = "insert into audit_checkpoint (size, note, signed_at) values (?, ?, ?)";

    private final DataSource dataSource;
    private final JdbcClient jdbc;
    private final UUID holder = UUID.randomUUID();
    private final SQLExceptionTranslator translator = new SQLErrorCodeSQLExceptionTranslator("PostgreSQL");

    LogStore(DataSource dataSource) {
        this.dataSource = dataSource;
        this.jdbc = JdbcClient.create(dataSource);
    }

    /** The epoch under which this copy appends now, or nothing while another does. */
    OptionalLong acquire(Duration lease) {
        return jdbc.sql(ACQUIRE)
                .params(holder, lease.toMillis(), holder)
                .query(Long.class)
                .optional()
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    /** @throws LeadershipLostException if another copy has taken over */
    void hold(long epoch, Duration lease) {
        if (jdbc.sql(HOLD).params(lease.toMillis(), epoch).update() != 1) {
            throw new LeadershipLostException();
        }
    }

    /** Lets a standby take over at once. */
    void release(long epoch) {
        jdbc.sql("update audit_lease set expires_at = '-infinity' where epoch = ?")
                .param(epoch)
                .update();
    }

    Map<Integer, TrailPlace> places() {
        var places = new HashMap<Integer, TrailPlace>();
        jdbc.sql(
                        "select partition, record_offset, leader_epoch, coalesce(encode(digest, 'hex'), '') from audit_position")
                .query((row, _) -> places.put(
                        row.getInt(1), new TrailPlace(row.getInt(1), row.getLong(2), row.getInt(3), row.getString(4))))
                .list();
        return places;
    }

    Map<Stream, Head> heads(Collection<Stream> streams) {
        var heads = new HashMap<Stream, Head>();
        inTransaction("read streams", connection -> {
            try (var select = connection.prepareStatement("""
                    select s.service, s.request_id, s.sequence, s.generation, s.event_id
                      from unnest(?::text[], ?::uuid[]) as w(service, request_id)
                      join audit_stream s using (service, request_id)""")) {
                select.setArray(1, array(connection, "text", streams, Stream::service));
                select.setArray(2, array(connection, "uuid", streams, Stream::request));
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        heads.put(
                                new Stream(rows.getString(1), rows.getObject(2, UUID.class)),
                                new Head(rows.getLong(3), rows.getLong(4), rows.getObject(5, UUID.class)));
                    }
                }
                return true;
            }
        });
        return heads;
    }

    /**
     * What it writes goes to the server at once, its commit included: while a transaction that has written is open, no reader of the journal in this
     * database gets beyond it, so nothing is waited for in between.
     *
     * @throws LeadershipLostException if the epoch is not the current one
     */
    void append(long epoch, Duration lease, Batch batch) {
        inTransaction("append", connection -> {
            requireCurrent(connection, epoch);
            var together = new Together();
            together.add(HOLD_OR_FAIL, lease.toMillis(), epoch);
            if (!batch.rows().isEmpty()) {
                addRows(together, connection, batch);
            }
            if (!batch.places().isEmpty()) {
                addPlaces(together, connection, batch.places().values());
            }
            if (!batch.refusals().isEmpty()) {
                addRefusals(together, connection, batch.refusals());
            }
            together.add(COMMIT);
            try {
                together.execute(connection);
            } catch (SQLException failed) {
                if (LOST.equals(failed.getSQLState())) {
                    throw new LeadershipLostException();
                }
                throw failed;
            }
            return true;
        });
    }

    /** Asked before anything is written, so that whoever leads no more meets no row of the leader's; what is written holds the lease again. */
    private static void requireCurrent(Connection connection, long epoch) throws SQLException {
        try (var select = connection.prepareStatement("select 1 from audit_lease where epoch = ?")) {
            select.setLong(1, epoch);
            try (var rows = select.executeQuery()) {
                if (!rows.next()) {
                    throw new LeadershipLostException();
                }
            }
        }
    }

    /** Statements that are sent in one message, and executed one after the other. */
    private static final class Together {

        private final List<String> statements = new ArrayList<>();
        private final List<Object> values = new ArrayList<>();

        void add(String statement, Object... parameters) {
            statements.add(statement);
            values.addAll(List.of(parameters));
        }

        void execute(Connection connection) throws SQLException {
            try (var all = connection.prepareStatement(String.join(";\n", statements))) {
                for (int i = 0; i < values.size(); i++) {
                    all.setObject(i + 1, values.get(i));
                }
                all.execute();
            }
        }
    }

    private static void addRows(Together together, Connection connection, Batch batch) throws SQLException {
        var rows = batch.rows();
        together.add(
                ROWS,
                array(connection, "bigint", rows, Row::index),
                array(connection, "uuid", rows, Row::request),
                array(connection, "text", rows, Row::controller),
                array(connection, "uuid", rows, Row::event),
                array(connection, "text", rows, Row::type),
                bytes(connection, rows, Row::entry));
        together.add(
                TILES,
                array(connection, "integer", batch.tiles(), TileRow::level),
                array(connection, "bigint", batch.tiles(), TileRow::tile),
                bytes(connection, batch.tiles(), TileRow::hashes));
        var streams = batch.heads().entrySet();
        together.add(
                HEADS,
                array(connection, "text", streams, it -> it.getKey().service()),
                array(connection, "uuid", streams, it -> it.getKey().request()),
                array(connection, "bigint", streams, it -> it.getValue().sequence()),
                array(connection, "bigint", streams, it -> it.getValue().generation()),
                array(connection, "uuid", streams, it -> it.getValue().event()));
        var signed = batch.checkpoint();
        if (signed != null) {
            together.add(
                    CHECKPOINT, signed.size(), signed.note(), signed.signedAt().atOffset(ZoneOffset.UTC));
        }
    }

    private static void addPlaces(Together together, Connection connection, Collection<TrailPlace> places)
            throws SQLException {
        together.add(
                PLACES,
                array(connection, "integer", places, TrailPlace::partition),
                array(connection, "bigint", places, TrailPlace::offset),
                array(connection, "integer", places, TrailPlace::leaderEpoch),
                bytes(connection, places, it -> HexFormat.of().parseHex(it.digest())));
    }

    private static void addRefusals(Together together, Connection connection, List<Refusal> refusals)
            throws SQLException {
        together.add(
                REFUSED,
                bytes(connection, refusals, Refusal::digest),
                array(connection, "integer", refusals, it -> it.place().partition()),
                array(connection, "bigint", refusals, it -> it.place().offset()),
                array(connection, "text", refusals, Refusal::reason));
    }

    /** How many entries there are, whatever was signed. */
    long entries() {
        return jdbc.sql("select coalesce(max(index) + 1, 0) from audit_entry")
                .query(Long.class)
                .single();
    }

    long refused() {
        return jdbc.sql("select count(*) from audit_refused").query(Long.class).single();
    }

    Optional<Signed> latest() {
        return jdbc.sql("select size, note, signed_at from audit_checkpoint order by size desc limit 1")
                .query((row, _) -> new Signed(
                        row.getLong(1),
                        row.getString(2),
                        row.getObject(3, OffsetDateTime.class).toInstant()))
                .optional();
    }

    @Override
    public Optional<byte[]> hashes(int level, long tile, int width) {
        return jdbc.sql("select hashes from audit_tile where level = ? and tile = ?")
                .params(level, tile)
                .query((row, _) -> row.getBytes(1))
                .optional()
                .filter(hashes -> hashes.length >= width * HASH)
                .map(hashes -> hashes.length == width * HASH ? hashes : Arrays.copyOf(hashes, width * HASH));
    }

    /** Entries by their index, from one on. */
    List<byte[]> entries(long from, int limit) {
        return jdbc.sql("select entry from audit_entry where index >= ? order by index limit ?")
                .params(from, limit)
                .query((row, _) -> row.getBytes(1))
                .list();
    }

    /** The entries of a request below a size, after an index. */
    List<Row> ofRequest(UUID request, @Nullable UUID event, @Nullable String type, long after, long size, int limit) {
        return jdbc.sql("""
                        select index, request_id, controller, event_id, type, entry from audit_entry
                         where request_id = :request and index > :after and index < :size
                           and (:event::uuid is null or event_id = :event)
                           and (:type::text is null or type = :type)
                         order by index limit :limit""")
                .param("request", request)
                .param("event", event, java.sql.Types.OTHER)
                .param("type", type, java.sql.Types.VARCHAR)
                .param("after", after)
                .param("size", size)
                .param("limit", limit)
                .query((row, _) -> new Row(
                        row.getLong(1),
                        row.getObject(2, UUID.class),
                        row.getString(3),
                        row.getObject(4, UUID.class),
                        row.getString(5),
                        row.getBytes(6)))
                .list();
    }

    /** Up to which size a target outside was told; 0 for nothing yet. */
    long pushed(String target) {
        return jdbc.sql("select size from audit_push where target = ?")
                .param(target)
                .query(Long.class)
                .optional()
                .orElse(0L);
    }

    void pushed(String target, long size) {
        jdbc.sql("""
                        insert into audit_push (target, size) values (?, ?)
                        on conflict (target) do update set size = greatest(audit_push.size, excluded.size)""").params(target, size).update();
    }

    private static <T> java.sql.Array array(
            Connection connection, String type, Collection<T> rows, Function<T, @Nullable Object> column)
            throws SQLException {
        return connection.createArrayOf(type, rows.stream().map(column).toArray());
    }

    private static <T> java.sql.Array bytes(Connection connection, Collection<T> rows, Function<T, byte[]> column)
            throws SQLException {
        return connection.createArrayOf("bytea", rows.stream().map(column).toArray(byte[][]::new));
    }

    private interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    private <T> T inTransaction(String what, Work<T> work) throws DataAccessException {
        try (var connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                var result = work.in(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException failed) {
                connection.rollback();
                throw failed;
            } finally {
                connection.setAutoCommit(true);
            }
        } catch (SQLException failed) {
            var translated = translator.translate("audit log: " + what, null, failed);
            throw translated != null ? translated : new IllegalStateException("audit log: " + what, failed);
        }
    }
}
