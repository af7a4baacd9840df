// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A database cluster that writes to the disk as it would in production. */
final class Cluster implements AutoCloseable {

    private final Path directory;
    private final EmbeddedPostgres postgres;

    Cluster(Path parent) throws IOException {
        Files.createDirectories(parent);
        directory = Files.createTempDirectory(parent.toAbsolutePath(), "cluster");
        directory.toFile().setReadable(true, false);
        directory.toFile().setExecutable(true, false);
        postgres = EmbeddedPostgres.builder()
                .setDataDirectory(directory.resolve("data"))
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("shared_buffers", "256MB")
                .setServerConfig("max_wal_size", "4GB")
                .setServerConfig("max_connections", "100")
                .start();
    }

    Path directory() {
        return directory;
    }

    /** Plain connections, none of them pooled. */
    PGSimpleDataSource dataSource() {
        var dataSource = new PGSimpleDataSource();
        dataSource.setServerNames(new String[] {"localhost"});
        dataSource.setPortNumbers(new int[] {postgres.getPort()});
        dataSource.setDatabaseName("postgres");
        dataSource.setUser("postgres");
        dataSource.setLogServerErrorDetail(false);
        return dataSource;
    }

    HikariDataSource pool(int size) {
        var config = new HikariConfig();
        config.setDataSource(dataSource());
        config.setMaximumPoolSize(size);
        return new HikariDataSource(config);
    }

    void runScript(String resource) throws SQLException {
        try (var stream = Cluster.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalArgumentException("no script " + resource + " on the class path");
            }
            execute(dataSource(), new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void execute(DataSource dataSource, String sql) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The process that all processes of the server descend from. */
    long postmaster() throws IOException {
        return Long.parseLong(Files.readAllLines(directory.resolve("data").resolve("postmaster.pid"))
                .getFirst()
                .strip());
    }

    @Override
    public void close() throws IOException {
        postgres.close();
        try (var files = Files.walk(directory)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
