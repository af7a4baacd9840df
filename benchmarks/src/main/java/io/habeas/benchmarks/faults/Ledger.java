// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What clients saw, what recipients did and which mails arrived, kept by a process of its own. Safe for use by many threads. */
final class Ledger implements AutoCloseable {

    private final Path file;
    private final Process process;
    private final Writer lines;
    private final BufferedReader answers;

    Ledger(Path file) throws IOException {
        this.file = file;
        this.process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LedgerProcess.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        this.lines = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Returns when the line is on the disk. @throws UncheckedIOException if it is not known to be */
    synchronized void write(LedgerEntry entry) {
        try {
            lines.write(entry.line());
            lines.write('\n');
            lines.flush();
            if (!"ok".equals(answers.readLine())) {
                throw new IOException("the ledger's process does not answer; its file is " + file);
            }
        } catch (IOException lost) {
            throw new UncheckedIOException(lost);
        }
    }

    /** Everything, or what stands behind the first {@code skipped} lines. */
    List<LedgerEntry> entries(int skipped) {
        try {
            return Files.readAllLines(file).stream()
                    .skip(skipped)
                    .map(line -> LedgerEntry.parse(line.substring(line.indexOf('\t') + 1)))
                    .toList();
        } catch (IOException lost) {
            throw new UncheckedIOException(lost);
        }
    }

    int size() {
        return Files.exists(file) ? entries(0).size() : 0;
    }

    @Override
    public void close() throws IOException {
        lines.close();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
