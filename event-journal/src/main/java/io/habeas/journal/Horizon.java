// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The end of what the feed may show, and who holds it back. */
final class Horizon {

    private static final String HERE = "(select d.oid from pg_database d where d.datname = current_database())";

    /*
     * Below it no event can commit any more. Transaction ids are the whole cluster's, and so is a snapshot's list of those that
     * run; but what writes in another database cannot write here. One is left out only where it is seen there: an id is used
     * once, so that it stays true whenever it is seen. Database and id are shown to every role. What is not seen, since it has
     * ended meanwhile or is prepared, is waited for. A snapshot of a standby has no such list, and none has the transaction that took it.
     * Only as the first look at statistics of its transaction: what was seen before the snapshot says nothing.
     */
    static final String LOWEST = """
            select case when pg_snapshot_xmin(s.now) = pg_snapshot_xmax(s.now) or pg_is_in_recovery()
                        then pg_snapshot_xmin(s.now)
                        else least(pg_current_xact_id_if_assigned(), coalesce(
                             (select min(r.id) from pg_snapshot_xip(s.now) as r(id)
                               where not exists (select from pg_stat_get_activity(null) a
                                                  where a.datid <> %s and a.backend_xid = r.id::xid)),
                             pg_snapshot_xmax(s.now))) end
              from (select pg_current_snapshot() as now) s""".formatted(HERE);

    /** The generation that is written in. */
    static final String GENERATION = "(select g.generation from generation g order by g.generation desc limit 1)";

    /*
     * The same for who reads. To look at those who write costs a multiple of the read, so it is done only where an event was committed that an older
     * transaction may hide. Where there is none, the end may as well be lower.
     */
    static final String END = """
            select case when (select (w.generation, w.transaction_id) < (%s, pg_snapshot_xmin(pg_current_snapshot())) from event w
                               order by w.generation desc, w.transaction_id desc, w.position desc limit 1)
                        then pg_snapshot_xmin(pg_current_snapshot())
                        else (%s) end""".formatted(GENERATION, LOWEST);

    private static final String LOOK = """
            select h.lowest::text as lowest,
                   h.lowest < pg_snapshot_xmax(pg_current_snapshot()) as held,
                   extract(epoch from greatest(
                       (select max(clock_timestamp() - a.xact_start) from pg_stat_activity a
                         where a.backend_xid is not null and a.datid = %s),
                       (select max(clock_timestamp() - p.prepared) from pg_prepared_xacts p)))::float8 as seconds
              from (%s) h(lowest)""".formatted(HERE, LOWEST);

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
