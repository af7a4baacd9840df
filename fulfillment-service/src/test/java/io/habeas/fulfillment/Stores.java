// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.bson.Document;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The databases of the tests: one PostgreSQL cluster with the service's, the keys' and a shop's database, and reviews over MongoDB's protocol. */
final class Stores implements AutoCloseable {

    private static final String SHOP = """
            create table customers (id bigint primary key, email text, phone text, full_name text, password_hash text,
                                    created_at timestamptz, updated_at timestamptz);
            create table orders (id bigint primary key, customer_id bigint, guest_email text, delivery_address text,
                                 total numeric(12,2), placed_at timestamptz, completed_at date, guest_phone text);
            create table order_lines (id bigint primary key, order_id bigint not null references orders, sku text,
                                      gift_message text);
            create table tickets (id uuid primary key default gen_random_uuid(), email text, customer_id bigint, body text,
                                  created_at timestamptz);
            create index on orders (customer_id); create index on order_lines (order_id);
            create role habeas login password 'shop-secret';
            grant all on all tables in schema public to habeas;
            """;

    private static final String MAP = """
            controller: acme
            timeZone: UTC
            stores:
            - id: shop
              kind: ${kind}
              region: US
              connection: {url: "${url}", user: habeas, password: {secret: shop-db}}
              backups: {refreshed: 30 days}
              collections:
              - name: customers
                key: id
                directory: {contact: email}
                identifies: {email: EMAIL, phone: PHONE, id: CUSTOMER_ID}
                source: the person
                fields:
                  email: {category: A, purposes: [account, marketing], attribute: EMAIL}
                  phone: {category: A, purposes: [account]}
                  full_name: {category: A, purposes: [account]}
                  password_hash: {kind: PASSWORD}
                changedAt: updated_at
                erase: DELETE
              - name: orders
                key: id
                belongsTo: {customer_id: shop.customers.id}
                identifies: {guest_email: EMAIL}
                fields:
                  delivery_address: {category: B, purposes: [contract]}
                  total: {category: D, purposes: [contract], legalBasis: CONTRACT}
                  placed_at: {category: D, purposes: [contract]}
                collectedAt: placed_at
                keep: {ground: TRANSACTION_RECORDS, for: 3 years, from: completed_at}
                erase: {ANONYMIZE: [customer_id, guest_email, delivery_address]}
              - name: order_lines
                key: id
                belongsTo: {order_id: shop.orders.id}
                fields:
                  sku: {category: D, purposes: [contract]}
                  gift_message: {category: B, purposes: [contract]}
                keep: {ground: TRANSACTION_RECORDS, for: 3 years, from: shop.orders.completed_at}
                erase: {ANONYMIZE: {gift_message: removed}}
              - name: tickets
                key: id
                belongsTo: {customer_id: shop.customers.id}
                identifies: {email: EMAIL}
                fields:
                  body: {category: B, purposes: [support]}
                collectedAt: created_at
                erase: DELETE
            - id: reviews
              kind: mongo
              region: US
              connection: {uri: {secret: reviews-uri}, database: reviews}
              collections:
              - name: reviews
                belongsTo: {authorId: shop.customers.id}
                fields:
                  text: {category: F, purposes: [community]}
                  rating: {category: F, purposes: [community]}
                  "replies.text": {about: SOMEONE_ELSE}
                erase: {ANONYMIZE: [authorId, text]}
            """;

    static final String MAILER_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private final EmbeddedPostgres cluster;
    private final Path home;
    private final int mongoPort;
    private MongoServer mongo;
    private final MongoClient client;

    private Stores(EmbeddedPostgres cluster, Path home) throws IOException {
        this.cluster = cluster;
        this.home = home;
        try (var free = new java.net.ServerSocket(0)) {
            this.mongoPort = free.getLocalPort();
        }
        this.mongo = startMongo();
        this.client = MongoClients.create("mongodb://127.0.0.1:" + mongoPort);
    }

