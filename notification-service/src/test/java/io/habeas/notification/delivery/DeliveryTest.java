// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.NotificationAnnouncement.Sent;
import io.habeas.contracts.NotificationAnnouncement.Undeliverable;
import io.habeas.contracts.RequestAnnouncement;
import io.habeas.contracts.Right;
import io.habeas.contracts.SealedField;
import io.habeas.messaging.AnnouncementCodec;
import io.habeas.messaging.RequestTraces;
import io.habeas.notification.letters.SampleRequest;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DeliveryTest {

    private static final Instant NOW = Instant.parse("2026-11-22T04:00:00Z");

    @TempDir
    static Path directory;

    private static GreenMail relay;
    private static NotificationHarness service;

    private final SampleRequest request = new SampleRequest(UUID.randomUUID());
    private UUID identityKey;
    private UUID caseKey;
    private String mailbox;

    @BeforeAll
    static void start() throws IOException {
        relay = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        relay.start();
        service = new NotificationHarness(directory, relay.getSmtp().getPort());
    }

    @AfterAll
    static void stop() throws IOException {
        service.close();
        relay.stop();
    }

    @BeforeEach
    void fresh() {
        service.setLegalTime(NOW);
        identityKey = service.key();
        caseKey = service.key();
        mailbox = "person-" + request.id() + "@example.org";
    }

    @Test
    void a_letter_reaches_one_mailbox_in_two_forms_and_is_announced_once() throws Exception {
        service.receive(request.received("en", replyTo(mailbox)));

        var mail = onlyMail();
        assertThat(mail.getSubject()).contains(SampleRequest.REFERENCE);
        assertThat(mail.getAllRecipients()).hasSize(1);
        assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        var both = (MimeMultipart) mail.getContent();
        assertThat(both.getContentType()).startsWith("multipart/alternative");
        assertThat(both.getBodyPart(0).getContentType()).startsWith("text/plain");
        assertThat(both.getBodyPart(1).getContentType()).startsWith("text/html");
        assertThat((String) both.getBodyPart(0).getContent()).contains("https://privacy.example.org/api/v1/requests/");
        announcedOnce(new Sent(request.id(), Letter.RECEIVED, "MAIL"));
    }

    @Test
    void a_chinese_letter_arrives_as_it_was_written() throws Exception {
        service.receive(request.received("zh-CN", replyTo(mailbox)));

        var mail = onlyMail();
        assertThat(mail.getSubject()).startsWith("我们已收到您的请求");
        assertThat((String) ((MimeMultipart) mail.getContent()).getBodyPart(0).getContent())
                .contains("您向 smallrig 提出的请求已收到");
        assertThat(mail.getFrom()[0].toString()).contains("privacy@smallrig.example");
    }

    @Test
    void a_code_goes_to_the_address_inside_the_challenge_and_then_nothing_of_it_is_kept() throws Exception {
        service.receive(request.identityAsked(service.challenge(request.id(), identityKey, mailbox, "4821-9375")));

        assertThat((String)
                        ((MimeMultipart) onlyMail().getContent()).getBodyPart(0).getContent())
                .containsPattern("(?m)^4821-9375\\r?$");
        announcedOnce(new Sent(request.id(), Letter.CODE, "MAIL"));
        assertThat(
                        count(
                                "select count(*) from letter where request_id = ? and content is null and address_ciphertext is null"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a@example.org\r\nBcc: eve@example.org",
                "a@example.org,eve@example.org",
                "a@example.org eve@example.org",
                "\"a b\"@example.org",
                "a@example.org\u0000",
                "Ada <a@example.org>",
                "@relay.example:a@example.org",
                "a@[127.0.0.1]",
                "a@localhost",
                "undisclosed:a@example.org;",
                ""
            })
    void what_is_not_one_plain_address_gets_no_mail(String address) {
        int before = relay.getReceivedMessages().length;
        service.receive(request.received("en", replyTo(address)));

        announcedOnce(new Undeliverable(request.id(), Letter.RECEIVED, "MAIL", "address-invalid"));
        assertThat(relay.getReceivedMessages()).hasSize(before);
    }

    @Test
    void the_end_of_a_request_is_told_to_the_proved_contact_before_the_claimed_one() throws Exception {
        service.receive(request.received("en", replyTo("claimed-" + mailbox)));
        service.receive(request.confirmationAsked(contact(mailbox)));
        service.receive(new RequestAnnouncement.Withdrawn(request.id(), SampleRequest.REFERENCE, "en"));

        await().atMost(NotificationHarness.PATIENCE).untilAsserted(() -> assertThat(service.announced(request.id()))
                .contains(new Sent(request.id(), Letter.WITHDRAWN, "MAIL")));
        assertThat(mails(mailbox)).extracting(MimeMessage::getSubject).anyMatch(it -> it.contains("was taken back"));
        assertThat(mails("claimed-" + mailbox)).hasSize(1);
        assertThat(count("select count(*) from correspondent where request_id = ?"))
                .isZero();
    }

    @Test
    void who_was_asked_for_details_is_told_that_the_request_has_lapsed() throws Exception {
        service.receive(request.received("en", replyTo("claimed-" + mailbox)));
        service.receive(request.detailsAsked(
                contact(mailbox),
                replyTo("claimed-" + mailbox),
                service.note(request.id(), "missing", service.key(), "Which order?")));
        service.receive(new RequestAnnouncement.Lapsed(request.id(), SampleRequest.REFERENCE, "en", "rule"));

        await().atMost(NotificationHarness.PATIENCE).untilAsserted(() -> assertThat(service.announced(request.id()))
                .contains(new Sent(request.id(), Letter.LAPSED, "MAIL")));
        assertThat(mails(mailbox)).isNotEmpty();
        assertThat(mails("claimed-" + mailbox)).hasSize(1);
        assertThat(count("select count(*) from correspondent where request_id = ?"))
                .isZero();
    }

    @Test
    void a_hold_is_told_to_the_contact_on_file_and_to_whoever_asked() throws Exception {
        service.receive(request.holdStarted(contact(mailbox), replyTo("claimed-" + mailbox)));

        await().atMost(NotificationHarness.PATIENCE).untilAsserted(() -> {
            assertThat(mails(mailbox)).hasSize(1);
            assertThat(mails("claimed-" + mailbox)).hasSize(1);
            assertThat(service.announced(request.id()))
                    .containsExactly(
                            new Sent(request.id(), Letter.HOLD, "MAIL"), new Sent(request.id(), Letter.HOLD, "MAIL"));
        });
        assertThat(text(mails("claimed-" + mailbox).getFirst()))
                .contains("/api/v1/requests/" + request.id() + "/withdrawal")
                .doesNotContain(mailbox);
    }

    @Test
    void a_hold_is_told_once_where_both_addresses_are_the_same() {
        service.receive(request.holdStarted(contact(mailbox), replyTo(mailbox.toUpperCase(java.util.Locale.ROOT))));

        await().atMost(NotificationHarness.PATIENCE).untilAsserted(() -> assertThat(
                        count(
                                "select count(*) from letter where request_id = ? and state = 'VOID' and reason = 'same-address'"))
                .isEqualTo(1));
        announcedOnce(new Sent(request.id(), Letter.HOLD, "MAIL"));
    }

    @Test
    void the_end_of_a_request_that_proved_nothing_is_told_to_who_filed_it() {
        service.receive(request.received("en", replyTo(mailbox)));
        service.receive(new RequestAnnouncement.Lapsed(request.id(), SampleRequest.REFERENCE, "en", "rule"));

        await().atMost(NotificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(mails(mailbox)).hasSize(2));
    }

    @Test
    void a_code_that_has_expired_is_not_sent_any_more() {
        service.setLegalTime(NOW.plusSeconds(100_000));
        service.receive(request.identityAsked(service.challenge(request.id(), identityKey, mailbox, "4821-9375")));

        announcedOnce(new Undeliverable(request.id(), Letter.CODE, "MAIL", "code-expired"));
        assertThat(mails(mailbox)).isEmpty();
    }

    @Test
    void a_question_whose_time_is_over_is_not_sent_any_more() {
        service.setLegalTime(Instant.parse("2026-12-06T08:00:01Z"));
        service.receive(request.confirmationAsked(contact(mailbox)));

        announcedOnce(new Undeliverable(request.id(), Letter.CONFIRM_ERASURE, "MAIL", "question-over"));
        assertThat(mails(mailbox)).isEmpty();
    }

    @Test
    void a_question_that_is_asked_anew_takes_the_place_of_the_one_that_waits() {
        var first = contact(mailbox);
        service.keyAnswers(caseKey, 503);
        service.receive(request.confirmationAsked(first));
        await().atMost(NotificationHarness.PATIENCE).untilAsserted(() -> assertThat(
                        count("select count(*) from letter where request_id = ? and attempts > 0"))
                .isEqualTo(1));
        caseKey = service.key();

        service.receive(request.confirmationAsked(contact(mailbox)));

        onlyMail();
        assertThat(count(
                        "select count(*) from letter where request_id = ? and state = 'VOID' and reason = 'overtaken'"))
                .isEqualTo(1);
    }

    @Test
    void a_code_whose_key_is_gone_is_void() {
        var challenge = service.challenge(request.id(), identityKey, mailbox, "4821-9375");
        service.keyAnswers(identityKey, 410);
        service.receive(request.identityAsked(challenge));

        await().atMost(NotificationHarness.PATIENCE).untilAsserted(() -> assertThat(
                        count("select count(*) from letter where request_id = ? and state = 'VOID'"))
                .isEqualTo(1));
        assertThat(mails(mailbox)).isEmpty();
        assertThat(service.announced(request.id())).isEmpty();
    }

    @Test
    void without_the_key_a_letter_waits_and_a_newer_code_takes_its_place() {
        var first = service.challenge(request.id(), identityKey, mailbox, "1111-1111");
        service.keyAnswers(identityKey, 503);
        service.receive(request.identityAsked(first));
        await().atMost(NotificationHarness.PATIENCE).untilAsserted(() -> assertThat(
                        count("select count(*) from letter where request_id = ? and attempts > 0"))
                .isEqualTo(1));

        service.receive(request.identityAsked(service.challenge(request.id(), caseKey, mailbox, "2222-2222")));

        await().atMost(NotificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(mails(mailbox)).hasSize(1));
        assertThat(text(mails(mailbox).getFirst())).contains("2222-2222");
        assertThat(count(
                        "select count(*) from letter where request_id = ? and state = 'VOID' and reason = 'overtaken'"))
                .isEqualTo(1);
    }

    @Test
    void a_letter_whose_sender_died_is_sent_again_under_the_same_message_id() throws Exception {
        service.receive(request.received("en", replyTo(mailbox)));
        var first = onlyMail();
        // as a process leaves it that dies between the relay's answer and its own commit
        var again = new SampleRequest(UUID.randomUUID());
        var eventId = service.receive(again.received("en", service.contact(again.id(), "replyTo", caseKey, mailbox)));
        await().atMost(NotificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(service.announced(again.id())).hasSize(1));
        asLeftBehind(
                again.id(), eventId, again.received("en", service.contact(again.id(), "replyTo", caseKey, mailbox)));

        await().atMost(NotificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(mails(mailbox)).hasSize(3));

        var ids = mails(mailbox).stream().map(DeliveryTest::messageId).toList();
        assertThat(ids.get(1)).isEqualTo(ids.get(2)).isNotEqualTo(messageId(first));
        assertThat(service.announced(again.id())).containsExactly(new Sent(again.id(), Letter.RECEIVED, "MAIL"));
    }

    private void asLeftBehind(UUID requestId, UUID eventId, RequestAnnouncement.Received content) {
        service.jdbc
                .sql("""
                        update letter set state = 'SENDING', due_at = now(), ended_at = null, content = :content,
                               address_key = :key, address_ciphertext = :ciphertext
                         where request_id = :request and event_id = :event
                        """)
                .param("content", new AnnouncementCodec().payload(content))
                .param("key", content.replyTo().key())
                .param("ciphertext", content.replyTo().ciphertext())
                .param("request", requestId)
                .param("event", eventId)
                .update();
    }

    @Test
    void a_mailbox_is_not_flooded_by_requests_in_its_name_and_there_is_room_for_codes() {
        var filed = IntStream.range(0, 15)
                .mapToObj(_ -> new SampleRequest(UUID.randomUUID()))
                .toList();
        filed.forEach(it -> service.receive(
                it.received("en", service.contact(it.id(), "replyTo", caseKey, mailbox.toUpperCase(Locale.ROOT)))));
        await().atMost(NotificationHarness.PATIENCE).untilAsserted(() -> assertThat(service.jdbc
                        .sql("select count(*) from letter where reason = 'mailbox-had-enough' and request_id in (:ids)")
                        .param("ids", filed.stream().map(SampleRequest::id).toList())
                        .query(Integer.class)
                        .single())
                .isEqualTo(5));

        service.receive(request.identityAsked(service.challenge(request.id(), identityKey, mailbox, "4821-9375")));
        service.receive(request.confirmationAsked(contact(mailbox)));

        await().atMost(NotificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(service.announced(request.id())).hasSize(2));
        await().atMost(NotificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(mails(mailbox)).hasSize(12));
    }

    @Test
    void codes_that_strangers_cause_leave_room_for_one_asked_for_again_and_for_one_after_the_proof() {
        service.receive(request.received("en", replyTo("claimed-" + mailbox)));
        service.receive(request.identityAsked(service.challenge(request.id(), identityKey, mailbox, "1111-1111")));
        await().atMost(NotificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(mails(mailbox)).hasSize(1));
        var filed = IntStream.range(0, 20)
                .mapToObj(_ -> new SampleRequest(UUID.randomUUID()))
                .toList();
        filed.forEach(it -> service.receive(it.identityAsked(
                service.challenge(it.id(), identityKey, mailbox.toUpperCase(Locale.ROOT), "0000-0000"))));
        await().atMost(NotificationHarness.PATIENCE).untilAsserted(() -> assertThat(service.jdbc
                        .sql("select count(*) from letter where reason = 'mailbox-had-enough' and request_id in (:ids)")
                        .param("ids", filed.stream().map(SampleRequest::id).toList())
                        .query(Integer.class)
                        .single())
                .isEqualTo(6));

        service.receive(request.identityAsked(service.challenge(request.id(), identityKey, mailbox, "2222-2222")));
        await().atMost(NotificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(mails(mailbox)).hasSize(16));
        service.receive(new RequestAnnouncement.Closed(request.id()));
        service.receive(request.identityAsked(service.challenge(request.id(), caseKey, mailbox, "3333-3333")));

        await().atMost(NotificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(mails(mailbox)).hasSize(17));
        assertThat(service.jdbc
                        .sql("select standing from letter where request_id = ? and kind = 'CODE' order by created_at")
                        .param(request.id())
                        .query(String.class)
                        .list())
                .containsExactly("ON_FILE", "ASKED_AGAIN", "PROVED");
    }

    @Test
    void what_strangers_cause_holds_back_nothing_that_staff_write_to_a_claimed_address() {
        strangersFill("RECEIVED");
        strangersFill("ANSWERED");

        service.receive(new RequestAnnouncement.DetailsAsked(
                request.id(),
                SampleRequest.REFERENCE,
                Right.ACCESS,
                "en",
                null,
                replyTo(mailbox),
                service.note(request.id(), "missing", caseKey, "Which shop?"),
                Instant.parse("2026-12-06T08:00:00Z"),
                "rule"));

        announcedOnce(new Sent(request.id(), Letter.DETAILS_ASKED, "MAIL"));
    }

    @Test
    void receipts_that_strangers_cause_hold_back_no_answer_to_a_claimed_address() {
        strangersFill("RECEIVED");

        service.receive(request.answeredUnproved(Right.ACCESS, replyTo(mailbox)));

        announcedOnce(new Sent(request.id(), Letter.ANSWERED, "MAIL"));
    }

    /** More than a mailbox gets of that sort. */
    private void strangersFill(String kind) {
        var filed = IntStream.range(0, 25)
                .mapToObj(_ -> new SampleRequest(UUID.randomUUID()))
                .toList();
        filed.forEach(it -> {
            var claimed = service.contact(it.id(), "replyTo", caseKey, mailbox);
            service.receive(
                    kind.equals("RECEIVED") ? it.received("en", claimed) : it.answeredUnproved(Right.ACCESS, claimed));
        });
        await().atMost(NotificationHarness.PATIENCE).untilAsserted(() -> assertThat(service.jdbc
                        .sql("""
                                select count(*) from letter where request_id in (:ids)
                                   and (ended_at is not null or reason = 'mailbox-had-enough')
                                """)
                        .param("ids", filed.stream().map(SampleRequest::id).toList())
                        .query(Integer.class)
                        .single())
                .isEqualTo(25));
    }

    @Test
    void the_door_of_one_controller_takes_no_room_at_another() {
        IntStream.range(0, 25)
                .mapToObj(_ -> new SampleRequest(UUID.randomUUID()))
                .forEach(it -> service.receive(
                        "other",
                        it.identityAsked(service.challengeOf("other", it.id(), identityKey, mailbox, "0000-0000"))));
        await().atMost(NotificationHarness.PATIENCE).untilAsserted(() -> assertThat(service.jdbc
                        .sql("select count(*) from letter where controller = 'other' and reason = 'mailbox-had-enough'")
                        .query(Integer.class)
                        .single())
                .isPositive());

        service.receive(request.identityAsked(service.challenge(request.id(), identityKey, mailbox, "4821-9375")));

        announcedOnce(new Sent(request.id(), Letter.CODE, "MAIL"));
    }

    @Test
    void codes_that_wait_for_room_come_together_in_one_letter_within_the_hour() {
        var filed = IntStream.range(0, 20)
                .mapToObj(_ -> new SampleRequest(UUID.randomUUID()))
                .toList();
        filed.forEach(
                it -> service.receive(it.identityAsked(service.challenge(it.id(), identityKey, mailbox, codeOf(it)))));
        var everybody = Stream.concat(filed.stream(), Stream.of(request)).toList();
        await().atMost(NotificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(waiting(everybody)).isEqualTo(5));
        service.receive(request.identityAsked(service.challenge(request.id(), identityKey, mailbox, codeOf(request))));
        await().atMost(NotificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(waiting(everybody)).isEqualTo(6));

        anHourLater(everybody);

        await().atMost(NotificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(everybody).allSatisfy(it -> assertThat(service.announced(it.id()))
                        .containsExactly(new Sent(it.id(), Letter.CODE, "MAIL"))));
        assertThat(mails(mailbox)).hasSize(16);
        var together = text(mails(mailbox).getLast());
        assertThat(together)
                .containsPattern("(?m)^" + codeOf(request) + "\\r?$")
                .contains("/api/v1/requests/" + request.id() + "/verification");
        assertThat(filed.stream().filter(it -> together.contains(codeOf(it)))).hasSize(5);
    }

    @Test
    void a_code_goes_to_no_other_way_of_writing_its_mailbox() {
        var other = mailbox.replace("@", "+other@");
        var filed = IntStream.range(0, 16)
                .mapToObj(_ -> new SampleRequest(UUID.randomUUID()))
                .toList();
        filed.forEach(
                it -> service.receive(it.identityAsked(service.challenge(it.id(), identityKey, other, codeOf(it)))));
        var everybody = Stream.concat(filed.stream(), Stream.of(request)).toList();
        await().atMost(NotificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(waiting(everybody)).isEqualTo(1));
        service.receive(request.identityAsked(service.challenge(request.id(), identityKey, mailbox, codeOf(request))));
        await().atMost(NotificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(waiting(everybody)).isEqualTo(2));

        anHourLater(everybody);

        await().atMost(NotificationHarness.PATIENCE)
                .untilAsserted(() ->
                        assertThat(mails(mailbox).size() + mails(other).size()).isEqualTo(16));
        assertThat(mails(other)).noneMatch(it -> text(it).contains(codeOf(request)));
    }

    private static String codeOf(SampleRequest it) {
        int number = Math.floorMod(it.id().hashCode(), 100_000_000);
        return "%04d-%04d".formatted(number / 10_000, number % 10_000);
    }

    private int waiting(List<SampleRequest> requests) {
        return service.jdbc
                .sql("select count(*) from letter where reason = 'mailbox-had-enough' and request_id in (:ids)")
                .param("ids", requests.stream().map(SampleRequest::id).toList())
                .query(Integer.class)
                .single();
    }

    /** As if everything that went out so far had gone out an hour before; what waits is looked at again. */
    private void anHourLater(List<SampleRequest> requests) {
        service.jdbc
                .sql("update mailed set mailed_at = mailed_at - interval '61 minutes'")
                .update();
        service.jdbc
                .sql("update letter set due_at = now() where reason = 'mailbox-had-enough' and request_id in (:ids)")
                .param("ids", requests.stream().map(SampleRequest::id).toList())
                .update();
    }

    @Test
    void letters_to_a_claimed_address_take_no_room_from_codes() {
        IntStream.range(0, 10)
                .mapToObj(_ -> new SampleRequest(UUID.randomUUID()))
                .forEach(it ->
                        service.receive(it.received("en", service.contact(it.id(), "replyTo", caseKey, mailbox))));
        IntStream.range(0, 12)
                .mapToObj(_ -> new SampleRequest(UUID.randomUUID()))
                .forEach(it -> service.receive(
                        it.identityAsked(service.challenge(it.id(), identityKey, mailbox, "0000-0000"))));

        await().atMost(NotificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(mails(mailbox)).hasSize(22));
    }

    @Test
    void a_letter_that_can_not_be_made_is_tried_with_pauses_and_in_the_end_somebody_is_told() {
        var replyTo = replyTo(mailbox);
        service.keyAnswers(caseKey, 403);
        service.receive(request.received("en", replyTo));

        await().atMost(NotificationHarness.PATIENCE).untilAsserted(() -> assertThat(
                        count(
                                "select count(*) from letter where request_id = ? and attempts > 1 and reason = 'internal-error'"))
                .isEqualTo(1));
        service.jdbc
                .sql("update letter set created_at = now() - interval '4 days' where request_id = ?")
                .param(request.id())
                .update();

        announcedOnce(new Undeliverable(request.id(), Letter.RECEIVED, "MAIL", "internal-error"));
    }

    @Test
    void several_copies_send_every_letter_once() {
        var second = new DeliveryLoop(
                service.bean(LetterOutbox.class),
                service.bean(MailCap.class),
                service.bean(Delivery.class),
                service.bean(RequestTraces.class),
                service.bean(MailProperties.class));
        second.start();
        try {
            var filed = IntStream.range(0, 40)
                    .mapToObj(_ -> new SampleRequest(UUID.randomUUID()))
                    .toList();
            filed.forEach(it -> service.receive(
                    it.received("en", service.contact(it.id(), "replyTo", caseKey, it.id() + "@copies.example"))));

            await().atMost(NotificationHarness.PATIENCE).untilAsserted(() -> assertThat(filed)
                    .allSatisfy(it -> assertThat(service.announced(it.id())).hasSize(1)));
            assertThat(filed).allSatisfy(it -> assertThat(mails(it.id() + "@copies.example"))
                    .hasSize(1));
        } finally {
            second.stop();
        }
    }

    @Test
    void a_letter_belongs_to_who_renews_its_lease_and_to_the_next_who_claims_it_after_that() {
        var outbox = service.bean(LetterOutbox.class);
        var forever = Duration.ofDays(1);
        service.bean(DeliveryLoop.class).stop();
        try {
            service.receive(request.received("en", replyTo(mailbox)));
            var dead = claimed(outbox, Duration.ZERO);
            claimed(outbox, Duration.ZERO);

            outbox.renew(dead, forever);
            var last = claimed(outbox, Duration.ZERO);
            assertThat(last).as("what the dead had claimed is free").hasSize(1);
            outbox.renew(last, forever);

            assertThat(outbox.claim(100, forever, forever))
                    .extracting(OutgoingLetter::requestId)
                    .doesNotContain(request.id());
            outbox.renew(last, Duration.ZERO);
        } finally {
            service.bean(DeliveryLoop.class).start();
        }
        announcedOnce(new Sent(request.id(), Letter.RECEIVED, "MAIL"));
    }

    @Test
    void a_letter_that_has_ended_is_not_put_back_by_whoever_still_holds_it() {
        var outbox = service.bean(LetterOutbox.class);
        service.bean(DeliveryLoop.class).stop();
        try {
            service.receive(request.received("en", replyTo(mailbox)));
            var held = claimed(outbox, Duration.ZERO).getFirst();
            assertThat(outbox.end(held, "SENT", null)).isTrue();

            assertThat(outbox.later(held, false, "internal-error", Duration.ZERO))
                    .isFalse();
            assertThat(outbox.waitForRoom(held, "mailbox-full", null, Duration.ZERO))
                    .isFalse();
            assertThat(outbox.end(held, "UNDELIVERABLE", "internal-error")).isFalse();

            assertThat(count("select count(*) from letter where request_id = ? and state = 'SENT'"))
                    .isEqualTo(1);
            assertThat(claimed(outbox, Duration.ZERO)).isEmpty();
        } finally {
            service.bean(DeliveryLoop.class).start();
        }
    }

    private List<OutgoingLetter> claimed(LetterOutbox outbox, Duration lease) {
        return outbox.claim(100, lease, Duration.ofDays(1)).stream()
                .filter(it -> it.requestId().equals(request.id()))
                .toList();
    }

    @Test
    void no_address_and_no_code_stands_in_the_database() {
        service.receive(request.received("en", replyTo(mailbox)));
        service.receive(request.identityAsked(service.challenge(request.id(), identityKey, mailbox, "4821-9375")));
        await().atMost(NotificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(service.announced(request.id())).hasSize(2));

        var dump = String.join(
                        "\n",
                        service.jdbc
                                .sql("select l::text from letter l")
                                .query(String.class)
                                .list())
                + String.join(
                        "\n",
                        service.jdbc
                                .sql("select m::text from mailed m")
                                .query(String.class)
                                .list())
                + String.join(
                        "\n",
                        service.jdbc
                                .sql("select c::text from correspondent c")
                                .query(String.class)
                                .list())
                + String.join(
                        "\n",
                        service.jdbc
                                .sql("select convert_from(payload, 'UTF8') from event")
                                .query(String.class)
                                .list());
        assertThat(dump)
                .contains(request.id().toString())
                .doesNotContain(mailbox)
                .doesNotContain("4821-9375")
                .doesNotContain("person-");
    }

    @Test
    void an_answer_goes_to_the_proved_contact() throws Exception {
        service.receive(request.answered(Right.ERASURE, contact(mailbox)));

        assertThat(text(onlyMail())).contains("Nothing is held against you");
        announcedOnce(new Sent(request.id(), Letter.ANSWERED, "MAIL"));
    }

    private SealedField replyTo(String email) {
        return service.contact(request.id(), "replyTo", caseKey, email);
    }

    private SealedField contact(String email) {
        return service.contact(request.id(), "contact", caseKey, email);
    }

    private MimeMessage onlyMail() {
        await().atMost(NotificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(mails(mailbox)).hasSize(1));
        return mails(mailbox).getFirst();
    }

    private void announcedOnce(Object announcement) {
        await().atMost(NotificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(service.announced(request.id())).hasSize(1));
        assertThat(service.announced(request.id()).getFirst()).isEqualTo(announcement);
    }

    private static List<MimeMessage> mails(String mailbox) {
        return Arrays.stream(relay.getReceivedMessages())
                .filter(it -> mailbox.equalsIgnoreCase(recipient(it)))
                .toList();
    }

    private static String recipient(MimeMessage mail) {
        try {
            return mail.getRecipients(Message.RecipientType.TO)[0].toString();
        } catch (MessagingException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    private static String messageId(MimeMessage mail) {
        try {
            return mail.getMessageID();
        } catch (MessagingException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    private static String text(MimeMessage mail) {
        try {
            return (String) ((MimeMultipart) mail.getContent()).getBodyPart(0).getContent();
        } catch (IOException | MessagingException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    private int count(String sql) {
        return service.jdbc.sql(sql).param(request.id()).query(Integer.class).single();
    }
}
