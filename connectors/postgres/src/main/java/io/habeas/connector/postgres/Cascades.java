// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.postgres;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.ConnectorException.Category;
import io.habeas.connector.Erasing;
import io.habeas.connector.postgres.Connections.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Refuses a delete that a foreign key would carry on into other tables, where records may have to be kept. Tables whose
 * records are gone already do no harm: a plan erases them first.
 */
final class Cascades {

    private static final String LOOK_UP = """
            SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS place, c.relname,
                   (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY k.n)
                      FROM pg_catalog.unnest(f.conkey) WITH ORDINALITY AS k(num, n)
                      JOIN pg_catalog.pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.num) AS pointing,
                   (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY k.n)
                      FROM pg_catalog.unnest(f.confkey) WITH ORDINALITY AS k(num, n)
                      JOIN pg_catalog.pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.num) AS pointed
              FROM pg_catalog.pg_constraint f
              JOIN pg_catalog.pg_class c ON c.oid = f.conrelid
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE f.contype = 'f' AND f.confrelid = CAST(CAST(? AS pg_catalog.text) AS pg_catalog.oid)
               AND f.confdeltype IN ('c', 'n', 'd') AND f.conparentid = 0
            """;

    private record Cascade(String quoted, String name, String pointing, String pointed) {}

    private Cascades() {}

    static void refuse(Session session, Table table, Column key, Erasing.Batch batch)
            throws SQLException, ConnectorException {
        List<Cascade> cascades = lookUp(session, table);
        if (cascades.isEmpty()) {
            return;
        }
        // Locked, so that no record can begin to point here between this look and the delete.
        var lock = new Statement().add("SELECT 1 FROM " + table.quoted() + " WHERE ");
        lock.oneOf(key, batch.keys()).add(" AND ").of(table, batch.subject());
        try (var statement =
                lock.add(" ORDER BY " + key.quoted() + " FOR UPDATE").prepare(session)) {
            statement.execute();
        }
        for (Cascade cascade : cascades) {
            var reached = new Statement()
                    .add("SELECT EXISTS (SELECT 1 FROM " + cascade.quoted + " WHERE (" + cascade.pointing
                            + ") IN (SELECT " + cascade.pointed + " FROM " + table.quoted() + " WHERE ");
            reached.oneOf(key, batch.keys())
                    .add(" AND ")
                    .of(table, batch.subject())
                    .add("))");
            try (var statement = reached.prepare(session);
                    ResultSet row = statement.executeQuery()) {
                if (row.next() && row.getBoolean(1)) {
                    throw new ConnectorException(
                            Category.ASK_A_PERSON,
                            "a delete from '" + table.name() + "' would be carried on into '" + cascade.name
                                    + "' by a foreign key; nothing was touched");
                }
            }
        }
    }

    private static List<Cascade> lookUp(Session session, Table table) throws SQLException, ConnectorException {
        List<Cascade> cascades = new ArrayList<>();
        try (var statement = session.prepare(LOOK_UP)) {
            statement.setString(1, Long.toString(table.oid()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    cascades.add(new Cascade(
                            row.getString("place"),
                            row.getString("relname"),
                            row.getString("pointing"),
                            row.getString("pointed")));
                }
            }
        }
        return cascades;
    }
}
