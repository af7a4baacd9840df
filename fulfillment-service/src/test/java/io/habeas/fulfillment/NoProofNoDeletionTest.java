// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment;

import static io.habeas.fulfillment.Workshop.email;
import static io.habeas.fulfillment.Workshop.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.auditlog.LogEntry;
import io.habeas.contracts.FulfillmentAnnouncement.Completed;
import io.habeas.contracts.FulfillmentAnnouncement.Delayed;
import io.habeas.contracts.RequestAnnouncement.Approved;
import io.habeas.contracts.Right;
import io.habeas.messaging.Inbound;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** An erasure begins only when its approval was found in the audit log, byte by byte and under the log's own key. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class NoProofNoDeletionTest {

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
    void honest() {
        workshop.log.away(false);
        workshop.log.signedByAnother(false);
        workshop.jdbc
                .sql("update task set state = 'CANCELLED' where state <> 'DONE'")
                .update();
    }

    private long person;

    private Inbound<Approved> approval() {
        person = next++;
        stores.customer(person, "Person" + person + "@Example.org");
        return workshop.approval(Right.ERASURE, null, id(person), email("person" + person + "@example.org"));
    }

    private boolean isThere() {
        return stores.shopSql()
                        .sql("select count(*) from customers where id = " + person)
                        .query(Long.class)
                        .single()
                == 1;
    }

    private static LogEntry entryOf(Inbound<Approved> approval) {
        return TestLog.entryOf(approval, workshop.keys());
    }

    /** Long enough that waiting is no longer silent. */
    private static void waitedFor(UUID request, String howLong) {
        workshop.jdbc
                .sql("update fulfillment_order set stored_at = now() - cast(? as interval) where request_id = ?")
                .params(howLong, request)
                .update();
        workshop.jdbc
                .sql("update task set next_try = now() where request_id = ?")
                .param(request)
                .update();
    }

    private void assertRefused(UUID request, String detail) {
        assertThat(isThere()).isTrue();
        assertThat(workshop.jdbc
                        .sql("select distinct state || ' ' || reason || ' ' || detail from task where request_id = ?")
                        .param(request)
                        .query(String.class)
                        .list())
                .containsExactly("PARKED audit-proof-refused " + detail);
        assertThat(workshop.announced.of(request, Delayed.class)).isNotEmpty().allSatisfy(delayed -> {
            assertThat(delayed.reason()).isEqualTo("audit-proof-refused");
            assertThat(delayed.parked()).isTrue();
        });
        assertThat(workshop.gate.refused()).isPositive();
    }

    @Test
    void an_approval_that_is_in_the_log_is_carried_out_and_its_proof_kept_with_the_plan() {
        var approval = approval();
        workshop.log.add(entryOf(approval));
        workshop.receive(approval);

        workshop.plan();
        workshop.workForAMoment();

        assertThat(isThere()).isFalse();
        var evidence = workshop.orders.evidence(approval.requestId()).orElseThrow();
        assertThat(evidence.entry()).isEqualTo(entryOf(approval).bytes());
        assertThat(evidence.proof()).startsWith("c2sp.org/tlog-proof@v1\n");
    }

    @Test
    void an_approval_that_is_not_in_the_log_waits_and_erases_nothing() {
        var forged = approval();
        workshop.receive(forged);

        workshop.plan();
        // a moment that no pause of this machine is longer than
        waitedFor(forged.requestId(), "-10 minutes");
        workshop.workForAMoment();
        assertThat(workshop.announced.of(forged.requestId(), Delayed.class))
                .as("the log gets a moment")
                .isEmpty();
        waitedFor(forged.requestId(), "2 minutes");
        workshop.workForAMoment();

        assertThat(isThere()).isTrue();
        assertThat(workshop.announced.of(forged.requestId(), Delayed.class))
                .isNotEmpty()
                .allSatisfy(delayed -> {
                    assertThat(delayed.reason()).isEqualTo("audit-proof");
                    assertThat(delayed.parked()).isFalse();
                });
    }

    @Test
    void what_waits_for_its_proof_has_not_begun_and_can_still_be_withdrawn() {
        var approval = approval();
        workshop.receive(approval);
        workshop.plan();
        workshop.workForAMoment();

        workshop.withdraw(approval.requestId());
        workshop.log.add(entryOf(approval));
        waitedFor(approval.requestId(), "1 minute");
        workshop.workForAMoment();

        assertThat(isThere()).isTrue();
        assertThat(workshop.stateOf(approval.requestId())).isEqualTo("ENDED");
    }

    @Test
    void a_log_that_is_away_holds_an_erasure_until_it_is_back() {
        var approval = approval();
        workshop.log.add(entryOf(approval));
        workshop.log.away(true);
        workshop.receive(approval);
        workshop.plan();
        workshop.workForAMoment();
        for (int i = 0; i < 10; i++) {
            waitedFor(approval.requestId(), "1 hour");
            workshop.workForAMoment();
        }
        assertThat(isThere()).isTrue();

        workshop.log.away(false);
        waitedFor(approval.requestId(), "1 hour");
        workshop.workForAMoment();

        assertThat(isThere()).isFalse();
        assertThat(workshop.announced.of(approval.requestId(), Completed.class)).hasSize(1);
    }

    @Test
    void a_checkpoint_by_another_key_parks_the_plan_until_an_operator_has_it_tried_again() {
        var approval = approval();
        workshop.log.add(entryOf(approval));
        workshop.log.signedByAnother(true);
        workshop.receive(approval);

        workshop.plan();
        workshop.workForAMoment();

        assertRefused(approval.requestId(), "proof-does-not-verify");
        workshop.log.signedByAnother(false);
        workshop.jdbc
                .sql("update task set state = 'READY', next_try = now() where request_id = ?")
                .param(approval.requestId())
                .update();
        workshop.workForAMoment();
        assertThat(isThere()).isFalse();
    }

    @Test
    void another_payload_under_the_same_event_is_refused() {
        var honest = approval();
        workshop.log.add(entryOf(honest));
        var it = honest.announcement();
        var changed = new Approved(
                it.requestId(),
                it.approvalId(),
                it.reference(),
                it.profile(),
                it.jurisdiction(),
                it.right(),
                it.scope(),
                it.language(),
                it.keys(),
                it.proved(),
                it.receivedAt(),
                it.collectedSince(),
                List.of(),
                it.exclusions(),
                it.rule());
        workshop.receive(new Inbound<>(
                honest.eventId(),
                honest.requestId(),
                honest.controller(),
                honest.sequence(),
                honest.time(),
                honest.rule(),
                changed,
                new io.habeas.messaging.AnnouncementCodec().payload(changed)));
        // the plan itself would be refused without its grounds; it is the gate that is looked at here
        workshop.plan();
        workshop.jdbc
                .sql("update fulfillment_order set state = 'PLANNED' where request_id = ?")
                .param(honest.requestId())
                .update();

        var order = workshop.orders.order(honest.requestId());

        org.assertj.core.api.Assertions.assertThatThrownBy(() -> workshop.gate.require(order))
                .hasMessage("other-commitment");
        assertThat(isThere()).isTrue();
    }

    @Test
    void a_row_of_the_database_that_was_changed_after_its_proof_lets_nothing_through() {
        var approval = approval();
        workshop.log.add(entryOf(approval));
        workshop.receive(approval);
        workshop.plan();
        var other = approval();
        workshop.jdbc.sql("""
                        update fulfillment_order set approval = replace(approval, '"language":"en"', '"language":"de"')
                         where request_id = ?""").param(approval.requestId()).update();
        person = person - 1;

        workshop.workForAMoment();

        assertRefused(approval.requestId(), "other-commitment");
        assertThat(other.requestId()).isNotNull();
    }

    @Test
    void another_type_of_entry_is_no_approval() {
        var approval = approval();
        var it = entryOf(approval);
        workshop.log.add(new LogEntry(
                it.service(),
                it.generation(),
                it.request(),
                it.sequence(),
                it.event(),
                "request.received",
                it.revision(),
                it.time(),
                it.controller(),
                it.actor(),
                it.rule(),
                it.commitment()));
        workshop.receive(approval);

        workshop.plan();
        workshop.workForAMoment();

        assertRefused(approval.requestId(), "other-type");
    }
}
