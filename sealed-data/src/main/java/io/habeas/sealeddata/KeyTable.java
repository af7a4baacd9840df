// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import io.habeas.contracts.KeyClass;
import io.habeas.sealeddata.KeyFiles.Kek;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of data keys; material goes in and comes out opened, and is wrapped while it is there. */
final class KeyTable {

    /** @param key absent once destroyed */
    record Known(
            String controller,
            KeyClass keyClass,
            @Nullable UUID requestId,
            @Nullable DataKey key) {

        Known boundTo(UUID request) {
            return new Known(controller, keyClass, request, key);
        }
    }

    private record Row(Known known, Kek kek, byte @Nullable [] wrapped) {}

    private final Database database;
    private final Vault vault;
    private final SecureRandom random = new SecureRandom();

    KeyTable(Database database, Vault vault) {
        this.database = database;
        this.vault = vault;
    }

    /** Makes keys of one class, all in one transaction. */
    List<DataKey> insert(
            String controller, KeyClass keyClass, @Nullable UUID requestId, Collection<UUID> ids, Instant expires) {
        var kek = vault.current(controller, monthOf(expires));
        var keys = new ArrayList<DataKey>(ids.size());
        var wrapped = new byte[ids.size()][];
        for (var id : ids) {
            var material = new byte[DataKey.BYTES];
            random.nextBytes(material);
            wrapped[keys.size()] = vault.wrap(kek, keyClass.name(), id, material);
            keys.add(new DataKey(id, keyClass, material));
        }
        var inserted = database.write(connection -> {
            vault.holdAlive(connection, kek);
            return insert(connection, kek, keyClass, requestId, ids, wrapped, expires);
        });
        return keys.stream().filter(key -> inserted.contains(key.id())).toList();
    }

    private static Set<UUID> insert(
            Connection connection,
            Kek kek,
            KeyClass keyClass,
            @Nullable UUID requestId,
            Collection<UUID> ids,
            byte[][] wrapped,
            Instant expires)
            throws SQLException {
        try (var insert = connection.prepareStatement("""
                INSERT INTO data_key (id, controller, request_id, class, state, kek_id, wrapped, expires_at)
                SELECT fresh.id, ?, ?, ?, ?, ?, fresh.wrapped, ?
                FROM unnest(?::uuid[], ?::bytea[]) AS fresh (id, wrapped)
                ON CONFLICT (id) DO NOTHING RETURNING id""")) {
            insert.setString(1, kek.controller());
            insert.setObject(2, requestId, java.sql.Types.OTHER);
            insert.setString(3, keyClass.name());
            insert.setString(4, requestId == null ? "POOLED" : "ASSIGNED");
            insert.setObject(5, kek.id());
            insert.setObject(6, expires.atOffset(ZoneOffset.UTC));
            insert.setArray(7, connection.createArrayOf("uuid", ids.toArray()));
            insert.setArray(8, connection.createArrayOf("bytea", wrapped));
            var inserted = new HashSet<UUID>();
            try (var rows = insert.executeQuery()) {
                while (rows.next()) {
                    inserted.add(rows.getObject(1, UUID.class));
                }
            }
            return inserted;
        }
    }

    Optional<Known> find(UUID keyId) {
        return database.read(connection -> select(connection, keyId, "")).map(row -> open(keyId, row));
    }

    private Known open(UUID keyId, Row row) {
        var known = row.known;
        var wrapped = row.wrapped;
        if (wrapped == null) {
            return known;
        }
        var material = vault.unwrap(row.kek, known.keyClass.name(), keyId, wrapped);
        return new Known(
                known.controller, known.keyClass, known.requestId, new DataKey(keyId, known.keyClass, material));
    }

    private static Optional<Row> select(Connection connection, UUID keyId, String lock) throws SQLException {
        try (var query = connection.prepareStatement("""
                SELECT data_key.controller, class, request_id, wrapped, kek_id, month
                FROM data_key JOIN key_encryption_key ON key_encryption_key.id = kek_id
                WHERE data_key.id = ?
                """ + lock)) {
            query.setObject(1, keyId);
            try (var rows = query.executeQuery()) {
                if (!rows.next()) {
                    return Optional.empty();
                }
                var controller = rows.getString(1);
                var known =
                        new Known(controller, KeyClass.valueOf(rows.getString(2)), rows.getObject(3, UUID.class), null);
                var month = YearMonth.from(rows.getObject(6, LocalDate.class));
                return Optional.of(
                        new Row(known, new Kek(rows.getObject(5, UUID.class), controller, month), rows.getBytes(4)));
            }
        }
    }

    /** What is destroyed already stays as it is. */
    int destroy(Collection<UUID> ids, OffsetDateTime at, DestructionReason reason) {
        return database.write(connection -> {
            try (var update = connection.prepareStatement("""
                    UPDATE data_key SET wrapped = NULL, state = 'DESTROYED', destroyed_at = ?, reason = ?
                    WHERE id = ANY (?::uuid[]) AND state <> 'DESTROYED'""")) {
                update.setObject(1, at);
                update.setString(2, reason.name());
                update.setArray(3, connection.createArrayOf("uuid", ids.toArray()));
                return update.executeUpdate();
            }
        });
    }

