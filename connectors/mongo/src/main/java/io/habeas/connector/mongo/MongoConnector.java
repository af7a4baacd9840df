// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.mongo;

import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
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
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.bson.BSONException;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** One database behind the MongoDB protocol. */
final class MongoConnector implements Finding, Reading, Erasing, Describing {

    private static final int MOST_KEYS = 1000;
    private static final Duration CHECK = Duration.ofSeconds(5);
    private static final InstantSource REAL_TIME = InstantSource.system();

    private final MongoConfiguration configuration;
    private @Nullable MongoClient client;
    private boolean closed;

    MongoConnector(MongoConfiguration configuration) {
        this.configuration = configuration;
    }

    @Override
    public void check() throws ConnectorException {
        within(
                "check",
                REAL_TIME.instant().plus(CHECK),
                database -> database.runCommand(new BsonDocument("ping", new BsonInt32(1))));
    }

    @Override
    public Optional<Description> describe(String collection) throws ConnectorException {
        return within(collection, REAL_TIME.instant().plus(CHECK), database -> {
            if (!exists(database, collection)) {
                return Optional.empty();
            }
            return Optional.of(Sample.of(database.getCollection(collection, BsonDocument.class)));
        });
    }

    @Override
    public Page find(Search search) throws ConnectorException {
        if (search.limit() < 1) {
            throw new IllegalArgumentException("a page needs a limit of at least 1");
        }
        Place place = search.place();
        return within(place.collection(), search.deadline(), database -> {
            Records records = records(database, place);
            records.require(place, fields(place, search.subject(), search.with()));
            BsonDocument filter = Filters.subject(records.prefix(), search.subject());
            Value after = search.after();
            if (after != null) {
                filter = Filters.all(filter, Filters.after(records.prefix() + place.key(), after));
            }
            List<Found> found = new ArrayList<>();
            Value last = null;
            try (var cursor = records.query(
                    filter, with(place.key(), search.with()), place.key(), Math.addExact(search.limit(), 1))) {
                while (cursor.hasNext()) {
                    BsonDocument record = cursor.next();
                    Value key = records.keyOf(record, place.key());
                    if (key.equals(last)) {
                        throw records.notUnique(place.key());
                    }
                    last = key;
                    found.add(new Found(key, cells(record, records.prefix(), search.with())));
                }
            }
            if (found.size() <= search.limit()) {
                return new Page(found, null);
            }
            List<Found> page = List.copyOf(found.subList(0, search.limit()));
            return new Page(page, page.getLast().key());
        });
    }

    @Override
    public long count(Place place, Subject subject, Instant deadline) throws ConnectorException {
        return within(place.collection(), deadline, database -> {
            Records records = records(database, place);
            records.require(place, fields(place, subject, List.of()));
            return records.count(Filters.subject(records.prefix(), subject));
        });
    }

    @Override
    public List<Value> existing(Place place, List<Value> keys, Instant deadline) throws ConnectorException {
        checkNumber(keys);
        return within(place.collection(), deadline, database -> {
            Records records = records(database, place);
            records.require(place, List.of(Paths.checked(place.key())));
            BsonDocument filter = Filters.keys(records.prefix() + place.key(), keys);
            Set<Value> existing = new LinkedHashSet<>();
            try (var cursor = records.query(filter, Set.of(place.key()), place.key(), 0)) {
                while (cursor.hasNext()) {
                    existing.add(records.keyOf(cursor.next(), place.key()));
                }
            }
            return List.copyOf(existing);
        });
    }

    @Override
    public void read(Reading.Batch batch, Consumer consumer) throws ConnectorException {
        checkNumber(batch.keys());
        Place place = batch.place();
        within(place.collection(), batch.deadline(), database -> {
            Records records = records(database, place);
            records.require(place, fields(place, batch.subject(), batch.fields()));
            BsonDocument filter = Filters.all(
                    Filters.keys(records.prefix() + place.key(), batch.keys()),
                    Filters.subject(records.prefix(), batch.subject()));
            try (var cursor = records.query(filter, with(place.key(), batch.fields()), place.key(), 0)) {
                while (cursor.hasNext()) {
                    left(batch.deadline());
                    BsonDocument record = cursor.next();
                    consumer.accept(new Record(
                            records.keyOf(record, place.key()), cells(record, records.prefix(), batch.fields())));
                }
            } catch (IOException failure) {
                throw new ConnectorException(
                        Category.TRY_AGAIN, "the reader of '" + place.collection() + "' could not go on");
            }
            return true;
        });
    }

