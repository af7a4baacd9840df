// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment;

import static io.habeas.fulfillment.Workshop.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.Right;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Records that belong to a person by more than one reference: what any of them keeps is kept, whichever the map names first. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SeveralParentsTest {

    private static final String BOTH = """
              - name: invoices
                key: id
                belongsTo: {customer_id: shop.customers.id, order_id: shop.orders.id}
                fields:
                  text: {category: B, purposes: [contract]}
                keep: {ground: TRANSACTION_RECORDS, for: 3 years, from: shop.orders.completed_at}
                erase: DELETE
              - name: receipts
                key: id
                belongsTo: {order_id: shop.orders.id, customer_id: shop.customers.id}
                fields:
                  text: {category: B, purposes: [contract]}
                keep: {ground: TRANSACTION_RECORDS, for: 3 years, from: shop.orders.completed_at}
                erase: DELETE
              - name: parcels
                key: id
                belongsTo: {customer_id: shop.customers.id, order_id: shop.orders.id}
                fields:
                  text: {category: B, purposes: [contract]}
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
        for (var table : new String[] {"invoices", "receipts", "parcels"}) {
            stores.shopSql()
                    .sql("create table " + table
                            + " (id bigint primary key, customer_id bigint, order_id bigint, text text)")
                    .update();
        }
        stores.shopSql()
                .sql("grant all on all tables in schema public to habeas")
                .update();
        stores.map(stores.map("postgres").replace("- id: reviews", BOTH), Workshop.CONTROLLER);
    }

    @AfterAll
    static void close() {
        workshop.close();
    }

    /** One record of each of the orders, and one (9) that names no order. */
    private static long someone() {
        long person = next++;
        stores.customer(person, "person" + person + "@example.org");
        for (var table : new String[] {"invoices", "receipts", "parcels"}) {
            stores.shopSql()
                    .sql(
                            "insert into " + table
                                    + " select id, customer_id, id, 'one' from orders where customer_id = ? union all select ?, ?, null, 'one'")
                    .params(person, person * 10 + 9, person)
                    .update();
        }
        return person;
    }

    private static String left(String table, long person) {
        return String.join(
                " ",
                stores.shopSql()
                        .sql("select id % 10 from " + table + " where id / 10 = ? order by 1")
                        .param(person)
                        .query(String.class)
                        .list());
    }

    @Test
    void what_one_parent_keeps_is_kept_although_another_does_not() {
        long person = someone();
        var kept = keptOrders(person);
        assertThat(kept).hasSize(5);

        workshop.approve(Right.ERASURE, null, id(person));
        workshop.planAndWork();

        // whose order is not known has no day to count from
        assertThat(left("invoices", person)).isEqualTo(kept + " 9");
        assertThat(left("receipts", person)).isEqualTo(kept + " 9");
        assertThat(left("parcels", person)).isEqualTo(kept);
    }

    /** Of the last three years, or not completed yet. */
    private static String keptOrders(long person) {
        return String.join(
                " ",
                stores.shopSql()
                        .sql(
                                "select id % 10 from orders where customer_id = ? and (completed_at is null or completed_at > now() - interval '3 years') order by 1")
                        .param(person)
                        .query(String.class)
                        .list());
    }
}
