// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Transactions on the key database; whatever fails there means that keys cannot be had for now. */
final class Database {

    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private final DataSource source;

    Database(DataSource source) {
        this.source = source;
    }

    /** Durable when it returns, whatever the server's defaults are. */
    <T> T write(Work<T> work) {
        return inTransaction(connection -> {
            try (var durable = connection.createStatement()) {
                durable.execute("SET LOCAL synchronous_commit = on");
            }
            return work.on(connection);
        });
    }

    <T> T read(Work<T> work) {
        return inTransaction(work);
    }

    private <T> T inTransaction(Work<T> work) {
        try (var connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try {
                var result = work.on(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new KeyUnavailableException(
                    "the key database does not answer as it should, state " + e.getSQLState(), e);
        }
    }
}
