// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.settings;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The folder in which one suite keeps everything: {@code controllers/}, {@code secrets/}, {@code data/}, {@code logs/}.
 *
 * @param root the source tree, where the jars are
 * @param directory {@code $HABEAS_HOME}
 */
public record Home(Path root, Path directory) {

    public Home {
        root = root.toAbsolutePath().normalize();
        directory = directory.toAbsolutePath().normalize();
    }

    public Path secrets() {
        return directory.resolve("secrets");
    }

    public Path controllers() {
        return directory.resolve("controllers");
    }

    public Path data(String part) {
        return directory.resolve("data").resolve(part);
    }

    public Path log(String process) {
        return directory.resolve("logs").resolve(process + ".log");
    }

    /** Files that mean something only while the suite runs. */
    public Path run() {
        return directory.resolve("run");
    }

    public Path pidOf(String process) {
        return run().resolve(process + ".pid");
    }

    /** The home of embedded binaries, shared by nobody else. */
    public Path binaries() {
        return directory.resolve("binaries");
    }

    public Path aot() {
        return directory.resolve("aot");
    }

    /** @throws IllegalStateException if a suite runs in this home already */
    public AutoCloseable lock() throws IOException {
        Files.createDirectories(run());
        FileChannel channel =
                FileChannel.open(run().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException ours) {
            // told below, as for another process
        }
        channel.close();
        throw new IllegalStateException("Habeas already runs in " + directory
                + ". Stop it with ./habeas stop, or give another home with --home");
    }
}
