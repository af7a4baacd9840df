// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.postgres;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.Value;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Cells of a row as the types that the connector API names. */
final class Cells {

    private Cells() {}

    /** The first cell of a row. */
    static Value key(Table table, Column key, ResultSet row) throws SQLException, ConnectorException {
        Object cell = row.getObject(1);
        if (cell == null) {
            throw Table.misfit(
                    "field '" + key.name() + "' of '" + table.name() + "' cannot be a key: it is empty in places");
        }
        return switch (key.family()) {
            case WHOLE -> new Value.Whole(row.getLong(1));
            case NUMERIC -> new Value.Whole(whole(table, key, row.getBigDecimal(1)));
            case UUID -> new Value.Uuid((UUID) cell);
            default -> new Value.Text(row.getString(1));
        };
    }

    private static long whole(Table table, Column key, BigDecimal number) throws ConnectorException {
        try {
            return number.longValueExact();
        } catch (ArithmeticException tooFine) {
            throw Table.misfit(
                    "field '" + key.name() + "' of '" + table.name() + "' cannot be a key: it is not a whole number");
        }
    }

    /** @param first the index of the first of them in the row */
    static Map<String, @Nullable Object> of(List<Column> columns, ResultSet row, int first) throws SQLException {
        Map<String, @Nullable Object> cells = new LinkedHashMap<>();
        int index = first;
        for (Column column : columns) {
            cells.put(column.name(), cell(column, row, index));
            index++;
        }
        return cells;
    }

    private static @Nullable Object cell(Column column, ResultSet row, int index) throws SQLException {
        String text = row.getString(index);
        if (text == null) {
            return null;
        }
        return switch (column.family()) {
            case WHOLE -> row.getLong(index);
            case NUMERIC, FLOAT -> number(text);
            case BOOLEAN -> row.getBoolean(index);
            case DATE -> text.endsWith("infinity") ? text : row.getObject(index, LocalDate.class);
            case INSTANT ->
                text.endsWith("infinity")
                        ? text
                        : row.getObject(index, OffsetDateTime.class).toInstant();
            // Without a zone of its own it is taken as UTC, whatever zone this process runs in.
            case TIMESTAMP ->
                text.endsWith("infinity")
                        ? text
                        : row.getObject(index, LocalDateTime.class).toInstant(ZoneOffset.UTC);
            case BYTES -> row.getBytes(index);
            case ARRAY -> list(row.getArray(index));
            case TEXT, CITEXT, ENUM, UUID, OTHER -> text;
        };
    }

    private static Object number(String text) {
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException notFinite) {
            return text;
        }
    }

    private static List<@Nullable Object> list(Array array) throws SQLException {
        List<@Nullable Object> list = new ArrayList<>();
        for (Object element : (Object[]) array.getArray()) {
            list.add(element(element));
        }
        return list;
    }

    private static @Nullable Object element(@Nullable Object element) {
        return switch (element) {
            case null -> null;
            case String text -> text;
            case Boolean truth -> truth;
            case Long number -> number;
            case Integer number -> number.longValue();
            case Short number -> number.longValue();
            case BigDecimal number -> number;
            case byte[] bytes -> bytes;
            case Object[] nested -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (Object inner : nested) {
                    list.add(element(inner));
                }
                yield list;
            }
            default -> element.toString();
        };
    }
}
