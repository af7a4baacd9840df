// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.demo;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.Document;

/** Looks into the shop's two stores with eyes of its own: plain SQL and plain documents, nothing of Habeas. */
final class Stores implements AutoCloseable {

    private static final int CANDIDATES = 200;
    private static final String KEPT_ORDER = "(completed_at IS NULL OR completed_at > now() - interval '3 years')";

    private final Connection shop;
    private final MongoClient client;
    private final MongoDatabase reviews;

    Stores(String shopUrl, String password, String reviewsUri) throws SQLException {
        shop = DriverManager.getConnection(shopUrl, "habeas", password);
        client = MongoClients.create(reviewsUri);
        reviews = client.getDatabase("reviews");
    }

    /** A registered customer whose address is nobody else's, with something in every collection. */
    Customer anyone() throws SQLException {
        String query = """
                SELECT c.id, c.full_name, c.email FROM customers c
                WHERE c.registered AND c.email IS NOT NULL
                  AND NOT EXISTS (SELECT 1 FROM customers o WHERE lower(o.email) = lower(c.email) AND o.id <> c.id)
                  AND EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.completed_at > now() - interval '35 months')
                  AND EXISTS (SELECT 1 FROM addresses a WHERE a.customer_id = c.id)
                ORDER BY random() LIMIT ?""";
        try (PreparedStatement statement = shop.prepareStatement(query)) {
            statement.setInt(1, CANDIDATES);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    var customer = new Customer(rows.getLong(1), rows.getString(2), rows.getString(3));
                    if (documentsOf(customer.id()).values().stream().allMatch(it -> it > 0)) {
                        return customer;
                    }
                }
            }
        }
        throw new DemoException("no customer is left with something in both stores; remove the home and start again");
    }

    Optional<Customer> find(long id) throws SQLException {
        try (PreparedStatement statement =
                shop.prepareStatement("SELECT id, full_name, email FROM customers WHERE id = ?")) {
            statement.setLong(1, id);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next()
                        ? Optional.of(new Customer(rows.getLong(1), rows.getString(2), rows.getString(3)))
                        : Optional.empty();
            }
        }
    }

    /** Records about a person, by collection, that an erasure has to take away. */
    Map<String, Long> erasableOf(Customer customer) throws SQLException {
        Map<String, Long> found = new LinkedHashMap<>();
        long id = customer.id();
        found.put("shop.customers", count("SELECT count(*) FROM customers WHERE id = ?", id));
        found.put("shop.addresses", count("SELECT count(*) FROM addresses WHERE customer_id = ?", id));
        found.put("shop.tickets", count("SELECT count(*) FROM tickets WHERE customer_id = ?", id));
        found.put(
                "shop.orders older than three years",
                count("SELECT count(*) FROM orders WHERE customer_id = ? AND NOT " + KEPT_ORDER, id));
        documentsOf(id).forEach((name, number) -> found.put("reviews." + name, number));
        return found;
    }

    /** Orders of the last months, for a look-back of twelve of them: counted with a month of leeway on either side. */
    long ordersOfMonths(Customer customer, int months) throws SQLException {
        return count(
                "SELECT count(*) FROM orders WHERE customer_id = ? AND placed_at > now() - interval '" + months
                        + " months'",
                customer.id());
    }

    /** Records that the law keeps: sales of the last three years. */
    long keptOf(Customer customer) throws SQLException {
        return count("SELECT count(*) FROM orders WHERE customer_id = ? AND " + KEPT_ORDER, customer.id());
    }

    /** Places outside the kept orders where the address still stands. */
    long tracesOf(Customer customer) throws SQLException {
        long traces = 0;
        for (String query : List.of(
                "SELECT count(*) FROM customers WHERE lower(email) = lower(?)",
                "SELECT count(*) FROM tickets WHERE lower(email) = lower(?)",
                "SELECT count(*) FROM orders WHERE lower(guest_email) = lower(?) AND NOT " + KEPT_ORDER)) {
            try (PreparedStatement statement = shop.prepareStatement(query)) {
                statement.setString(1, customer.email());
                try (ResultSet rows = statement.executeQuery()) {
                    rows.next();
                    traces += rows.getLong(1);
                }
            }
        }
        return traces;
    }

    private Map<String, Long> documentsOf(long id) {
        Map<String, Long> found = new LinkedHashMap<>();
        found.put("reviews", reviews.getCollection("reviews").countDocuments(new Document("authorId", id)));
        found.put("replies", reviews.getCollection("reviews").countDocuments(new Document("replies.author", id)));
        found.put("browsing", reviews.getCollection("browsing").countDocuments(new Document("customerId", id)));
        return found;
    }

    private long count(String query, long id) throws SQLException {
        try (PreparedStatement statement = shop.prepareStatement(query)) {
            statement.setLong(1, id);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        client.close();
        shop.close();
    }
}
