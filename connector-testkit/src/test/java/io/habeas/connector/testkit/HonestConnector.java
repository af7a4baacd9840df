// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.testkit;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.ConnectorException.Category;
import io.habeas.connector.Describing;
import io.habeas.connector.Erasing;
import io.habeas.connector.Finding;
import io.habeas.connector.Match;
import io.habeas.connector.Place;
import io.habeas.connector.Reading;
import io.habeas.connector.Subject;
import io.habeas.connector.Value;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import org.jspecify.annotations.Nullable;

/** A connector to a map in memory that keeps every promise, and a place from which liars begin. */
class HonestConnector implements Finding, Reading, Erasing, Describing {

    static final Place PLACE = Place.of("records", "key");
    static final Set<String> FIELDS = Set.of("key", Row.OWNER, Row.EMAIL, Row.NOTE, Row.NUMBER);

    final ConcurrentNavigableMap<Long, Row> rows;
    private final @Nullable InetSocketAddress elsewhere;
    private boolean closed;

    HonestConnector(ConcurrentNavigableMap<Long, Row> rows, @Nullable InetSocketAddress elsewhere) {
        this.rows = rows;
        this.elsewhere = elsewhere;
    }

    @Override
    public void check() throws ConnectorException {
        reach(InstantSource.system().instant().plus(Duration.ofSeconds(1)));
    }

    @Override
    public Page find(Search search) throws ConnectorException {
        reach(search.deadline());
        checkNames(search.place(), search.subject(), search.with());
        List<Found> found = new ArrayList<>();
        for (Map.Entry<Long, Row> entry : rows.entrySet()) {
            if (matches(search.subject(), entry) && isAfter(search.after(), entry.getKey())) {
                if (found.size() == search.limit()) {
                    return new Page(found, found.getLast().key());
                }
                found.add(new Found(new Value.Whole(entry.getKey()), fields(entry, search.with())));
            }
        }
        return new Page(found, null);
    }

    boolean isAfter(@Nullable Value after, long key) {
        return after == null || key > ((Value.Whole) after).number();
    }

    @Override
    public long count(Place place, Subject subject, Instant deadline) throws ConnectorException {
        reach(deadline);
        checkNames(place, subject, List.of());
        return rows.entrySet().stream().filter(entry -> matches(subject, entry)).count();
    }

    @Override
    public List<Value> existing(Place place, List<Value> keys, Instant deadline) throws ConnectorException {
        reach(deadline);
        checkPlace(place);
        return keys.stream()
                .filter(key -> key instanceof Value.Whole(long number) && rows.containsKey(number))
                .toList();
    }

    @Override
    public void read(Reading.Batch batch, Consumer consumer) throws ConnectorException {
        reach(batch.deadline());
        checkNames(batch.place(), batch.subject(), batch.fields());
        try {
            for (Map.Entry<Long, Row> entry : rows.entrySet()) {
                if (chosen(batch.keys(), batch.subject(), entry)) {
                    consumer.accept(new Record(new Value.Whole(entry.getKey()), fields(entry, batch.fields())));
                }
            }
        } catch (IOException failure) {
            throw new ConnectorException(Category.TRY_AGAIN, "the consumer failed");
        }
    }

    @Override
    public Outcome erase(Erasing.Batch batch) throws ConnectorException {
        reach(batch.deadline());
        checkNames(batch.place(), batch.subject(), List.of());
        if (batch.treatment() instanceof Treatment.Replace(var fields)) {
            checkFields(List.copyOf(fields.keySet()));
            if (fields.containsKey(PLACE.key())) {
                throw new ConnectorException(Category.FIX_CONFIGURATION, "the key cannot be replaced");
            }
        }
        List<Map.Entry<Long, Row>> chosen = rows.entrySet().stream()
                .filter(entry -> chosen(batch.keys(), batch.subject(), entry))
                .toList();
        if (chosen.size() > batch.ceiling()) {
            throw aboveCeiling(batch, chosen);
        }
        chosen.forEach(entry -> treat(entry.getKey(), entry.getValue(), batch.treatment()));
        return chosen.isEmpty() ? new Outcome.NothingHeld() : new Outcome.Erased(chosen.size());
    }

