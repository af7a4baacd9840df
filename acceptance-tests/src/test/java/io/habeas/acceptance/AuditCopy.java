// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The whole audit log as an auditor downloads it, in a folder as the auditor's program reads it.
 *
 * @param size in entries
 */
record AuditCopy(Path folder, long size) {

    /** @param status 0 good, 1 bad, 2 not checkable */
    record Verdict(int status, String said) {}

    static AuditCopy fetch(Suite suite, Path folder) throws IOException {
        var token = suite.staffToken("auditor");
        Files.createDirectories(folder);
        String note;
        try (var body = suite.api().stream("/api/v1/audit/checkpoint", token, Map.of())) {
            note = new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
        long size = Long.parseLong(note.split("\n", 3)[1]);
        Files.writeString(folder.resolve("checkpoint"), note);
        Files.copy(suite.home().resolve("secrets/audit-signer.pub"), folder.resolve("keys.txt"));
        var copy = new AuditCopy(folder, size);
        for (int level = 0; size >> (8 * level) > 0; level++) {
            copy.fetch(suite, token, Integer.toString(level), size >> (8 * level));
        }
        copy.fetch(suite, token, "entries", size);
        return copy;
    }

    private void fetch(Suite suite, String token, String level, long count) throws IOException {
        for (long first = 0; first < count; first += 256) {
            long width = Math.min(256, count - first);
            var path = "tile/" + level + "/" + "%03d".formatted(first / 256) + (width < 256 ? ".p/" + width : "");
            var file = folder.resolve(path);
            Files.createDirectories(file.getParent());
            try (var body = suite.api().stream("/api/v1/audit/" + path, token, Map.of())) {
                Files.copy(body, file);
            }
        }
    }

    /** What the program says that shares no code with ours. */
    Verdict verify() throws IOException, InterruptedException {
        var verifier = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "../audit-log/verifier/HabeasVerifier.java",
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(verifier.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Verdict(verifier.waitFor(), said);
    }
}
