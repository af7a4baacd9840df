// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The columns of an event as the feed's statements list them. */
final class Rows {

    private Rows() {}

    static NewEvent eventOf(ResultSet rows) throws SQLException {
        return new NewEvent(
                uuid(rows, 4),
                rows.getLong(5),
                uuid(rows, 6),
                rows.getString(7),
                rows.getInt(8),
                rows.getObject(9, OffsetDateTime.class).toInstant(),
                nullableUuid(rows, 10),
                rows.getInt(11),
                rows.getString(12),
                rows.getString(13),
                rows.getString(14),
                rows.getBytes(15),
                rows.getBytes(16));
    }

    private static UUID uuid(ResultSet rows, int column) throws SQLException {
        return rows.getObject(column, UUID.class);
    }

    private static @Nullable UUID nullableUuid(ResultSet rows, int column) throws SQLException {
        return rows.getObject(column, UUID.class);
    }
}
