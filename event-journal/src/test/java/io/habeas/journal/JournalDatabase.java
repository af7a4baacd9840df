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

/** A fresh database with a journal, on one embedded cluster per test run. */
public record JournalDatabase(DataSource dataSource, String host, int port, String name) {

    public static final String JOURNAL_SCRIPT = "/db/journal/V1_0__journal.sql";

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private static final class Shared {
        // The library stops it when the JVM ends.
        static final EmbeddedPostgres CLUSTER = startCluster();
    }

    /** @param scripts class path names of the scripts to run, the journal's first */
    public static JournalDatabase fresh(List<String> scripts) throws SQLException {
        return fresh(Shared.CLUSTER, scripts);
    }

    public static JournalDatabase fresh() throws SQLException {
        return fresh(List.of(JOURNAL_SCRIPT));
    }

    /** A cluster of its own, with another system identifier; the caller closes it. */
    public static EmbeddedPostgres startCluster() {
        try {
            return EmbeddedPostgres.builder()
                    .setServerConfig("max_connections", "100")
                    .setPGStartupWait(Duration.ofMinutes(1))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JournalDatabase fresh(EmbeddedPostgres cluster, List<String> scripts) throws SQLException {
        var name = "journal_" + NUMBER.incrementAndGet();
        execute(cluster.getPostgresDatabase(), "create database " + name);
        var dataSource = new PGSimpleDataSource();
        dataSource.setServerNames(new String[] {"localhost"});
        dataSource.setPortNumbers(new int[] {cluster.getPort()});
        dataSource.setDatabaseName(name);
        dataSource.setUser("postgres");
        dataSource.setLogServerErrorDetail(false);
        for (var script : scripts) {
            execute(dataSource, textOf(script));
        }
        return new JournalDatabase(dataSource, "localhost", cluster.getPort(), name);
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
