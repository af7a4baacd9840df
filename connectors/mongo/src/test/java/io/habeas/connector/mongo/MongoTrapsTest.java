// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.mongo;

import static io.habeas.connector.ConnectorException.Category.FIX_CONFIGURATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mongodb.client.MongoCollection;
import io.habeas.connector.ConnectorException;
import io.habeas.connector.Erasing.Batch;
import io.habeas.connector.Erasing.Outcome;
import io.habeas.connector.Erasing.Treatment;
import io.habeas.connector.Finding.Found;
import io.habeas.connector.Finding.Page;
import io.habeas.connector.Finding.Search;
import io.habeas.connector.Match;
import io.habeas.connector.Place;
import io.habeas.connector.Reading;
import io.habeas.connector.Subject;
import io.habeas.connector.Value;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bson.BsonBinary;
import org.bson.Document;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What documents without a schema can do to a connector that expects one. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class MongoTrapsTest {

    private static MongoConnector connector;

    @BeforeAll
    static void connect() {
        connector = (MongoConnector) new MongoConnectorFactory().create(MongoStore.settings());
    }

    @AfterAll
    static void close() {
        connector.close();
    }

    private static MongoCollection<Document> collection(String name) {
        return MongoStore.database().getCollection(name);
    }

    @Test
    void turns_pages_over_keys_of_every_type_without_loss() throws Exception {
        UUID uuid = UUID.randomUUID();
        List<Object> ids = List.of(3, 1L, 2.0, "b", "a", new ObjectId(), new ObjectId(), new BsonBinary(uuid));
        ids.forEach(id -> collection("mixed").insertOne(new Document("_id", id).append("owner", "ada")));

        List<Value> turned = new ArrayList<>();
        Value after = null;
        do {
            Page page =
                    connector.find(new Search(Place.of("mixed", "_id"), owner("ada"), List.of(), after, 1, inTime()));
            page.found().stream().map(Found::key).forEach(turned::add);
            after = page.next();
        } while (after != null);

        assertThat(turned).doesNotHaveDuplicates().hasSize(8);
        assertThat(turned.subList(0, 6))
                .containsExactly(
                        new Value.Whole(1),
                        new Value.Whole(2),
                        new Value.Whole(3),
                        new Value.Text("a"),
                        new Value.Text("b"),
                        new Value.Uuid(uuid));
    }

    @Test
    void keys_that_are_no_keys_are_not_passed_over() {
        collection("strange").insertOne(new Document("_id", new Document("a", 1)).append("owner", "ada"));
        collection("fractions").insertOne(new Document("_id", 1.5).append("owner", "ada"));
        collection("keyless").insertOne(new Document("owner", "ada").append("n", 1));
        collection("keyless").insertOne(new Document("owner", "ada"));
        collection("doubles").insertOne(new Document("owner", "ada").append("n", 1));
        collection("doubles").insertOne(new Document("owner", "ada").append("n", 1));

        assertMisfit(() -> find("strange", "_id"));
        assertMisfit(() -> find("fractions", "_id"));
        assertMisfit(() -> find("keyless", "n"));
        assertMisfit(() -> find("doubles", "n"));
        assertMisfit(() -> connector.erase(
                batch(Place.of("doubles", "n"), List.of(new Value.Whole(1)), owner("ada"), new Treatment.Delete())));
        assertThat(collection("doubles").countDocuments()).isEqualTo(2);
    }

    @Test
    void a_reference_is_found_whether_stored_as_number_or_text() throws Exception {
        collection("references").insertOne(new Document("owner", 42));
        collection("references").insertOne(new Document("owner", 42L));
        collection("references").insertOne(new Document("owner", "42"));
        collection("references").insertOne(new Document("owner", 43));
        var subject = new Subject(List.of(Match.exactly("owner", Set.of(new Value.Whole(42)))));

        assertThat(connector.count(Place.of("references", "_id"), subject, inTime()))
                .isEqualTo(3);
    }

    @Test
    void an_empty_collection_holds_nothing_and_is_no_mistake() throws Exception {
        MongoStore.database().createCollection("empty");
        collection("silent").insertOne(new Document("posts", List.of()));
        var posts = new Place("silent", "posts", "id");

        assertThat(connector.count(Place.of("empty", "_id"), owner("ada"), inTime()))
                .isZero();
        assertThat(connector.count(posts, owner("ada"), inTime())).isZero();
        assertMisfit(() -> connector.count(new Place("silent", "pots", "id"), owner("ada"), inTime()));
    }

    @Test
    void a_field_that_went_with_the_last_person_who_had_it_is_a_mistake_only_where_the_map_does_not_call_it_sparse()
            throws Exception {
        collection("visits").insertOne(new Document("_id", 1).append("device", "d-1"));
        collection("visits").insertOne(new Document("_id", 2).append("owner", "ada"));
        var strict = Place.of("visits", "_id");
        var place = strict.lacking(Set.of("owner"));
        var ones = List.<Value>of(new Value.Whole(2));

        assertThat(connector.erase(batch(place, ones, owner("ada"), new Treatment.Delete())))
                .isEqualTo(new Outcome.Erased(1));

        assertThat(connector.count(place, owner("ada"), inTime())).isZero();
        assertThat(connector
                        .find(new Search(place, owner("ada"), List.of("owner"), null, 10, inTime()))
                        .found())
                .isEmpty();
        assertThat(connector.erase(batch(place, ones, owner("ada"), new Treatment.Delete())))
                .isEqualTo(new Outcome.NothingHeld());
        assertMisfit(() -> connector.count(strict, owner("ada"), inTime()));
        assertMisfit(() -> connector.count(strict.lacking(Set.of("ownr")), owner("ada"), inTime()));
    }

    @Test
    void a_thread_keeps_what_others_wrote() throws Exception {
        collection("reviews")
                .insertOne(new Document("_id", 1)
                        .append("authorId", 7L)
                        .append(
                                "replies",
                                List.of(
                                        new Document("id", "r1")
                                                .append("author", 42L)
                                                .append("text", "mine"),
                                        new Document("id", "r2")
                                                .append("author", 8L)
                                                .append("text", "theirs"),
                                        new Document("id", "r3")
                                                .append("author", 42L)
                                                .append("text", "mine, not in the batch"))));
        Map<String, @Nullable Object> emptied = new HashMap<>();
        emptied.put("author", null);
        emptied.put("text", null);
        var subject = new Subject(List.of(Match.exactly("author", Set.of(new Value.Whole(42)))));

        Outcome outcome = connector.erase(batch(
                new Place("reviews", "replies", "id"),
                List.of(new Value.Text("r1"), new Value.Text("r2")),
                subject,
                new Treatment.Replace(emptied)));

        assertThat(outcome).isEqualTo(new Outcome.Erased(1));
        assertThat(collection("reviews").find().first().getList("replies", Document.class))
                .containsExactly(
                        new Document("id", "r1").append("author", null).append("text", null),
                        new Document("id", "r2").append("author", 8L).append("text", "theirs"),
                        new Document("id", "r3").append("author", 42L).append("text", "mine, not in the batch"));
    }

    @Test
    void reads_each_type_as_the_api_names_it_and_through_arrays() throws Exception {
        Instant at = Instant.parse("2026-01-02T03:04:05Z");
        collection("typed")
                .insertOne(new Document("_id", 1)
                        .append("owner", "ada")
                        .append("int", 1)
                        .append("half", 0.5)
                        .append("price", new Decimal128(new BigDecimal("1.50")))
                        .append("at", Date.from(at))
                        .append("flag", true)
                        .append("nested", new Document("deep", "x"))
                        .append("items", List.of(new Document("sku", "a"), new Document("sku", "b"), new Document())));
        List<Reading.Record> read = new ArrayList<>();

        connector.read(
                new Reading.Batch(
                        Place.of("typed", "_id"),
                        List.of(new Value.Whole(1)),
                        owner("ada"),
                        List.of("int", "half", "price", "at", "flag", "nested.deep", "nested", "items.sku"),
                        inTime()),
                read::add);

        assertThat(read.getFirst().fields())
                .containsEntry("int", 1L)
                .containsEntry("half", new BigDecimal("0.5"))
                .containsEntry("price", new BigDecimal("1.50"))
                .containsEntry("at", at)
                .containsEntry("flag", true)
                .containsEntry("nested.deep", "x")
                .containsEntry("nested", Map.of("deep", "x"))
                .containsEntry("items.sku", List.of("a", "b"));
    }

    @Test
    void a_connection_string_that_does_not_fit_is_refused_and_not_shown() {
        assertThatThrownBy(() -> new MongoConnectorFactory()
                        .create(Map.of("uri", "mongodb://user:hush@hush@host/%", "database", "x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("uri")
                .hasMessageNotContaining("hush")
                .hasNoCause();
    }

    private static void assertMisfit(ThrowingCallable call) {
        ConnectorException failure = catchThrowableOfType(ConnectorException.class, call);
        assertThat(failure).isNotNull();
        assertThat(failure.category()).isEqualTo(FIX_CONFIGURATION);
    }

    private static void find(String collection, String key) throws ConnectorException {
        connector.find(new Search(Place.of(collection, key), owner("ada"), List.of(), null, 10, inTime()));
    }

    private static Batch batch(Place place, List<Value> keys, Subject subject, Treatment treatment) {
        return new Batch(UUID.randomUUID(), place, keys, subject, treatment, 10, inTime());
    }

    private static Subject owner(String owner) {
        return new Subject(List.of(Match.exactly("owner", Set.of(new Value.Text(owner)))));
    }

    private static Instant inTime() {
        return InstantSource.system().instant().plusSeconds(60);
    }
}
