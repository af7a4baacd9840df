// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What a figure was taken under. A figure without durability is none, so it is refused. */
final class Conditions {

    private static final List<String> DURABILITY = List.of("fsync", "synchronous_commit", "full_page_writes");
    private static final List<String> SHOWN =
            List.of("server_version", "wal_sync_method", "shared_buffers", "max_wal_size", "wal_compression");

    private Conditions() {}

    /** @throws IllegalStateException if any switch that makes a commit durable is off */
    static void write(Table table, DataSource database, Path disk) throws SQLException, IOException {
        table.line("Conditions");
        table.line("");
        table.line("- " + Runtime.version() + " (" + System.getProperty("java.vendor") + "), "
                + Runtime.getRuntime().availableProcessors() + " cores, heap "
                + (Runtime.getRuntime().maxMemory() >> 20) + " MiB, " + System.getProperty("os.name") + " "
                + System.getProperty("os.version"));
        table.line("- load average before the run: " + loadAverage());
        try (var connection = database.getConnection()) {
            var settings = new StringBuilder("- PostgreSQL:");
            for (var name : SHOWN) {
                settings.append(' ').append(name).append('=').append(setting(connection, name));
            }
            for (var name : DURABILITY) {
                var value = setting(connection, name);
                settings.append(' ').append(name).append('=').append(value);
                if (!value.equals("on")) {
                    throw new IllegalStateException(
                            name + " is " + value + ": a figure without durability is not published; switch it on");
                }
            }
            table.line(settings.toString());
        }
        table.line("- " + fsyncRate(disk));
        table.line("");
    }

    private static String setting(Connection connection, String name) throws SQLException {
        try (var statement = connection.prepareStatement("select current_setting(?)")) {
            statement.setString(1, name);
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }

    static String loadAverage() throws IOException {
        var file = Path.of("/proc/loadavg");
        return Files.exists(file) ? Files.readString(file).strip() : "unknown";
    }

    private static String fsyncRate(Path disk) throws IOException {
        var tool = tool();
        if (tool == null) {
            return "pg_test_fsync: not on this machine";
        }
        var file = disk.resolve("pg_test_fsync.out");
        var process = new ProcessBuilder(tool.toString(), "-s", "1", "-f", file.toString())
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Files.deleteIfExists(file);
        return "pg_test_fsync, one 8 kB write: "
                + output.lines()
                        .map(String::strip)
                        .filter(line -> line.startsWith("fdatasync"))
                        .findFirst()
                        .orElse("no answer");
    }

    private static @Nullable Path tool() throws IOException {
        var installed = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(installed)) {
            return null;
        }
        try (var versions = Files.list(installed)) {
            return versions.map(version -> version.resolve("bin/pg_test_fsync"))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElse(null);
        }
    }
}
