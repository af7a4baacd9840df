// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.postgres;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.Match;
import io.habeas.connector.Subject;
import io.habeas.connector.Value;
import io.habeas.connector.postgres.Connections.Session;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** SQL text out of fixed words and quoted identifiers, with everything else as bound parameters. */
final class Statement {

    private final StringBuilder sql = new StringBuilder();
    private final List<Parameter> parameters = new ArrayList<>();

    private sealed interface Parameter {

        /** @param element the type of the elements */
        record Many(String element, List<Object> values) implements Parameter {}

        record One(@Nullable String text) implements Parameter {}
    }

    Statement add(String words) {
        sql.append(words);
        return this;
    }

    /** One value, given as text and read by the server as this column's type. */
    Statement value(Column column, @Nullable String text) {
        parameters.add(new Parameter.One(text));
        return add("CAST(? AS " + column.type() + ")");
    }

    Statement oneOf(Column column, Collection<Value> values) {
        List<Object> fitting = column.fitting(values);
        if (fitting.isEmpty()) {
            return add("false");
        }
        parameters.add(new Parameter.Many(column.arrayElement(), fitting));
        return switch (column.family()) {
            case WHOLE -> add(column.quoted() + " = ANY (CAST(? AS pg_catalog.int8[]))");
            case NUMERIC -> add(column.quoted() + " = ANY (CAST(? AS pg_catalog.numeric[]))");
            case ENUM -> add("CAST(" + column.quoted() + " AS pg_catalog.text) = ANY (CAST(? AS pg_catalog.text[]))");
            default -> add(column.quoted() + " = ANY (CAST(? AS " + column.type() + "[]))");
        };
    }

    Statement of(Table table, Subject subject) throws ConnectorException {
        add("(");
        String or = "";
        for (Match match : subject.anyOf()) {
            add(or);
            of(table, match);
            or = " OR ";
        }
        return add(")");
    }

    private void of(Table table, Match match) throws ConnectorException {
        Column column = table.column(match.field());
        if (!column.isMatchable()) {
            throw Table.misfit("field '" + column.name() + "' of '" + table.name() + "' has the type " + column.shown()
                    + ", which cannot be matched");
        }
        boolean isText = column.arrayElement().equals("text");
        if (!match.ignoreCase() || !isText) {
            oneOf(column, match.values());
            return;
        }
        List<Object> fitting = new ArrayList<>();
        for (Object text : column.fitting(match.values())) {
            fitting.add(((String) text).strip());
        }
        if (fitting.isEmpty()) {
            add("false");
            return;
        }
        parameters.add(new Parameter.Many("text", fitting));
        String text = column.family() == Column.Family.TEXT
                ? column.quoted()
                : "CAST(" + column.quoted() + " AS pg_catalog.text)";
        // Both sides are folded by the server: Java and PostgreSQL do not agree on every letter.
        add("lower(btrim(" + text + ")) = ANY (ARRAY(SELECT lower(v) FROM unnest(CAST(? AS pg_catalog.text[])) AS v))");
    }

    static String list(List<Column> columns) {
        var list = new StringJoiner(", ");
        columns.forEach(column -> list.add(column.quoted()));
        return list.toString();
    }

    PreparedStatement prepare(Session session) throws SQLException, ConnectorException {
        PreparedStatement statement = session.prepare(sql.toString());
        try {
            int index = 0;
            for (Parameter parameter : parameters) {
                index++;
                switch (parameter) {
                    case Parameter.One(var text) -> statement.setString(index, text);
                    case Parameter.Many(var element, var values) -> {
                        Array array = session.connection().createArrayOf(element, values.toArray());
                        statement.setArray(index, array);
                    }
                }
            }
            return statement;
        } catch (SQLException | RuntimeException failure) {
            statement.close();
            throw failure;
        }
    }
}
