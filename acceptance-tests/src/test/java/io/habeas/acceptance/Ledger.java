// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;

/** What a client outside saw, line by line, each on the disk before the next: calls with their outcome (ok, failed, unknown). */
final class Ledger implements AutoCloseable {

    private final Path file;
    private final FileChannel channel;

    Ledger(Path file) {
        this.file = file;
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            this.channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** @param what the call @param outcome ok, failed or unknown, with what came back that is not personal */
    synchronized void write(String what, String outcome) {
        try {
            channel.write(ByteBuffer.wrap(
                    (Instant.now() + "\t" + what + "\t" + outcome + "\n").getBytes(StandardCharsets.UTF_8)));
            channel.force(false);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    List<String> lines() {
        try {
            return Files.readAllLines(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
