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

    /** @param before how many columns stand before those of the event */
    static NewEvent eventOf(ResultSet rows, int before) throws SQLException {
        return new NewEvent(
                uuid(rows, before + 1),
                rows.getLong(before + 2),
                uuid(rows, before + 3),
                rows.getString(before + 4),
                rows.getInt(before + 5),
                rows.getObject(before + 6, OffsetDateTime.class).toInstant(),
                nullableUuid(rows, before + 7),
                rows.getInt(before + 8),
                rows.getString(before + 9),
                rows.getString(before + 10),
                rows.getString(before + 11),
                rows.getBytes(before + 12),
                rows.getBytes(before + 13));
    }

    private static UUID uuid(ResultSet rows, int column) throws SQLException {
        return rows.getObject(column, UUID.class);
    }

    private static @Nullable UUID nullableUuid(ResultSet rows, int column) throws SQLException {
        return rows.getObject(column, UUID.class);
    }
}
