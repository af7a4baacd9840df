// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** How the connections are set that lanes keep for themselves. */
final class KeptConnection {

    private KeptConnection() {}

    static Connection open(DataSource dataSource) throws SQLException {
        var open = dataSource.getConnection();
        try (var statement = open.createStatement()) {
            open.setAutoCommit(true);
            // A plan made while the table was small must not scan it when it has grown.
            statement.execute("set enable_seqscan = off");
            // Groups of every size take one plan; to plan each anew costs more than to run it.
            statement.execute("set plan_cache_mode = force_generic_plan");
            return open;
        } catch (SQLException e) {
            open.close();
            throw e;
        }
    }

    /** Closes it as whoever else uses the source expects it. */
    static void giveBack(Connection kept) throws SQLException {
        try (kept;
                var statement = kept.createStatement()) {
            statement.execute("reset enable_seqscan");
            statement.execute("reset plan_cache_mode");
        }
    }
}
