// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment;

import static io.habeas.fulfillment.Workshop.email;
import static io.habeas.fulfillment.Workshop.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.FulfillmentAnnouncement.Completed;
import io.habeas.contracts.FulfillmentAnnouncement.Delayed;
import io.habeas.contracts.FulfillmentAnnouncement.GivenBack;
import io.habeas.contracts.FulfillmentAnnouncement.GivenBack.Reason;
import io.habeas.contracts.FulfillmentAnnouncement.Planned;
import io.habeas.contracts.RequestAnnouncement.Approved;
import io.habeas.contracts.RequestAnnouncement.NoRequest;
import io.habeas.contracts.Right;
import io.habeas.contracts.SealedField;
import io.habeas.fulfillment.parcel.Unpacked;
import io.habeas.messaging.Inbound;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What was decided and can not be planned so goes back to whoever decides. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class GivenBackTest {

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

    /** An approval that keeps back what no map has, as it was planned. */
    private static Inbound<Approved> givenBack() {
        long person = next++;
        stores.customer(person, "person" + person + "@example.org");
        var approval = workshop.keepingBack(
                workshop.approval(Right.ACCESS, null, id(person), email("person" + person + "@example.org")),
                "shop.customers.fone");
        workshop.receive(approval);
        workshop.plan();
        return approval;
    }

    private static List<GivenBack> told(UUID request) {
        return workshop.announced.of(request, GivenBack.class);
    }

    @Test
    void a_decision_that_keeps_back_what_the_map_does_not_have_is_given_back_once_and_nothing_is_collected() {
        var approval = givenBack();
        var request = approval.requestId();

        workshop.receive(approval);
        workshop.planAndWork();

        assertThat(told(request)).containsExactly(new GivenBack(request, Reason.WITHHELD_NOT_IN_THE_MAP));
        assertThat(workshop.announced.of(request, Delayed.class)).isEmpty();
        assertThat(workshop.announced.of(request, Planned.class)).isEmpty();
        assertThat(workshop.stateOf(request)).isEqualTo("GIVEN_BACK");
        assertThat(workshop.shelf.find(request)).isEmpty();
    }

    @Test
    void what_is_decided_anew_is_planned_by_the_new_decision_and_by_no_older_one() throws Exception {
        var first = givenBack();
        var request = first.requestId();
        var second = workshop.keepingBack(first, "shop.customers.phone");

        workshop.receive(second);
        workshop.planAndWork();
        workshop.receive(first);
        workshop.receive(second);
        workshop.planAndWork();

        assertThat(workshop.announced.of(request, Planned.class)).hasSize(1);
        assertThat(workshop.announced.of(request, Completed.class)).hasSize(1);
        assertThat(told(request)).hasSize(1);
        assertThat(workshop.jdbc
                        .sql("select approval_event from fulfillment_order where request_id = ?")
                        .param(request)
                        .query(UUID.class)
                        .single())
                .isEqualTo(second.eventId());
        var files = Unpacked.fetch(workshop.shelf, request).files();
        assertThat(files.get("data/shop/customers.json"))
                .contains("@example.org")
                .doesNotContain("+1555000");
    }

    @Test
    void a_later_decision_counts_also_where_the_earlier_one_was_not_planned_yet() {
        long person = next++;
        stores.customer(person, "person" + person + "@example.org");
        var first = workshop.keepingBack(
                workshop.approval(Right.ACCESS, null, id(person), email("person" + person + "@example.org")),
                "shop.customers.fone");
        var second = workshop.keepingBack(first, "shop.customers.phone");

        workshop.receive(first);
        workshop.receive(second);
        workshop.receive(first);
        workshop.planAndWork();

        assertThat(told(first.requestId())).isEmpty();
        assertThat(workshop.announced.of(first.requestId(), Completed.class)).hasSize(1);
    }

    @Test
    void a_second_decision_that_can_not_be_planned_either_is_given_back_again() {
        var first = givenBack();

        workshop.receive(workshop.keepingBack(first, "shop.customers.telephone"));
        workshop.plan();

        assertThat(told(first.requestId())).hasSize(2);
        assertThat(workshop.stateOf(first.requestId())).isEqualTo("GIVEN_BACK");
    }

    @Test
    void what_is_refused_withdrawn_or_no_request_after_that_is_over() {
        var withdrawn = givenBack().requestId();
        var question = givenBack().requestId();

        workshop.withdraw(withdrawn);
        workshop.receive(workshop.message(new NoRequest(
                question,
                "HB-TEST-0001",
                Right.ACCESS,
                "en",
                null,
                new SealedField(UUID.randomUUID(), "x"),
                List.of(),
                null,
                "acme@1")));
        workshop.planAndWork();

        assertThat(workshop.stateOf(withdrawn)).isEqualTo("ENDED");
        assertThat(workshop.stateOf(question)).isEqualTo("ENDED");
    }
}
