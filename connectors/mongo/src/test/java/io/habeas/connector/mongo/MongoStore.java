// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.mongo;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import io.habeas.connector.Connector;
import io.habeas.connector.Place;
import io.habeas.connector.Value;
import io.habeas.connector.testkit.Row;
import io.habeas.connector.testkit.StoreUnderTest;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.Document;
import org.bson.types.ObjectId;

/**
 * A real server that speaks the protocol, one for all tests of this module; it stops with the process. Or the server whose address
 * (host:port) stands in the system property {@code habeas.test.mongo}.
 */
final class MongoStore implements StoreUnderTest {

    private static final InetSocketAddress SERVER = start();
    private static final MongoClient CLIENT =
            MongoClients.create("mongodb://" + SERVER.getHostString() + ":" + SERVER.getPort());

    /** Whole documents, keyed by ObjectId. */
    static final MongoStore DOCUMENTS = new MongoStore(Place.of("records", "_id"));

    /** Elements of an array, several people in one document, keyed by numbers. */
    static final MongoStore ELEMENTS = new MongoStore(new Place("threads", "posts", "id"));

    private final Place place;
    private final MongoCollection<Document> collection;
    private final Connector connector = new MongoConnectorFactory().create(settings());
    private long last;

    private MongoStore(Place place) {
        this.place = place;
        this.collection = database().getCollection(place.collection());
    }

    private static InetSocketAddress start() {
        String there = System.getProperty("habeas.test.mongo");
        if (there != null) {
            int colon = there.lastIndexOf(':');
            return InetSocketAddress.createUnresolved(
                    there.substring(0, colon), Integer.parseInt(there.substring(colon + 1)));
        }
        return new MongoServer(H2Backend.inMemory()).bind();
    }

    static MongoDatabase database() {
        return CLIENT.getDatabase("test");
    }

    static Map<String, String> settings() {
        return settings(SERVER.getHostString(), SERVER.getPort());
    }

    private static Map<String, String> settings(String host, int port) {
        return new HashMap<>(Map.of("uri", "mongodb://" + host + ":" + port, "database", "test"));
    }

    @Override
    public Connector connector() {
        return connector;
    }

    @Override
    public Connector connectorAt(String host, int port) {
        return new MongoConnectorFactory().create(settings(host, port));
    }

    @Override
    public Place place() {
        return place;
    }

    @Override
    public synchronized Optional<Value> put(Row row) {
        if (row.owner() != null && !StandardCharsets.UTF_8.newEncoder().canEncode(row.owner())) {
            return Optional.empty();
        }
        Document document = new Document("owner", row.owner())
                .append("email", row.email())
                .append("note", row.note())
                .append("number", row.number());
        if (place.array() == null) {
            collection.insertOne(document);
            return Optional.of(new Value.ObjectId(document.getObjectId("_id").toHexString()));
        }
        last++;
        document.append("id", last);
        // Three to a document, so that nobody is alone.
        if (last % 3 == 1) {
            collection.insertOne(new Document("thread", last / 3).append("posts", List.of(document)));
        } else {
            collection.updateOne(Filters.eq("thread", (last - 1) / 3), Updates.push("posts", document));
        }
        return Optional.of(new Value.Whole(last));
    }

    @Override
    public Optional<Row> look(Value key) {
        if (key instanceof Value.ObjectId(String hex)) {
            Document document =
                    collection.find(Filters.eq("_id", new ObjectId(hex))).first();
            return Optional.ofNullable(document).map(MongoStore::row);
        }
        if (!(key instanceof Value.Whole(long id))) {
            return Optional.empty();
        }
        Document thread = collection.find(Filters.eq("posts.id", id)).first();
        if (thread == null) {
            return Optional.empty();
        }
        return thread.getList("posts", Document.class).stream()
                .filter(post -> post.getLong("id") == id)
                .findFirst()
                .map(MongoStore::row);
    }

    private static Row row(Document document) {
        return new Row(
                document.getString("owner"),
                document.getString("email"),
                document.getString("note"),
                document.getLong("number"));
    }

    @Override
    public void remove(Value key) {
        if (key instanceof Value.ObjectId(String hex)) {
            collection.deleteOne(Filters.eq("_id", new ObjectId(hex)));
        } else if (key instanceof Value.Whole(long id)) {
            collection.updateOne(Filters.eq("posts.id", id), Updates.pull("posts", new Document("id", id)));
        }
    }
}
