// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Watches the oldest writing transaction of the cluster. */
final class Horizon {

    private static final String LOOK = """
            select pg_snapshot_xmin(s.snapshot)::text as lowest,
                   pg_snapshot_xmin(s.snapshot) < pg_snapshot_xmax(s.snapshot) as held,
                   extract(epoch from greatest(
                       (select max(clock_timestamp() - a.xact_start) from pg_stat_activity a where a.backend_xid is not null),
                       (select max(clock_timestamp() - p.prepared) from pg_prepared_xacts p)))::float8 as seconds
              from (select pg_current_snapshot() as snapshot) s""";

    private @Nullable String lowest;
    private long since;

    Duration age(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement(LOOK);
                var rows = statement.executeQuery()) {
            rows.next();
            // While nothing has committed behind the only writer, the snapshot does not show it.
            var watched = rows.getBoolean("held") ? watched(rows.getString("lowest")) : Duration.ZERO;
            var stated = Duration.ofNanos((long) (rows.getDouble("seconds") * 1e9));
            return stated.compareTo(watched) > 0 ? stated : watched;
        }
    }

    private synchronized Duration watched(String now) {
        long nanos = System.nanoTime();
        if (!now.equals(lowest)) {
            lowest = now;
            since = nanos;
        }
        return Duration.ofNanos(nanos - since);
    }
}