    /** Wraps the key again under another month; a destroyed one stays destroyed. */
    boolean move(UUID keyId, Instant expires) {
        var found = database.read(connection -> select(connection, keyId, ""));
        if (found.isEmpty()) {
            return false;
        }
        var kek = vault.current(found.get().known.controller, monthOf(expires));
        return database.write(connection -> {
            vault.holdAlive(connection, kek);
            var row = select(connection, keyId, "FOR UPDATE OF data_key").orElseThrow();
            var key = open(keyId, row).key;
            if (key == null) {
                return false;
            }
            try (var update = connection.prepareStatement(
                    "UPDATE data_key SET wrapped = ?, kek_id = ?, expires_at = ? WHERE id = ? AND state <> 'DESTROYED'")) {
                update.setBytes(1, vault.wrap(kek, row.known.keyClass.name(), keyId, key.export()));
                update.setObject(2, kek.id());
                update.setObject(3, expires.atOffset(ZoneOffset.UTC));
                update.setObject(4, keyId);
                return update.executeUpdate() == 1;
            }
        });
    }

    /** @return the keys that belong to that request now; what is missing is unknown, destroyed, or another request's */
    Set<UUID> bind(Map<UUID, Bindings.Binding> bindings) {
        return database.write(connection -> {
            try (var update = connection.prepareStatement("""
                    UPDATE data_key SET request_id = bound.request_id,
                        state = CASE state WHEN 'POOLED' THEN 'ASSIGNED' ELSE state END
                    FROM unnest(?::uuid[], ?::text[], ?::uuid[]) AS bound (id, controller, request_id)
                    WHERE data_key.id = bound.id AND data_key.controller = bound.controller
                        AND (data_key.request_id IS NULL OR data_key.request_id = bound.request_id)
                    RETURNING data_key.id""")) {
                var all = List.copyOf(bindings.entrySet());
                update.setArray(
                        1,
                        connection.createArrayOf(
                                "uuid", all.stream().map(Map.Entry::getKey).toArray()));
                update.setArray(
                        2,
                        connection.createArrayOf(
                                "text",
                                all.stream()
                                        .map(one -> one.getValue().controller())
                                        .toArray()));
                update.setArray(
                        3,
                        connection.createArrayOf(
                                "uuid",
                                all.stream()
                                        .map(one -> one.getValue().requestId())
                                        .toArray()));
                var bound = new HashSet<UUID>();
                try (var rows = update.executeQuery()) {
                    while (rows.next()) {
                        bound.add(rows.getObject(1, UUID.class));
                    }
                }
                return bound;
            }
        });
    }

    /** By id: what was made in that time, and belongs to no request as far as is known here. */
    List<UUID> pooled(Instant from, Instant until, @Nullable UUID after, int limit) {
        return database.read(connection -> {
            try (var query = connection.prepareStatement("""
                    SELECT id FROM data_key WHERE created_at >= ? AND created_at < ? AND state = 'POOLED' AND id > ?
                    ORDER BY id LIMIT ?""")) {
                query.setObject(1, from.atOffset(ZoneOffset.UTC));
                query.setObject(2, until.atOffset(ZoneOffset.UTC));
                query.setObject(3, after == null ? new UUID(0, 0) : after);
                query.setInt(4, limit);
                var found = new ArrayList<UUID>();
                try (var rows = query.executeQuery()) {
                    while (rows.next()) {
                        found.add(rows.getObject(1, UUID.class));
                    }
                }
                return found;
            }
        });
    }

    /** By id: what is not destroyed although its month is over. */
    List<UUID> livingBefore(YearMonth month, Collection<KeyClass> classes, @Nullable UUID after, int limit) {
        return database.read(connection -> {
            try (var query = connection.prepareStatement("""
                    SELECT data_key.id FROM data_key JOIN key_encryption_key ON key_encryption_key.id = kek_id
                    WHERE month < ? AND key_encryption_key.destroyed_at IS NULL AND state <> 'DESTROYED'
                        AND class = ANY (?::text[]) AND data_key.id > ?
                    ORDER BY data_key.id LIMIT ?""")) {
                query.setObject(1, month.atDay(1));
                query.setArray(
                        2,
                        connection.createArrayOf(
                                "text", classes.stream().map(KeyClass::name).toArray()));
                query.setObject(3, after == null ? new UUID(0, 0) : after);
                query.setInt(4, limit);
                var found = new ArrayList<UUID>();
                try (var rows = query.executeQuery()) {
                    while (rows.next()) {
                        found.add(rows.getObject(1, UUID.class));
                    }
                }
                return found;
            }
        });
    }

    /** Removes keys under which nothing was ever sealed: they need no tombstone. */
    int forget(Collection<UUID> ids) {
        return database.write(connection -> {
            try (var delete = connection.prepareStatement(
                    "DELETE FROM data_key WHERE id = ANY (?::uuid[]) AND state = 'POOLED'")) {
                delete.setArray(1, connection.createArrayOf("uuid", ids.toArray()));
                return delete.executeUpdate();
            }
        });
    }

    static YearMonth monthOf(Instant instant) {
        return YearMonth.from(instant.atOffset(ZoneOffset.UTC));
    }
}
