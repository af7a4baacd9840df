// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.tracing.Scope;
import io.habeas.tracing.TraceContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.datasource.DataSourceUtils;

/** The trace to which work on threads of a service's own goes back: that of the last message about the request. */
public final class RequestTraces {

    private static final String LAST_TRACE = """
            select traceparent from inbox
             where source = any(?) and request_id = ? and traceparent is not null limit 1""";

    private final DataSource dataSource;
    private final Supplier<List<String>> topics;

    /** @param topics that this service reads */
    public RequestTraces(DataSource dataSource, Supplier<List<String>> topics) {
        this.dataSource = dataSource;
        this.topics = topics;
    }

    /**
     * Work about a request that logs and calls other services under that trace; it takes one read of the inbox.
     *
     * @param name of the work, such as {@code "look up a person"}
     */
    public Scope working(String name, UUID request) {
        return TraceContext.working(
                name, TraceContext.current().or(() -> last(request)).orElse(null));
    }

    /** The same for work that is done often: where no spans are exported nothing is read and no trace is entered. */
    public Scope spanning(String name, UUID request) {
        return TraceContext.isExported() ? working(name, request) : Scope.NONE;
    }

    private Optional<String> last(UUID request) {
        var connection = DataSourceUtils.getConnection(dataSource);
        try {
            return last(connection, request);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    Optional<String> last(Connection connection, UUID request) {
        try (var select = connection.prepareStatement(LAST_TRACE)) {
            select.setArray(1, connection.createArrayOf("text", topics.get().toArray()));
            select.setObject(2, request);
            try (var rows = select.executeQuery()) {
                return rows.next() ? Optional.ofNullable(TraceContext.valid(rows.getString(1))) : Optional.empty();
            }
        } catch (SQLException failed) {
            throw new UncategorizedSQLException("find the trace of a request", LAST_TRACE, failed);
        }
    }
}