    @Override
    public Outcome erase(Erasing.Batch batch) throws ConnectorException {
        checkNumber(batch.keys());
        Place place = batch.place();
        List<String> replaced =
                switch (batch.treatment()) {
                    case Treatment.Delete() -> List.of();
                    case Treatment.Replace(var fields) -> List.copyOf(fields.keySet());
                };
        long touched = within(place.collection(), batch.deadline(), database -> {
            Records records = records(database, place);
            records.require(place, fields(place, batch.subject(), replaced));
            return records.erase(place.key(), batch.keys(), batch.subject(), batch.treatment(), batch.ceiling());
        });
        return touched == 0 ? new Outcome.NothingHeld() : new Outcome.Erased(touched);
    }

    @FunctionalInterface
    private interface Work<T> {
        T in(MongoDatabase database) throws ConnectorException;
    }

    private <T> T within(String collection, Instant deadline, Work<T> work) throws ConnectorException {
        try {
            MongoDatabase database =
                    client().getDatabase(configuration.database()).withTimeout(left(deadline), TimeUnit.MILLISECONDS);
            return work.in(database);
        } catch (MongoInterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ConnectorException(Category.TRY_AGAIN, "interrupted at '" + collection + "'");
        } catch (MongoException failure) {
            throw Failures.translate(failure, collection);
        } catch (BSONException failure) {
            throw Failures.translate(failure, collection);
        }
    }

    private static long left(Instant deadline) throws ConnectorException {
        long millis = Duration.between(REAL_TIME.instant(), deadline).toMillis();
        if (millis <= 0) {
            throw new ConnectorException(Category.TRY_AGAIN, "the deadline has passed");
        }
        return Math.min(millis, Integer.MAX_VALUE);
    }

    private synchronized MongoClient client() {
        if (closed) {
            throw new IllegalStateException("the connector is closed");
        }
        MongoClient current = client;
        if (current == null) {
            current = configuration.client();
            client = current;
        }
        return current;
    }

    private static Records records(MongoDatabase database, Place place) throws ConnectorException {
        if (!exists(database, place.collection())) {
            throw Failures.misfit("there is no collection '" + place.collection() + "'");
        }
        Paths.checked(place.key());
        var collection = database.getCollection(place.collection(), BsonDocument.class);
        String array = place.array();
        return array == null
                ? new Records.Documents(collection)
                : new Records.Elements(collection, Paths.checked(array));
    }

    private static boolean exists(MongoDatabase database, String collection) {
        return database.listCollectionNames().into(new ArrayList<>()).contains(collection);
    }

    /** Every field that a call names, checked to be nothing but names. */
    private static Set<String> fields(Place place, Subject subject, Collection<String> others)
            throws ConnectorException {
        Set<String> fields = with(place.key(), others);
        for (Match match : subject.anyOf()) {
            fields.add(match.field());
        }
        for (String field : fields) {
            Paths.checked(field);
        }
        return fields;
    }

    private static Set<String> with(String key, Collection<String> others) {
        Set<String> fields = new LinkedHashSet<>();
        fields.add(key);
        fields.addAll(others);
        return fields;
    }

    private static Map<String, @Nullable Object> cells(BsonDocument record, String prefix, List<String> fields) {
        Map<String, @Nullable Object> cells = new LinkedHashMap<>();
        for (String field : fields) {
            BsonValue value = Paths.get(record, prefix + field);
            cells.put(field, Values.plain(value));
        }
        return cells;
    }

    private static void checkNumber(List<Value> keys) {
        if (keys.size() > MOST_KEYS) {
            throw new IllegalArgumentException("at most " + MOST_KEYS + " keys at once, not " + keys.size());
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (client != null) {
            client.close();
        }
    }

    @Override
    public String toString() {
        return "MongoConnector[]";
    }
}
