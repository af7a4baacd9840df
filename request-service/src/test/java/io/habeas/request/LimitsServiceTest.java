// SPDX-License-Identifier: Apache-2.0
package io.habeas.request;

import static io.habeas.request.RunningService.freshKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.habeas.contracts.Announcement;
import io.habeas.contracts.FulfillmentAnnouncement;
import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.Sealed;
import io.habeas.contracts.SealedField;
import io.habeas.contracts.VerificationAnnouncement;
import io.habeas.messaging.Inbound;
import io.habeas.messaging.Subscription;
import io.habeas.request.RunningService.Answer;
import io.habeas.sealeddata.KeyStore;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.LegalClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often a person may use a right, on a real database and with real keys. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LimitsServiceTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final ZoneId CALIFORNIA = ZoneId.of("America/Los_Angeles");

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

    private static String somebody() {
        return "zaphod-" + UUID.randomUUID() + "@example.org";
    }

    private static UUID filed(String right, String email) {
        var answer = service.post("/api/v1/controllers/smallrig/requests", freshKey(), "", """
                {"right": "%s", "jurisdiction": "US-CA", "language": "en",
                 "subject": {"identifiers": [{"kind": "EMAIL", "value": "%s"}]}}""".formatted(right, email));
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
        return UUID.fromString(answer.text("/requestId"));
    }

    private static UUID caseKey(UUID id) {
        return UUID.fromString(
                service.rows("select convert_from(payload, 'UTF8')::json -> 'keys' ->> 'caseKey' from event"
                                + " where type = 'request.received' and stream = '" + id + "'")
                        .getFirst());
    }

    private static SealedField sealed(UUID id, String field, Object plain) {
        return service.bean(Sealer.class).seal("smallrig", id, field, caseKey(id), plain);
    }

    /** The directory knows the person by an address and by a number; which of them is claimed does not matter. */
    private static void prove(UUID id, String email) {
        var who = new Sealed.Proved(List.of(
                new Identifier(IdentifierKind.EMAIL, email), new Identifier(IdentifierKind.CUSTOMER_ID, "n-" + email)));
        announce(
                "verificationSubscription",
                id,
                new VerificationAnnouncement.Passed(
                        id,
                        ProofMethod.CONTACT_ON_FILE,
                        ProofLevel.STANDARD,
                        sealed(id, "proved", who),
                        sealed(id, "contact", new Sealed.Contact(null, email)),
                        true,
                        service.bean(LegalClock.class).instant()));
    }

    private static void answer(UUID id) {
        var plan = UUID.randomUUID();
        announce("fulfillmentSubscription", id, new FulfillmentAnnouncement.Planned(id, plan, "smallrig/1", List.of()));
        announce("fulfillmentSubscription", id, new FulfillmentAnnouncement.Completed(id, plan, null));
        assertThat(state(id)).isEqualTo("ANSWERED");
    }

    private static void announce(String subscription, UUID id, Announcement announcement) {
        @SuppressWarnings("unchecked")
        Subscription<Announcement> to = service.bean(subscription, Subscription.class);
        try {
            to.receiver()
                    .on(new Inbound<>(
                            UUID.randomUUID(), id, "smallrig", 0, Instant.now(), null, announcement, new byte[0]));
        } catch (RuntimeException refused) {
            throw refused;
        } catch (Exception unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    private static UUID answered(String right, String email) {
        var id = filed(right, email);
        prove(id, email);
        answer(id);
        return id;
    }

    private static Answer status(UUID id) {
        return service.get("/api/v1/requests/" + id, staff());
    }

    private static String state(UUID id) {
        return status(id).text("/state");
    }

    private static String staff() {
        return service.issuer.staffToken(List.of("reviewer"), List.of("smallrig"));
    }

    private static Answer decide(UUID id, String body) {
        return service.post("/api/v1/desk/requests/" + id + "/decisions", freshKey(), staff(), body);
    }

    @Test
    void the_third_waits_for_a_reviewer_who_refuses_it_with_the_day_from_which_it_is_possible_again() {
        var email = somebody();
        answered("ACCESS", email);
        answered("ACCESS", email);
        var third = filed("ACCESS", email);
        var elses = filed("ACCESS", somebody());

        prove(third, email.toUpperCase(java.util.Locale.ROOT));
        prove(elses, somebody());

        assertThat(state(elses)).isEqualTo("IN_FULFILLMENT");
        var waiting = status(third);
        assertThat(waiting.text("/state")).isEqualTo("UNDER_REVIEW");
        assertThat(waiting.text("/review/reason")).isEqualTo("LIMIT_REACHED");
        var day = LocalDate.ofInstant(service.bean(LegalClock.class).instant(), CALIFORNIA)
                .plusMonths(12);
        assertThat(waiting.text("/counts/0/possibleFrom")).isEqualTo(day.toString());
        var refused = decide(third, "{\"decision\":\"REFUSE\",\"ground\":\"LIMIT_REACHED\"}");
        assertThat(refused.status()).as("%s", refused.body()).isEqualTo(202);
        assertThat(status(third).text("/refusal/againFrom")).isEqualTo(day.toString());

        // a refused one counts for nothing, and does not move the day
        var fourth = filed("PORTABILITY", email);
        prove(fourth, email);
        assertThat(status(fourth).text("/counts/0/answered")).isEqualTo("2");
    }

    @Test
    void the_count_holds_when_the_keys_of_the_earlier_ones_are_destroyed_and_when_the_table_is_filled_again() {
        var email = somebody();
        for (var id : List.of(answered("ACCESS", email), answered("ACCESS", email))) {
            service.bean(KeyStore.class).destroy("smallrig", caseKey(id));
        }
        service.execute("habeas_request", "update counted_table set whole = false");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(service.rows("select whole from counted_table"))
                .containsExactly("t"));
        var third = filed("ACCESS", email);

        prove(third, email);

        assertThat(status(third).text("/review/reason")).isEqualTo("LIMIT_REACHED");
    }

    @Test
    void a_table_that_was_lost_is_made_again_from_those_whose_keys_live() {
        var email = somebody();
        answered("ACCESS", email);
        answered("ACCESS", email);
        service.execute("habeas_request", "delete from counted_request");
        service.execute("habeas_request", "update counted_table set whole = false");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(service.rows("select whole from counted_table"))
                .containsExactly("t"));
        var third = filed("ACCESS", email);

        prove(third, email);

        assertThat(state(third)).isEqualTo("UNDER_REVIEW");
    }

    @Test
    void what_was_not_answered_does_not_count_and_nobody_is_refused_for_it() {
        var email = somebody();
        answered("ACCESS", email);
        var withdrawn = filed("ACCESS", email);
        prove(withdrawn, email);
        service.post("/api/v1/requests/" + withdrawn + "/withdrawal", freshKey(), staffFor("clerk"), "{}");
        var unproved = filed("ACCESS", email);
        var second = filed("ACCESS", email);

        prove(second, email);

        assertThat(state(withdrawn)).isEqualTo("WITHDRAWN");
        assertThat(state(unproved)).isEqualTo("AWAITING_IDENTITY");
        assertThat(state(second)).isEqualTo("IN_FULFILLMENT");
    }

    private static String staffFor(String role) {
        return service.issuer.staffToken(List.of(role), List.of("smallrig"));
    }

    @Test
    void of_two_that_are_proved_at_once_the_second_is_seen_and_it_is_not_refused_before_the_first_is_answered()
            throws Exception {
        var email = somebody();
        answered("ACCESS", email);
        var two = List.of(filed("ACCESS", email), filed("ACCESS", email));

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var proving : two.stream()
                    .map(id -> threads.submit(() -> prove(id, email)))
                    .toList()) {
                proving.get();
            }
        }

        assertThat(two.stream().map(LimitsServiceTest::state))
                .containsExactlyInAnyOrder("IN_FULFILLMENT", "UNDER_REVIEW");
        var waiting = two.stream()
                .filter(id -> state(id).equals("UNDER_REVIEW"))
                .findFirst()
                .orElseThrow();
        var early = decide(waiting, "{\"decision\":\"REFUSE\",\"ground\":\"LIMIT_REACHED\"}");
        assertThat(early.status()).isEqualTo(409);
        assertThat(early.text("/detail")).contains("1 of 2 were answered");
        two.stream().filter(id -> !id.equals(waiting)).forEach(LimitsServiceTest::answer);
        assertThat(decide(waiting, "{\"decision\":\"REFUSE\",\"ground\":\"LIMIT_REACHED\"}")
                        .status())
                .isEqualTo(202);
    }

    @Test
    void nothing_of_the_person_stands_in_the_events_of_a_count() {
        var email = somebody();
        var ids = List.of(answered("ACCESS", email), answered("ACCESS", email));
        var third = filed("ACCESS", email);
        prove(third, email);

        var rows = service.rows("select convert_from(payload, 'UTF8') from event where type = 'request.count-passed'"
                + " and stream = '" + third + "'");

        assertThat(rows).hasSize(1);
        ids.forEach(id -> assertThat(rows.getFirst()).doesNotContain(id.toString()));
    }
}
