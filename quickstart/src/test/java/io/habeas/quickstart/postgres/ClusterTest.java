// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ClusterTest {

    @TempDir
    private Path folder;

    private int port;

    @BeforeEach
    void choosePort() throws Exception {
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
    }

    @Test
    void a_service_has_its_own_database_with_limits_and_what_it_writes_stays() throws Exception {
        try (var cluster = start()) {
            cluster.provide("habeas_request", "habeas_request", "first");
            cluster.provide("habeas_keys", "habeas_keys", "other");
            try (var connection = as("habeas_request", "habeas_request", "first")) {
                connection.createStatement().execute("CREATE TABLE kept AS SELECT 1 AS one");
                assertThat(setting(connection, "transaction_timeout")).isEqualTo("30s");
                assertThat(setting(connection, "idle_in_transaction_session_timeout"))
                        .isEqualTo("5s");
                assertThat(setting(connection, "lock_timeout")).isEqualTo("5s");
                assertThat(setting(connection, "fsync")).isEqualTo("on");
            }
            assertThatThrownBy(() -> as("habeas_keys", "habeas_request", "first"))
                    .isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> as("habeas_request", "habeas_request", "guess"))
                    .isInstanceOf(SQLException.class);
        }

        try (var cluster = start()) {
            cluster.provide("habeas_request", "habeas_request", "second");
            try (var connection = as("habeas_request", "habeas_request", "second");
                    var rows = connection.createStatement().executeQuery("SELECT one FROM kept")) {
                assertThat(rows.next()).isTrue();
            }
        }
    }

    @Test
    void a_server_that_an_earlier_launcher_left_behind_is_stopped_first() throws Exception {
        var leftBehind = start();
        long before = postmaster();

        Cluster.stopLeftBehind(folder.resolve("data/main"));

        assertThat(ProcessHandle.of(before).filter(ProcessHandle::isAlive)).isEmpty();
        leftBehind.close();
        try (var _ = start()) {
            assertThat(postmaster()).isNotEqualTo(before);
        }
    }

    @Test
    void a_broken_unpack_does_not_stand_in_the_way() throws Exception {
        try (var _ = start()) {
            assertThat(postmaster()).isPositive();
        }
        try (var all = Files.list(folder.resolve("binaries"))) {
            Files.delete(all.filter(it -> Files.exists(it.resolve(".exists")))
                    .findFirst()
                    .orElseThrow()
                    .resolve(".exists"));
        }

        try (var _ = start()) {
            assertThat(postmaster()).isPositive();
        }
    }

    private Cluster start() throws Exception {
        return Cluster.start(folder.resolve("data/main"), folder.resolve("binaries"), port, "16MB");
    }

    private long postmaster() throws Exception {
        return Long.parseLong(
                Files.readAllLines(folder.resolve("data/main/postmaster.pid")).getFirst());
    }

    private Connection as(String database, String role, String password) throws SQLException {
        return DriverManager.getConnection(Cluster.urlOf(port, database), role, password);
    }

    private static String setting(Connection connection, String name) throws SQLException {
        try (var rows = connection.createStatement().executeQuery("SHOW " + name)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
