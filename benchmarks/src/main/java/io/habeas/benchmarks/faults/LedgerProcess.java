// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/** Writes what it is told, line by line, and says {@code ok} when a line is on the disk. A process of its own: no fault reaches it. */
final class LedgerProcess {

    private LedgerProcess() {}

    /** @param arguments the file, which may be there already */
    public static void main(String... arguments) throws IOException {
        try (var file = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var bytes = ByteBuffer.wrap((Instant.now() + "\t" + line + "\n").getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
                file.force(false);
                System.out.println("ok");
                System.out.flush();
            }
        }
    }
}
