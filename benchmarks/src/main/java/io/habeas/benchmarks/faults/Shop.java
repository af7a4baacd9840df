// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;

/** Looks into the shop's two stores by itself: own connections, own statements, no data map. */
final class Shop implements AutoCloseable {

    private static final String PAST = "completed_at < ?::timestamptz - interval '3 years' - interval '2 days'";

    private static final String KEPT =
            "(completed_at is null or completed_at > ?::timestamptz - interval '3 years' + interval '2 days')";

    private final String url;
    private final MongoClient client;
    private final MongoDatabase reviews;

    Shop(int postgres, int documents) {
        this.url = "jdbc:postgresql://127.0.0.1:" + postgres + "/shop?user=postgres";
        this.client = MongoClients.create("mongodb://127.0.0.1:" + documents + "/reviews");
        this.reviews = client.getDatabase("reviews");
    }

    /** Registered customers with orders whose address is nobody else's, always in the same order. */
    List<Person> people() throws SQLException {
        var found = new ArrayList<Person>();
        try (var connection = connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("""
                        select c.id, c.email from customers c
                         where c.registered and exists (select from orders o where o.customer_id = c.id)
                           and (select count(*) from customers t where lower(t.email) = lower(c.email)) = 1
                         order by md5(c.id::text)""")) {
            while (rows.next()) {
                found.add(new Person(rows.getLong(1), rows.getString(2)));
            }
        }
        return found;
    }

    /**
     * What an erasure must leave nothing of, by place; places without anything are left out.
     *
     * @param at legal time at which the three years of orders are counted
     */
    Map<String, Long> erasable(Person who, Instant at) throws SQLException {
        var left = new LinkedHashMap<String, Long>();
        try (var connection = connect()) {
            put(left, "customers", count(connection, "customers where id = ? or lower(email) = lower(?)", who));
            put(left, "addresses", count(connection, "addresses where customer_id = ? and ? <> ''", who));
            put(left, "tickets", count(connection, "tickets where customer_id = ? or lower(email) = lower(?)", who));
            put(
                    left,
                    "old orders",
                    count(
                            connection,
                            "orders where (customer_id = ? or lower(guest_email) = lower(?)) and " + PAST,
                            who,
                            at));
        }
        put(left, "reviews", documents("reviews", "authorId", who));
        put(left, "replies", documents("reviews", "replies.author", who));
        put(left, "browsing", documents("browsing", "customerId", who));
        return left;
    }

    /** Orders that the law keeps at that legal time and two days later: those whose three years end just then are not judged. */
    long kept(Person who, Instant at) throws SQLException {
        try (var connection = connect()) {
            return count(
                    connection, "orders where (customer_id = ? or lower(guest_email) = lower(?)) and " + KEPT, who, at);
        }
    }

    private long documents(String collection, String field, Person who) {
        return reviews.getCollection(collection).countDocuments(new Document(field, who.id()));
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url);
    }

    private static long count(Connection connection, String from, Person who, Instant... at) throws SQLException {
        try (var statement = connection.prepareStatement("select count(*) from " + from)) {
            statement.setLong(1, who.id());
            statement.setString(2, who.email());
            for (int i = 0; i < at.length; i++) {
                statement.setObject(3 + i, at[i].atOffset(ZoneOffset.UTC));
            }
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    private static void put(Map<String, Long> into, String place, long count) {
        if (count > 0) {
            into.put(place, count);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
