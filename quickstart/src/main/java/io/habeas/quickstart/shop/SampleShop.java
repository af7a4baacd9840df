// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.shop;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * Fills the two stores of the sample shop with invented people. The same number of customers, seed and day give the same
 * shop, row by row. Its data map is {@code sample/controllers/smallrig/data-map.yaml}.
 */
public final class SampleShop {

    /** The customer that a demonstration takes: has something in every table and every collection. */
    public static final long DEMO_CUSTOMER = 42;

    public static final int CUSTOMERS = 10_000;

    public static final long SEED = 20_210_630;

    /** The database of the second store. */
    public static final String REVIEWS = "reviews";

    private SampleShop() {}

    /**
     * Creates tables and collections and fills them, once: a shop that was filled is left as it is, whatever was erased from
     * it since. After a crash in the middle it begins again from nothing.
     *
     * @param shop an empty database, with the right to create tables
     * @param mongoUri where the database {@value #REVIEWS} is made
     * @param customers at least {@value #DEMO_CUSTOMER}
     * @param today every date of the shop lies before the beginning of this day, in UTC
     * @param progress told in plain words what is being done
     * @return false if it was filled already
     */
    public static boolean fill(
            DataSource shop, String mongoUri, int customers, long seed, LocalDate today, Consumer<String> progress)
            throws SQLException {
        return fill(
                shop, () -> fillReviews(mongoUri, customers, seed, today, progress), customers, seed, today, progress);
    }

    /**
     * As {@link #fill(DataSource, String, int, long, LocalDate, Consumer)}, for whoever fills the collections side by side with something else.
     *
     * @param reviews called before the tables are made, and never for a shop that was filled; when it returns, {@link #fillReviews} has been done with the same
     *     customers, seed and day
     */
    public static boolean fill(
            DataSource shop, Runnable reviews, int customers, long seed, LocalDate today, Consumer<String> progress)
            throws SQLException {
        requireEnough(customers);
        try (Connection connection = shop.getConnection()) {
            if (isFilled(connection)) {
                addStaff(connection);
                return false;
            }
            reviews.run();
            progress.accept("sample shop: customers, addresses, orders and tickets");
            connection.setAutoCommit(false);
            createTables(connection);
            new Tables(connection, people(customers, seed), new SplittableRandom(seed + 2), today).fill();
            try (var done = connection.prepareStatement("INSERT INTO seeded VALUES (?, ?, ?)")) {
                done.setLong(1, seed);
                done.setInt(2, customers);
                done.setObject(3, today);
                done.executeUpdate();
            }
            addStaff(connection);
            connection.commit();
            connection.setAutoCommit(true);
            analyze(connection);
            return true;
        }
    }

    /**
     * Drops the collections and fills them anew: what was erased from them comes back, so never for a shop that was filled.
     *
     * @param mongoUri where the database {@value #REVIEWS} is made
     */
    public static void fillReviews(
            String mongoUri, int customers, long seed, LocalDate today, Consumer<String> progress) {
        requireEnough(customers);
        progress.accept("sample shop: reviews and browsing events of " + customers + " customers");
        new Reviews(people(customers, seed), new SplittableRandom(seed + 1), today).fill(mongoUri);
    }

    private static void requireEnough(int customers) {
        if (customers < DEMO_CUSTOMER) {
            throw new IllegalArgumentException(
                    "the sample shop needs at least " + DEMO_CUSTOMER + " customers, not " + customers);
        }
    }

    /** Lets a role log in that may read, change and delete the shop's records and nothing more; repeated, it sets the password. */
    public static void admit(DataSource shop, String role, String password) throws SQLException {
        try (Connection connection = shop.getConnection()) {
            boolean known =
                    holds(connection, "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = ?)", role);
            // A role and its password cannot be bound, so the server itself quotes them.
            String verb = known ? "ALTER" : "CREATE";
            run(connection, "SELECT format('" + verb + " ROLE %I LOGIN PASSWORD %L', ?, ?)", role, password);
            run(connection, "SELECT format('GRANT USAGE ON SCHEMA public TO %I', ?)", role);
            run(
                    connection,
                    "SELECT format('GRANT SELECT, UPDATE, DELETE ON customers, addresses, orders, order_lines, tickets, staff, register_extracts, panel_answers TO %I', ?)",
                    role);
        }
    }

    /** The addresses that the shop gave to whoever mails for it. */
    public static List<String> addresses(DataSource shop) throws SQLException {
        try (Connection connection = shop.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "SELECT DISTINCT lower(email) FROM customers WHERE email IS NOT NULL ORDER BY 1")) {
            List<String> addresses = new ArrayList<>();
            while (rows.next()) {
                addresses.add(rows.getString(1));
            }
            return addresses;
        }
    }

    static List<Person> people(int customers, long seed) {
        var random = new SplittableRandom(seed);
        List<Person> people = new ArrayList<>(customers);
        for (long id = 1; id <= customers; id++) {
            boolean joins = id > 1 && id != DEMO_CUSTOMER && random.nextInt(16) == 0;
            people.add(Person.invent(id, random, joins ? people.getLast() : null));
        }
        return people;
    }

    /** @param daysBefore how many days before the beginning of today, at some second of that day */
    static Instant moment(LocalDate today, int daysBefore, SplittableRandom random) {
        Instant day = today.minusDays(Math.max(1, daysBefore))
                .atStartOfDay(java.time.ZoneOffset.UTC)
                .toInstant();
        return day.plusSeconds(random.nextInt(86_400));
    }

    private static boolean isFilled(Connection connection) throws SQLException {
        return holds(connection, "SELECT to_regclass(?) IS NOT NULL", "public.seeded");
    }

    private static boolean holds(Connection connection, String question, String about) throws SQLException {
        try (var statement = connection.prepareStatement(question)) {
            statement.setString(1, about);
            try (var row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private static void run(Connection connection, String formatted, String... arguments) throws SQLException {
        String command;
        try (var statement = connection.prepareStatement(formatted)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setString(i + 1, arguments[i]);
            }
            try (var row = statement.executeQuery()) {
                row.next();
                command = row.getString(1);
            }
        }
        try (var statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    /** A shop from before there were these tables gets them, once. */
    private static void addStaff(Connection connection) throws SQLException {
        if (!holds(connection, "SELECT to_regclass(?) IS NOT NULL", "public.staff")) {
            execute(connection, "/sample/shop/staff.sql");
        }
    }

    private static void createTables(Connection connection) throws SQLException {
        execute(connection, "/sample/shop/schema.sql");
    }

    private static void execute(Connection connection, String script) throws SQLException {
        try (InputStream schema = SampleShop.class.getResourceAsStream(script);
                var statement = connection.createStatement()) {
            if (schema == null) {
                throw new IllegalStateException(script + " is not on the class path");
            }
            statement.execute(new String(schema.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new IllegalStateException(script + " cannot be read", unreadable);
        }
    }

    private static void analyze(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("ANALYZE");
        }
    }
}
