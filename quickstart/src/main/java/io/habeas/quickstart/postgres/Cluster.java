// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** One embedded PostgreSQL cluster with fsync on, whose data outlives it. */
public final class Cluster implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private static final String ACCESS = """
            # the owner of this machine's account is trusted; roles of services show their password
            local all all trust
            host all postgres 127.0.0.1/32 trust
            host all all 127.0.0.1/32 scram-sha-256
            """;

    private final EmbeddedPostgres server;
    private final Path data;
    private final int port;

    private Cluster(EmbeddedPostgres server, Path data, int port) {
        this.data = data;
        this.server = server;
        this.port = port;
    }

    /**
     * Starts the cluster, or makes it first. A server that an earlier launcher left behind is stopped before.
     *
     * @param data where the cluster lives
     * @param binaries where PostgreSQL is unpacked to; one at a time may do that
     */
    public static Cluster start(Path data, Path binaries, int port, String sharedBuffers) throws IOException {
        Files.createDirectories(data.getParent());
        stopLeftBehind(data);
        if (Files.exists(data) && !Files.exists(data.resolve("PG_VERSION"))) {
            delete(data);
        }
        removeBrokenUnpacks(binaries);
        try {
            return started(data, binaries, port, sharedBuffers);
        } catch (IOException | IllegalStateException failure) {
            throw new IOException(
                    "PostgreSQL in " + data + " does not start on port " + port
                            + ". Running as root needs user namespaces (unshare -U)",
                    failure);
        }
    }

    /** An unpack that ended half way makes every later start fail until it is removed; the last file of a whole one is {@code .exists}. */
    private static void removeBrokenUnpacks(Path binaries) throws IOException {
        if (!Files.exists(binaries)) {
            return;
        }
        List<Path> unpacked;
        try (Stream<Path> all = Files.list(binaries)) {
            unpacked = all.filter(it -> it.getFileName().toString().startsWith("PG-"))
                    .toList();
        }
        for (Path folder : unpacked) {
            if (!Files.exists(folder.resolve(".exists"))) {
                delete(folder);
            }
        }
    }

    private static Cluster started(Path data, Path binaries, int port, String sharedBuffers) throws IOException {
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setOverrideWorkingDirectory(binaries.toFile())
                .setPGStartupWait(PATIENCE)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("shared_buffers", sharedBuffers)
                .setServerConfig("max_connections", "120")
                .setServerConfig("max_prepared_transactions", "0")
                .setServerConfig("wal_sync_method", "fdatasync")
                .start();
        var cluster = new Cluster(server, data, port);
        Files.writeString(data.resolve("pg_hba.conf"), ACCESS);
        cluster.execute("postgres", "SELECT pg_reload_conf()");
        return cluster;
    }

    /** Makes database and role where they are missing, and sets the role's password and limits anew. */
    public void provide(String database, String role, String password) {
        try (Connection connection = connect("postgres")) {
            provide(connection, database, role, password);
        } catch (SQLException failure) {
            throw new IllegalStateException("database " + database + " cannot be provided", failure);
        }
    }

    /**
     * The same in any cluster.
     *
     * @param owner who may make databases and roles
     */
    public static void provide(Connection owner, String database, String role, String password) throws SQLException {
        try (Statement statement = owner.createStatement()) {
            if (!exists(statement, "SELECT 1 FROM pg_roles WHERE rolname = '" + role + "'")) {
                statement.execute("CREATE ROLE " + role + " LOGIN");
            }
            statement.execute("ALTER ROLE " + role + " PASSWORD '" + password + "'");
            statement.execute("ALTER ROLE " + role + " SET transaction_timeout = '30s'");
            statement.execute("ALTER ROLE " + role + " SET idle_in_transaction_session_timeout = '5s'");
            statement.execute("ALTER ROLE " + role + " SET lock_timeout = '5s'");
            if (!exists(statement, "SELECT 1 FROM pg_database WHERE datname = '" + database + "'")) {
                statement.execute("CREATE DATABASE " + database + " OWNER " + role);
            }
            statement.execute("REVOKE CONNECT ON DATABASE " + database + " FROM PUBLIC");
        }
    }

    /** @return whether it was made just now */
    public boolean createDatabase(String database) {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            if (exists(statement, "SELECT 1 FROM pg_database WHERE datname = '" + database + "'")) {
                return false;
            }
            statement.execute("CREATE DATABASE " + database);
            return true;
        } catch (SQLException failure) {
            throw new IllegalStateException("database " + database + " cannot be made", failure);
        }
    }

    public void execute(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failure) {
            throw new IllegalStateException("a statement of the launcher failed in " + database, failure);
        }
    }

    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(urlOf(port, database) + "&user=postgres");
    }

    /** Connections of the cluster's owner, for what is to be made in a database. */
    public DataSource owner(String database) {
        return server.getDatabase("postgres", database);
    }

    /** Never with details of rows in messages: they end in logs. */
    public static String urlOf(int port, String database) {
        return urlOf("127.0.0.1:" + port, database);
    }

    /** @param address host and port */
    public static String urlOf(String address, String database) {
        return "jdbc:postgresql://" + address + "/" + database + "?logServerErrorDetail=false";
    }

    private static boolean exists(Statement statement, String query) throws SQLException {
        try (var rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }

    /** After a kill -9 of the launcher the server lives on; its own pid file says which process that is. */
    public static void stopLeftBehind(Path data) throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        long pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
        Optional<ProcessHandle> server = ProcessHandle.of(pid)
                .filter(it -> it.info().command().orElse("").contains("postgres"));
        if (server.isEmpty()) {
            return;
        }
        try {
            // SIGINT: end sessions, write a checkpoint, stop. SIGTERM would wait for clients that never leave.
            new ProcessBuilder("kill", "-INT", Long.toString(pid)).start().waitFor();
            server.get().onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException stays) {
            throw new IOException("PostgreSQL of an earlier run (process " + pid + ") does not stop", stays);
        }
    }

    /** Ends the server as a crash would: no checkpoint, sessions cut. For tests. */
    public synchronized void crash() throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).getFirst().strip());
        var postmaster = ProcessHandle.of(pid)
                .orElseThrow(() -> new IllegalArgumentException("PostgreSQL in " + data + " does not run"));
        try {
            new ProcessBuilder("kill", "-QUIT", Long.toString(pid)).start().waitFor();
            postmaster.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException stays) {
            throw new IOException("PostgreSQL in " + data + " does not end", stays);
        }
    }

    /** Starts a crashed server again, with the words that it was started with; it recovers from its log. */
    public synchronized void revive() throws IOException {
        var words = Files.readString(data.resolve("postmaster.opts")).strip();
        var command = new ArrayList<String>();
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.addAll(List.of("sh", "-c", "exec " + words));
        new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        data.resolve("revived.log").toFile()))
                .start();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (var connection = connect("postgres")) {
                if (connection.isValid(1)) {
                    return;
                }
            } catch (SQLException notYet) {
                if (System.nanoTime() > end) {
                    throw new IOException("PostgreSQL in " + data + " does not come back", notYet);
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
