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
 *
 * <p>A delete reaches more than the table it names: partitions and heirs, and behind a view the tables it is made of. Keys to those
 * count as well. Which rows of a table lie behind which of a view is not known here, so that a view is refused while anything points
 * to a table behind it.
 */
final class Cascades {

    private static final String LOOK_UP = """
            WITH RECURSIVE reached (oid, behind_view) AS (
                SELECT CAST(CAST(? AS pg_catalog.text) AS pg_catalog.oid), false
                UNION
                SELECT x.oid, r.behind_view OR x.behind_view
                  FROM reached r
                 CROSS JOIN LATERAL (
                       SELECT i.inhrelid AS oid, false AS behind_view FROM pg_catalog.pg_inherits i WHERE i.inhparent = r.oid
                       UNION ALL
                       SELECT d.refobjid, true
                         FROM pg_catalog.pg_rewrite w
                         JOIN pg_catalog.pg_depend d
                           ON d.classid = CAST('pg_catalog.pg_rewrite' AS pg_catalog.regclass) AND d.objid = w.oid
                          AND d.refclassid = CAST('pg_catalog.pg_class' AS pg_catalog.regclass) AND d.refobjid <> r.oid
                        WHERE w.ev_class = r.oid AND w.ev_type IN ('1', '4')) x)
            SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS place, c.relname,
                   pg_catalog.quote_ident(tn.nspname) || '.' || pg_catalog.quote_ident(t.relname) AS target, r.behind_view, t.relispartition,
                   (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY k.n)
                      FROM pg_catalog.unnest(f.conkey) WITH ORDINALITY AS k(num, n)
                      JOIN pg_catalog.pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.num) AS pointing,
                   (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY k.n)
                      FROM pg_catalog.unnest(f.confkey) WITH ORDINALITY AS k(num, n)
                      JOIN pg_catalog.pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.num) AS pointed
              FROM reached r
              JOIN pg_catalog.pg_constraint f ON f.confrelid = r.oid AND f.contype = 'f'
              JOIN pg_catalog.pg_class c ON c.oid = f.conrelid
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_catalog.pg_class t ON t.oid = f.confrelid
              JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
             WHERE f.confdeltype IN ('c', 'n', 'd')
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint p
                                 JOIN reached above ON above.oid = p.confrelid
                                WHERE p.oid = f.conparentid)
            """;

    /**
     * @param target where the rows are that it points to
     * @param behindView whether the target's columns are not those of the place that is erased from
     */
    private record Cascade(
            String quoted, String name, String target, boolean behindView, String pointing, String pointed) {}

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
            var pointing = new Statement()
                    .add("SELECT EXISTS (SELECT 1 FROM " + cascade.quoted + " WHERE (" + cascade.pointing + ")");
            if (cascade.behindView) {
                pointing.add(" IS NOT NULL)");
            } else {
                pointing.add(" IN (SELECT " + cascade.pointed + " FROM " + cascade.target + " WHERE ")
                        .oneOf(key, batch.keys())
                        .add(" AND ")
                        .of(table, batch.subject())
                        .add("))");
            }
            try (var statement = pointing.prepare(session);
                    ResultSet row = statement.executeQuery()) {
                if (row.next() && row.getBoolean(1)) {
                    throw new ConnectorException(
                            Category.ASK_A_PERSON,
                            "a delete from '" + table.name() + "' would be carried on into '" + cascade.name
                                    + "' by a foreign key; nothing was touched"
                                    + (cascade.behindView ? "; describe the table, not a view of it" : ""));
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
                            // a partition's columns are those of the table that is named, for which the user has rights
                            row.getBoolean("relispartition") ? table.quoted() : row.getString("target"),
                            row.getBoolean("behind_view"),
                            row.getString("pointing"),
                            row.getString("pointed")));
                }
            }
        }
        return cascades;
    }
}
