// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A fresh database with a journal, on one embedded cluster per test run; or on the cluster whose address (host:port) stands in the
 * system property {@value #ADDRESS}, which lets {@code postgres} in without a password.
 */
public record JournalDatabase(DataSource dataSource, String host, int port, String name) {

    public static final String JOURNAL_SCRIPT = "/db/journal/V1_0__journal.sql";

    public static final String ADDRESS = "habeas.test.postgres";
    /** A second cluster, with another system identifier. */
    public static final String OTHER_ADDRESS = "habeas.test.postgres.other";

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private static final class Shared {
        // The library stops it when the JVM ends.
        static final Server CLUSTER = cluster(ADDRESS);
    }

    /** A cluster whose owner gets in without a password; closing it leaves one alone that was there before. */
    public record Server(String host, int port, AutoCloseable end) implements AutoCloseable {

        @Override
        public void close() throws Exception {
            end.close();
        }
    }

    /** @param scripts class path names of the scripts to run, the journal's first */
    public static JournalDatabase fresh(List<String> scripts) throws SQLException {
        return fresh(Shared.CLUSTER, scripts);
    }

    public static JournalDatabase fresh() throws SQLException {
        return fresh(List.of(JOURNAL_SCRIPT));
    }

    /** A cluster of its own, with another system identifier; the caller closes it. */
    public static Server startCluster() {
        return cluster(OTHER_ADDRESS);
    }

    private static Server cluster(String property) {
        var address = System.getProperty(property);
        if (address != null) {
            int colon = address.lastIndexOf(':');
            return new Server(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)), () -> {});
        }
        try {
            var embedded = EmbeddedPostgres.builder()
                    .setServerConfig("max_connections", "100")
                    // which writes in databases that no test has to do with any more, and holds up the horizon of all
                    .setServerConfig("autovacuum", "off")
                    .setPGStartupWait(Duration.ofMinutes(1))
                    .start();
            return new Server("localhost", embedded.getPort(), embedded);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JournalDatabase fresh(Server cluster, List<String> scripts) throws SQLException {
        var name = "journal_" + NUMBER.incrementAndGet();
        execute(dataSource(cluster, "postgres"), "create database " + name);
        var dataSource = dataSource(cluster, name);
        for (var script : scripts) {
            execute(dataSource, textOf(script));
        }
        return new JournalDatabase(dataSource, cluster.host(), cluster.port(), name);
    }

    private static PGSimpleDataSource dataSource(Server cluster, String database) {
        var dataSource = new PGSimpleDataSource();
        dataSource.setServerNames(new String[] {cluster.host()});
        dataSource.setPortNumbers(new int[] {cluster.port()});
        dataSource.setDatabaseName(database);
        dataSource.setUser("postgres");
        dataSource.setLogServerErrorDetail(false);
        return dataSource;
    }

    public static void execute(DataSource dataSource, String sql) throws SQLException {
        try (var connection = dataSource.getConnection()) {
            execute(connection, sql);
        }
    }

    public static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    public static String text(DataSource dataSource, String sql) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static String textOf(String resource) {
        try (var stream = JournalDatabase.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalArgumentException("no script " + resource + " on the class path");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
