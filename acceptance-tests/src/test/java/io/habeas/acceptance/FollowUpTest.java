// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.habeas.acceptance.Stores.Customer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Moves legal time by three years, so it comes after all others of this suite. */
@Order(98)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class FollowUpTest {

    /** An order is kept for three years from its completion, at noon of this day. */
    private record KeptOrder(long id, LocalDate completed) {

        /** The first day on which it is kept no longer. */
        LocalDate end() {
            return completed.plusYears(3).plusDays(1);
        }
    }

    @Test
    void what_an_erasure_kept_is_erased_on_its_day_and_what_came_later_or_is_anybody_elses_is_not(Suite suite) {
        var person = suite.somebody();
        var today = LocalDate.ofInstant(legalTime(suite), ZoneOffset.UTC);
        var first = order(suite, person, today.minusDays(60));
        var second = order(suite, person, today.minusDays(20));
        long open = openOrder(suite, person);
        var journey = suite.journey("ERASURE", person, "en");
        journey.run();
        var closed = journey.awaitState("CLOSED");

        assertThat(followUp(closed, first)).isEqualTo("WAITING");
        assertThat(followUp(closed, second)).isEqualTo("WAITING");
        assertThat(LocalDate.parse(closed.at("/retention/lastDay").asString("")))
                .isAfterOrEqualTo(second.end().plusMonths(24).minusDays(1));
        assertThat(suite.mailbox()
                        .awaitLetter(person.email(), journey.reference(), "ANSWERED")
                        .text())
                .contains("then it is deleted or made anonymous by itself");
        var newcomers = newcomers(suite, person);
        var others = whoStays(suite);
        var untouched = recordsOf(suite, others, newcomers);

        advanceTo(suite, first.end().minusDays(2));
        assertThat(isKept(suite, first.id(), person)).isTrue();

        advanceTo(suite, first.end().plusDays(1));
        awaitFollowUp(journey, first);
        assertThat(isAnonymous(suite, first.id())).isTrue();
        assertThat(isKept(suite, second.id(), person)).isTrue();
        assertThat(followUp(journey.status(), second)).isEqualTo("WAITING");

        advanceTo(suite, second.end().plusDays(1));
        awaitFollowUp(journey, second);
        assertThat(isAnonymous(suite, second.id())).isTrue();
        assertThat(isKept(suite, open, person))
                .as("an order that was never completed has no end")
                .isTrue();
        assertThat(recordsOf(suite, others, newcomers)).isEqualTo(untouched);
        assertThat(journey.state()).isEqualTo("CLOSED");
        assertThat(journey.status().at("/erased").findValuesAsString("what")).doesNotContain("CASE");
    }

    /** The old token has long expired; a repeat of the form gives a fresh one. */
    private static void awaitFollowUp(Journey journey, KeptOrder order) {
        await().atMost(Journey.PATIENCE).untilAsserted(() -> {
            assertThat(journey.submit().status()).isEqualTo(202);
            assertThat(followUp(journey.status(), order)).isEqualTo("DONE");
        });
    }

    /** How it stands with what the shop keeps until the day of that order. */
    private static String followUp(JsonNode status, KeptOrder order) {
        return status.path("followUps")
                .valueStream()
                .filter(it -> "shop".equals(it.path("store").asString())
                        && "TRANSACTION_RECORDS".equals(it.path("ground").asString())
                        && order.end().toString().equals(it.path("until").asString()))
                .map(it -> it.path("state").asString())
                .collect(Collectors.joining());
    }

    private static Instant legalTime(Suite suite) {
        return Instant.parse(
                suite.control("/time", "{\"advance\":\"PT1S\"}").path("now").asString());
    }

    private static void advanceTo(Suite suite, LocalDate day) {
        var at = day.atStartOfDay(ZoneOffset.UTC).toInstant();
        suite.advance(Duration.between(legalTime(suite), at));
    }

    private static KeptOrder order(Suite suite, Customer person, LocalDate completed) {
        return new KeptOrder(
                insert(
                        suite,
                        Long.toString(person.id()),
                        "null",
                        "'" + completed.atTime(12, 0).toInstant(ZoneOffset.UTC) + "'"),
                completed);
    }

    private static long openOrder(Suite suite, Customer person) {
        return insert(suite, Long.toString(person.id()), "null", "null");
    }

    private static long insert(Suite suite, String customer, String email, String completed) {
        var order = """
                insert into orders (id, customer_id, guest_email, delivery_address, status, total, currency, placed_at,
                                    completed_at)
                select max(id) + 1, %s, %s, 'Street 1', 'COMPLETED', 12.50, 'USD', now(), %s from orders
                returning id""".formatted(customer, email, completed);
        long id = suite.stores().query(order, rows -> rows.getLong(1)).getFirst();
        suite.stores().query("""
                insert into order_lines (id, order_id, sku, quantity, price, gift_message)
                select max(id) + 1, %d, 'SKU-1', 1, 12.50, 'for you' from order_lines returning id""".formatted(id), rows -> rows.getLong(1));
        return id;
    }

    /** Somebody who has the person's address by now, and whose orders no law keeps any more. */
    private static List<Long> newcomers(Suite suite, Customer person) {
        suite.stores().query("""
                insert into customers (id, email, registered, created_at, updated_at)
                select max(id) + 1, '%s', true, now(), now() from customers returning id""".formatted(person.email()), rows -> rows.getLong(1));
        return List.of(
                insert(suite, "null", "'" + person.email() + "'", "'2001-01-01'"),
                insert(suite, Long.toString(person.id()), "'" + person.email() + "'", "'2001-01-01'"));
    }

    /** Customers whom nobody has erased. Other tests have erased others, whose days come as well. */
    private static String whoStays(Suite suite) {
        return suite.stores()
                .query("select string_agg(id::text, ', ' order by id) from customers", rows -> rows.getString(1))
                .getFirst();
    }

    private static Map<String, String> recordsOf(Suite suite, String customers, List<Long> orders) {
        var theirs = "select id from orders where id in (%s) or customer_id in (%s)"
                .formatted(orders.stream().map(String::valueOf).collect(Collectors.joining(", ")), customers);
        return Map.of(
                "customers", digest(suite, "customers where id in (" + customers + ")"),
                "orders", digest(suite, "orders where id in (" + theirs + ")"),
                "order_lines", digest(suite, "order_lines where order_id in (" + theirs + ")"),
                "tickets", digest(suite, "tickets where customer_id in (" + customers + ")"));
    }

    private static String digest(Suite suite, String from) {
        return suite.stores()
                .query(
                        "select count(*) || ' ' || md5(string_agg(t::text, ',' order by id)) from (select * from "
                                + from + ") t",
                        rows -> rows.getString(1))
                .getFirst();
    }

    private static boolean isKept(Suite suite, long order, Customer person) {
        return count(
                        suite,
                        "orders where id = " + order + " and customer_id = " + person.id()
                                + " and delivery_address is not null")
                && count(suite, "order_lines where order_id = " + order + " and gift_message = 'for you'");
    }

    private static boolean isAnonymous(Suite suite, long order) {
        return count(
                        suite,
                        "orders where id = " + order
                                + " and customer_id is null and guest_email is null and guest_phone is null and delivery_address is null and total = 12.50")
                && count(suite, "order_lines where order_id = " + order + " and gift_message is null");
    }

    private static boolean count(Suite suite, String from) {
        return suite.stores()
                        .query("select count(*) from " + from, rows -> rows.getLong(1))
                        .getFirst()
                == 1;
    }
}
