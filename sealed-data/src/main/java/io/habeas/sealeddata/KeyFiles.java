// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import com.google.crypto.tink.Aead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.YearMonth;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;

/**
 * The directory of key-encryption keys: {@code <controller>/<month>_<id>.kek}, 32 random bytes each, and nowhere else.
 * A file is made once, durable before its row is, and never made again under the same id.
 */
final class KeyFiles {

    private static final Set<PosixFilePermission> OWNER = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);
    static final FileAttribute<?> OWNER_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> OWNER_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** Where one key-encryption key is. */
    record Kek(UUID id, String controller, YearMonth month) {}

    private final Path directory;
    private final SecureRandom random = new SecureRandom();

    KeyFiles(Path directory) {
        this.directory = directory;
        try {
            makeDirectory(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("directory of key-encryption keys " + directory + " cannot be used", e);
        }
    }

    void create(Kek kek) {
        var file = file(kek);
        var material = new byte[DataKey.BYTES];
        random.nextBytes(material);
        try {
            makeDirectory(parent(file));
            var fresh = Files.createTempFile(parent(file), ".new", ".kek", OWNER_FILE);
            try (var channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                var bytes = ByteBuffer.wrap(material);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            syncDirectory(parent(file));
        } catch (IOException e) {
            throw new KeyUnavailableException("key-encryption key file " + file + " cannot be written", e);
        } finally {
            Arrays.fill(material, (byte) 0);
        }
    }

    /** A missing file is an error that a person must mend from a backup of the directory; there is no other way back. */
    Aead open(Kek kek) {
        var file = file(kek);
        if (!Files.isRegularFile(file)) {
            throw new KeyUnavailableException(
                    "key-encryption key file " + file + " is missing: restore it from the backup of that directory",
                    null);
        }
        try {
            checkClosedToOthers(file);
            var material = Files.readAllBytes(file);
            if (material.length != DataKey.BYTES) {
                throw new KeyUnavailableException(
                        "key-encryption key file " + file + " is damaged: restore it from the backup", null);
            }
            var aead = DataKey.aead(material);
            Arrays.fill(material, (byte) 0);
            return aead;
        } catch (IOException e) {
            throw new KeyUnavailableException("key-encryption key file " + file + " cannot be read", e);
        }
    }

    boolean exists(Kek kek) {
        return Files.isRegularFile(file(kek));
    }

    /** Overwrites before it removes: worth little on a flash disk, and free. */
    void remove(Kek kek) {
        var file = file(kek);
        try {
            if (!Files.exists(file)) {
                return;
            }
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(DataKey.BYTES));
                channel.force(true);
            }
            Files.deleteIfExists(file);
            syncDirectory(parent(file));
        } catch (IOException e) {
            throw new KeyUnavailableException("key-encryption key file " + file + " cannot be removed", e);
        }
    }

    Path file(Kek kek) {
        Sealer.checkController(kek.controller());
        return directory.resolve(kek.controller()).resolve(kek.month() + "_" + kek.id() + ".kek");
    }

    private static Path parent(Path file) {
        var parent = file.getParent();
        return parent == null ? Path.of(".") : parent;
    }

    private static void makeDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, OWNER_DIRECTORY);
            syncDirectory(parent(directory.toAbsolutePath()));
        }
        checkClosedToOthers(directory);
    }

    static void syncDirectory(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    static void checkClosedToOthers(Path path) throws IOException {
        if (!OWNER.containsAll(Files.getPosixFilePermissions(path))) {
            throw new KeyUnavailableException(
                    path + " holds key-encryption keys and is open to others: chmod go-rwx it", null);
        }
    }
}
