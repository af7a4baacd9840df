// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.postgres;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.ConnectorException.Category;
import io.habeas.connector.Describing;
import io.habeas.connector.Erasing;
import io.habeas.connector.Finding;
import io.habeas.connector.Place;
import io.habeas.connector.Reading;
import io.habeas.connector.Subject;
import io.habeas.connector.Value;
import io.habeas.connector.postgres.Connections.Session;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One PostgreSQL database. */
final class PostgresConnector implements Finding, Reading, Erasing, Describing {

    private static final int MOST_KEYS = 1000;
    private static final int FETCHED_AT_ONCE = 200;
    private static final Duration CHECK = Duration.ofSeconds(5);
    private static final InstantSource REAL_TIME = InstantSource.system();

    private final String schema;
    private final Connections reading;
    private final Connections erasing;

    PostgresConnector(PostgresConfiguration configuration) {
        this.schema = configuration.schema();
        this.reading = new Connections(configuration, true);
        this.erasing = new Connections(configuration, false);
    }

    @Override
    public void check() throws ConnectorException {
        reading.transaction("check", REAL_TIME.instant().plus(CHECK), session -> {
            try (var statement = session.prepare("SELECT 1")) {
                return statement.execute();
            }
        });
    }

    @Override
    public Optional<Description> describe(String collection) throws ConnectorException {
        Instant deadline = REAL_TIME.instant().plus(CHECK);
        return reading.transaction(collection, deadline, session -> Table.lookUp(session, schema, collection))
                .map(PostgresConnector::description);
    }

    private static Description description(Table table) {
        Map<String, Field> fields = new LinkedHashMap<>();
        table.columns()
                .forEach((name, column) ->
                        fields.put(name, new Field(column.shown(), column.family().kind, !column.notNull())));
        return new Description(fields, true);
    }

    @Override
    public Page find(Search search) throws ConnectorException {
        if (search.limit() < 1) {
            throw new IllegalArgumentException("a page needs a limit of at least 1");
        }
        return reading.transaction(search.place().collection(), search.deadline(), session -> find(session, search));
    }

