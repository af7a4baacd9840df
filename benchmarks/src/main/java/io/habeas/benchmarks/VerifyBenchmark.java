// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import io.habeas.auditlog.Checkpoint;
import io.habeas.auditlog.GrowingTree;
import io.habeas.auditlog.Hashing;
import io.habeas.auditlog.LogEntry;
import io.habeas.auditlog.NoteSigner;
import io.habeas.auditlog.Tile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** How long an auditor waits: the verifier of one file, on one core and with little memory, on a log of a million entries. */
final class VerifyBenchmark implements Benchmark {

    private static final int ENTRIES = 1_000_000;
    private static final int PAGE = 10_000;
    /** Rows of four services about one request. */
    private static final int ROWS = 20;

    private static final String HEAP = "-Xmx64m";
    private static final Instant NOW = Instant.parse("2026-11-26T10:15:30Z");

    @Override
    public String title() {
        return "verify: a log of a million entries by the verifier for auditors, against hashing the same entries alone";
    }

    @Override
    public void run(Table table) throws Exception {
        var folder = Files.createTempDirectory(Files.createDirectories(Benchmarks.results()), "log-");
        try {
            long bytes = write(folder);
            table.line("- " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors()
                    + " cores, the verifier with " + HEAP + " and -XX:ActiveProcessorCount=1");
            table.line("- load average before the run: " + Conditions.loadAverage());
            table.line("- " + ENTRIES + " entries, " + bytes / ENTRIES + " bytes each, of " + ENTRIES / ROWS
                    + " requests");
            table.line("");
            table.head("round", "verifier, s", "SHA-256 of the entries alone, s", "ratio");
            for (int round = 1; round <= 3; round++) {
                double plain = hashAlone(folder);
                double verified = verify(folder);
                table.row(
                        Integer.toString(round),
                        "%.1f".formatted(verified),
                        "%.1f".formatted(plain),
                        "%.1f".formatted(verified / plain));
            }
        } finally {
            delete(folder);
        }
    }

    private static long write(Path folder) throws IOException {
        var signer = NoteSigner.ofSeed("habeas.benchmark/audit", new byte[32]);
        var tree = new GrowingTree(0, (level, number, width) -> read(folder, level, number, width));
        long bytes = 0;
        for (int from = 0; from < ENTRIES; from += PAGE) {
            var hashes = new ArrayList<byte[]>(PAGE);
            for (int i = from; i < from + PAGE; i++) {
                var entry = entry(i);
                bytes += entry.length;
                hashes.add(Hashing.leaf(entry));
            }
            for (var tile : tree.append(hashes)) {
                put(folder.resolve(tile.path()), tile.hashes());
            }
        }
        for (int first = 0; first < ENTRIES; first += Tile.WIDTH) {
            int width = Math.min(Tile.WIDTH, ENTRIES - first);
            var file = folder.resolve(Tile.entriesPath(first / Tile.WIDTH, width));
            Files.createDirectories(file.getParent());
            try (var out = new BufferedOutputStream(Files.newOutputStream(file))) {
                for (int i = first; i < first + width; i++) {
                    var entry = entry(i);
                    out.write(entry.length >>> 8);
                    out.write(entry.length);
                    out.write(entry);
                }
            }
        }
        Files.writeString(
                folder.resolve("checkpoint"),
                signer.sign(new Checkpoint("habeas.benchmark/audit", ENTRIES, tree.root()).text()));
        Files.writeString(folder.resolve("keys.txt"), signer.verifierKey() + "\n");
        return bytes;
    }

    private static byte[] entry(int number) {
        long request = number / ROWS;
        int row = number % ROWS;
        var service = List.of("request", "verification", "fulfillment", "notification")
                .get(row / 5);
        return new LogEntry(
                        service,
                        1,
                        new UUID(0x7000L, request),
                        row % 5,
                        new UUID(request, row),
                        service + ".noted",
                        1,
                        NOW.plusMillis(number),
                        "smallrig",
                        "requester",
                        "smallrig@2021-06#rights.erasure",
                        new byte[32])
                .bytes();
    }

    private static Optional<byte[]> read(Path folder, int level, long number, int width) {
        var full = folder.resolve(new Tile(level, number, new byte[32 * Tile.WIDTH]).path());
        var part = folder.resolve(new Tile(level, number, new byte[32 * width]).path());
        try {
            if (Files.exists(full)) {
                return Optional.of(Arrays.copyOf(Files.readAllBytes(full), 32 * width));
            }
            return Files.exists(part) ? Optional.of(Files.readAllBytes(part)) : Optional.empty();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void put(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private static double hashAlone(Path folder) throws Exception {
        long begun = System.nanoTime();
        var digest = MessageDigest.getInstance("SHA-256");
        try (var files = Files.walk(folder.resolve("tile/entries"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                digest.update(Files.readAllBytes(file));
            }
        }
        digest.digest();
        return (System.nanoTime() - begun) / 1e9;
    }

    private static double verify(Path folder) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        HEAP,
                        "-XX:ActiveProcessorCount=1",
                        Benchmarks.root()
                                .resolve("audit-log/verifier/HabeasVerifier.java")
                                .toString(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new IllegalStateException("the verifier ended with: " + said);
        }
        return Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1e3;
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
