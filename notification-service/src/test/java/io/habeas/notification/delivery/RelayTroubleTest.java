// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.NotificationAnnouncement.Sent;
import io.habeas.contracts.NotificationAnnouncement.Undeliverable;
import io.habeas.contracts.RequestAnnouncement;
import io.habeas.contracts.Right;
import io.habeas.notification.letters.SampleRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RelayTroubleTest {

    @TempDir
    static Path directory;

    private static int port;
    private static ScriptedRelay relay;
    private static NotificationHarness service;

    private final SampleRequest request = new SampleRequest(UUID.randomUUID());

    @BeforeAll
    static void start() throws IOException {
        relay = new ScriptedRelay(0);
        port = relay.port();
        service = new NotificationHarness(directory, port);
    }

    @AfterAll
    static void stop() throws IOException {
        service.close();
        relay.close();
    }

    @BeforeEach
    void before_anything_is_over() {
        service.setLegalTime(Instant.parse("2026-11-22T04:00:00Z"));
    }

    @AfterEach
    void obliging() {
        relay.toRecipient = "250 ok";
        relay.toLetter = "250 taken";
        relay.taken().clear();
        relay.recipients().clear();
    }

    @Test
    void a_relay_that_will_never_take_it_ends_the_letter_at_once() {
        relay.toRecipient = "550 5.1.1 no such user <" + mailbox() + ">";
        arrives();

        endsAs(new Undeliverable(request.id(), Letter.RECEIVED, "MAIL", "address-refused"));
        assertThat(relay.recipients()).hasSize(1);
    }

    @Test
    void a_relay_that_has_no_time_is_asked_again() {
        relay.toRecipient = "450 4.2.1 later";
        arrives();
        await().atMost(NotificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(relay.recipients()).hasSizeGreaterThan(2));

        relay.toRecipient = "250 ok";

        endsAs(new Sent(request.id(), Letter.RECEIVED, "MAIL"));
        assertThat(relay.taken()).hasSize(1);
    }

    @Test
    void a_letter_that_the_relay_refuses_as_such_is_undeliverable() {
        relay.toLetter = "554 5.7.1 not this one";
        arrives();

        endsAs(new Undeliverable(request.id(), Letter.RECEIVED, "MAIL", "letter-refused"));
    }

    @Test
    void a_line_cut_after_the_letter_leads_to_the_same_letter_again_and_one_announcement() {
        relay.toLetter = null;
        arrives();
        await().atMost(NotificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(relay.taken()).hasSizeGreaterThan(1));

        relay.toLetter = "250 taken";

        endsAs(new Sent(request.id(), Letter.RECEIVED, "MAIL"));
        assertThat(relay.taken().stream()
                        .flatMap(String::lines)
                        .filter(it -> it.startsWith("Message-ID:"))
                        .distinct())
                .hasSize(1);
    }

    @Test
    void a_question_of_which_nobody_knows_whether_it_arrived_is_not_asked_again_after_the_end_of_the_request() {
        relay.toLetter = null;
        var asked = service.receive(
                request.confirmationAsked(service.contact(request.id(), "contact", service.key(), mailbox())));
        // it rests while nobody has it in hand
        await().atMost(NotificationHarness.PATIENCE)
                .until(() -> service.jdbc
                                .sql(
                                        "update letter set due_at = now() + interval '1 hour' where event_id = ? and state = 'UNKNOWN' and due_at > now() and due_at < now() + interval '10 seconds'")
                                .param(asked)
                                .update()
                        == 1);
        relay.toLetter = "250 taken";
        relay.taken().clear();

        service.receive(new RequestAnnouncement.Withdrawn(request.id(), SampleRequest.REFERENCE, "en"));

        await().atMost(NotificationHarness.PATIENCE).untilAsserted(() -> assertThat(service.announced(request.id()))
                .last()
                .isEqualTo(new Sent(request.id(), Letter.WITHDRAWN, "MAIL")));
        assertThat(service.jdbc
                        .sql("select state from letter where event_id = ?")
                        .param(asked)
                        .query(String.class)
                        .single())
                .isEqualTo("VOID");
        assertThat(kept(asked)).isZero();
    }

    @Test
    void while_the_relay_is_down_a_letter_waits() throws IOException {
        relay.close();
        arrives();
        await().atMost(NotificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(attempts()).isGreaterThan(2));

        relayIsBack();

        endsAs(new Sent(request.id(), Letter.RECEIVED, "MAIL"));
        assertThat(relay.taken()).hasSize(1);
    }

    @Test
    void after_days_without_a_relay_somebody_is_told() throws IOException {
        relay.close();
        try {
            arrives();
            service.jdbc
                    .sql("update letter set created_at = now() - interval '4 days' where request_id = ?")
                    .param(request.id())
                    .update();

            endsAs(new Undeliverable(request.id(), Letter.RECEIVED, "MAIL", "relay-unreachable"));
        } finally {
            relayIsBack();
        }
    }

    @Test
    void an_answer_that_reached_nobody_is_tried_again_by_an_operator_of_its_controller() {
        relay.toRecipient = "550 5.1.1 no such user";
        var asked = service.receive(
                request.answered(Right.ERASURE, service.contact(request.id(), "contact", service.key(), mailbox())));
        endsAs(new Undeliverable(request.id(), Letter.ANSWERED, "MAIL", "address-refused"));
        relay.toRecipient = "250 ok";

        var listed = service.asOperatorOf(NotificationHarness.CONTROLLER, "GET", "?state=UNDELIVERABLE&limit=200");
        var id = service.jdbc
                .sql("select id from letter where event_id = ?")
                .param(asked)
                .query(UUID.class)
                .single();
        var strangers = service.asOperatorOf("other", "POST", "/" + id + "/retry");
        var taken = service.asOperatorOf(NotificationHarness.CONTROLLER, "POST", "/" + id + "/retry");

        assertThat(listed.body())
                .contains(id.toString(), "address-refused", "\"retryable\":true")
                .doesNotContain("@");
        assertThat(service.asOperatorOf("other", "GET", "?state=UNDELIVERABLE").body())
                .doesNotContain(id.toString());
        assertThat(strangers.statusCode()).isEqualTo(404);
        assertThat(taken.statusCode()).isEqualTo(202);
        await().atMost(NotificationHarness.PATIENCE).untilAsserted(() -> assertThat(service.announced(request.id()))
                .last()
                .isEqualTo(new Sent(request.id(), Letter.ANSWERED, "MAIL")));
        assertThat(relay.taken()).hasSize(1);
        assertThat(service.asOperatorOf(NotificationHarness.CONTROLLER, "POST", "/" + id + "/retry")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void a_question_that_reached_nobody_is_tried_again_like_an_answer() {
        relay.toRecipient = "550 5.1.1 no such user";
        var asked = service.receive(
                request.confirmationAsked(service.contact(request.id(), "contact", service.key(), mailbox())));
        endsAs(new Undeliverable(request.id(), Letter.CONFIRM_ERASURE, "MAIL", "address-refused"));
        relay.toRecipient = "250 ok";

        assertThat(retry(asked)).isEqualTo(202);

        await().atMost(NotificationHarness.PATIENCE).untilAsserted(() -> assertThat(service.announced(request.id()))
                .last()
                .isEqualTo(new Sent(request.id(), Letter.CONFIRM_ERASURE, "MAIL")));
        assertThat(relay.taken()).hasSize(1);
    }

    @Test
    void with_the_end_of_the_request_nothing_is_kept_of_a_question_that_reached_nobody() {
        relay.toRecipient = "550 5.1.1 no such user";
        var asked = service.receive(
                request.confirmationAsked(service.contact(request.id(), "contact", service.key(), mailbox())));
        endsAs(new Undeliverable(request.id(), Letter.CONFIRM_ERASURE, "MAIL", "address-refused"));
        relay.toRecipient = "250 ok";

        service.receive(new RequestAnnouncement.Withdrawn(request.id(), SampleRequest.REFERENCE, "en"));

        assertThat(kept(asked)).isZero();
        assertThat(retry(asked)).isEqualTo(404);
        // the next test's relay is not to hear of it
        await().atMost(NotificationHarness.PATIENCE).untilAsserted(() -> assertThat(service.announced(request.id()))
                .last()
                .isEqualTo(new Sent(request.id(), Letter.WITHDRAWN, "MAIL")));
    }

    @Test
    void the_news_of_an_end_that_reached_nobody_can_be_tried_again_after_it() {
        relay.toRecipient = "550 5.1.1 no such user";
        arrives();
        endsAs(new Undeliverable(request.id(), Letter.RECEIVED, "MAIL", "address-refused"));
        var ended = service.receive(new RequestAnnouncement.Withdrawn(request.id(), SampleRequest.REFERENCE, "en"));
        await().atMost(NotificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(service.announced(request.id())).hasSize(2));
        relay.toRecipient = "250 ok";

        assertThat(retry(ended)).isEqualTo(202);

        await().atMost(NotificationHarness.PATIENCE).untilAsserted(() -> assertThat(service.announced(request.id()))
                .last()
                .isEqualTo(new Sent(request.id(), Letter.WITHDRAWN, "MAIL")));
    }

    @Test
    void nothing_is_kept_of_a_code_that_reached_nobody_since_a_new_one_is_asked_for() {
        relay.toRecipient = "550 5.1.1 no such user";
        var asked = service.receive(
                request.identityAsked(service.challenge(request.id(), service.key(), mailbox(), "4821-9375")));

        endsAs(new Undeliverable(request.id(), Letter.CODE, "MAIL", "address-refused"));

        assertThat(kept(asked)).isZero();
        assertThat(retry(asked)).isEqualTo(404);
    }

    /** Under its old port, which another process of this machine may have for a moment. */
    private static void relayIsBack() {
        await().atMost(NotificationHarness.PATIENCE).ignoreExceptions().until(() -> {
            relay = new ScriptedRelay(port);
            return true;
        });
    }

    private int retry(UUID asked) {
        var id = service.jdbc
                .sql("select id from letter where event_id = ?")
                .param(asked)
                .query(UUID.class)
                .single();
        return service.asOperatorOf(NotificationHarness.CONTROLLER, "POST", "/" + id + "/retry")
                .statusCode();
    }

    private int kept(UUID asked) {
        return service.jdbc
                .sql(
                        "select count(*) from letter where event_id = ? and (content is not null or address_key is not null)")
                .param(asked)
                .query(Integer.class)
                .single();
    }

    private void arrives() {
        service.receive(request.received("en", service.contact(request.id(), "replyTo", service.key(), mailbox())));
    }

    private String mailbox() {
        return request.id() + "@example.org";
    }

    private void endsAs(Object announcement) {
        await().atMost(NotificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(service.announced(request.id())).hasSize(1));
        assertThat(service.announced(request.id()).getFirst()).isEqualTo(announcement);
    }

    private int attempts() {
        return service.jdbc
                .sql("select attempts from letter where request_id = ?")
                .param(request.id())
                .query(Integer.class)
                .single();
    }
}