    static Stores start() {
        try {
            var cluster = EmbeddedPostgres.builder()
                    .setServerConfig("max_connections", "120")
                    .setPGStartupWait(Duration.ofMinutes(1))
                    .start();
            for (var name : List.of("fulfillment", "keys", "shop")) {
                execute(cluster.getPostgresDatabase(), "create database " + name);
            }
            var home = Files.createTempDirectory("habeas-fulfillment-test");
            var stores = new Stores(cluster, home);
            execute(stores.shop(), SHOP);
            Flyway.configure()
                    .dataSource(stores.keys())
                    .locations("classpath:db/keys")
                    .load()
                    .migrate();
            Files.createDirectories(home.resolve("controllers/acme"));
            for (var controller : List.of("acme", "beta")) {
                stores.secret(controller, "shop-db", "shop-secret");
                stores.secret(
                        controller,
                        "reviews-uri",
                        "mongodb://127.0.0.1:" + stores.mongoPort
                                + "/?serverSelectionTimeoutMS=5000&connectTimeoutMS=5000");
            }
            stores.map("postgres");
            return stores;
        } catch (IOException | SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Writes the map of the controller, with a mailer that must be told. */
    void mailer(String settings) {
        map("postgres");
        var file = home.resolve("controllers/acme/data-map.yaml");
        try {
            secret("acme", "mailer-signing", MAILER_SECRET);
            Files.writeString(file, Files.readString(file) + """
                    recipients:
                    - id: mailer
                      kind: http
                      role: SERVICE_PROVIDER
                      region: US
                      country: US
                      receives: [A]
                      signing: {secret: mailer-signing}
                    """ + settings.indent(2));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Writes the map of the controller, with the shop reached by this kind of connector. */
    String map(String kind) {
        var text = MAP.replace("${kind}", kind)
                .replace("${url}", "jdbc:postgresql://localhost:" + cluster.getPort() + "/shop");
        map(text, "acme");
        return text;
    }

    void map(String text, String controller) {
        try {
            Files.writeString(home.resolve("controllers/" + controller + "/data-map.yaml"), text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void secret(String controller, String name, String value) throws IOException {
        var folder = Files.createDirectories(home.resolve("secrets").resolve(controller));
        Files.writeString(folder.resolve(name), value + "\n");
    }

    Path home() {
        return home;
    }

    int port() {
        return cluster.getPort();
    }

    DataSource service() {
        return cluster.getDatabase("postgres", "fulfillment");
    }

    DataSource keys() {
        return cluster.getDatabase("postgres", "keys");
    }

    DataSource shop() {
        return cluster.getDatabase("postgres", "shop");
    }

    JdbcClient shopSql() {
        return JdbcClient.create(shop());
    }

    MongoCollection<Document> reviews() {
        return client.getDatabase("reviews").getCollection("reviews");
    }

    private MongoServer startMongo() {
        var server = new MongoServer(H2Backend.inMemory());
        server.bind(new InetSocketAddress("127.0.0.1", mongoPort));
        return server;
    }

    /** Empties the reviews, too: they are in memory. */
    void stopMongo() {
        mongo.shutdownNow();
    }

    void restartMongo() {
        mongo = startMongo();
    }

    /** A customer with two orders that are kept, one that is too old, an open one, a ticket and a review. */
    void customer(long id, String email) {
        var sql = shopSql();
        sql.sql("insert into customers values (?, ?, ?, ?, ?, now() - interval '5 years', now())")
                .params(
                        id,
                        email,
                        "+1555000" + id,
                        "Person " + id,
                        "$2b$12$KIXQ9Z6y9QkYpN1lZ0gJ1e9i8b0y7Vw9mJ8bq1n5o2X3c4D5e6F7g")
                .update();
        order(id * 10 + 1, id, 30);
        order(id * 10 + 2, id, 60);
        order(id * 10 + 3, id, 5 * 365);
        order(id * 10 + 4, id, -1);
        sql.sql("insert into tickets (email, customer_id, body, created_at) values (?, ?, ?, now())")
                .params(email, id, "=1+1 <script>alert(" + id + ")</script>")
                .update();
        reviews()
                .insertOne(new Document(Map.of(
                        "authorId",
                        id,
                        "text",
                        "review of " + id,
                        "rating",
                        5,
                        "replies",
                        List.of(new Document(Map.of("author", 999_999L, "text", "canary of a stranger"))))));
    }

    /** @param age days since it was completed; negative for one that is open */
    void order(long id, long customer, int age) {
        var sql = shopSql();
        sql.sql("""
                        insert into orders values (:id, :customer, null, 'Street ' || :id, 12.50, now() - make_interval(days => :placed),
                          case when :age < 0 then null else current_date - :age end, null)""")
                .param("id", id)
                .param("customer", customer)
                .param("placed", Math.max(age, 1))
                .param("age", age)
                .update();
        sql.sql("insert into order_lines values (?, ?, 'SKU-1', 'for you')")
                .params(id * 10, id)
                .update();
    }

    /** A checksum over everything that is not this customer's. */
    String othersThan(long id) {
        var sums = new StringBuilder();
        for (var table : List.of(
                "customers where id <> %d",
                "orders where customer_id <> %d",
                "order_lines where order_id not between %d * 10 and %d * 10 + 9 and order_id < 100000",
                "tickets where customer_id <> %d")) {
            var from = table.replace("%d", Long.toString(id));
            var name = table.substring(0, table.indexOf(' '));
            sums.append(shopSql()
                    .sql("select md5(coalesce(string_agg(t::text, ',' order by t::text), '')) from (select * from "
                            + from + ") t")
                    .query(String.class)
                    .single());
            sums.append(name);
        }
        reviews().find().forEach(review -> {
            if (review.get("authorId") != null && !review.get("authorId").equals(id)) {
                sums.append(review.toJson());
            }
        });
        return sums.toString();
    }

    private static void execute(DataSource database, String sql) throws SQLException {
        try (var connection = database.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        client.close();
        mongo.shutdownNow();
        try {
            cluster.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
