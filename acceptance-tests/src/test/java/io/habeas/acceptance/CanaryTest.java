// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.sealeddata.hunt.CanaryHunt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.bson.Document;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** A marked person goes through everything; then every place that is ours is searched for the marks. */
@Order(50)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class CanaryTest {

    private static final List<String> DATABASES = List.of(
            "habeas_request", "habeas_verification", "habeas_fulfillment", "habeas_notification", "habeas_keys");

    @TempDir
    private Path folder;

    @Test
    void a_marked_person_leaves_no_trace_in_the_open(Suite suite) throws Exception {
        var mark = "kanarie" + UUID.randomUUID().toString().replace("-", "");
        var canary = plant(suite, mark);
        var temporary = Path.of(System.getProperty("java.io.tmpdir"));

        var access = suite.journey("ACCESS", canary, "en");
        access.run();
        access.fetch(folder.resolve("package.zip"));
        provokeErrors(suite, canary, mark, access);
        logIn(suite, canary);
        suite.journey("ERASURE", canary, "zh-CN").run();

        var hunt = new CanaryHunt(List.of(mark));
        hunt.through(suite.home().resolve("data/postgres"));
        hunt.through(suite.home().resolve("data/kafka"));
        hunt.through(suite.home().resolve("data/packages"));
        hunt.through(suite.home().resolve("data/checkpoints"));
        hunt.through(suite.home().resolve("logs"));
        hunt.through(suite.home().resolve("run"));
        for (var database : DATABASES) {
            hunt.through(database, dataSource(database));
        }
        huntTemporary(hunt, temporary);

        assertThat(hunt.files()).isGreaterThan(100);
        assertThat(hunt.values()).isGreaterThan(100);
        assertThat(hunt.finds()).isEmpty();
    }

    /** The token holds the marked address; one of another request is refused, one of this request is taken. */
    private static void logIn(Suite suite, Stores.Customer canary) throws IOException {
        var journey = suite.journey("ACCESS", canary, "en");
        journey.submit();
        var elsewhere = suite.login("smallrig", canary, UUID.randomUUID().toString(), "--email", canary.email());
        assertThat(journey.logIn(elsewhere).status()).isEqualTo(422);
        var here = suite.login("smallrig", canary, journey.requestId(), "--email", canary.email());
        assertThat(journey.logIn(here).status()).isEqualTo(200);
        journey.awaitState("ANSWERED", "CLOSED", "UNDER_REVIEW");
    }

    @Test
    void a_mark_that_is_planted_in_any_of_those_places_is_found(Suite suite) throws Exception {
        var mark = "lockvogel" + UUID.randomUUID().toString().replace("-", "");
        for (var database : DATABASES) {
            try (var connection = DriverManager.getConnection(url(database));
                    var statement = connection.createStatement()) {
                statement.execute("create table if not exists hunt_control (planted bytea)");
                statement.execute("insert into hunt_control values (convert_to('" + mark + "', 'UTF8'))");
            }
        }
        var broker = "127.0.0.1:" + (19_092 + Suite.offset());
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker));
                var producer = new KafkaProducer<byte[], byte[]>(
                        Map.of("bootstrap.servers", broker, "compression.type", "lz4"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            admin.createTopics(List.of(new NewTopic("hunt.control", 1, (short) 1)))
                    .all()
                    .get();
            producer.send(new ProducerRecord<>(
                            "hunt.control", ("{\"name\":\"" + mark + "\"}").getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
        Files.writeString(
                suite.home().resolve("logs/hunt-control.log"),
                "GET /x?who=" + mark.toUpperCase(java.util.Locale.ROOT) + "\n",
                StandardOpenOption.CREATE);
        Files.writeString(suite.home().resolve("data/packages/hunt-control.tmp"), mark);
        var temporary = Files.createTempFile("habeas-hunt-control", ".tmp");
        Files.writeString(temporary, mark);

        try {
            for (var database : DATABASES) {
                assertThat(finds(mark, hunt -> hunt.through(database, dataSource(database))))
                        .as(database)
                        .isNotEmpty();
            }
            assertThat(finds(mark, hunt -> hunt.through(suite.home().resolve("data/postgres/pg_wal"))))
                    .as("WAL")
                    .isNotEmpty();
            assertThat(finds(mark, hunt -> hunt.through(suite.home().resolve("data/kafka"))))
                    .as("segments")
                    .isNotEmpty();
            assertThat(finds(mark, hunt -> hunt.through(suite.home().resolve("logs"))))
                    .as("logs")
                    .isNotEmpty();
            assertThat(finds(mark, hunt -> hunt.through(suite.home().resolve("data/packages"))))
                    .as("packages")
                    .isNotEmpty();
            assertThat(finds(mark, hunt -> huntTemporary(hunt, temporary.getParent())))
                    .as("temporary files")
                    .isNotEmpty();
        } finally {
            Files.delete(temporary);
            Files.delete(suite.home().resolve("logs/hunt-control.log"));
            Files.delete(suite.home().resolve("data/packages/hunt-control.tmp"));
            try (var admin = Admin.create(Map.of("bootstrap.servers", broker))) {
                admin.deleteTopics(List.of("hunt.control")).all().get();
            }
            for (var database : DATABASES) {
                try (var connection = DriverManager.getConnection(url(database));
                        var statement = connection.createStatement()) {
                    statement.execute("drop table hunt_control");
                }
            }
        }
    }

    private interface Search {
        void in(CanaryHunt hunt) throws Exception;
    }

    private static List<?> finds(String mark, Search search) throws Exception {
        var hunt = new CanaryHunt(List.of(mark));
        search.in(hunt);
        return hunt.finds();
    }

    /** Files of the temporary directory that are younger than a day and not of other programs' own folders. */
    private static void huntTemporary(CanaryHunt hunt, Path temporary) throws IOException {
        try (var files = Files.list(temporary)) {
            for (var file : files.toList()) {
                var name = file.getFileName().toString();
                if (name.startsWith("habeas")
                        || name.startsWith("tomcat")
                        || name.startsWith("upload_")
                        || name.startsWith("hsperf")) {
                    try {
                        hunt.through(file);
                    } catch (NoSuchFileException gone) {
                        // another run beside this one has cleaned up
                        assertThat(file).doesNotExist();
                    }
                }
            }
        }
    }

    private static Stores.Customer plant(Suite suite, String mark) throws SQLException {
        long id = 900_000_000L + Math.floorMod(mark.hashCode(), 90_000_000);
        var email = mark + "@example.com";
        try (var connection = suite.stores().connect();
                var customer = connection.prepareStatement(
                        "insert into customers (id, email, phone, full_name, password_hash, segment, registered, created_at, updated_at)"
                                + " values (?, ?, ?, ?, ?, 'creator', true, now() - interval '30 days', now())");
                var address = connection.prepareStatement(
                        "insert into addresses (id, customer_id, recipient, line, city, postcode, country, created_at)"
                                + " values (?, ?, ?, ?, ?, '1', 'US', now() - interval '30 days')");
                var order = connection.prepareStatement(
                        "insert into orders (id, customer_id, guest_email, delivery_address, status, total, currency, placed_at, completed_at)"
                                + " values (?, ?, ?, ?, 'completed', 12.50, 'USD', now() - interval '4 years', now() - interval '4 years')")) {
            customer.setLong(1, id);
            customer.setString(2, email);
            customer.setString(3, "+1 " + mark);
            customer.setString(4, "Name " + mark);
            customer.setString(5, "hash-" + mark);
            customer.execute();
            address.setLong(1, id);
            address.setLong(2, id);
            address.setString(3, "To " + mark);
            address.setString(4, "Street " + mark);
            address.setString(5, "City " + mark);
            address.execute();
            order.setLong(1, id);
            order.setLong(2, id);
            order.setString(3, email);
            order.setString(4, "Street " + mark);
            order.execute();
        }
        suite.stores()
                .reviews()
                .getCollection("reviews")
                .insertOne(new Document("authorId", id)
                        .append("sku", "S-1")
                        .append("text", "Review by " + mark)
                        .append("rating", 5)
                        .append("createdAt", Date.from(Instant.now()))
                        .append("replies", List.of()));
        return new Stores.Customer(id, email, true);
    }

    /** The ways in which data slips into logs: refused bodies, wrong codes, odd headers and paths. */
    private static void provokeErrors(Suite suite, Stores.Customer canary, String mark, Journey journey)
            throws IOException {
        var api = suite.api();
        var good = Journey.submission("ACCESS", "en", "EMAIL", canary.email(), null);
        for (var body : List.of(
                good.replace("US-CA", mark),
                good.replace("\"EMAIL\"", "\"" + mark + "\""),
                good.substring(0, good.length() - 3),
                good.replace("\"right\"", "\"" + mark + "\""),
                good.replace(canary.email(), mark + "@"),
                good.replace("Somebody", "Name " + mark + " ".repeat(40_000)))) {
            api.once("POST", "/api/v1/controllers/smallrig/requests", null, "canary-" + UUID.randomUUID(), body);
        }
        api.once("POST", "/api/v1/controllers/smallrig/requests", null, mark + mark, good);
        api.once(
                "POST",
                journey.path("/verification"),
                journey.token(),
                "canary-" + UUID.randomUUID(),
                "{\"code\":\"" + mark + "\"}");
        api.once("GET", journey.path(""), "forged." + mark + ".token", null, null);
        api.once("GET", "/api/v1/controllers/smallrig/profile?jurisdiction=" + mark, null, null, null);
        var withdrawn = suite.journey("ERASURE", canary, "en");
        withdrawn.submit();
        withdrawn.withdraw();
    }

    private static PGSimpleDataSource dataSource(String database) {
        var source = new PGSimpleDataSource();
        source.setUrl(url(database));
        return source;
    }

    private static String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + (15_432 + Suite.offset()) + "/" + database + "?user=postgres";
    }
}
