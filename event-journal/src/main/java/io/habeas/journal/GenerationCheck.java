// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.sql.Connection;
import java.sql.SQLException;
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

    private static final String CURRENT = """
            select generation, system_identifier, timeline from generation order by generation desc limit 1""";

    private static final String BEGIN = """
            insert into generation (generation, system_identifier, timeline, began_by, reason)
            select coalesce(max(generation), 0) + 1, ?, ?, ?, ? from generation returning generation""";

    private record Cluster(String systemIdentifier, int timeline) {}

    private record Generation(long number, Cluster cluster) {}

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
        try (var connection = dataSource.getConnection()) {
            var here = here(connection);
            var current = current(connection);
            if (!current.cluster().equals(here)) {
                throw new GenerationRefusedException("this database (system " + here.systemIdentifier() + ", timeline "
                        + here.timeline() + ") is not the one generation " + current.number() + " was begun on (system "
                        + current.cluster().systemIdentifier() + ", timeline "
                        + current.cluster().timeline()
                        + "): it was restored or promoted. Check what is missing, then begin a new generation");
            }
            return current.number();
        } catch (SQLException e) {
            throw new JournalException("the generation of the journal could not be checked", e);
        }
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
        try (var connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("lock table generation, event in exclusive mode");
                long begun = begin(connection, here(connection), by, reason);
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
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(CURRENT)) {
            if (!rows.next()) {
                throw new GenerationRefusedException("the journal has no generation: its table was emptied. Begin one");
            }
            return new Generation(
                    rows.getLong("generation"),
                    new Cluster(rows.getString("system_identifier"), rows.getInt("timeline")));
        }
    }
}
