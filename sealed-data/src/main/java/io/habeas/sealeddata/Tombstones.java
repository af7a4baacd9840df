// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The ids of destroyed keys, in a file beside the key-encryption keys, written before the database is. It outlives the
 * backups of the database: applied again at every start, it keeps a restored backup from bringing keys back.
 */
final class Tombstones {

    private static final int ID_LENGTH = 36;
    private static final int CHUNK = 1000;

    private final Path file;

    Tombstones(Path directory) {
        this.file = directory.resolve("destroyed.log");
    }

    synchronized void add(UUID keyId) {
        var isNew = !Files.exists(file);
        try (var channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                KeyFiles.OWNER_FILE)) {
            // a line in front ends what a crash may have left half written
            var line = ByteBuffer.wrap(("\n" + keyId + "\n").getBytes(StandardCharsets.US_ASCII));
            while (line.hasRemaining()) {
                channel.write(line);
            }
            channel.force(true);
        } catch (IOException e) {
            throw new KeyUnavailableException("list of destroyed keys " + file + " cannot be written", e);
        }
        if (isNew) {
            sync();
        }
    }

    private void sync() {
        var parent = file.getParent();
        try {
            KeyFiles.syncDirectory(parent == null ? Path.of(".") : parent);
        } catch (IOException e) {
            throw new KeyUnavailableException("list of destroyed keys " + file + " cannot be made durable", e);
        }
    }

    /** A short line was never acknowledged: the destruction was not either. */
    void forEachChunk(Consumer<List<UUID>> consumer) {
        if (!Files.exists(file)) {
            return;
        }
        try (var lines = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
            var chunk = new ArrayList<UUID>(CHUNK);
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.length() == ID_LENGTH) {
                    chunk.add(UUID.fromString(line));
                }
                if (chunk.size() == CHUNK) {
                    consumer.accept(List.copyOf(chunk));
                    chunk.clear();
                }
            }
            if (!chunk.isEmpty()) {
                consumer.accept(List.copyOf(chunk));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new KeyUnavailableException("list of destroyed keys " + file + " cannot be read", e);
        }
    }
}
