// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.postgres;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.ConnectorException.Category;
import io.habeas.connector.Place;
import io.habeas.connector.postgres.Connections.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A table, view or foreign table as the catalogue has it at this moment. Identifiers in statements come from here and from
 * nowhere else.
 *
 * @param quoted schema and name, quoted by the server
 * @param isPlain whether the catalogue can say which columns are unique: so in a table, not in a view or a partitioned table
 */
record Table(long oid, String name, String quoted, boolean isPlain, Map<String, Column> columns) {

    private static final String LOOK_UP = """
            SELECT c.oid, c.relkind,
                   pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS place,
                   a.attname, pg_catalog.quote_ident(a.attname) AS quoted, a.attnotnull,
                   pg_catalog.format_type(a.atttypid, a.atttypmod) AS shown,
                   pg_catalog.quote_ident(tn.nspname) || '.' || pg_catalog.quote_ident(t.typname) AS type,
                   b.typname AS base, b.typtype, b.typcategory,
                   EXISTS (SELECT 1 FROM pg_catalog.pg_index i
                            WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
                              AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum) AS is_unique
              FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
              JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
              JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
              JOIN pg_catalog.pg_type b ON b.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
             WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname = ? AND c.relname = ?
             ORDER BY a.attnum
            """;

    /** @param collection {@code table} in the schema of the configuration, or {@code schema.table} */
    static Optional<Table> lookUp(Session session, String schema, String collection)
            throws SQLException, ConnectorException {
        if (collection.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        Optional<Table> table = lookUp(session, schema, collection, collection);
        int dot = collection.indexOf('.');
        if (table.isPresent() || dot < 0) {
            return table;
        }
        return lookUp(session, collection.substring(0, dot), collection.substring(dot + 1), collection);
    }

    private static Optional<Table> lookUp(Session session, String schema, String table, String name)
            throws SQLException, ConnectorException {
        try (var statement = session.prepare(LOOK_UP)) {
            statement.setString(1, schema);
            statement.setString(2, table);
            try (ResultSet row = statement.executeQuery()) {
                Map<String, Column> columns = new LinkedHashMap<>();
                long oid = 0;
                String quoted = "";
                boolean isPlain = false;
                while (row.next()) {
                    oid = row.getLong("oid");
                    quoted = row.getString("place");
                    isPlain = row.getString("relkind").equals("r");
                    columns.put(row.getString("attname"), column(row));
                }
                return columns.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Table(oid, name, quoted, isPlain, columns));
            }
        }
    }

    private static Column column(ResultSet row) throws SQLException {
        return new Column(
                row.getString("attname"),
                row.getString("quoted"),
                row.getString("type"),
                row.getString("shown"),
                Column.Family.of(row.getString("base"), row.getString("typtype"), row.getString("typcategory")),
                row.getBoolean("attnotnull"),
                row.getBoolean("is_unique"));
    }

    static Table require(Session session, String schema, Place place) throws SQLException, ConnectorException {
        if (place.array() != null) {
            throw misfit(
                    "'" + place.collection() + "' is in PostgreSQL, where records inside arrays are not supported");
        }
        return lookUp(session, schema, place.collection())
                .orElseThrow(() -> misfit("there is no table or view '" + place.collection() + "'"));
    }

    Column column(String field) throws ConnectorException {
        Column column = columns.get(field);
        if (column == null) {
            throw misfit("'" + name + "' has no field '" + field + "'");
        }
        return column;
    }

    /** A column by which pages can be turned without losing a row: unique, never empty, of a type that keys can have. */
    Column key(Place place) throws ConnectorException {
        Column key = column(place.key());
        if (!key.mayBeKey()) {
            throw misfit("field '" + key.name() + "' of '" + name + "' has the type " + key.shown()
                    + ", which cannot be a key");
        }
        if (isPlain && !(key.unique() && key.notNull())) {
            throw misfit("field '" + key.name() + "' of '" + name
                    + "' cannot be a key: it needs a unique index of its own and NOT NULL");
        }
        return key;
    }

    static ConnectorException misfit(String message) {
        return new ConnectorException(Category.FIX_CONFIGURATION, message);
    }
}
