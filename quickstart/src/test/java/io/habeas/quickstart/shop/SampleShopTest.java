// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.shop;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.model.Filters;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SampleShopTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 3, 1);
    private static final int CUSTOMERS = Integer.getInteger("shop.customers", 400);

    private static EmbeddedPostgres postgres;
    private static MongoServer mongo;
    private static MongoClient client;

    @BeforeAll
    static void fill() throws Exception {
        postgres = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(1))
                .start();
        mongo = new MongoServer(H2Backend.inMemory());
        mongo.bind();
        client = MongoClients.create(mongo.getConnectionString());
        run(postgres.getPostgresDatabase(), "CREATE DATABASE shop");
        fill("shop", new ArrayList<>());
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        mongo.shutdownNow();
        postgres.close();
    }

    private static boolean fill(String database, List<String> progress) throws SQLException {
        return SampleShop.fill(
                shop(database), mongo.getConnectionString(), CUSTOMERS, SampleShop.SEED, TODAY, progress::add);
    }

    private static DataSource shop(String database) {
        return postgres.getDatabase("postgres", database);
    }

    @Test
    void is_the_same_for_the_same_seed_and_day() throws Exception {
        List<String> documents = documents();
        run(postgres.getPostgresDatabase(), "CREATE DATABASE again");
        List<String> progress = new ArrayList<>();

        boolean filled = fill("again", progress);

        assertThat(filled).isTrue();
        assertThat(progress).isNotEmpty();
        for (String table : List.of("customers", "addresses", "orders", "order_lines", "tickets")) {
            assertThat(fingerprint("again", table)).as(table).isEqualTo(fingerprint("shop", table));
        }
        assertThat(documents()).isEqualTo(documents);
    }

    @Test
    void is_filled_once_whatever_was_erased_since() throws Exception {
        run(postgres.getPostgresDatabase(), "CREATE DATABASE erased");
        fill("erased", new ArrayList<>());
        run(shop("erased"), "DELETE FROM addresses WHERE customer_id = 7");

        boolean filled = fill("erased", new ArrayList<>());

        assertThat(filled).isFalse();
        assertThat(number("erased", "SELECT count(*) FROM addresses WHERE customer_id = 7"))
                .isZero();
    }

    @Test
    void has_something_everywhere_about_the_customer_of_the_demonstration() throws Exception {
        long id = SampleShop.DEMO_CUSTOMER;

        assertThat(number("shop", "SELECT count(*) FROM customers WHERE registered AND id = " + id))
                .isOne();
        assertThat(number("shop", "SELECT count(*) FROM addresses WHERE customer_id = " + id))
                .isEqualTo(2);
        assertThat(number("shop", "SELECT count(*) FROM tickets WHERE customer_id = " + id))
                .isOne();
        assertThat(number("shop", "SELECT count(*) FROM orders WHERE completed_at IS NULL AND customer_id = " + id))
                .isOne();
        assertThat(number(
                        "shop",
                        "SELECT count(*) FROM orders WHERE completed_at < '2023-03-01' AND customer_id = " + id))
                .isOne();
        assertThat(number(
                        "shop",
                        "SELECT count(*) FROM orders WHERE completed_at > '2023-03-01' AND customer_id = " + id))
                .isOne();
        assertThat(number(
                        "shop",
                        "SELECT count(*) FROM orders JOIN customers ON guest_email = email WHERE customers.id = " + id))
                .isOne();
        assertThat(count("reviews", "authorId", id)).isEqualTo(2);
        assertThat(count("reviews", "replies.author", id)).isPositive();
        assertThat(count("browsing", "customerId", id)).isEqualTo(5);
    }

    @Test
    void has_guests_households_strangers_and_orders_of_every_age() throws Exception {
        assertThat(number("shop", "SELECT count(*) FROM customers WHERE NOT registered"))
                .isPositive();
        assertThat(number("shop", "SELECT count(*) FROM customers")).isEqualTo(CUSTOMERS);
        assertThat(number("shop", "SELECT count(DISTINCT lower(email)) FROM customers"))
                .isEqualTo(CUSTOMERS);
        assertThat(number("shop", "SELECT count(*) - count(DISTINCT phone) FROM customers"))
                .isPositive();
        assertThat(number("shop", "SELECT count(*) FROM customers WHERE full_name ~ '^[^ -~]+$'"))
                .isPositive();
        assertThat(number("shop", "SELECT count(*) FROM orders WHERE customer_id IS NULL AND guest_email IS NULL"))
                .isPositive();
        assertThat(
                        number(
                                "shop",
                                "SELECT count(*) FROM orders WHERE customer_id IS NULL AND guest_email NOT IN (SELECT email FROM customers)"))
                .isPositive();
        assertThat(number("shop", "SELECT count(*) FROM tickets WHERE customer_id IS NULL"))
                .isPositive();
        assertThat(number("shop", "SELECT count(*) FROM orders WHERE completed_at IS NULL"))
                .isPositive();
        assertThat(number("shop", "SELECT count(*) FROM orders WHERE placed_at >= '2026-03-01'"))
                .isZero();
        assertThat(number("shop", "SELECT count(*) FROM orders WHERE completed_at < placed_at"))
                .isZero();
        assertThat(client.getDatabase("reviews")
                        .getCollection("browsing")
                        .countDocuments(Filters.exists("customerId", false)))
                .isPositive();
    }

    @Test
    void admits_a_role_that_can_erase_and_nothing_more() throws Exception {
        SampleShop.admit(shop("shop"), "habeas", "it's \"odd\" \\ $$");
        SampleShop.admit(shop("shop"), "habeas", "it's \"odd\" \\ $$ again");

        assertThat(number(
                        "shop",
                        "SELECT count(*) FROM pg_roles WHERE rolname = 'habeas' AND rolcanlogin AND NOT rolsuper"))
                .isOne();
        assertThat(number("shop", "SELECT has_table_privilege('habeas', 'orders', 'DELETE')::int"))
                .isOne();
        assertThat(number("shop", "SELECT has_table_privilege('habeas', 'orders', 'INSERT')::int"))
                .isZero();
    }

    private static List<String> documents() {
        List<String> documents = new ArrayList<>();
        for (String collection : List.of("reviews", "browsing")) {
            client.getDatabase("reviews")
                    .getCollection(collection)
                    .find()
                    .sort(new Document("_id", 1))
                    .forEach(document -> documents.add(document.toJson()));
        }
        return documents;
    }

    private static long count(String collection, String field, long id) {
        return client.getDatabase("reviews").getCollection(collection).countDocuments(Filters.eq(field, id));
    }

    private static String fingerprint(String database, String table) throws SQLException {
        try (var connection = shop(database).getConnection();
                var statement = connection.createStatement();
                var row = statement.executeQuery(
                        "SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM " + table + " t")) {
            row.next();
            return row.getString(1);
        }
    }

    private static long number(String database, String sql) throws SQLException {
        try (var connection = shop(database).getConnection();
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void run(DataSource database, String sql) throws SQLException {
        try (var connection = database.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
