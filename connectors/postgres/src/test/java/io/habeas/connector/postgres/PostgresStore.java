// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.postgres;

import io.habeas.connector.Connector;
import io.habeas.connector.Place;
import io.habeas.connector.Value;
import io.habeas.connector.testkit.Row;
import io.habeas.connector.testkit.StoreUnderTest;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A real server, one for all tests of this module; stops with the process. Or the server whose address (host:port) stands in the
 * system property {@code habeas.test.postgres}, which lets {@code postgres} in without a password.
 */
final class PostgresStore implements StoreUnderTest {

    private static final String PASSWORD = "s3cret:@/%";
    private static final String ADDRESS = start();

    /** Keyed by numbers. */
    static final PostgresStore NUMBERED = new PostgresStore("records", "bigint");

    /** Names that have to be quoted, in a schema of its own, keyed by UUIDs. */
    static final PostgresStore QUOTED = new PostgresStore("Odd \"Schema\".select", "uuid");

    /** Keyed by text. */
    static final PostgresStore TEXTUAL = new PostgresStore("textual", "varchar(80)");

    private final String collection;
    private final String keyType;
    private final String table;
    private final Connector connector = new PostgresConnectorFactory().create(settings());
    private long last;

    private PostgresStore(String collection, String keyType) {
        this.collection = collection;
        this.keyType = keyType;
        int dot = collection.indexOf('.');
        this.table = dot < 0
                ? quoted(collection)
                : quoted(collection.substring(0, dot)) + "." + quoted(collection.substring(dot + 1));
        if (dot >= 0) {
            run("CREATE SCHEMA " + quoted(collection.substring(0, dot)));
        }
        run("CREATE TABLE " + table + " (\"Key\" " + keyType
                + " PRIMARY KEY, owner text, email varchar(500), note text, number bigint NOT NULL)");
    }

    /** Host and port. */
    private static String start() {
        try {
            String there = System.getProperty("habeas.test.postgres");
            String address = there != null
                    ? there
                    : "127.0.0.1:"
                            + EmbeddedPostgres.builder()
                                    .setPGStartupWait(Duration.ofMinutes(1))
                                    .start()
                                    .getPort();
            try (Connection connection = open(address);
                    var statement = connection.createStatement()) {
                statement.execute("CREATE ROLE habeas LOGIN SUPERUSER PASSWORD '" + PASSWORD + "'");
                statement.execute("ALTER SYSTEM SET password_encryption = 'scram-sha-256'");
            }
            return address;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    static Map<String, String> settings() {
        return settings(ADDRESS);
    }

    private static Map<String, String> settings(String address) {
        return new HashMap<>(Map.of(
                "url",
                "jdbc:postgresql://" + address + "/postgres",
                "user",
                "habeas",
                "password",
                PASSWORD,
                "schema",
                "public"));
    }

    static Connection open() throws SQLException {
        return open(ADDRESS);
    }

    private static Connection open(String address) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://" + address + "/postgres?user=postgres");
    }

    static void run(String sql) {
        try (Connection connection = open();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    @Override
    public Connector connector() {
        return connector;
    }

    @Override
    public Connector connectorAt(String host, int port) {
        return new PostgresConnectorFactory().create(settings(host + ":" + port));
    }

    @Override
    public Place place() {
        return Place.of(collection, "Key");
    }

    @Override
    public synchronized Optional<Value> put(Row row) {
        last++;
        Value key =
                switch (keyType) {
                    case "bigint" -> new Value.Whole(last);
                    case "uuid" -> new Value.Uuid(UUID.randomUUID());
                    default -> new Value.Text("Schlüssel/" + UUID.randomUUID());
                };
        if (row.owner() != null && (row.owner().indexOf('\0') >= 0 || !isText(row.owner()))) {
            return Optional.empty();
        }
        try (Connection connection = open();
                var insert = connection.prepareStatement(
                        "INSERT INTO " + table + " VALUES (?::" + keyType + ", ?, ?, ?, ?)")) {
            insert.setString(1, key.text());
            insert.setString(2, row.owner());
            insert.setString(3, row.email());
            insert.setString(4, row.note());
            insert.setLong(5, row.number());
            insert.executeUpdate();
            return Optional.of(key);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static boolean isText(String text) {
        return java.nio.charset.StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    @Override
    public Optional<Row> look(Value key) {
        try (Connection connection = open();
                var select = connection.prepareStatement(
                        "SELECT owner, email, note, number FROM " + table + " WHERE \"Key\" = ?::" + keyType)) {
            select.setString(1, key.text());
            try (var row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new Row(row.getString(1), row.getString(2), row.getString(3), row.getLong(4)))
                        : Optional.empty();
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public void remove(Value key) {
        try (Connection connection = open();
                var delete = connection.prepareStatement("DELETE FROM " + table + " WHERE \"Key\" = ?::" + keyType)) {
            delete.setString(1, key.text());
            delete.executeUpdate();
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
