// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import com.google.crypto.tink.Aead;
import io.habeas.fault.FaultPoints;
import io.habeas.sealeddata.KeyFiles.Kek;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Key-encryption keys: one for each controller and month in which keys expire. The row says that it lives, the file is
 * the key. The file comes first and goes last, so that no row ever waits for a file that was never written.
 */
final class Vault {

    private final Database database;
    private final KeyFiles files;
    private final KeyCache<UUID, Aead> opened;

    Vault(Database database, KeyFiles files, KeyStoreSettings settings) {
        this.database = database;
        this.files = files;
        this.opened = new KeyCache<>(settings.cachedKeys(), settings.cacheAge(), settings.nanos());
    }

    /** The living one of that month, made if there never was one or the last was destroyed. */
    Kek current(String controller, YearMonth month) {
        var alive = database.read(connection -> alive(connection, controller, month));
        if (alive.isPresent()) {
            return alive.get();
        }
        var fresh = new Kek(UUID.randomUUID(), controller, month);
        files.create(fresh);
        FaultPoints.pass("keys.after-kek-file-before-row");
        if (database.write(connection -> insert(connection, fresh))) {
            return fresh;
        }
        files.remove(fresh);
        return database.read(connection -> alive(connection, controller, month))
                .orElseThrow(
                        () -> new KeyUnavailableException("key-encryption key of " + month + " came and went", null));
    }

    private static Optional<Kek> alive(Connection connection, String controller, YearMonth month) throws SQLException {
        try (var query = connection.prepareStatement("""
                SELECT id FROM key_encryption_key WHERE controller = ? AND month = ? AND destroyed_at IS NULL""")) {
            query.setString(1, controller);
            query.setObject(2, month.atDay(1));
            try (var rows = query.executeQuery()) {
                return rows.next()
                        ? Optional.of(new Kek(rows.getObject(1, UUID.class), controller, month))
                        : Optional.empty();
            }
        }
    }

    private static boolean insert(Connection connection, Kek kek) throws SQLException {
        try (var insert = connection.prepareStatement("""
                INSERT INTO key_encryption_key (id, controller, month) VALUES (?, ?, ?)
                ON CONFLICT (controller, month) WHERE destroyed_at IS NULL DO NOTHING""")) {
            insert.setObject(1, kek.id());
            insert.setString(2, kek.controller());
            insert.setObject(3, kek.month().atDay(1));
            return insert.executeUpdate() == 1;
        }
    }

    /** Keeps the month from being destroyed until the transaction that adds a key under it has ended. */
    void holdAlive(Connection connection, Kek kek) throws SQLException {
        try (var query = connection.prepareStatement(
                "SELECT 1 FROM key_encryption_key WHERE id = ? AND destroyed_at IS NULL FOR SHARE")) {
            query.setObject(1, kek.id());
            try (var rows = query.executeQuery()) {
                if (!rows.next()) {
                    throw new KeyUnavailableException(
                            "key-encryption key " + kek.id() + " was destroyed meanwhile", null);
                }
            }
        }
    }

    byte[] wrap(Kek kek, String purpose, UUID keyId, byte[] material) {
        try {
            return opened(kek).encrypt(material, associatedData(kek, purpose, keyId));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("key " + keyId + " cannot be wrapped", e);
        }
    }

    byte[] unwrap(Kek kek, String purpose, UUID keyId, byte[] wrapped) {
        try {
            return opened(kek).decrypt(wrapped, associatedData(kek, purpose, keyId));
        } catch (GeneralSecurityException _) {
            throw new KeyUnavailableException(
                    "key " + keyId + " does not open with " + files.file(kek) + ": its row or that file was changed",
                    null);
        }
    }

    private Aead opened(Kek kek) {
        return opened.get(kek.id(), () -> files.open(kek));
    }

    private static byte[] associatedData(Kek kek, String purpose, UUID keyId) {
        return ("habeas1|kek|" + kek.id() + "|" + kek.controller() + "|" + purpose + "|" + keyId)
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Takes every key of the month with it; first in the database, then the file. */
    void destroy(String controller, YearMonth month, OffsetDateTime at) {
        database.write(connection -> {
            var kek = alive(connection, controller, month);
            if (kek.isPresent()) {
                bury(connection, kek.get().id(), at);
            }
            return kek;
        });
        FaultPoints.pass("keys.after-month-destroyed-before-file-removed");
        removeFilesOfDestroyed();
    }

    private static void bury(Connection connection, UUID kek, OffsetDateTime at) throws SQLException {
        for (var statement : List.of(
                "UPDATE key_encryption_key SET destroyed_at = ? WHERE id = ? AND destroyed_at IS NULL",
                """
                UPDATE data_key SET wrapped = NULL, state = 'DESTROYED', destroyed_at = ?, reason = 'MONTH_ENDED'
                WHERE kek_id = ? AND state <> 'DESTROYED'""",
                "UPDATE hash_key SET wrapped = NULL, destroyed_at = ? WHERE kek_id = ? AND destroyed_at IS NULL")) {
            try (var update = connection.prepareStatement(statement)) {
                update.setObject(1, at);
                update.setObject(2, kek);
                update.executeUpdate();
            }
        }
    }

    /** Also what a crash between row and file left behind. A file that an old backup brought back goes at every start. */
    void removeFilesOfDestroyed() {
        for (var kek : select("SELECT id, controller, month FROM key_encryption_key WHERE destroyed_at IS NOT NULL")) {
            opened.evict(kek.id());
            files.remove(kek);
        }
        database.write(connection -> {
            try (var update = connection.prepareStatement("""
                    UPDATE key_encryption_key SET file_removed_at = now()
                    WHERE destroyed_at IS NOT NULL AND file_removed_at IS NULL""")) {
                return update.executeUpdate();
            }
        });
    }

    List<Kek> endedBefore(YearMonth month) {
        return select("SELECT id, controller, month FROM key_encryption_key WHERE destroyed_at IS NULL").stream()
                .filter(kek -> kek.month().isBefore(month))
                .toList();
    }

    /** @throws KeyUnavailableException when the database does not answer, or a living key-encryption key has no file */
    void check() {
        for (var kek : select("SELECT id, controller, month FROM key_encryption_key WHERE destroyed_at IS NULL")) {
            if (!files.exists(kek)) {
                throw new KeyUnavailableException(
                        "key-encryption key file " + files.file(kek)
                                + " is missing: restore it from the backup of that directory",
                        null);
            }
        }
    }

    private List<Kek> select(String sql) {
        return database.read(connection -> {
            try (var query = connection.prepareStatement(sql);
                    var rows = query.executeQuery()) {
                var found = new ArrayList<Kek>();
                while (rows.next()) {
                    found.add(kek(rows));
                }
                return found;
            }
        });
    }

    /** From columns {@code id, controller, month}. */
    private static Kek kek(ResultSet rows) throws SQLException {
        return new Kek(
                rows.getObject(1, UUID.class), rows.getString(2), YearMonth.from(rows.getObject(3, LocalDate.class)));
    }
}
