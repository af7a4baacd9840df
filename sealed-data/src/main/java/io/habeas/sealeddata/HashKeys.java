// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import io.habeas.sealeddata.KeyFiles.Kek;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The keys of keyed hashes: one for each controller, purpose and period, made at first use. */
final class HashKeys {

    enum Purpose {
        LOOKUP,
        STANDING
    }

    record Name(String controller, Purpose purpose, String period) {}

    private record Row(UUID id, Kek kek, byte @Nullable [] wrapped) {}

    private final Database database;
    private final Vault vault;
    private final KeyCache<Name, Optional<Hmac>> opened;
    private final SecureRandom random = new SecureRandom();

    HashKeys(Database database, Vault vault, KeyStoreSettings settings) {
        this.database = database;
        this.vault = vault;
        this.opened = new KeyCache<>(settings.cachedKeys(), settings.cacheAge(), settings.nanos());
    }

    /** @throws KeyDestroyedException when the period's key was destroyed: it is not made again */
    Hmac obtain(Name name, Instant expires) {
        var known = find(name);
        if (known.isPresent()) {
            return known.get();
        }
        var kek = vault.current(name.controller, KeyTable.monthOf(expires));
        var id = UUID.randomUUID();
        var material = new byte[DataKey.BYTES];
        random.nextBytes(material);
        var wrapped = vault.wrap(kek, purpose(name), id, material);
        database.write(connection -> {
            vault.holdAlive(connection, kek);
            return insert(connection, name, id, kek, wrapped, expires);
        });
        opened.evict(name);
        return find(name).orElseThrow(() -> new KeyUnavailableException("a fresh hash key is not there", null));
    }

    Optional<Hmac> find(Name name) {
        return opened.get(name, () -> database.read(connection -> select(connection, name))
                .map(row -> open(name, row)));
    }

    private Hmac open(Name name, Row row) {
        var wrapped = row.wrapped;
        if (wrapped == null) {
            throw new KeyDestroyedException(row.id);
        }
        return Hmac.ofBytes(vault.unwrap(row.kek, purpose(name), row.id, wrapped), "hash key " + row.id);
    }

    private static String purpose(Name name) {
        return "HASH-" + name.purpose + "-" + name.period;
    }

    private static Optional<Row> select(Connection connection, Name name) throws SQLException {
        try (var query = connection.prepareStatement("""
                SELECT hash_key.id, kek_id, month, wrapped
                FROM hash_key JOIN key_encryption_key ON key_encryption_key.id = kek_id
                WHERE hash_key.controller = ? AND purpose = ? AND period = ?""")) {
            query.setString(1, name.controller);
            query.setString(2, name.purpose.name());
            query.setString(3, name.period);
            try (var rows = query.executeQuery()) {
                if (!rows.next()) {
                    return Optional.empty();
                }
                var kek = new Kek(
                        rows.getObject(2, UUID.class),
                        name.controller,
                        YearMonth.from(rows.getObject(3, LocalDate.class)));
                return Optional.of(new Row(rows.getObject(1, UUID.class), kek, rows.getBytes(4)));
            }
        }
    }

    private static int insert(Connection connection, Name name, UUID id, Kek kek, byte[] wrapped, Instant expires)
            throws SQLException {
        try (var insert = connection.prepareStatement("""
                INSERT INTO hash_key (id, controller, purpose, period, kek_id, wrapped, expires_at)
                VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (controller, purpose, period) DO NOTHING""")) {
            insert.setObject(1, id);
            insert.setString(2, name.controller);
            insert.setString(3, name.purpose.name());
            insert.setString(4, name.period);
            insert.setObject(5, kek.id());
            insert.setBytes(6, wrapped);
            insert.setObject(7, expires.atOffset(ZoneOffset.UTC));
            return insert.executeUpdate();
        }
    }

    void clear() {
        opened.clear();
    }
}
