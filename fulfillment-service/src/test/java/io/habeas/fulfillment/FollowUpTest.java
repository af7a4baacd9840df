// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment;

import static io.habeas.fulfillment.Workshop.email;
import static io.habeas.fulfillment.Workshop.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.habeas.contracts.FulfillmentAnnouncement.Completed;
import io.habeas.contracts.FulfillmentAnnouncement.Delayed;
import io.habeas.contracts.FulfillmentAnnouncement.FollowedUp;
import io.habeas.contracts.FulfillmentAnnouncement.FollowedUpCollection;
import io.habeas.contracts.Right;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What an erasure keeps until a day is erased on that day, exactly that, and never a record that came later or is kept for longer. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class FollowUpTest {

    private static Stores stores;
    private static Workshop workshop;
    private static long next = 1;

    @BeforeAll
    static void open() {
        stores = Stores.start();
        workshop = new Workshop(stores);
        // a collection of documents is there once it has one
        stores.reviews().insertOne(new Document("authorId", 999_999L).append("text", "of another"));
    }

    @AfterAll
    static void close() {
        workshop.close();
    }

    @AfterEach
    void nothingIsLeft() {
        FaultHarness.reset();
        stores.map("postgres");
        workshop.jdbc
                .sql("update follow_up set state = 'DONE' where state <> 'DONE'")
                .update();
    }

    /** The person, who has orders under an account and no others. */
    private static long somebody() {
        long person = next++;
        stores.shopSql()
                .sql("insert into customers (id, email, full_name) values (?, ?, ?)")
                .params(person, addressOf(person), "Person " + person)
                .update();
        return person;
    }

    private static String addressOf(long person) {
        return "person" + person + "@example.org";
    }

    private static LocalDate today() {
        return workshop.clock.instant().atZone(ZoneOffset.UTC).toLocalDate();
    }

    /** An order with a line, both kept for three years. @return the day on which they are kept no longer, about so many days from now */
    private static LocalDate order(long id, long person, int days) {
        var completed = completed(days);
        stores.shopSql()
                .sql("insert into orders (id, customer_id, delivery_address, completed_at) values (?, ?, ?, ?)")
                .params(id, person, "Street " + id, completed)
                .update();
        stores.shopSql()
                .sql("insert into order_lines values (?, ?, 'SKU-1', 'for you')")
                .params(id * 10, id)
                .update();
        return end(completed);
    }

    private static LocalDate completed(int days) {
        return today().plusDays(days - 1L).minusYears(3);
    }

    private static LocalDate end(LocalDate completed) {
        return completed.plusYears(3).plusDays(1);
    }

    private static UUID erase(long person) {
        var request = workshop.approve(Right.ERASURE, null, id(person), email(addressOf(person)));
        workshop.planAndWork();
        assertThat(workshop.announced.of(request, Completed.class)).hasSize(1);
        return request;
    }

    /** A moment after the day has begun. */
    private static void advanceTo(LocalDate day) {
        var until = day.atStartOfDay(ZoneOffset.UTC).toInstant().plusSeconds(60);
        workshop.advance(Duration.between(workshop.clock.instant(), until));
    }

    private static void followUpOn(LocalDate day) {
        advanceTo(day);
        workshop.followUp();
    }

    private static long rows(String from) {
        return stores.shopSql()
                .sql("select count(*) from " + from)
                .query(Long.class)
                .single();
    }

    private static boolean isKept(long order) {
        return rows("orders where customer_id is not null and delivery_address is not null and id = " + order) == 1
                && rows("order_lines where gift_message = 'for you' and order_id = " + order) == 1;
    }

    private static boolean isAnonymous(long order) {
        return rows("orders where customer_id is null and delivery_address is null and id = " + order) == 1
                && rows("order_lines where gift_message = 'removed' and order_id = " + order) == 1;
    }

    private static List<FollowedUp> followedUp(UUID request) {
        return workshop.announced.of(request, FollowedUp.class);
    }

    private static String stateOf(UUID request) {
        return workshop.jdbc
                .sql(
                        "select state || coalesce(' ' || reason, '') || coalesce(' ' || detail, '') from follow_up where request_id = ?")
                .param(request)
                .query(String.class)
                .single();
    }

    private static void retry(UUID request) {
        var id = workshop.jdbc
                .sql("select follow_up_id from follow_up where request_id = ?")
                .param(request)
                .query(UUID.class)
                .single();
        assertThat(workshop.followUps.retry(id)).isTrue();
        workshop.followUp();
    }

    private static void assertParked(UUID request, String reason) {
        assertThat(stateOf(request)).startsWith("PARKED " + reason);
        assertThat(followedUp(request)).isEmpty();
        assertThat(workshop.announced.of(request, Delayed.class)).last().satisfies(delayed -> {
            assertThat(delayed.reason()).isEqualTo(reason);
            assertThat(delayed.parked()).isTrue();
            assertThat(delayed.store()).isEqualTo("shop");
        });
    }

    @Test
    void nothing_goes_before_its_day_and_on_it_exactly_what_was_kept_until_then() {
        long person = somebody();
        long other = somebody();
        var first = order(person * 10 + 1, person, 10);
        var second = order(person * 10 + 2, person, 40);
        order(other * 10 + 1, other, 10);
        var request = erase(person);
        var others = stores.othersThan(person);

        followUpOn(first.minusDays(1));
        assertThat(followedUp(request)).isEmpty();
        assertThat(isKept(person * 10 + 1)).isTrue();

        followUpOn(first);
        assertThat(isAnonymous(person * 10 + 1)).isTrue();
        assertThat(isKept(person * 10 + 2)).isTrue();
        assertThat(stores.othersThan(person)).isEqualTo(others);
        assertThat(followedUp(request)).singleElement().satisfies(done -> {
            assertThat(done.store()).isEqualTo("shop");
            assertThat(done.until()).isEqualTo(first);
            assertThat(done.next()).isNull();
            assertThat(done.collections())
                    .containsExactlyInAnyOrder(
                            new FollowedUpCollection("orders", "TRANSACTION_RECORDS", 0, 1, 0),
                            new FollowedUpCollection("order_lines", "TRANSACTION_RECORDS", 0, 1, 0));
        });

        followUpOn(second);
        assertThat(isAnonymous(person * 10 + 2)).isTrue();
        assertThat(followedUp(request)).hasSize(2).last().satisfies(done -> assertThat(done.until())
                .isEqualTo(second));
    }

    @Test
    void records_that_came_later_for_the_same_identifiers_are_somebody_elses() {
        long person = somebody();
        var day = order(person * 10 + 1, person, 10);
        erase(person);
        stores.shopSql()
                .sql("insert into customers (id, email, full_name) values (?, ?, 'Who has the number now')")
                .params(person, addressOf(person))
                .update();
        stores.shopSql()
                .sql("""
                        insert into orders (id, customer_id, guest_email, delivery_address, completed_at)
                        values (?, ?, ?, 'elsewhere', '2001-01-01'), (?, null, ?, 'elsewhere', '2001-01-01')""")
                .params(person * 10 + 8, person, addressOf(person), person * 10 + 9, addressOf(person))
                .update();
        var later = "select string_agg(t::text, ',' order by id) from orders t where id in (" + (person * 10 + 8) + ", "
                + (person * 10 + 9) + ")";
        var before = stores.shopSql().sql(later).query(String.class).single();

        followUpOn(day);

        assertThat(isAnonymous(person * 10 + 1)).isTrue();
        assertThat(stores.shopSql().sql(later).query(String.class).single()).isEqualTo(before);
        assertThat(rows("customers where id = " + person)).isOne();
    }

    @Test
    void what_something_keeps_longer_by_then_stays_until_that_day() {
        long person = somebody();
        var day = order(person * 10 + 1, person, 10);
        order(person * 10 + 2, person, 10);
        var request = erase(person);
        var refunded = completed(30);
        stores.shopSql()
                .sql("update orders set completed_at = ? where id = ?")
                .params(refunded, person * 10 + 1)
                .update();

        followUpOn(day);

        assertThat(isKept(person * 10 + 1)).isTrue();
        assertThat(isAnonymous(person * 10 + 2)).isTrue();
        assertThat(followedUp(request)).singleElement().satisfies(done -> {
            assertThat(done.next()).isEqualTo(end(refunded));
            assertThat(done.collections())
                    .containsExactlyInAnyOrder(
                            new FollowedUpCollection("orders", "TRANSACTION_RECORDS", 0, 1, 1),
                            new FollowedUpCollection("order_lines", "TRANSACTION_RECORDS", 0, 1, 1));
        });

        followUpOn(end(refunded).minusDays(1));
        assertThat(isKept(person * 10 + 1)).isTrue();
        followUpOn(end(refunded));
        assertThat(isAnonymous(person * 10 + 1)).isTrue();
        assertThat(followedUp(request)).hasSize(2).last().satisfies(done -> {
            assertThat(done.until()).isEqualTo(day);
            assertThat(done.next()).isNull();
        });
    }

    @Test
    void a_longer_period_of_the_map_in_force_is_kept_to() {
        long person = somebody();
        var day = order(person * 10 + 1, person, 10);
        var request = erase(person);
        stores.map(stores.map("postgres").replace("for: 3 years", "for: 4 years"), "acme");

        followUpOn(day);

        assertThat(isKept(person * 10 + 1)).isTrue();
        assertThat(followedUp(request)).singleElement().satisfies(done -> assertThat(done.next())
                .isEqualTo(day.minusDays(1).plusYears(1).plusDays(1)));
    }

    @Test
    void a_record_that_has_no_day_any_more_waits_for_a_person() {
        long person = somebody();
        var day = order(person * 10 + 1, person, 10);
        var request = erase(person);
        stores.shopSql()
                .sql("update orders set completed_at = null where id = ?")
                .param(person * 10 + 1)
                .update();

        followUpOn(day);

        assertParked(request, "kept-without-an-end");
        assertThat(isKept(person * 10 + 1)).isTrue();
        stores.shopSql()
                .sql("update orders set completed_at = '2001-01-01' where id = ?")
                .param(person * 10 + 1)
                .update();
        retry(request);
        assertThat(isAnonymous(person * 10 + 1)).isTrue();
        assertThat(followedUp(request)).hasSize(1);
    }

    @Test
    void a_record_that_is_gone_already_is_done() {
        long person = somebody();
        var day = order(person * 10 + 1, person, 10);
        var request = erase(person);
        stores.shopSql()
                .sql("delete from order_lines where order_id = ?")
                .param(person * 10 + 1)
                .update();
        stores.shopSql()
                .sql("delete from orders where id = ?")
                .param(person * 10 + 1)
                .update();

        followUpOn(day);

        assertThat(followedUp(request)).singleElement().satisfies(done -> assertThat(done.collections())
                .containsExactlyInAnyOrder(
                        new FollowedUpCollection("orders", "TRANSACTION_RECORDS", 1, 0, 0),
                        new FollowedUpCollection("order_lines", "TRANSACTION_RECORDS", 1, 0, 0)));
    }

    @Test
    void a_record_under_the_same_key_that_is_another_persons_by_now_is_not_touched_and_a_person_looks() {
        long person = somebody();
        long other = somebody();
        var day = order(person * 10 + 1, person, 10);
        var request = erase(person);
        stores.shopSql()
                .sql("update orders set customer_id = ?, delivery_address = 'elsewhere' where id = ?")
                .params(other, person * 10 + 1)
                .update();

        followUpOn(day);

        assertParked(request, "records-changed-hands");
        assertThat(rows("orders where delivery_address = 'elsewhere' and customer_id = " + other))
                .isOne();
    }

    @Test
    void a_store_that_is_away_is_tried_again_and_done_when_it_is_back() throws Exception {
        long person = somebody();
        var day = order(person * 10 + 1, person, 10);
        var request = erase(person);
        int nobody;
        try (var free = new java.net.ServerSocket(0)) {
            nobody = free.getLocalPort();
        }
        stores.map(stores.map("postgres").replace(":" + stores.port() + "/shop", ":" + nobody + "/shop"), "acme");
        advanceTo(day);

        workshop.followUpWork.once();

        assertThat(stateOf(request)).isEqualTo("READY store-unreachable");
        assertThat(workshop.announced.of(request, Delayed.class))
                .singleElement()
                .satisfies(delayed -> assertThat(delayed.parked()).isFalse());
        assertThat(followedUp(request)).isEmpty();
        stores.map("postgres");
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            workshop.followUpWork.once();
            assertThat(followedUp(request)).hasSize(1);
        });
        assertThat(isAnonymous(person * 10 + 1)).isTrue();
    }

    @Test
    void a_map_that_has_lost_the_collection_stops_it_and_names_it() {
        long person = somebody();
        var day = order(person * 10 + 1, person, 10);
        var request = erase(person);
        var map = stores.map("postgres");
        int lines = map.indexOf("  - name: order_lines");
        stores.map(map.substring(0, lines) + map.substring(map.indexOf("  - name: tickets")), "acme");

        followUpOn(day);

        assertParked(request, "collection-not-in-the-map");
        assertThat(stateOf(request)).endsWith(" shop.order_lines");
        assertThat(isKept(person * 10 + 1)).isTrue();
        stores.map("postgres");
        retry(request);
        assertThat(isAnonymous(person * 10 + 1)).isTrue();
    }

    @Test
    void a_map_that_means_another_place_by_the_same_name_stops_it() {
        long person = somebody();
        var day = order(person * 10 + 1, person, 10);
        var request = erase(person);
        stores.map(
                stores.map("postgres")
                        .replace("  - name: order_lines\n    key: id", "  - name: order_lines\n    key: sku"),
                "acme");

        followUpOn(day);

        assertParked(request, "collection-changed-in-the-map");
        assertThat(isKept(person * 10 + 1)).isTrue();
    }

    @Test
    void a_table_that_has_gone_stops_it() {
        long person = somebody();
        var day = order(person * 10 + 1, person, 10);
        var request = erase(person);
        stores.shopSql()
                .sql("alter table tickets rename column body to content")
                .update();
        try {
            followUpOn(day);
        } finally {
            stores.shopSql()
                    .sql("alter table tickets rename column content to body")
                    .update();
        }

        assertParked(request, "data-map-mismatch");
        assertThat(isKept(person * 10 + 1)).isTrue();
    }

    @Test
    void without_the_key_of_the_case_nobody_knows_which_records_those_are() {
        long person = somebody();
        var day = order(person * 10 + 1, person, 10);
        var request = erase(person);
        workshop.keys()
                .destroy(Workshop.CONTROLLER, workshop.orders.order(request).caseKey());

        followUpOn(day);

        assertParked(request, "key-destroyed");
        assertThat(isKept(person * 10 + 1)).isTrue();
    }

    @Test
    void without_the_proof_of_its_approval_nothing_is_erased() {
        long person = somebody();
        var day = order(person * 10 + 1, person, 10);
        var request = erase(person);
        workshop.jdbc
                .sql(
                        "update fulfillment_order set approval = replace(approval, 'HB-TEST-0001', 'HB-TEST-0002') where request_id = ?")
                .param(request)
                .update();

        followUpOn(day);

        assertParked(request, "audit-proof-refused");
        assertThat(isKept(person * 10 + 1)).isTrue();
    }

    @Test
    void a_connector_that_lies_is_not_believed() {
        stores.map("lying");
        long person = next++;
        var completed = completed(10);
        stores.shopSql()
                .sql("insert into orders (id, guest_email, delivery_address, completed_at) values (?, ?, 'Street', ?)")
                .params(person * 10 + 1, addressOf(person), completed)
                .update();
        var request = erase(person);

        followUpOn(end(completed));

        assertParked(request, "read-back-found-rows");
        assertThat(rows("orders where delivery_address = 'Street' and id = " + (person * 10 + 1)))
                .isOne();
    }

    @Test
    void children_go_before_what_they_belong_to_so_that_a_foreign_key_holds() {
        stores.map(deleting("3 years"), "acme");
        long person = somebody();
        var day = order(person * 10 + 1, person, 10);
        var request = erase(person);

        followUpOn(day);

        assertThat(rows("orders where id = " + (person * 10 + 1))).isZero();
        assertThat(rows("order_lines where order_id = " + (person * 10 + 1))).isZero();
        assertThat(followedUp(request)).singleElement().satisfies(done -> assertThat(done.collections())
                .containsExactlyInAnyOrder(
                        new FollowedUpCollection("orders", "TRANSACTION_RECORDS", 1, 0, 0),
                        new FollowedUpCollection("order_lines", "TRANSACTION_RECORDS", 1, 0, 0)));
    }

    @Test
    void what_others_still_point_at_waits_for_their_day() {
        stores.map(deleting("4 years"), "acme");
        long person = somebody();
        var day = order(person * 10 + 1, person, 10);
        var ofTheLines = day.minusDays(1).plusYears(1).plusDays(1);
        var free = completed(10);
        stores.shopSql()
                .sql(
                        "insert into orders (id, customer_id, delivery_address, completed_at) values (?, ?, 'no lines', ?)")
                .params(person * 10 + 2, person, free)
                .update();
        var request = erase(person);

        followUpOn(day);

        assertThat(rows("orders where id = " + (person * 10 + 1))).isOne();
        assertThat(rows("orders where id = " + (person * 10 + 2))).isZero();
        assertThat(followedUp(request)).singleElement().satisfies(done -> {
            assertThat(done.next()).isEqualTo(ofTheLines);
            assertThat(done.collections())
                    .containsExactly(new FollowedUpCollection("orders", "TRANSACTION_RECORDS", 1, 0, 1));
        });

        advanceTo(ofTheLines);
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            workshop.followUp();
            assertThat(followedUp(request)).hasSize(3);
        });
        assertThat(rows("orders where id = " + (person * 10 + 1))).isZero();
        assertThat(rows("order_lines where order_id = " + (person * 10 + 1))).isZero();
        assertThat(followedUp(request)).extracting(FollowedUp::next).containsOnlyOnce(ofTheLines);
    }

    /** A map that deletes orders and lines, which a foreign key ties together. */
    private static String deleting(String forLines) {
        return stores.map("postgres")
                .replace("erase: {ANONYMIZE: [customer_id, guest_email, delivery_address]}", "erase: DELETE")
                .replace("erase: {ANONYMIZE: {gift_message: removed}}", "erase: DELETE")
                .replace(
                        "for: 3 years, from: shop.orders.completed_at",
                        "for: " + forLines + ", from: shop.orders.completed_at");
    }

    @Test
    void it_is_the_same_in_a_store_of_documents() {
        stores.map(
                stores.map("postgres")
                        .replace(
                                "    erase: {ANONYMIZE: [authorId, text]}",
                                "    keep: {ground: TRANSACTION_RECORDS, for: 3 years, from: soldAt}\n    erase: DELETE"),
                "acme");
        long person = somebody();
        var sold = completed(10);
        var at = Date.from(sold.atStartOfDay(ZoneOffset.UTC).toInstant());
        stores.reviews()
                .insertOne(
                        new Document("authorId", person).append("text", "kept").append("soldAt", at));
        var request = erase(person);
        stores.reviews()
                .insertOne(
                        new Document("authorId", person).append("text", "later").append("soldAt", at));

        followUpOn(end(sold));

        assertThat(stores.reviews().find(new Document("authorId", person)).map(it -> it.getString("text")))
                .containsExactly("later");
        assertThat(followedUp(request)).singleElement().satisfies(done -> {
            assertThat(done.store()).isEqualTo("reviews");
            assertThat(done.collections())
                    .containsExactly(new FollowedUpCollection("reviews", "TRANSACTION_RECORDS", 1, 0, 0));
        });
    }

    @Test
    void a_worker_that_dies_in_the_middle_is_followed_by_one_that_goes_on() {
        long person = somebody();
        var day = order(person * 10 + 1, person, 10);
        var request = erase(person);
        advanceTo(day);
        FaultHarness.at("fulfillment.after-follow-up-batch", 1, () -> {
            throw new FaultHarness.Killed();
        });
        assertThatThrownBy(workshop::followUp).isInstanceOf(FaultHarness.Killed.class);
        assertThat(followedUp(request)).isEmpty();
        workshop.jdbc
                .sql("update follow_up set lease_until = now() - interval '1 second' where request_id = ?")
                .param(request)
                .update();

        workshop.followUp();

        assertThat(isAnonymous(person * 10 + 1)).isTrue();
        assertThat(followedUp(request)).hasSize(1);
    }

    @Test
    void a_worker_whose_lease_was_taken_over_announces_nothing() {
        long person = somebody();
        var day = order(person * 10 + 1, person, 10);
        var request = erase(person);
        FaultHarness.at("fulfillment.before-follow-up-outcome", 1, () -> workshop.jdbc
                .sql(
                        "update follow_up set lease_number = lease_number + 1, lease_until = now() - interval '1 second' where request_id = ?")
                .param(request)
                .update());
        advanceTo(day);

        assertThat(workshop.followUpWork.once()).isTrue();

        assertThat(followedUp(request)).isEmpty();
        workshop.followUp();
        assertThat(followedUp(request)).hasSize(1);
    }

    @Test
    void erasures_from_before_there_were_follow_ups_are_followed_up_as_well() throws Exception {
        long person = somebody();
        var day = order(person * 10 + 1, person, 10);
        var request = erase(person);
        workshop.jdbc.sql("delete from follow_up").update();
        String script;
        try (var in = FollowUpTest.class.getResourceAsStream("/db/migration/V31__follow_ups.sql")) {
            script = new String(
                    java.util.Objects.requireNonNull(in).readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }

        workshop.jdbc
                .sql(script.substring(script.indexOf("insert into follow_up ")))
                .update();

        followUpOn(day.plusDays(1));
        assertThat(followedUp(request)).hasSize(1);
        assertThat(isAnonymous(person * 10 + 1)).isTrue();
    }

    @Test
    void nothing_says_openly_which_records_are_followed_up() {
        long person = 77_000_222L;
        stores.shopSql()
                .sql("insert into customers (id, email, full_name) values (?, 'canary78@example.org', 'Person')")
                .param(person)
                .update();
        order(person * 10 + 1, person, 10);
        var request = workshop.approve(Right.ERASURE, null, id(person), email("canary78@example.org"));
        workshop.planAndWork();

        for (var table : List.of("follow_up", "follow_up_chunk")) {
            assertThat(workshop.jdbc
                            .sql("select coalesce(string_agg(t::text, ' '), '') from " + table + " t")
                            .query(String.class)
                            .single())
                    .doesNotContain("77000222")
                    .doesNotContain("canary78");
        }
        assertThat(stateOf(request)).isEqualTo("WAITING");
    }
}
