// SPDX-License-Identifier: Apache-2.0
package io.habeas.request;

import static io.habeas.request.RunningService.freshKey;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.habeas.contracts.FulfillmentAnnouncement;
import io.habeas.contracts.FulfillmentAnnouncement.PlannedTask;
import io.habeas.contracts.Grade;
import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.NotificationAnnouncement;
import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.Sealed;
import io.habeas.contracts.SealedField;
import io.habeas.contracts.TaskOutcome;
import io.habeas.contracts.VerificationAnnouncement;
import io.habeas.journal.axon.JournalEventStorageEngine;
import io.habeas.messaging.Inbound;
import io.habeas.messaging.RefusedException;
import io.habeas.messaging.Subscription;
import io.habeas.request.RunningService.Answer;
import io.habeas.sealeddata.KeyDestroyedException;
import io.habeas.sealeddata.KeyStore;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.ApiDescription;
import io.habeas.service.LegalClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class WholeServiceTest {

    private static final String REQUESTS = "/api/v1/controllers/smallrig/requests";
    private static final String ERASURE = """
            {"right": "ERASURE", "jurisdiction": "US-CA", "language": "en",
             "subject": {"name": "Zaphod Mark", "identifiers": [{"kind": "EMAIL", "value": "zaphod.mark@example.org"}]}}""";
    private static final String ACCESS = ERASURE.replace("ERASURE", "ACCESS");

    @TempDir
    static Path folder;

    private static RunningService service;

    @BeforeAll
    static void start() {
        service = RunningService.start(folder);
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private record Filed(UUID id, String token) {

        String path() {
            return "/api/v1/requests/" + id;
        }
    }

    private static Filed file(String body) {
        var answer = service.post(REQUESTS, freshKey(), "", body);
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
        return new Filed(UUID.fromString(answer.text("/requestId")), answer.text("/token"));
    }

    private static Answer status(Filed filed) {
        return service.get(filed.path(), filed.token());
    }

    private static String proved(Filed filed) {
        return service.issuer.requesterToken("smallrig", filed.id(), ProofLevel.STANDARD, Instant.now());
    }

    @SuppressWarnings("unchecked")
    private static void announce(String subscription, Object announcement, UUID id) {
        announce(subscription, announcement, id, UUID.randomUUID());
    }

    @SuppressWarnings("unchecked")
    private static void announce(String subscription, Object announcement, UUID id, UUID eventId) {
        var receiver = ((Subscription<io.habeas.contracts.Announcement>) service.bean(subscription, Subscription.class))
                .receiver();
        try {
            receiver.on(new Inbound<>(
                    eventId,
                    id,
                    "smallrig",
                    0,
                    Instant.now(),
                    null,
                    (io.habeas.contracts.Announcement) announcement,
                    new byte[0]));
        } catch (RuntimeException refused) {
            throw refused;
        } catch (Exception unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    private static SealedField sealed() {
        return new SealedField(new UUID(7, 7), "c2VhbGVk");
    }

    /** Somebody else each time, so that nobody asks too often. */
    private static SealedField provedBy(UUID id) {
        var keys = service.rows("select convert_from(payload, 'UTF8')::json -> 'keys' ->> 'caseKey' from event"
                + " where type = 'request.received' and stream = '" + id + "'");
        if (keys.isEmpty()) {
            return sealed();
        }
        var key = UUID.fromString(keys.getFirst());
        var who = new Sealed.Proved(List.of(new Identifier(IdentifierKind.EMAIL, id + "@example.org")));
        return service.bean(Sealer.class).seal("smallrig", id, "proved", key, who);
    }

    private static VerificationAnnouncement passed(UUID id, boolean account) {
        return new VerificationAnnouncement.Passed(
                id,
                ProofMethod.CONTACT_ON_FILE,
                ProofLevel.STANDARD,
                provedBy(id),
                sealed(),
                account,
                service.bean(LegalClock.class).instant());
    }

    @Test
    void a_repeat_under_the_same_key_is_the_same_request_with_one_event() {
        var key = freshKey();
        var first = service.post(REQUESTS, key, "", ERASURE);
        var reformatted = ERASURE.replace("\n", "").replace("{\"right\": \"ERASURE\",", "{\"right\":\"ERASURE\" , ");

        var second = service.post(REQUESTS, "\"" + key + "\"", "", reformatted);

        assertThat(second.status()).isEqualTo(202);
        assertThat(second.text("/requestId")).isEqualTo(first.text("/requestId"));
        assertThat(second.text("/reference"))
                .isEqualTo(first.text("/reference"))
                .matches("HB-[A-Z2-9]{4}-[A-Z2-9]{4}");
        assertThat(service.get(second.text("/links/self"), second.text("/token"))
                        .status())
                .isEqualTo(200);
        assertThat(service.rows("select type, revision, controller, actor, rule from event where stream = '"
                        + first.text("/requestId") + "'"))
                .containsExactly(
                        "request.received|1|smallrig|requester|smallrig@2021-06#US-CA.rights.ERASURE.clocks.respond");
    }

    @Test
    void repeats_use_up_no_keys() {
        var key = freshKey();
        service.post(REQUESTS, key, "", ERASURE);
        var keys = service.bean(KeyStore.class);
        var next = keys.allotRequestKeys("smallrig");
        keys.giveBack("smallrig", next);

        for (var body : List.of(ERASURE, ERASURE.replace("zaphod.mark", "other.person"))) {
            service.post(REQUESTS, key, "", body);
        }

        assertThat(keys.allotRequestKeys("smallrig")).isEqualTo(next);
    }

    @Test
    void another_body_under_the_same_key_is_refused() {
        var key = freshKey();
        service.post(REQUESTS, key, "", ERASURE);

        var other = service.post(REQUESTS, key, "", ERASURE.replace("zaphod.mark", "other.person"));

        assertThat(other.status()).isEqualTo(422);
        assertThat(other.text("/type")).isEqualTo("urn:habeas:problem:idempotency-key-reused");
    }

    @Test
    void sixteen_at_once_under_the_same_key_are_one_request() throws Exception {
        var key = freshKey();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = IntStream.range(0, 16)
                    .mapToObj(_ -> threads.submit(() -> service.post(REQUESTS, key, "", ERASURE)))
                    .toList();

            var ids = new java.util.HashSet<String>();
            for (var answer : answers) {
                assertThat(answer.get().status()).isEqualTo(202);
                ids.add(answer.get().text("/requestId"));
            }

            assertThat(ids).hasSize(1);
            assertThat(service.rows("select count(*) from event where stream = '"
                            + ids.iterator().next() + "'"))
                    .containsExactly("1");
        }
    }

    @Test
    void nothing_of_the_person_stands_in_the_event() {
        var filed = file(ERASURE);

        var rows = service.rows("select convert_from(payload, 'UTF8'), convert_from(metadata, 'UTF8') from event"
                + " where stream = '" + filed.id() + "'");

        assertThat(rows).hasSize(1);
        assertThat(rows.getFirst()).doesNotContainIgnoringCase("zaphod").contains("\"claims\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'\"ERASURE\"'; '\"ANONYMIZATION\"'; 422; right-not-on-offer; /right",
                "'\"US-CA\"'; '\"MARS\"'; 422; unknown-jurisdiction; /jurisdiction",
                "'\"language\": \"en\"'; '\"language\": \"fr\"'; 422; invalid-fields; /language",
                "'\"EMAIL\"'; '\"COOKIE_ID\"'; 422; invalid-fields; /subject/identifiers/0/kind",
                "'zaphod.mark@example.org'; 'zaphod mark'; 422; invalid-fields; /subject/identifiers/0/value",
                "'zaphod.mark@example.org'; 'zaphod.mark@example.org\\r\\nBcc: x@example.org'; 422; invalid-fields; /subject/identifiers/0/value",
                "'\"language\"'; '\"colour\"'; 400; malformed-json; /colour",
                "'\"language\": \"en\"'; '\"capacity\": \"GUARDIAN\"'; 422; invalid-fields; /capacity",
                "'\"language\": \"en\"'; '\"capacity\": \"STAFF_ON_BEHALF\"'; 422; invalid-fields; /capacity",
                "'\"language\": \"en\"'; '\"capacity\": \"AGENT\"'; 422; invalid-fields; /evidence",
                "'\"language\": \"en\"'; '\"ground\": \"NO_CONSENT\"'; 422; invalid-fields; /ground",
                "'\"ERASURE\"'; '\"CORRECTION\"'; 422; invalid-fields; /corrections",
                "'\"ERASURE\"'; '\"CONSENT_WITHDRAWAL\"'; 422; invalid-fields; /purposes",
                "'\"ERASURE\"'; '\"OBJECTION\"'; 422; invalid-fields; /kind",
                "'\"ERASURE\"'; '\"COMPLAINT\"'; 422; invalid-fields; /subject/details",
                "'\"language\": \"en\"'; '\"scope\": \"CATEGORIES\"'; 422; invalid-fields; /scope"
            })
    void what_does_not_fit_is_refused_by_its_place_and_never_repeated(
            String part, String mistake, int status, String slug, String pointer) {
        var answer = service.post(REQUESTS, freshKey(), "", ERASURE.replace(part, mistake));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text("/type")).isEqualTo("urn:habeas:problem:" + slug);
        assertThat(answer.text("/errors/0/pointer")).isEqualTo(pointer);
        assertThat(answer.body().toString()).doesNotContainIgnoringCase("zaphod");
    }

    @Test
    void an_unknown_right_is_answered_with_what_is_on_offer_and_a_way_to_a_person() {
        var answer = service.post(REQUESTS, freshKey(), "", ERASURE.replace("\"ERASURE\"", "\"WISHES\""));

        assertThat(answer.body().at("/onOffer").toString())
                .startsWith("[\"ACCESS\",\"ERASURE\",\"PORTABILITY\"")
                .contains("COMPLAINT");
        assertThat(answer.text("/contact/email")).contains("@");
    }

    @Test
    void an_unknown_controller_is_answered_with_those_that_are_known() {
        var answer = service.post("/api/v1/controllers/nobody/requests", freshKey(), "", ERASURE);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.text("/type")).isEqualTo("urn:habeas:problem:unknown-controller");
        assertThat(answer.body().at("/onOffer").toString()).isEqualTo("[\"smallrig\"]");
    }

    @Test
    void a_missing_or_short_idempotency_key_is_refused() {
        for (var key : List.of("", "short", "contains spaces in the middle")) {
            var answer = service.post(REQUESTS, key, "", ERASURE);

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text("/type")).isEqualTo("urn:habeas:problem:idempotency-key-missing");
        }
    }

    @Test
    void a_person_without_an_identifier_or_an_address_is_told_what_is_missing() {
        var nobody = service.post(REQUESTS, freshKey(), "", "{\"right\": \"ACCESS\", \"jurisdiction\": \"US-CA\"}");
        var unreachable = service.post(
                REQUESTS,
                freshKey(),
                "",
                "{\"right\": \"ACCESS\", \"jurisdiction\": \"US-CA\", \"subject\": {\"identifiers\": [{\"kind\": \"PHONE\", \"value\": \"+1 555 0100\"}]}}");

        assertThat(nobody.text("/errors/0/pointer")).isEqualTo("/subject/identifiers");
        assertThat(unreachable.text("/errors/0/pointer")).isEqualTo("/replyTo");
    }

    @Test
    void the_profile_says_what_is_on_offer() {
        var all = service.get("/api/v1/controllers/smallrig/profile", "");
        var california = service.get("/api/v1/controllers/smallrig/profile?jurisdiction=US-CA", "");

        assertThat(all.text("/jurisdictions/0/code")).isEqualTo("US-CA");
        assertThat(california.text("/profile")).isEqualTo("smallrig@2021-06");
        assertThat(california.text("/rights/1/right")).isEqualTo("ERASURE");
        assertThat(california.text("/rights/1/clocks/1/within")).isEqualTo("45 days");
        assertThat(california.text("/rights/1/texts/zh-CN/title")).isEqualTo("删除您的个人信息");
        assertThat(service.get("/api/v1/controllers/smallrig/profile?jurisdiction=XX", "")
                        .status())
                .isEqualTo(422);
    }

    @Test
    void the_status_shows_what_was_just_written_and_only_to_its_person() {
        var mine = file(ACCESS);
        var others = file(ACCESS);

        var status = status(mine);

        assertThat(status.status()).isEqualTo(200);
        assertThat(status.text("/state")).isEqualTo("AWAITING_IDENTITY");
        assertThat(status.text("/scope")).isEqualTo("SPECIFIC_PIECES");
        assertThat(status.text("/clocks/1/clock")).isEqualTo("RESPOND");
        assertThat(status.text("/clocks/1/state")).isEqualTo("RUNNING");
        assertThat(status.text("/clocks/1/rule")).isEqualTo("smallrig@2021-06#US-CA.rights.ACCESS.clocks.respond");
        var californian = Instant.parse(status.text("/receivedAt"))
                .atZone(java.time.ZoneId.of("America/Los_Angeles"))
                .toLocalDate();
        assertThat(LocalDate.parse(status.text("/clocks/1/dueOn"))).isEqualTo(californian.plusDays(44));
        assertThat(service.get(mine.path(), others.token()).status()).isEqualTo(404);
        assertThat(service.get(mine.path(), "").status()).isEqualTo(401);
        assertThat(service.get(mine.path(), service.issuer.staffToken(List.of("reviewer"), List.of("other")))
                        .status())
                .isEqualTo(404);
        assertThat(service.get(mine.path(), service.issuer.staffToken(List.of("reviewer"), List.of("smallrig")))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void an_unchanged_status_is_not_sent_again() {
        var filed = file(ACCESS);
        var tag = status(filed).header("etag");

        assertThat(service.get(filed.path(), filed.token(), "If-None-Match", tag)
                        .status())
                .isEqualTo(304);

        service.post(filed.path() + "/withdrawal", freshKey(), filed.token(), "{}");
        assertThat(service.get(filed.path(), filed.token(), "If-None-Match", tag)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void whether_somebody_is_on_file_can_not_be_seen_before_the_proof() {
        var filed = file(ACCESS);
        var before = status(filed);

        announce(
                "verificationSubscription",
                new VerificationAnnouncement.ChallengeIssued(filed.id(), sealed(), Instant.now(), 1),
                filed.id());
        announce(
                "notificationSubscription",
                new NotificationAnnouncement.Sent(filed.id(), Letter.CODE, "email"),
                filed.id());

        assertThat(service.rows("select count(*) from event where stream = '" + filed.id() + "'"))
                .containsExactly("3");
        assertThat(status(filed).body()).isEqualTo(before.body());
        assertThat(status(filed).header("etag")).isEqualTo(before.header("etag"));
    }

    @Test
    void a_fresh_code_after_the_decision_is_passed_on_and_leaves_the_state_alone() {
        var filed = file(ACCESS);
        announce("verificationSubscription", passed(filed.id(), true), filed.id());
        var before = status(filed).text("/state");

        announce(
                "verificationSubscription",
                new VerificationAnnouncement.ChallengeIssued(
                        filed.id(), new SealedField(caseKey(filed), "c2VhbGVk"), Instant.now(), 2),
                filed.id());

        assertThat(typesOf(filed)).contains("request.identity-asked");
        assertThat(before).isEqualTo("IN_FULFILLMENT");
        assertThat(status(filed).text("/state")).isEqualTo(before);
    }

    private static UUID caseKey(Filed filed) {
        return UUID.fromString(
                service.rows("select convert_from(payload, 'UTF8')::json -> 'keys' ->> 'caseKey' from event"
                                + " where type = 'request.received' and stream = '" + filed.id() + "'")
                        .getFirst());
    }

    @Test
    void an_erasure_goes_from_receipt_to_its_close() {
        var filed = file(ERASURE);
        var id = filed.id();
        announce("notificationSubscription", new NotificationAnnouncement.Sent(id, Letter.RECEIVED, "email"), id);
        announce("verificationSubscription", passed(id, true), id);
        assertThat(status(filed).text("/state")).isEqualTo("AWAITING_CONFIRMATION");
        assertThat(status(filed).text("/links/confirmation")).isEqualTo(filed.path() + "/confirmation");

        var unproved = service.post(
                filed.path() + "/confirmation",
                freshKey(),
                filed.token(),
                "{\"confirmed\": true, \"delivery\": \"ELECTRONIC\"}");
        assertThat(unproved.status()).isEqualTo(403);
        var key = freshKey();
        for (int repeat = 0; repeat < 2; repeat++) {
            var confirmed = service.post(
                    filed.path() + "/confirmation",
                    key,
                    proved(filed),
                    "{\"confirmed\": true, \"delivery\": \"ELECTRONIC\"}");
            assertThat(confirmed.status()).isEqualTo(202);
            assertThat(confirmed.text("/state")).isEqualTo("IN_FULFILLMENT");
        }

        var shop = UUID.randomUUID();
        var reviews = UUID.randomUUID();
        var plan = UUID.randomUUID();
        announce(
                "fulfillmentSubscription",
                new FulfillmentAnnouncement.Planned(
                        id,
                        plan,
                        "smallrig/1",
                        List.of(
                                new PlannedTask(shop, "shop", TaskOutcome.Kind.ERASE, 9),
                                new PlannedTask(reviews, "reviews", TaskOutcome.Kind.ERASE, 2))),
                id);
        announce(
                "fulfillmentSubscription",
                new FulfillmentAnnouncement.Delayed(id, reviews, "reviews", "store-unreachable", false),
                id);
        var outcome = new FulfillmentAnnouncement.OutcomesRecorded(id, List.of(erased(shop, "shop")));
        var outcomeId = UUID.randomUUID();
        announce("fulfillmentSubscription", outcome, id, outcomeId);
        announce("fulfillmentSubscription", outcome, id, outcomeId);
        announce("fulfillmentSubscription", new FulfillmentAnnouncement.Completed(id, plan, null), id);

        var waiting = status(filed);
        assertThat(waiting.text("/state")).isEqualTo("IN_FULFILLMENT");
        assertThat(waiting.body().at("/remaining").toString())
                .isEqualTo("[{\"store\":\"reviews\",\"reason\":\"store-unreachable\",\"parked\":false}]");
        assertThat(waiting.text("/plan/tasks/0/state")).isEqualTo("DONE");
        assertThat(waiting.text("/plan/tasks/1/state")).isEqualTo("DELAYED");

        announce(
                "fulfillmentSubscription",
                new FulfillmentAnnouncement.OutcomesRecorded(id, List.of(erased(reviews, "reviews"))),
                id);
        var answered = status(filed);
        assertThat(answered.text("/state")).isEqualTo("ANSWERED");
        assertThat(answered.text("/waitsFor")).isEqualTo("SERVICE");
        assertThat(answered.text("/clocks/1/state")).isEqualTo("MET");
        await().atMost(120, SECONDS).untilAsserted(() -> assertThat(
                        service.rows("select kind from due where kind = 'RESPOND' and request_id = '" + id + "'"))
                .isEmpty());
        announce("notificationSubscription", new NotificationAnnouncement.Sent(id, Letter.ANSWERED, "email"), id);

        var closed = status(filed);
        assertThat(closed.text("/state")).isEqualTo("CLOSED");
        assertThat(closed.text("/waitsFor")).isEqualTo("NOBODY");
        assertThat(closed.body().at("/outcomes/0/deleted").asLong()).isEqualTo(7);
        assertThat(closed.text("/outcomes/0/kept/0/ground")).isEqualTo("TRANSACTION_RECORDS");
        assertThat(closed.text("/outcomes/0/kept/0/until")).isEqualTo("2028-01-31");
        assertThat(closed.text("/clocks/1/state")).isEqualTo("MET");
        assertThat(closed.text("/complaint/0")).isEqualTo("CONTACT");
        assertThat(closed.body()
                        .at("/followUps")
                        .valueStream()
                        .map(it -> it.path("store").asString() + " "
                                + it.path("state").asString()))
                .containsExactly("shop WAITING", "reviews WAITING");

        var gone = new FulfillmentAnnouncement.FollowedUp(
                id,
                shop,
                "shop",
                LocalDate.parse("2028-01-31"),
                List.of(new FulfillmentAnnouncement.FollowedUpCollection("orders", "TRANSACTION_RECORDS", 0, 2, 0)),
                Instant.parse("2028-01-31T09:00:00Z"),
                null);
        var goneId = UUID.randomUUID();
        announce("fulfillmentSubscription", gone, id, goneId);
        announce("fulfillmentSubscription", gone, id, goneId);

        var followedUp = status(filed);
        assertThat(followedUp.text("/state")).isEqualTo("CLOSED");
        assertThat(followedUp.body().at("/followUps/0").toString())
                .isEqualTo("{\"store\":\"shop\",\"ground\":\"TRANSACTION_RECORDS\",\"until\":\"2028-01-31\","
                        + "\"records\":2,\"state\":\"DONE\",\"doneAt\":\"2028-01-31T09:00:00Z\"}");
        assertThat(followedUp.text("/followUps/1/state")).isEqualTo("WAITING");
        assertThat(followedUp.body().at("/steps").valueStream().filter(it -> "request.follow-up-recorded"
                        .equals(it.path("step").asString())))
                .hasSize(1);
    }

    private static TaskOutcome erased(UUID task, String store) {
        return new TaskOutcome(
                task,
                store,
                TaskOutcome.Kind.ERASE,
                Grade.VERIFIED,
                List.of(new TaskOutcome.CollectionOutcome(
                        "orders",
                        List.of("B"),
                        9,
                        0,
                        7,
                        0,
                        List.of(new TaskOutcome.Kept("TRANSACTION_RECORDS", 2, LocalDate.parse("2028-01-31"))),
                        List.of())));
    }

    @Test
    void news_that_can_not_be_are_refused_for_a_person_to_look_at() {
        var filed = file(ERASURE);
        var completed = new FulfillmentAnnouncement.Completed(filed.id(), UUID.randomUUID(), null);
        var stranger = UUID.randomUUID();

        assertThatThrownBy(() -> announce("fulfillmentSubscription", completed, filed.id()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("completion-without-approval");
        assertThatThrownBy(() -> announce("verificationSubscription", passed(stranger, true), stranger))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("no-such-request");
    }

    @Test
    void a_confirmation_under_a_known_key_with_another_body_is_refused() {
        var filed = file(ERASURE);
        announce("verificationSubscription", passed(filed.id(), true), filed.id());
        var key = freshKey();
        var path = filed.path() + "/confirmation";
        var first = service.post(path, key, proved(filed), "{\"confirmed\": true, \"delivery\": \"ELECTRONIC\"}");
        assertThat(first.status()).isEqualTo(202);

        var other = service.post(path, key, proved(filed), "{\"confirmed\": true, \"delivery\": \"MAIL\"}");

        assertThat(other.status()).isEqualTo(422);
        assertThat(other.text("/type")).isEqualTo("urn:habeas:problem:idempotency-key-reused");
        var fresh = service.post(path, freshKey(), proved(filed), "{\"confirmed\": true, \"delivery\": \"MAIL\"}");
        assertThat(fresh.status()).isEqualTo(409);
    }

    @Test
    void two_confirmations_at_once_under_one_key_with_two_bodies_are_one_and_a_misuse() throws Exception {
        for (int round = 0; round < 5; round++) {
            var filed = file(ERASURE);
            announce("verificationSubscription", passed(filed.id(), true), filed.id());
            var key = freshKey();
            var token = proved(filed);
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var answers = java.util.stream.Stream.of("ELECTRONIC", "MAIL")
                        .map(delivery -> threads.submit(() -> service.post(
                                filed.path() + "/confirmation",
                                key,
                                token,
                                "{\"confirmed\": true, \"delivery\": \"" + delivery + "\"}")))
                        .toList();

                assertThat(List.of(
                                answers.get(0).get().status(),
                                answers.get(1).get().status()))
                        .containsExactlyInAnyOrder(202, 422);
            }
        }
    }

    @Test
    void a_known_key_is_found_however_much_happened_in_between() {
        var filed = file(ERASURE);
        announce("verificationSubscription", passed(filed.id(), true), filed.id());
        var path = filed.path() + "/confirmation";
        for (int number = 1; number <= 520; number++) {
            announce(
                    "verificationSubscription",
                    new VerificationAnnouncement.ChallengeIssued(
                            filed.id(), new SealedField(caseKey(filed), "c2VhbGVk"), Instant.now(), number),
                    filed.id());
        }
        var key = freshKey();
        var electronic = "{\"confirmed\": true, \"delivery\": \"ELECTRONIC\"}";
        assertThat(service.post(path, key, proved(filed), electronic).status()).isEqualTo(202);

        var other = service.post(path, key, proved(filed), electronic.replace("ELECTRONIC", "MAIL"));

        assertThat(other.status()).isEqualTo(422);
    }

    @Test
    void a_withdrawal_repeated_is_one_and_comes_too_late_after_the_approval_under_any_key() {
        var withdrawn = file(ERASURE);
        var key = freshKey();
        for (int repeat = 0; repeat < 2; repeat++) {
            var answer = service.post(withdrawn.path() + "/withdrawal", key, withdrawn.token(), "{}");
            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.text("/state")).isEqualTo("WITHDRAWN");
        }
        assertThat(typesOf(withdrawn)).containsOnlyOnce("request.withdrawn");
        assertThat(service.post(withdrawn.path() + "/withdrawal", freshKey(), withdrawn.token(), "{\"why\": 1}")
                        .status())
                .isEqualTo(400);

        var approved = file(ERASURE);
        announce("verificationSubscription", passed(approved.id(), false), approved.id());
        var late = service.post(approved.path() + "/withdrawal", key, approved.token(), "{}");
        assertThat(late.status()).isEqualTo(409);
        assertThat(late.text("/type")).isEqualTo("urn:habeas:problem:not-now");
    }

    @Test
    void who_confirms_too_early_is_told_to_wait() {
        var filed = file(ERASURE);

        var early = service.post(
                filed.path() + "/confirmation",
                freshKey(),
                proved(filed),
                "{\"confirmed\": true, \"delivery\": \"ELECTRONIC\"}");

        assertThat(early.status()).isEqualTo(409);
        assertThat(early.text("/type")).isEqualTo("urn:habeas:problem:not-now");
        assertThat(early.header("retry-after")).isEqualTo("1");
    }

    @Test
    void the_identity_key_is_destroyed_after_the_decision() {
        var filed = file(ACCESS);
        var keys = service.rows("select convert_from(payload, 'UTF8')::json -> 'keys' ->> 'identity',"
                + " convert_from(payload, 'UTF8')::json -> 'keys' ->> 'caseKey' from event where stream = '"
                + filed.id() + "'");
        var identity = UUID.fromString(keys.getFirst().split("\\|")[0]);
        var caseKey = UUID.fromString(keys.getFirst().split("\\|")[1]);
        assertThat(service.bean(KeyStore.class).key("smallrig", filed.id(), identity))
                .isNotNull();

        announce("verificationSubscription", passed(filed.id(), true), filed.id());

        await().atMost(120, SECONDS)
                .untilAsserted(() -> assertThat(typesOf(filed)).contains("request.key-destroyed"));
        assertThatThrownBy(() -> service.bean(KeyStore.class).key("smallrig", filed.id(), identity))
                .isInstanceOf(KeyDestroyedException.class);
        assertThat(service.bean(KeyStore.class).key("smallrig", filed.id(), caseKey))
                .isNotNull();
    }

    @Test
    void a_request_that_nobody_proves_ends_when_its_clock_runs_out_and_only_once() {
        var filed = file(ACCESS);

        service.advance(Duration.ofDays(31));

        await().atMost(120, SECONDS).untilAsserted(() -> {
            assertThat(status(filed).text("/state")).isEqualTo("NOT_VERIFIED");
            assertThat(typesOf(filed)).contains("request.key-destroyed");
        });
        service.advance(Duration.ofDays(31));
        await().atMost(120, SECONDS).untilAsserted(() -> assertThat(
                        service.rows("select kind from due where request_id = '" + filed.id() + "'"))
                .containsExactly("DESTROY_CASE_KEY"));
        assertThat(typesOf(filed)).containsOnlyOnce("request.not-verified");
        assertThat(status(filed).text("/clocks/2/state")).isEqualTo("RAN_OUT");
    }

    @Test
    void a_due_table_made_again_from_the_feed_equals_the_live_one() {
        var pending = file(ERASURE);
        var confirming = file(ERASURE);
        announce("verificationSubscription", passed(confirming.id(), true), confirming.id());
        var mine = "select request_id, kind, controller, due_at, key_id from due where request_id in ('" + pending.id()
                + "', '" + confirming.id() + "') order by 1, 2";
        await().atMost(120, SECONDS)
                .untilAsserted(() ->
                        assertThat(service.rows(mine)).hasSize(4 + 4).anyMatch(row -> row.contains("|CONFIRMATION|")));
        var live = service.rows(mine);

        service.execute(
                "habeas_request",
                "begin; delete from due; update due_position set generation = 0, at_transaction = 0, position = 0; commit");

        await().atMost(120, SECONDS)
                .untilAsserted(() -> assertThat(service.rows(mine)).isEqualTo(live));
    }

    @Test
    void a_database_that_restarts_is_waited_for_and_nothing_accepted_is_lost() {
        var before = file(ACCESS);
        var key = freshKey();

        service.stopDatabase();
        var meanwhile = service.post(REQUESTS, key, "", ACCESS);
        service.startDatabaseAgain();

        assertThat(meanwhile.status()).isEqualTo(503);
        assertThat(meanwhile.header("retry-after")).isNotBlank();
        await().atMost(120, SECONDS).untilAsserted(() -> {
            assertThat(service.post(REQUESTS, key, "", ACCESS).status()).isEqualTo(202);
            assertThat(status(before).status()).isEqualTo(200);
        });
    }

    @Test
    void axon_stands_on_the_journal_and_on_nothing_that_forgets() {
        assertThat(service.bean(EventStorageEngine.class)).isExactlyInstanceOf(JournalEventStorageEngine.class);
        assertThat(service.bean(TokenStore.class)).isExactlyInstanceOf(JdbcTokenStore.class);
        assertThat(service.bean(TransactionManager.class)).isExactlyInstanceOf(SpringTransactionManager.class);
        assertThat(service.bean(CommandBus.class)).isExactlyInstanceOf(SimpleCommandBus.class);
    }

    @Test
    void what_is_written_of_the_api_is_what_the_controllers_offer() throws Exception {
        ApiDescription.requireCommitted(
                service.context(),
                "request-service",
                Map.ofEntries(
                        Map.entry("post /api/v1/desk/requests", "202"),
                        Map.entry("post /api/v1/desk/requests/{id}/decisions", "202"),
                        Map.entry("post /api/v1/desk/requests/{id}/extensions", "202"),
                        Map.entry("post /api/v1/desk/requests/{id}/reviews", "202"),
                        Map.entry("post /api/v1/requests/{id}/details", "202"),
                        Map.entry("post /api/v1/requests/{id}/statement", "202"),
                        Map.entry("post /api/v1/requests/{id}/statement-requests", "202"),
                        Map.entry("post /api/v1/controllers/{c}/requests", "202"),
                        Map.entry("post /api/v1/controllers/{c}/signals", "202"),
                        Map.entry("post /api/v1/controllers/{c}/standing/consents", "202"),
                        Map.entry("post /api/v1/controllers/{c}/standing/opt-ins", "202"),
                        Map.entry("post /api/v1/controllers/{c}/standing/opt-ins/{optIn}/confirmation", "202"),
                        Map.entry("post /api/v1/desk/controllers/{c}/revocations", "202"),
                        Map.entry("post /api/v1/requests/{id}/confirmation", "202"),
                        Map.entry("post /api/v1/requests/{id}/withdrawal", "202"),
                        Map.entry("post /api/v1/requests/{id}/complaints", "202"),
                        Map.entry("post /api/v1/requests/{id}/fee-acceptance", "202"),
                        Map.entry("post /api/v1/desk/requests/{id}/complaint-answers", "202"),
                        Map.entry("post /api/v1/desk/requests/{id}/jurisdictions", "202"),
                        Map.entry("post /api/v1/desk/requests/{id}/fees", "202")));
    }

    private static List<String> typesOf(Filed filed) {
        return service.rows("select type from event where stream = '" + filed.id() + "' order by sequence");
    }
}