    private Page find(Session session, Search search) throws SQLException, ConnectorException {
        Table table = Table.require(session, schema, search.place());
        Column key = table.key(search.place());
        List<Column> with = columns(table, search.with());
        var statement = select(table, key, with).of(table, search.subject());
        Value after = search.after();
        if (after != null) {
            if (key.fitting(List.of(after)).isEmpty()) {
                throw Table.misfit(
                        "field '" + key.name() + "' of '" + table.name() + "' cannot hold the key to go on after");
            }
            statement.add(" AND (" + key.quoted() + " > ").value(key, after.text());
            statement.add(" OR " + key.quoted() + " IS NULL)");
        }
        statement.add(" ORDER BY " + key.quoted() + " LIMIT " + (search.limit() + 1L));

        List<Found> found = new ArrayList<>();
        try (var query = statement.prepare(session);
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                found.add(new Found(Cells.key(table, key, row), Cells.of(with, row, 2)));
            }
        }
        refuseDoubles(table, key, found);
        if (found.size() <= search.limit()) {
            return new Page(found, null);
        }
        List<Found> page = List.copyOf(found.subList(0, search.limit()));
        return new Page(page, page.getLast().key());
    }

    // A view has no index that would promise it; a key that is there twice would be lost between two pages.
    private static void refuseDoubles(Table table, Column key, List<Found> found) throws ConnectorException {
        for (int i = 1; i < found.size(); i++) {
            if (found.get(i).key().equals(found.get(i - 1).key())) {
                throw Table.misfit(
                        "field '" + key.name() + "' of '" + table.name() + "' cannot be a key: it is not unique");
            }
        }
    }

    @Override
    public long count(Place place, Subject subject, Instant deadline) throws ConnectorException {
        return reading.transaction(place.collection(), deadline, session -> {
            Table table = Table.require(session, schema, place);
            table.key(place);
            var statement = new Statement()
                    .add("SELECT count(*) FROM " + table.quoted() + " WHERE ")
                    .of(table, subject);
            try (var query = statement.prepare(session);
                    ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    @Override
    public List<Value> existing(Place place, List<Value> keys, Instant deadline) throws ConnectorException {
        checkNumber(keys);
        return reading.transaction(place.collection(), deadline, session -> {
            Table table = Table.require(session, schema, place);
            Column key = table.key(place);
            var statement = select(table, key, List.of()).oneOf(key, keys).add(" ORDER BY " + key.quoted());
            List<Value> existing = new ArrayList<>();
            try (var query = statement.prepare(session);
                    ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    existing.add(Cells.key(table, key, row));
                }
            }
            return existing;
        });
    }

    @Override
    public void read(Reading.Batch batch, Consumer consumer) throws ConnectorException {
        checkNumber(batch.keys());
        reading.transaction(batch.place().collection(), batch.deadline(), session -> {
            Table table = Table.require(session, schema, batch.place());
            Column key = table.key(batch.place());
            List<Column> fields = columns(table, batch.fields());
            var statement = select(table, key, fields)
                    .oneOf(key, batch.keys())
                    .add(" AND ")
                    .of(table, batch.subject())
                    .add(" ORDER BY " + key.quoted());
            try (var query = statement.prepare(session)) {
                query.setFetchSize(FETCHED_AT_ONCE);
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        session.checkTime();
                        consumer.accept(new Record(Cells.key(table, key, row), Cells.of(fields, row, 2)));
                    }
                }
            } catch (IOException failure) {
                throw new ConnectorException(
                        Category.TRY_AGAIN, "the reader of '" + table.name() + "' could not go on");
            }
            return true;
        });
    }

    @Override
    public Outcome erase(Erasing.Batch batch) throws ConnectorException {
        checkNumber(batch.keys());
        long touched =
                erasing.transaction(batch.place().collection(), batch.deadline(), session -> erase(session, batch));
        return touched == 0 ? new Outcome.NothingHeld() : new Outcome.Erased(touched);
    }

    private long erase(Session session, Erasing.Batch batch) throws SQLException, ConnectorException {
        Table table = Table.require(session, schema, batch.place());
        Column key = table.key(batch.place());
        Statement statement =
                switch (batch.treatment()) {
                    case Treatment.Delete() -> {
                        Cascades.refuse(session, table, key, batch);
                        yield new Statement().add("DELETE FROM " + table.quoted());
                    }
                    case Treatment.Replace(var fields) -> replace(table, key, fields);
                };
        statement.add(" WHERE ").oneOf(key, batch.keys()).add(" AND ").of(table, batch.subject());
        try (var change = statement.prepare(session)) {
            long touched = change.executeLargeUpdate();
            if (touched > batch.ceiling()) {
                // Leaving by exception rolls back.
                throw new ConnectorException(
                        Category.ASK_A_PERSON,
                        "'" + table.name() + "' holds " + touched + " records of this batch, the ceiling is "
                                + batch.ceiling() + "; nothing was touched");
            }
            return touched;
        }
    }

    private static Statement replace(Table table, Column key, Map<String, @Nullable Object> fields)
            throws ConnectorException {
        if (fields.isEmpty()) {
            throw new IllegalArgumentException("a replacement needs at least one field");
        }
        var statement = new Statement().add("UPDATE " + table.quoted() + " SET ");
        String comma = "";
        for (Map.Entry<String, @Nullable Object> field : fields.entrySet()) {
            Column column = table.column(field.getKey());
            if (column.equals(key)) {
                throw Table.misfit("the key '" + key.name() + "' of '" + table.name() + "' cannot be replaced");
            }
            Object replacement = field.getValue();
            statement
                    .add(comma + column.quoted() + " = ")
                    .value(column, replacement == null ? null : replacement.toString());
            comma = ", ";
        }
        return statement;
    }

    private static Statement select(Table table, Column key, List<Column> others) {
        List<Column> columns = new ArrayList<>();
        columns.add(key);
        columns.addAll(others);
        return new Statement().add("SELECT " + Statement.list(columns) + " FROM " + table.quoted() + " WHERE ");
    }

    private static List<Column> columns(Table table, List<String> fields) throws ConnectorException {
        List<Column> columns = new ArrayList<>();
        for (String field : fields) {
            columns.add(table.column(field));
        }
        return columns;
    }

    private static void checkNumber(List<Value> keys) {
        if (keys.size() > MOST_KEYS) {
            throw new IllegalArgumentException("at most " + MOST_KEYS + " keys at once, not " + keys.size());
        }
    }

    @Override
    public void close() {
        reading.close();
        erasing.close();
    }

    @Override
    public String toString() {
        return "PostgresConnector[]";
    }
}
