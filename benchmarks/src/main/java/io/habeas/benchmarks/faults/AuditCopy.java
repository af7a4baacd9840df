// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import io.habeas.quickstart.settings.Service;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import javax.tools.ToolProvider;

/** A copy of the audit log, fetched as an auditor does, and the verdict of the verifier, which shares no code with the log. */
final class AuditCopy {

    private static final int WIDTH = 256;

    private final Arena arena;
    private final Path folder;
    private final Path classes;

    AuditCopy(Arena arena) {
        this.arena = arena;
        this.folder = arena.home().directory().resolve("audit-copy");
        this.classes = arena.home().directory().resolve("verifier");
    }

    Evidence.Verdict verify() throws IOException, InterruptedException {
        delete(folder);
        Files.createDirectories(folder);
        var checkpoint = fetch("/api/v1/audit/checkpoint");
        long size = Long.parseLong(new String(checkpoint, StandardCharsets.UTF_8).split("\n", 3)[1]);
        Files.write(folder.resolve("checkpoint"), checkpoint);
        Files.copy(arena.home().secrets().resolve("audit-signer.pub"), folder.resolve("keys.txt"));
        for (int level = 0; size >> (8 * level) > 0; level++) {
            tiles(Integer.toString(level), size >> (8 * level));
        }
        tiles("entries", size);
        older(size);
        return run();
    }

    private void tiles(String level, long count) throws IOException, InterruptedException {
        for (long first = 0; first < count; first += WIDTH) {
            long width = Math.min(WIDTH, count - first);
            var path =
                    "tile/" + level + "/" + String.format("%03d", first / WIDTH) + (width < WIDTH ? ".p/" + width : "");
            var file = folder.resolve(path);
            Files.createDirectories(file.getParent());
            Files.write(file, fetch("/api/v1/audit/" + path));
        }
    }

    private void older(long size) throws IOException {
        var older = Files.createDirectories(folder.resolve("older-checkpoints"));
        try (var pushed = Files.list(arena.home().data("checkpoints"))) {
            for (var note : pushed.filter(file -> file.toString().endsWith(".checkpoint"))
                    .toList()) {
                if (Long.parseLong(Files.readString(note).split("\n", 3)[1]) <= size) {
                    Files.copy(note, older.resolve(note.getFileName().toString()));
                }
            }
        }
    }

    private byte[] fetch(String path) throws IOException, InterruptedException {
        var answer = arena.inner(Service.REQUEST, path, "auditor", null);
        if (answer.statusCode() != 200) {
            throw new IOException(path + " answered " + answer.statusCode());
        }
        return answer.body();
    }

    private Evidence.Verdict run() throws IOException, InterruptedException {
        if (!Files.exists(classes)) {
            Files.createDirectories(classes);
            int status = ToolProvider.getSystemJavaCompiler()
                    .run(
                            null,
                            null,
                            null,
                            "-d",
                            classes.toString(),
                            arena.home()
                                    .root()
                                    .resolve("audit-log/verifier/HabeasVerifier.java")
                                    .toString());
            if (status != 0) {
                throw new IOException("the verifier does not compile");
            }
        }
        var verifier = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classes.toString(),
                        "HabeasVerifier",
                        folder.toString()))
                .redirectErrorStream(true)
                .start();
        var said = new String(verifier.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return new Evidence.Verdict(
                verifier.waitFor() == 0, said.lines().findFirst().orElse("it said nothing"));
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (var all = Files.walk(folder)) {
                for (var file : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
