// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import io.habeas.journal.EventIds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The baseline of intake: one row and one commit at a time through JDBC, into a table as the journal's in the same cluster, with
 * the bytes of an event that an accepted request has left.
 */
final class PlainEvents implements AutoCloseable {

    private static final String DATABASE = "benchmark";

    private static final String INSERT = """
            insert into event (generation, stream, sequence, event_id, type, revision, time, cause, cause_index, controller,
                               actor, rule, payload, metadata)
            values (1, ?, 0, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?)""";

    private final List<Connection> connections = new ArrayList<>();
    private final List<PreparedStatement> inserts = new ArrayList<>();
    private final int bytes;

    PlainEvents(RunningSuite suite, int clients) throws SQLException, IOException {
        Cluster.execute(suite.database("postgres"), "create database " + DATABASE);
        try (var script = PlainEvents.class.getResourceAsStream("/db/journal/V1_0__journal.sql")) {
            if (script == null) {
                throw new IOException("the journal's script is not on the class path");
            }
            Cluster.execute(suite.database(DATABASE), new String(script.readAllBytes(), StandardCharsets.UTF_8));
        }
        try (var journal = suite.journal();
                var statement = journal.createStatement();
                var row = statement.executeQuery("""
                        select type, revision, cause, controller, actor, rule, payload, metadata from event
                         where sequence = 0 order by generation desc, transaction_id desc limit 1""")) {
            if (!row.next()) {
                throw new IllegalStateException("no request was accepted yet, so there is no event to copy");
            }
            bytes = row.getBytes(7).length + row.getBytes(8).length;
            for (int i = 0; i < clients; i++) {
                connections.add(suite.database(DATABASE).getConnection());
                var insert = connections.getLast().prepareStatement(INSERT);
                insert.setString(3, row.getString(1));
                insert.setInt(4, row.getInt(2));
                insert.setObject(6, row.getObject(3, UUID.class));
                insert.setString(7, row.getString(4));
                insert.setString(8, row.getString(5));
                insert.setString(9, row.getString(6));
                insert.setBytes(10, row.getBytes(7));
                insert.setBytes(11, row.getBytes(8));
                inserts.add(insert);
            }
        }
    }

    /** Of payload and metadata of each row. */
    int bytes() {
        return bytes;
    }

    void insert(int client) throws SQLException {
        var insert = inserts.get(client);
        insert.setObject(1, EventIds.next());
        insert.setObject(2, EventIds.next());
        insert.setObject(5, Instant.now().atOffset(ZoneOffset.UTC));
        insert.executeUpdate();
    }

    @Override
    public void close() throws SQLException {
        for (var connection : connections) {
            connection.close();
        }
    }
}
