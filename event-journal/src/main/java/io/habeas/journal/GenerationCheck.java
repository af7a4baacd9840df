// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Notices that the database was restored or promoted: PostgreSQL's system identifier and timeline are compared with those
 * of the current generation. Transaction ids of another cluster say nothing about the order of new events, and events that
 * consumers have seen may be gone, so a service does not run until an operator has begun a new generation.
 */
public final class GenerationCheck {

    private static final String HERE = """
            select (pg_control_system()).system_identifier::text as system_identifier,
                   ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::integer as timeline""";

    private static final String ALL = """
            select generation, system_identifier, timeline, began_at, began_by, reason from generation
             where generation > ? order by generation""";

    private static final String BEGIN = """
            insert into generation (generation, system_identifier, timeline, began_by, reason)
            select coalesce(max(generation), 0) + 1, ?, ?, ?, ? from generation returning generation""";

    private record Cluster(String systemIdentifier, int timeline) {
        @Override
        public String toString() {
            return "system " + systemIdentifier + ", timeline " + timeline;
        }
    }

    private final DataSource dataSource;

    public GenerationCheck(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * To be called at start, after the migration and before anything reads or writes the journal.
     *
     * @return the current generation
     * @throws GenerationRefusedException if the database is not the one the generation was begun on
     */
    public long requireKnown() {
        return requireKnownGeneration().number();
    }

    /** As {@link #requireKnown()}, with all that is known of the generation. */
    public Generation requireKnownGeneration() {
        try (var connection = dataSource.getConnection()) {
            var current = current(connection);
            var here = here(connection);
            if (!clusterOf(current).equals(here)) {
                throw new GenerationRefusedException("this database (" + here + ") is not the one generation "
                        + current.number() + " was begun on (" + clusterOf(current)
                        + "): it was restored or promoted. Check what is missing, then begin generation "
                        + (current.number() + 1));
            }
            return current;
        } catch (SQLException e) {
            throw new JournalException("the generation of the journal could not be checked", e);
        }
    }

    /** Every generation behind that number, in order; {@code 0} for all. */
    public List<Generation> after(long number) {
        try (var connection = dataSource.getConnection()) {
            return all(connection, number);
        } catch (SQLException e) {
            throw new JournalException("the generations of the journal could not be read", e);
        }
    }

    /** On what the database runs now, in words for an operator. */
    public String cluster() {
        try (var connection = dataSource.getConnection()) {
            return here(connection).toString();
        } catch (SQLException e) {
            throw new JournalException("the cluster could not be asked what it is", e);
        }
    }

    /**
     * Begins the generation of that number, unless it has begun on this very database already: the same order may be given twice, by several copies or at
     * a later start.
     *
     * @throws GenerationRefusedException if another number is next
     */
    public long beginGeneration(long number, String by, String reason) {
        return alone(connection -> {
            var current = current(connection);
            var here = here(connection);
            if (current.number() == number && clusterOf(current).equals(here)) {
                return number;
            }
            if (current.number() + 1 != number) {
                throw new GenerationRefusedException("generation " + number + " can not be begun: the current one is "
                        + current.number() + ", so that the next is " + (current.number() + 1));
            }
            return begin(connection, here, by, reason);
        });
    }

    /**
     * Begins a new generation on the database as it is; for an operator, while the service is stopped. Waits for writers
     * that are still at work, so that nothing of the old generation comes late.
     *
     * @param by who decided, opaque
     * @param reason for the record
     * @return the new generation
     */
    public long beginGeneration(String by, String reason) {
        return alone(connection -> begin(connection, here(connection), by, reason));
    }

    private interface Beginning {
        long in(Connection connection) throws SQLException;
    }

    /** In a transaction beside which nobody writes events or begins a generation. */
    private long alone(Beginning beginning) {
        try (var connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("lock table generation, event in exclusive mode");
                long begun = beginning.in(connection);
                connection.commit();
                return begun;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw new JournalException("no new generation could be begun", e);
        }
    }

    private static long begin(Connection connection, Cluster here, String by, String reason) throws SQLException {
        try (var insert = connection.prepareStatement(BEGIN)) {
            insert.setString(1, here.systemIdentifier());
            insert.setInt(2, here.timeline());
            insert.setString(3, by);
            insert.setString(4, reason);
            try (var rows = insert.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    private static Cluster here(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(HERE)) {
            rows.next();
            return new Cluster(rows.getString("system_identifier"), rows.getInt("timeline"));
        }
    }

    private static Generation current(Connection connection) throws SQLException {
        var all = all(connection, 0);
        if (all.isEmpty()) {
            throw new GenerationRefusedException("the journal has no generation: its table was emptied. Begin one");
        }
        return all.getLast();
    }

    private static Cluster clusterOf(Generation generation) {
        return new Cluster(generation.systemIdentifier(), generation.timeline());
    }

    private static List<Generation> all(Connection connection, long after) throws SQLException {
        try (var select = connection.prepareStatement(ALL)) {
            select.setLong(1, after);
            var all = new ArrayList<Generation>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    all.add(new Generation(
                            rows.getLong("generation"),
                            rows.getString("system_identifier"),
                            rows.getInt("timeline"),
                            rows.getObject("began_at", OffsetDateTime.class).toInstant(),
                            rows.getString("began_by"),
                            rows.getString("reason")));
                }
            }
            return all;
        }
    }
}
