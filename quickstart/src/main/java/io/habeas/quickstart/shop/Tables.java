// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.shop;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The shop's tables in PostgreSQL. */
final class Tables {

    private static final String[] SEGMENTS = {"creator", "videographer", "photographer", "gift buyer", "bargain hunter"
    };
    private static final String[] TOPICS = {
        "Where is my parcel?", "Wrong size", "关于发票", "Refund, please", "Does it fit my camera?"
    };
    private static final String[] GIFTS = {"Happy birthday, dear Sam!", "生日快乐！", "Congratulations from all of us"};
    private static final int BATCH = 1000;
    private static final int DAYS = 6 * 365;

    private final Connection connection;
    private final List<Person> people;
    private final SplittableRandom random;
    private final LocalDate today;
    private long lastAddress;
    private long lastOrder;
    private long lastLine;
    private long lastTicket;

    Tables(Connection connection, List<Person> people, SplittableRandom random, LocalDate today) {
        this.connection = connection;
        this.people = people;
        this.random = random;
        this.today = today;
    }

    void fill() throws SQLException {
        try (var customers = new Rows("INSERT INTO customers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
                var addresses = new Rows("INSERT INTO addresses VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
                var orders = new Rows("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
                var lines = new Rows("INSERT INTO order_lines VALUES (?, ?, ?, ?, ?, ?)");
                var tickets = new Rows("INSERT INTO tickets VALUES (?, ?, ?, ?, ?, ?)")) {
            for (Person person : people) {
                boolean demo = person.id() == SampleShop.DEMO_CUSTOMER;
                int since = demo ? 5 * 365 : 1 + random.nextInt(DAYS);
                addCustomer(customers, person, since, demo || random.nextInt(8) != 0);
                addAddresses(addresses, person, since, demo);
                // Everybody's first rows before the next person's: a batch of children never overtakes its parents.
                if (customers.isFull() || addresses.isFull()) {
                    customers.flush();
                    addresses.flush();
                }
                addOrders(orders, lines, person, since, demo);
                addTickets(tickets, person, since, demo);
                if (orders.isFull() || lines.isFull()) {
                    orders.flush();
                    lines.flush();
                }
            }
            addStrangers(orders, lines, tickets);
            customers.flush();
            addresses.flush();
            orders.flush();
            lines.flush();
            tickets.flush();
        }
    }

    private void addCustomer(Rows customers, Person person, int since, boolean registered) throws SQLException {
        Instant created = SampleShop.moment(today, since, random);
        Instant updated = SampleShop.moment(today, 1 + random.nextInt(since), random);
        customers.add(
                person.id(),
                person.email(),
                person.phone(),
                person.fullName(),
                registered ? passwordHash() : null,
                random.nextInt(4) == 0 ? null : SEGMENTS[random.nextInt(SEGMENTS.length)],
                registered,
                created,
                updated.isBefore(created) ? created : updated);
    }

    private String passwordHash() {
        String letters = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        var hash = new StringBuilder("$2b$12$");
        for (int i = 0; i < 53; i++) {
            hash.append(letters.charAt(random.nextInt(letters.length())));
        }
        return hash.toString();
    }

    private void addAddresses(Rows addresses, Person person, int since, boolean demo) throws SQLException {
        int number = demo ? 2 : random.nextInt(3);
        for (int i = 0; i < number; i++) {
            Person.Home home = person.home();
            String line = i == 0 ? home.line() : home.line() + " #" + (i + 1);
            addresses.add(
                    ++lastAddress,
                    person.id(),
                    person.fullName(),
                    line,
                    home.city(),
                    home.postcode(),
                    home.country(),
                    SampleShop.moment(today, since, random));
        }
    }

    private void addOrders(Rows orders, Rows lines, Person person, int since, boolean demo) throws SQLException {
        if (demo) {
            addOrder(orders, lines, person, false, 4 * 365, true);
            addOrder(orders, lines, person, false, 200, true);
            addOrder(orders, lines, person, false, 3, false);
            addOrder(orders, lines, person, true, since + 40, true);
            return;
        }
        int number = random.nextInt(6);
        for (int i = 0; i < number; i++) {
            int age = 1 + random.nextInt(since);
            addOrder(orders, lines, person, false, age, age > 20 && random.nextInt(14) != 0);
        }
        if (random.nextInt(20) == 0) {
            // Before they had an account, or without logging in: only the address ties it to them.
            addOrder(orders, lines, person, true, since + random.nextInt(200), random.nextInt(14) != 0);
        }
    }

    private void addOrder(Rows orders, Rows lines, Person person, boolean guest, int age, boolean completed)
            throws SQLException {
        addOrder(
                orders,
                lines,
                guest ? null : person.id(),
                guest ? person.email() : null,
                guest ? person.phone() : null,
                person.fullName() + ", " + person.home().onOneLine(),
                age,
                completed);
    }

    private void addOrder(
            Rows orders,
            Rows lines,
            @Nullable Long customer,
            @Nullable String email,
            @Nullable String phone,
            @Nullable String address,
            int age,
            boolean completed)
            throws SQLException {
        long order = ++lastOrder;
        BigDecimal total = BigDecimal.ZERO.setScale(2);
        int number = 1 + random.nextInt(3);
        for (int i = 0; i < number; i++) {
            int quantity = 1 + random.nextInt(2);
            BigDecimal price = BigDecimal.valueOf(499 + random.nextInt(20_000), 2);
            total = total.add(price.multiply(BigDecimal.valueOf(quantity)));
            String gift = random.nextInt(25) == 0 ? GIFTS[random.nextInt(GIFTS.length)] : null;
            lines.add(++lastLine, order, sku(random), quantity, price, gift);
        }
        Instant placed = SampleShop.moment(today, age, random);
        Instant done = placed.plus(Duration.ofDays(Math.min(2 + random.nextInt(12), Math.max(age - 1, 0))));
        orders.add(
                order,
                customer,
                email,
                phone,
                address,
                completed ? "COMPLETED" : "OPEN",
                total,
                "USD",
                placed,
                completed ? done : null);
    }

    private void addTickets(Rows tickets, Person person, int since, boolean demo) throws SQLException {
        if (!demo && random.nextInt(4) != 0) {
            return;
        }
        boolean loggedIn = demo || random.nextInt(3) != 0;
        tickets.add(
                ++lastTicket,
                loggedIn ? person.id() : null,
                person.email(),
                TOPICS[random.nextInt(TOPICS.length)],
                "Hello, this is " + person.fullName() + ". Please call " + person.phone() + ". 谢谢",
                SampleShop.moment(today, 1 + random.nextInt(since), random));
    }

    /** Rows that lead to nobody in the shop: guests without a customer, orders whose customer is long gone. */
    private void addStrangers(Rows orders, Rows lines, Rows tickets) throws SQLException {
        int number = people.size() / 50;
        for (int i = 1; i <= number; i++) {
            Person guest = Person.invent(1_000_000L + i, random, null);
            addOrder(orders, lines, guest, true, 1 + random.nextInt(DAYS), random.nextInt(14) != 0);
            addOrder(orders, lines, null, null, null, null, 4 * 365 + random.nextInt(365), true);
            if (i % 3 == 0) {
                tickets.add(
                        ++lastTicket,
                        null,
                        i % 2 == 0 ? guest.email() : null,
                        TOPICS[0],
                        "No name given.",
                        SampleShop.moment(today, 1 + random.nextInt(DAYS), random));
            }
        }
    }

    static String sku(SplittableRandom random) {
        return "SR-" + (1000 + random.nextInt(400));
    }

    /** One INSERT, sent in batches. */
    private final class Rows implements AutoCloseable {

        private final PreparedStatement insert;
        private int waiting;

        Rows(String sql) throws SQLException {
            insert = connection.prepareStatement(sql);
        }

        void add(@Nullable Object... cells) throws SQLException {
            int index = 0;
            for (Object cell : cells) {
                index++;
                insert.setObject(index, cell instanceof Instant instant ? instant.atOffset(ZoneOffset.UTC) : cell);
            }
            insert.addBatch();
            waiting++;
        }

        boolean isFull() {
            return waiting >= BATCH;
        }

        void flush() throws SQLException {
            if (waiting > 0) {
                insert.executeBatch();
                waiting = 0;
            }
        }

        @Override
        public void close() throws SQLException {
            insert.close();
        }
    }
}