    ConnectorException aboveCeiling(Erasing.Batch batch, List<Map.Entry<Long, Row>> chosen) {
        return new ConnectorException(Category.ASK_A_PERSON, "more than " + batch.ceiling());
    }

    boolean chosen(List<Value> keys, Subject subject, Map.Entry<Long, Row> entry) {
        return keys.contains(new Value.Whole(entry.getKey())) && matches(subject, entry);
    }

    void treat(long key, Row row, Treatment treatment) {
        switch (treatment) {
            case Treatment.Delete() -> rows.remove(key);
            case Treatment.Replace(var fields) -> {
                Map<String, @Nullable Object> after = new HashMap<>(fieldsOf(key, row));
                after.putAll(fields);
                rows.put(
                        key,
                        new Row(
                                (String) after.get(Row.OWNER),
                                (String) after.get(Row.EMAIL),
                                (String) after.get(Row.NOTE),
                                (Long) Objects.requireNonNull(after.get(Row.NUMBER))));
            }
        }
    }

    @Override
    public Optional<Description> describe(String collection) throws ConnectorException {
        reach(InstantSource.system().instant().plus(Duration.ofSeconds(1)));
        if (!collection.equals(PLACE.collection())) {
            return Optional.empty();
        }
        Map<String, Field> fields = new HashMap<>();
        for (String field : FIELDS) {
            boolean number = field.equals(Row.NUMBER) || field.equals("key");
            fields.put(field, new Field(number ? "long" : "text", number ? Kind.NUMBER : Kind.TEXT, !number));
        }
        return Optional.of(new Description(fields, true));
    }

    boolean matches(Subject subject, Map.Entry<Long, Row> entry) {
        return subject.anyOf().stream().anyMatch(match -> matches(match, entry));
    }

    private boolean matches(Match match, Map.Entry<Long, Row> entry) {
        Object field = fieldsOf(entry.getKey(), entry.getValue()).get(match.field());
        return field != null && match.values().stream().anyMatch(value -> equal(field, value, match.ignoreCase()));
    }

    boolean equal(Object field, Value value, boolean ignoreCase) {
        if (ignoreCase) {
            return folded(field.toString()).equals(folded(value.text()));
        }
        return field.toString().equals(value.text());
    }

    static String folded(String text) {
        return text.strip().toLowerCase(Locale.ROOT);
    }

    Map<String, @Nullable Object> fields(Map.Entry<Long, Row> entry, List<String> wanted) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>(fieldsOf(entry.getKey(), entry.getValue()));
        fields.keySet().retainAll(wanted);
        return fields;
    }

    static Map<String, @Nullable Object> fieldsOf(long key, Row row) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("key", key);
        fields.put(Row.OWNER, row.owner());
        fields.put(Row.EMAIL, row.email());
        fields.put(Row.NOTE, row.note());
        fields.put(Row.NUMBER, row.number());
        return fields;
    }

    private void checkNames(Place place, Subject subject, List<String> fields) throws ConnectorException {
        checkPlace(place);
        checkFields(subject.anyOf().stream().map(Match::field).toList());
        checkFields(fields);
    }

    void checkPlace(Place place) throws ConnectorException {
        if (!place.collection().equals(PLACE.collection())) {
            throw new ConnectorException(Category.FIX_CONFIGURATION, "there is no collection " + place.collection());
        }
        checkFields(List.of(place.key()));
    }

    void checkFields(List<String> fields) throws ConnectorException {
        for (String field : fields) {
            if (!FIELDS.contains(field)) {
                throw new ConnectorException(Category.FIX_CONFIGURATION, "there is no field " + field);
            }
        }
    }

    /** Asks the store whether it is there, which another address is not. */
    void reach(Instant deadline) throws ConnectorException {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        long millis =
                Duration.between(InstantSource.system().instant(), deadline).toMillis();
        if (millis <= 0) {
            throw new ConnectorException(Category.TRY_AGAIN, "the deadline has passed");
        }
        if (elsewhere == null) {
            return;
        }
        try (var socket = new Socket()) {
            socket.connect(elsewhere, (int) millis);
            socket.setSoTimeout((int) millis);
            if (socket.getInputStream().read() < 0) {
                throw new IOException("closed");
            }
        } catch (IOException failure) {
            throw new ConnectorException(Category.TRY_AGAIN, "the store does not answer");
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public String toString() {
        return "HonestConnector[]";
    }
}
