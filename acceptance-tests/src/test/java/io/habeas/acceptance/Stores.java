// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;

/** Looks into the shop's two stores by itself: own connections, own statements, no data map. */
final class Stores implements AutoCloseable {

    /** A customer as the shop knows them. */
    record Customer(long id, String email, boolean registered) {
        @Override
        public String toString() {
            return "Customer " + id;
        }
    }

    private static final String ONE_OF_US = "customer_id = %1$d or lower(guest_email) = lower('%2$s')";

    private final String shopUrl;
    private final MongoClient mongo;
    private final MongoDatabase reviews;

    Stores(String shopUrl, String mongoUri) {
        this.shopUrl = shopUrl;
        this.mongo = MongoClients.create(mongoUri);
        this.reviews = mongo.getDatabase("reviews");
    }

    /** The n-th customer, by a fixed order, who has an account, orders, and no namesake at the address. */
    Customer customer(int n) {
        return customers("registered", n, 1).getFirst();
    }

    List<Customer> customers(String condition, int from, int count) {
        return query(
                """
                select c.id, c.email, c.registered from customers c
                 where %s
                   and exists (select from orders o where o.customer_id = c.id)
                   and (select count(*) from customers t where lower(t.email) = lower(c.email)) = 1
                 order by md5(c.id::text) offset %d limit %d""".formatted(condition, from, count),
                rows -> new Customer(rows.getLong(1), rows.getString(2), rows.getBoolean(3)));
    }

    /** What is left of the person where nothing may be left, by place; empty is what an erasure promises. */
    Map<String, Long> traces(Customer who) {
        var left = new LinkedHashMap<String, Long>();
        put(
                left,
                "customers",
                one("select count(*) from customers where id = %1$d or lower(email) = lower('%2$s')", who));
        put(left, "addresses", one("select count(*) from addresses where customer_id = %1$d", who));
        put(
                left,
                "tickets",
                one("select count(*) from tickets where customer_id = %1$d or lower(email) = lower('%2$s')", who));
        put(
                left,
                "orders past their time",
                one(
                        "select count(*) from orders where (" + ONE_OF_US
                                + ") and completed_at < now() - interval '3 years' - interval '2 days'",
                        who));
        put(left, "reviews", reviews.getCollection("reviews").countDocuments(new Document("authorId", who.id())));
        put(left, "replies", reviews.getCollection("reviews").countDocuments(new Document("replies.author", who.id())));
        put(left, "browsing", reviews.getCollection("browsing").countDocuments(new Document("customerId", who.id())));
        return left;
    }

    /** Orders that the law keeps: not completed, or completed less than three years ago. */
    long keptOrders(Customer who) {
        return one(
                "select count(*) from orders where (" + ONE_OF_US
                        + ") and (completed_at is null or completed_at > now() - interval '3 years')",
                who);
    }

    /** How many records are the person's, by place. */
    Map<String, Long> holdings(Customer who) {
        var held = new LinkedHashMap<String, Long>();
        put(held, "customers", one("select count(*) from customers where id = %1$d", who));
        put(held, "addresses", one("select count(*) from addresses where customer_id = %1$d", who));
        put(
                held,
                "tickets",
                one("select count(*) from tickets where customer_id = %1$d or lower(email) = lower('%2$s')", who));
        put(held, "orders", one("select count(*) from orders where " + ONE_OF_US, who));
        put(
                held,
                "order_lines",
                one(
                        "select count(*) from order_lines where order_id in (select id from orders where " + ONE_OF_US
                                + ")",
                        who));
        put(held, "reviews", reviews.getCollection("reviews").countDocuments(new Document("authorId", who.id())));
        put(held, "browsing", reviews.getCollection("browsing").countDocuments(new Document("customerId", who.id())));
        return held;
    }

    /** A fingerprint of everything that belongs to anybody else or to nobody; the same before and after. */
    String everybodyElse(Customer who) {
        var parts = new ArrayList<String>();
        parts.add(text("select md5(string_agg(t::text, '' order by id)) from customers t where id <> %1$d", who));
        parts.add(text(
                "select md5(string_agg(t::text, '' order by id)) from addresses t where customer_id <> %1$d", who));
        parts.add(text(
                "select md5(string_agg(t::text, '' order by id)) from tickets t where customer_id is distinct from %1$d and"
                        + " lower(email) is distinct from lower('%2$s')",
                who));
        parts.add(text(
                "select md5(string_agg(id || ':' || coalesce(total::text, ''), '' order by id)) from orders t", who));
        parts.add(text(
                "select md5(string_agg(t::text, '' order by id)) from orders t where customer_id is distinct from %1$d and"
                        + " lower(guest_email) is distinct from lower('%2$s') and (customer_id is not null or guest_email is not null)",
                who));
        parts.add(text(
                "select md5(string_agg(id || ':' || sku || ':' || quantity, '' order by id)) from order_lines", who));
        var others = new StringBuilder();
        reviews.getCollection("reviews")
                .find(new Document("authorId", new Document("$nin", java.util.Arrays.asList(who.id(), null))))
                .sort(new Document("_id", 1))
                .forEach(review -> {
                    for (var reply : review.getList("replies", Document.class, List.of())) {
                        if (Long.valueOf(who.id()).equals(reply.get("author")) || reply.get("author") == null) {
                            reply.put("author", null);
                            reply.put("text", null);
                        }
                    }
                    others.append(review.toJson());
                });
        parts.add(md5(others.toString()));
        return String.join("/", parts);
    }

    long one(String sql, Customer who) {
        return Long.parseLong(text(sql, who));
    }

    String text(String sql, Customer who) {
        return query(sql.formatted(who.id(), who.email().replace("'", "''")), rows -> String.valueOf(rows.getString(1)))
                .getFirst();
    }

    MongoDatabase reviews() {
        return reviews;
    }

    interface RowReader<T> {
        T read(java.sql.ResultSet rows) throws SQLException;
    }

    <T> List<T> query(String sql, RowReader<T> reader) {
        var found = new ArrayList<T>();
        try (var connection = connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(reader.read(rows));
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
        return found;
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(shopUrl);
    }

    private static void put(Map<String, Long> into, String place, long count) {
        if (count > 0) {
            into.put(place, count);
        }
    }

    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() {
        mongo.close();
    }
}
