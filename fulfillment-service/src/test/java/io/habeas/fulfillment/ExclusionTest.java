// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment;

import static io.habeas.fulfillment.Workshop.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.Exclusion;
import io.habeas.contracts.FulfillmentAnnouncement.OutcomesRecorded;
import io.habeas.contracts.Right;
import io.habeas.contracts.TaskOutcome.CollectionOutcome;
import io.habeas.contracts.TaskOutcome.Omitted;
import io.habeas.fulfillment.parcel.Unpacked;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Records that a data map marks and that a policy does not cover. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ExclusionTest {

    private static final String STAFF = """
              - name: staff
                key: id
                belongsTo: {customer_id: shop.customers.id}
                fields:
                  position: {category: B, purposes: [employment]}
                exclusion: EMPLOYMENT
                erase: DELETE
              - name: shifts
                key: id
                belongsTo: {staff_id: shop.staff.id}
                fields:
                  shift: {category: B, purposes: [employment]}
                keep: NONE
                erase: DELETE
              - name: letters
                key: id
                belongsTo: {customer_id: shop.customers.id}
                fields:
                  text: {category: B, purposes: [support]}
                exclusion: {what: BUSINESS_COMMUNICATION, where: for_company}
                erase: DELETE
            - id: reviews
            """.stripTrailing();

    private static Stores stores;
    private static Workshop workshop;
    private static long next = 1;

    @BeforeAll
    static void open() {
        stores = Stores.start();
        workshop = new Workshop(stores);
        stores.shopSql().sql("""
                create table staff (id bigint primary key, customer_id bigint, position text);
                create table shifts (id bigint primary key, staff_id bigint, shift text);
                create table letters (id bigint primary key, customer_id bigint, text text, for_company boolean);
                grant all on all tables in schema public to habeas""").update();
        stores.map(stores.map("postgres").replace("- id: reviews", STAFF), Workshop.CONTROLLER);
    }

    @AfterAll
    static void close() {
        workshop.close();
    }

    @BeforeEach
    void the_policy_covers_everything() {
        workshop.exclusions = null;
    }

    private static long someone() {
        long id = next++;
        stores.customer(id, "person" + id + "@example.org");
        var sql = stores.shopSql();
        sql.sql("insert into staff values (?, ?, 'Night watch')").params(id, id).update();
        sql.sql("insert into shifts values (?, ?, 'late'), (?, ?, 'early')")
                .params(id * 10, id, id * 10 + 1, id)
                .update();
        sql.sql("insert into letters values (?, ?, 'mine', false), (?, ?, 'of the company', true)")
                .params(id * 10, id, id * 10 + 1, id)
                .update();
        return id;
    }

    private static void excluded(String... names) {
        workshop.exclusions = java.util.Arrays.stream(names)
                .map(it -> new Exclusion(it, it.equals("EMPLOYMENT") ? "the works council" : null, "acme@1#" + it))
                .toList();
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
    void are_not_erased_nor_what_belongs_to_them_and_their_count_is_told_with_where_to_ask() {
        excluded("EMPLOYMENT", "BUSINESS_COMMUNICATION");
        long person = someone();
        var request = workshop.approve(Right.ERASURE, null, id(person));

        workshop.planAndWork();

        assertThat(rows("customers where id = " + person)).isZero();
        assertThat(rows("staff where id = " + person)).isOne();
        assertThat(rows("shifts where staff_id = " + person)).isEqualTo(2);
        assertThat(rows("letters where customer_id = " + person)).isOne();
        assertThat(outcome(request, "staff"))
                .extracting(
                        CollectionOutcome::found,
                        CollectionOutcome::deleted,
                        CollectionOutcome::kept,
                        CollectionOutcome::omitted)
                .containsExactly(1L, 0L, List.of(), List.of(new Omitted("EMPLOYMENT", 1, "the works council")));
        assertThat(outcome(request, "shifts").omitted())
                .containsExactly(new Omitted("EMPLOYMENT", 2, "the works council"));
        assertThat(outcome(request, "letters"))
                .extracting(CollectionOutcome::deleted, CollectionOutcome::omitted)
                .containsExactly(1L, List.of(new Omitted("BUSINESS_COMMUNICATION", 1, null)));
    }

    @Test
    void are_not_in_the_package_which_says_how_many_there_are_and_where_to_ask() throws Exception {
        excluded("EMPLOYMENT", "BUSINESS_COMMUNICATION");
        long person = someone();
        var request = workshop.approve(Right.ACCESS, null, id(person));

        workshop.planAndWork();

        var files = Unpacked.fetch(workshop.shelf, request).files();
        assertThat(String.join("", files.values())).doesNotContain("Night watch", "of the company");
        assertThat(files.get("data/shop/letters.json")).contains("mine");
        assertThat(files.get("manifest.json")).contains("\"EMPLOYMENT\" : 2");
        assertThat(files.get("index.html"))
                .contains("shop / staff: 1 records that the policy does not cover (EMPLOYMENT); ask about them here:"
                        + " the works council");
        assertThat(outcome(request, "staff"))
                .extracting(CollectionOutcome::found, CollectionOutcome::delivered, CollectionOutcome::omitted)
                .containsExactly(1L, 0L, List.of(new Omitted("EMPLOYMENT", 1, "the works council")));
        assertThat(outcome(request, "letters").delivered()).isOne();
    }

    @Test
    void are_the_persons_like_all_others_where_the_policy_covers_them() {
        excluded("GOVERNMENT_RECORDS");
        long person = someone();
        var request = workshop.approve(Right.ERASURE, null, id(person));

        workshop.planAndWork();

        assertThat(rows("staff where id = " + person)).isZero();
        assertThat(rows("shifts where staff_id = " + person)).isZero();
        assertThat(rows("letters where customer_id = " + person)).isZero();
        assertThat(outcome(request, "staff").omitted()).isEmpty();
    }
}
