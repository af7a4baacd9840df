// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment;

import static io.habeas.fulfillment.Workshop.email;
import static io.habeas.fulfillment.Workshop.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.habeas.contracts.FulfillmentAnnouncement.Completed;
import io.habeas.contracts.FulfillmentAnnouncement.Delayed;
import io.habeas.contracts.FulfillmentAnnouncement.OutcomesRecorded;
import io.habeas.contracts.FulfillmentAnnouncement.Planned;
import io.habeas.contracts.Grade;
import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.Right;
import io.habeas.contracts.TaskOutcome;
import io.habeas.contracts.TaskOutcome.CollectionOutcome;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ErasureTest {

    private static Stores stores;
    private static Workshop workshop;
    private static long next = 1;

    @BeforeAll
    static void open() {
        stores = Stores.start();
        workshop = new Workshop(stores);
    }

    @AfterAll
    static void close() {
        workshop.close();
    }

    @AfterEach
    void quiet() {
        FaultHarness.reset();
        workshop.keepGrounds = List.of("TRANSACTION_RECORDS");
        stores.map("postgres");
    }

    private static long someone() {
        long id = next++;
        stores.customer(id, "Person" + id + "@Example.org");
        return id;
    }

    private static UUID erasure(long id) {
        return workshop.approve(Right.ERASURE, null, id(id), email("person" + id + "@example.org"));
    }

    private static long rows(String from) {
        return stores.shopSql()
                .sql("select count(*) from " + from)
                .query(Long.class)
                .single();
    }

    private static CollectionOutcome outcome(UUID request, String collection) {
        return workshop.announced.of(request, OutcomesRecorded.class).stream()
                .flatMap(it -> it.outcomes().stream())
                .flatMap(it -> it.collections().stream())
                .filter(it -> it.collection().equals(collection))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everything_of_one_person_is_gone_kept_or_anonymized_and_nobody_elses_is_touched() {
        long person = someone();
        someone();
        var others = stores.othersThan(person);
        var request = erasure(person);

        workshop.planAndWork();

        assertThat(rows("customers where id = " + person)).isZero();
        assertThat(rows("tickets where customer_id = " + person)).isZero();
        assertThat(rows("orders where customer_id = " + person)).isEqualTo(3);
        assertThat(rows("orders where id = " + (person * 10 + 3)
                        + " and customer_id is null and delivery_address is null and total = 12.50"))
                .isOne();
        assertThat(rows("order_lines where gift_message = 'removed' and order_id = " + (person * 10 + 3)))
                .isOne();
        assertThat(rows("order_lines where gift_message = 'for you' and order_id between " + person * 10 + " and "
                        + (person * 10 + 9)))
                .isEqualTo(3);
        assertThat(stores.reviews().countDocuments(new Document("authorId", person)))
                .isZero();
        assertThat(stores.othersThan(person)).isEqualTo(others);
        assertThat(workshop.announced.of(request, Planned.class))
                .singleElement()
                .satisfies(planned -> assertThat(planned.tasks()).hasSize(2).allSatisfy(task -> assertThat(task.kind())
                        .isEqualTo(TaskOutcome.Kind.ERASE)));
        assertThat(workshop.announced.of(request, OutcomesRecorded.class))
                .flatExtracting(OutcomesRecorded::outcomes)
                .extracting(TaskOutcome::grade)
                .containsExactly(Grade.VERIFIED, Grade.VERIFIED);
        assertThat(workshop.announced.of(request, Completed.class)).hasSize(1);
        assertThat(outcome(request, "customers").deleted()).isOne();
        assertThat(outcome(request, "tickets").deleted()).isOne();
        assertThat(outcome(request, "reviews").anonymized()).isOne();
        assertThat(outcome(request, "orders")).satisfies(orders -> {
            assertThat(orders.found()).isEqualTo(4);
            assertThat(orders.anonymized()).isOne();
            assertThat(orders.kept())
                    .extracting(TaskOutcome.Kept::until)
                    .containsExactlyInAnyOrder(
                            LocalDate.now(java.time.ZoneOffset.UTC)
                                    .minusDays(30)
                                    .plusYears(3)
                                    .plusDays(1),
                            LocalDate.now(java.time.ZoneOffset.UTC)
                                    .minusDays(60)
                                    .plusYears(3)
                                    .plusDays(1),
                            null);
        });
        assertThat(outcome(request, "order_lines").kept()).hasSize(3);
        assertThat(workshop.jdbc
                        .sql("select count(*) from erasure_ledger where request_id = ? and until is not null")
                        .param(request)
                        .query(Long.class)
                        .single())
                .isPositive();
    }

    @Test
    void what_reads_back_is_not_what_erases_and_a_secret_that_was_changed_is_taken_up() throws Exception {
        var map = workshop.maps.current(Workshop.CONTROLLER);
        var secret = stores.home().resolve("secrets/acme/shop-db");
        var password = Files.readString(secret);
        var before = workshop.connectors.shared(map, "shop");
        var second = workshop.connectors.secondLook(map, "shop");
        try {
            assertThat(second).isNotSameAs(before);
            assertThat(workshop.connectors.secondLook(map, "shop")).isSameAs(second);

            Files.writeString(secret, "another password");

            assertThat(workshop.connectors.shared(map, "shop")).isNotSameAs(before);
            assertThat(workshop.connectors.secondLook(map, "shop")).isNotSameAs(second);
        } finally {
            Files.writeString(secret, password);
        }
        assertThat(workshop.connectors.shared(map, "shop")).isSameAs(before);
    }

    @Test
    void the_connections_that_erase_and_that_read_back_are_kept_for_the_next_request() throws Exception {
        erasure(someone());
        workshop.planAndWork();
        try (var watching = stores.shop().getConnection()) {
            // once more where one was so long without an answer, on this machine, that it was not kept
            await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
                long next = someone();
                long before = logins(watching);

                erasure(next);
                workshop.planAndWork();

                assertThat(logins(watching)).isEqualTo(before);
            });
        }
    }

    private static long logins(Connection watching) throws SQLException {
        try (var statement = watching.createStatement();
                var rows = statement.executeQuery(
                        "select sessions from pg_stat_database where datname = current_database()")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void a_second_order_for_the_same_person_finds_nothing_and_is_done() {
        long person = someone();
        erasure(person);
        workshop.planAndWork();

        var again = erasure(person);
        workshop.planAndWork();

        assertThat(outcome(again, "customers").found()).isZero();
        assertThat(workshop.announced.of(again, Completed.class)).hasSize(1);
    }

    @Test
    void a_proved_address_that_stands_on_another_persons_row_parks_the_plan() {
        long person = someone();
        long other = someone();
        var request = workshop.approve(
                Right.ERASURE,
                null,
                id(person),
                email("person" + person + "@example.org"),
                email("person" + other + "@example.org"));

        workshop.planAndWork();

        assertThat(workshop.stateOf(request)).isEqualTo("PARKED");
        assertThat(workshop.announced.of(request, Delayed.class))
                .singleElement()
                .satisfies(delayed -> {
                    assertThat(delayed.reason()).isEqualTo("conflict-with-another-person");
                    assertThat(delayed.parked()).isTrue();
                });
        assertThat(rows("customers where id in (" + person + ", " + other + ")"))
                .isEqualTo(2);
    }

    @Test
    void a_row_under_a_proved_phone_that_carries_another_address_parks_the_plan() {
        long person = someone();
        stores.map(
                stores.map("postgres")
                        .replace(
                                "identifies: {guest_email: EMAIL}",
                                "identifies: {guest_email: EMAIL, guest_phone: PHONE}"),
                "acme");
        stores.shopSql()
                .sql(
                        "insert into orders (id, guest_email, guest_phone, completed_at) values (?, 'partner@example.org', ?, '2001-01-01')")
                .params(800_000 + person, "+1555999" + person)
                .update();
        var request = workshop.approve(
                Right.ERASURE,
                null,
                id(person),
                email("person" + person + "@example.org"),
                new Identifier(IdentifierKind.PHONE, "+1555999" + person));

        workshop.planAndWork();

        assertThat(workshop.stateOf(request)).isEqualTo("PARKED");
        assertThat(rows("orders where guest_email = 'partner@example.org' and id = " + (800_000 + person)))
                .isOne();
    }

    @Test
    void a_ticket_under_the_address_that_belongs_to_another_customer_parks_the_plan() {
        long person = someone();
        long other = someone();
        stores.shopSql()
                .sql("update tickets set email = ? where customer_id = ?")
                .params("person" + person + "@example.org", other)
                .update();
        var request = erasure(person);

        workshop.planAndWork();

        assertThat(workshop.stateOf(request)).isEqualTo("PARKED");
    }

    @Test
    void an_identifier_that_was_not_proved_is_not_followed() {
        long person = someone();
        stores.shopSql()
                .sql(
                        "insert into orders (id, guest_email, completed_at) values (?, 'somebody@example.org', '2001-01-01')")
                .param(900_000 + person)
                .update();
        erasure(person);

        workshop.planAndWork();

        assertThat(rows("orders where guest_email = 'somebody@example.org' and id = " + (900_000 + person)))
                .isOne();
    }

    @Test
    void a_worker_that_dies_in_the_middle_is_followed_by_one_that_goes_on_at_its_mark() {
        workshop.work();
        long person = someone();
        stores.shopSql().sql("""
                        insert into tickets (email, customer_id, body)
                        select 'x', :person, 'text' from generate_series(1, 3500)""").param("person", person).update();
        var request = erasure(person);
        workshop.plan();
        FaultHarness.at("fulfillment.after-store-batch", 3, () -> {
            throw new FaultHarness.Killed();
        });
        assertThatThrownBy(workshop::work).isInstanceOf(FaultHarness.Killed.class);
        workshop.jdbc
                .sql(
                        "update task set lease_until = now() - interval '1 second' where request_id = ? and lease_until is not null")
                .param(request)
                .update();
        long before = FaultHarness.passes("fulfillment.before-batch");
        long open = workshop.jdbc
                .sql(
                        "select count(*) from chunk join task using (task_id) where request_id = ? and not done and to_do > 0")
                .param(request)
                .query(Long.class)
                .single();

        workshop.work();

        assertThat(open).isPositive();
        assertThat(FaultHarness.passes("fulfillment.before-batch") - before).isEqualTo(open);
        assertThat(outcome(request, "tickets").deleted()).isEqualTo(3501);
        assertThat(workshop.announced.of(request, Completed.class)).hasSize(1);
    }

    @Test
    void a_worker_whose_lease_was_taken_over_writes_nothing() {
        workshop.work();
        long person = someone();
        var request = erasure(person);
        workshop.plan();
        FaultHarness.at("fulfillment.before-outcome", 1, () -> workshop.jdbc
                .sql(
                        "update task set lease_number = lease_number + 1, lease_until = now() - interval '1 second' where request_id = ?")
                .param(request)
                .update());

        workshop.work();

        assertThat(workshop.announced.of(request, OutcomesRecorded.class)).hasSize(2);
        assertThat(workshop.announced.of(request, Completed.class)).hasSize(1);
        assertThat(FaultHarness.passes("fulfillment.before-outcome")).isEqualTo(3);
    }

    @Test
    void a_connector_that_lies_does_not_close_the_request() {
        stores.map("lying");
        long person = someone();
        var request = erasure(person);

        workshop.planAndWork();

        assertThat(workshop.announced.of(request, Completed.class)).isEmpty();
        assertThat(workshop.announced.of(request, OutcomesRecorded.class))
                .flatExtracting(OutcomesRecorded::outcomes)
                .extracting(TaskOutcome::store)
                .containsExactly("reviews");
        assertThat(workshop.announced.of(request, Delayed.class))
                .singleElement()
                .satisfies(delayed -> {
                    assertThat(delayed.store()).isEqualTo("shop");
                    assertThat(delayed.reason()).isEqualTo("read-back-found-rows");
                    assertThat(delayed.parked()).isTrue();
                });
    }

    @Test
    void rows_that_appear_during_the_erasure_are_found_and_swept() {
        long person = someone();
        var request = erasure(person);
        workshop.plan();
        FaultHarness.at("fulfillment.after-store-batch", 1, () -> {
            stores.shopSql()
                    .sql("insert into tickets (email, customer_id, body) values ('x', ?, 'ghost')")
                    .param(person)
                    .update();
            stores.order(person * 10 + 9, person, 5 * 365);
        });

        workshop.work();

        assertThat(rows("tickets where customer_id = " + person)).isZero();
        assertThat(rows("orders where id = " + (person * 10 + 9) + " and customer_id is null"))
                .isOne();
        assertThat(rows("order_lines where gift_message = 'removed' and order_id = " + (person * 10 + 9)))
                .isOne();
        assertThat(workshop.announced.of(request, Completed.class)).hasSize(1);
    }

    @Test
    void what_comes_during_the_erasure_is_kept_on_no_ground_that_the_profile_does_not_give() {
        long person = someone();
        stores.shopSql()
                .sql("delete from order_lines where order_id / 10 = ?")
                .param(person)
                .update();
        stores.shopSql()
                .sql("delete from orders where customer_id = ?")
                .param(person)
                .update();
        workshop.keepGrounds = List.of();
        var request = erasure(person);
        workshop.plan();
        FaultHarness.at("fulfillment.after-store-batch", 1, () -> stores.order(person * 10 + 9, person, 30));

        workshop.work();

        assertThat(workshop.announced.of(request, Completed.class)).isEmpty();
        assertThat(workshop.jdbc
                        .sql("select reason || ' ' || detail from task where request_id = ? and state = 'PARKED'")
                        .param(request)
                        .query(String.class)
                        .single())
                .isEqualTo("keep-ground-not-in-profile shop.orders");
    }

    @Test
    void a_partner_who_registers_with_the_shared_address_while_the_task_waits_is_not_erased() {
        long person = someone();
        long partner = 700_000 + person;
        var request = erasure(person);
        workshop.plan();
        stores.customer(partner, "person" + person + "@example.org");

        workshop.work();

        assertThat(rows("customers where id = " + person)).isZero();
        assertThat(rows("customers where id = " + partner)).isOne();
        assertThat(rows("tickets where customer_id = " + partner)).isOne();
        assertThat(workshop.announced.of(request, Completed.class)).isEmpty();
        assertThat(workshop.announced.of(request, Delayed.class))
                .singleElement()
                .satisfies(delayed -> {
                    assertThat(delayed.reason()).isEqualTo("conflict-with-another-person");
                    assertThat(delayed.parked()).isTrue();
                });
    }

    @Test
    void records_of_another_store_that_belong_to_a_newcomer_keep_the_end_from_being_announced() {
        long person = next++;
        var request = workshop.approve(Right.ERASURE, null, email("person" + person + "@example.org"));
        workshop.plan();
        stores.customer(person, "person" + person + "@example.org");

        workshop.work();

        assertThat(rows("customers where id = " + person)).isZero();
        assertThat(stores.reviews().countDocuments(new Document("authorId", person)))
                .isOne();
        assertThat(workshop.announced.of(request, Completed.class)).isEmpty();
        assertThat(workshop.announced.of(request, Delayed.class))
                .extracting(Delayed::reason)
                .containsExactly("newcomers-in-other-stores");
    }

    @Test
    void rows_that_keep_appearing_end_before_a_person() {
        long person = someone();
        var request = erasure(person);
        workshop.plan();
        FaultHarness.always("fulfillment.after-store-batch", () -> stores.shopSql()
                .sql("insert into tickets (email, customer_id, body) values ('x', ?, 'ghost')")
                .param(person)
                .update());

        workshop.work();

        assertThat(workshop.announced.of(request, Delayed.class))
                .extracting(Delayed::reason)
                .contains("read-back-found-rows");
        assertThat(workshop.announced.of(request, Completed.class)).isEmpty();
    }

    @Test
    void a_store_that_is_down_delays_its_own_task_alone_and_is_done_when_it_is_back() {
        long person = someone();
        var request = erasure(person);
        workshop.plan();
        stores.stopMongo();
        try {
            await().atMost(Duration.ofSeconds(120)).untilAsserted(() -> {
                workshop.executor().once();
                assertThat(workshop.announced.of(request, OutcomesRecorded.class))
                        .hasSize(1);
                assertThat(workshop.announced.of(request, Delayed.class)).hasSize(1);
            });
        } finally {
            stores.restartMongo();
        }
        await().ignoreExceptions().atMost(Duration.ofSeconds(120)).untilAsserted(() -> {
            stores.reviews().insertOne(new Document("authorId", 999_999L).append("text", "of another"));
            assertThat(stores.reviews().countDocuments()).isPositive();
        });

        await().atMost(Duration.ofSeconds(120)).untilAsserted(() -> {
            workshop.executor().once();
            assertThat(workshop.announced.of(request, Completed.class)).hasSize(1);
        });

        assertThat(workshop.announced.of(request, Delayed.class))
                .singleElement()
                .satisfies(delayed -> {
                    assertThat(delayed.store()).isEqualTo("reviews");
                    assertThat(delayed.reason()).isEqualTo("store-unreachable");
                    assertThat(delayed.parked()).isFalse();
                });
        assertThat(rows("customers where id = " + person)).isZero();
    }

    @Test
    void a_column_that_has_gone_since_the_plan_stops_the_task_and_names_it() {
        long person = someone();
        var request = erasure(person);
        workshop.plan();
        stores.shopSql()
                .sql("alter table tickets rename column body to content")
                .update();
        try {
            workshop.work();
        } finally {
            stores.shopSql()
                    .sql("alter table tickets rename column content to body")
                    .update();
        }

        assertThat(workshop.announced.of(request, Completed.class)).isEmpty();
        assertThat(workshop.jdbc
                        .sql(
                                "select detail from task where request_id = ? and state = 'PARKED' and reason = 'data-map-mismatch'")
                        .param(request)
                        .query(String.class)
                        .single())
                .contains("tickets", "body");
    }

    @Test
    void a_task_that_erased_the_last_document_with_a_field_goes_on_once_the_map_lets_it_be_missing() {
        var map = stores.map("postgres").replace("erase: {ANONYMIZE: [authorId, text]}", "erase: DELETE");
        stores.map(map, "acme");
        long person = someone();
        var request = erasure(person);
        workshop.plan();
        stores.reviews().deleteMany(new Document("authorId", new Document("$ne", person)));
        stores.reviews().insertOne(new Document("text", "of a visitor").append("rating", 5));

        workshop.work();

        assertThat(stores.reviews().countDocuments(new Document("authorId", person)))
                .isZero();
        assertThat(workshop.announced.of(request, Completed.class)).isEmpty();
        var parked = workshop.jdbc
                .sql(
                        "select task_id, detail from task where request_id = ? and state = 'PARKED' and reason = 'data-map-mismatch'")
                .param(request)
                .query()
                .singleRow();
        assertThat(parked.get("detail").toString()).contains("'authorId'", "'sparse'");

        stores.map(map + "    sparse: [authorId]\n", "acme");
        assertThat(workshop.tasks.retry((UUID) parked.get("task_id"))).isTrue();
        workshop.work();

        assertThat(workshop.announced.of(request, Completed.class)).hasSize(1);
    }

    @Test
    void a_request_that_is_withdrawn_before_it_begins_is_not_carried_out() {
        long person = someone();
        var request = erasure(person);
        workshop.plan();

        workshop.withdraw(request);
        workshop.work();

        assertThat(workshop.stateOf(request)).isEqualTo("ENDED");
        assertThat(rows("customers where id = " + person)).isOne();
        assertThat(workshop.announced.of(request, OutcomesRecorded.class)).isEmpty();
    }

    @Test
    void frozen_keys_lie_sealed() {
        long person = 77_000_111L;
        stores.customer(person, "canary77@example.org");
        var request = workshop.approve(Right.ERASURE, null, id(person), email("canary77@example.org"));

        workshop.plan();

        var everything = List.of("fulfillment_order", "task", "selector", "chunk", "planned_keep").stream()
                .map(table -> workshop.jdbc
                        .sql("select coalesce(string_agg(t::text, ' '), '') from " + table + " t")
                        .query(String.class)
                        .single())
                .max(Comparator.comparingInt(String::length))
                .orElseThrow();
        assertThat(everything).doesNotContain("77000111").doesNotContain("canary77");
        assertThat(workshop.stateOf(request)).isEqualTo("PLANNED");
    }
}
