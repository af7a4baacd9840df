// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static io.habeas.fulfillment.Workshop.email;
import static io.habeas.fulfillment.Workshop.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import io.habeas.contracts.FulfillmentAnnouncement.Completed;
import io.habeas.contracts.FulfillmentAnnouncement.Delayed;
import io.habeas.contracts.FulfillmentAnnouncement.OutcomesRecorded;
import io.habeas.contracts.FulfillmentAnnouncement.Planned;
import io.habeas.contracts.Grade;
import io.habeas.contracts.Right;
import io.habeas.contracts.TaskOutcome;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RecipientTest {

    private static final InstantSource REAL = InstantSource.system();
    private static final String FORGER = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    private static Stores stores;
    private static Workshop workshop;
    private static WireMockServer mailer;
    private static long next = 1;

    private final long person = next++;

    @BeforeAll
    static void open() {
        stores = Stores.start();
        workshop = new Workshop(stores);
        mailer = new WireMockServer(options().bindAddress("127.0.0.1").dynamicPort());
        mailer.start();
        stores.mailer("endpoint: \"http://127.0.0.1:" + mailer.port() + "/privacy\"");
    }

    @AfterAll
    static void close() {
        mailer.stop();
        workshop.close();
    }

    @BeforeEach
    void fresh() {
        mailer.resetAll();
        // what the test before left waiting is none of this one's business
        workshop.jdbc
                .sql("update task set state = 'CANCELLED' where recipient and state in ('READY', 'WAITING')")
                .update();
        stores.customer(person, "Person" + person + "@Example.org");
    }

    /** An erasure whose stores are done. */
    private UUID erased() {
        var request = workshop.approve(Right.ERASURE, null, id(person));
        workshop.planAndWork();
        return request;
    }

    private static void answers(ResponseDefinitionBuilder response) {
        mailer.stubFor(any(anyUrl()).willReturn(response));
    }

    private static Map<String, String> signed(String messageId, String secret, Instant at, String body) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring(6)), "HmacSHA256"));
            var text = messageId + "." + at.getEpochSecond() + "." + body;
            var signature = Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
            return Map.of(
                    "webhook-id",
                    messageId,
                    "webhook-timestamp",
                    Long.toString(at.getEpochSecond()),
                    "webhook-signature",
                    "v1," + signature);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String says(UUID task, String status) {
        return "{\"taskId\":\"" + task + "\",\"status\":\"" + status + "\"}";
    }

    private static void hand(UUID task, Map<String, String> headers, String body) {
        workshop.answers.hand(task, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    private static void refuses(Problem problem, UUID task, Map<String, String> headers, String body) {
        assertThatThrownBy(() -> hand(task, headers, body))
                .isInstanceOfSatisfying(ProblemException.class, refused -> assertThat(refused.problem())
                        .isEqualTo(problem));
    }

    private static UUID task(UUID request) {
        return workshop.jdbc
                .sql("select task_id from task where request_id = ? and recipient")
                .param(request)
                .query(UUID.class)
                .single();
    }

    private static String state(UUID request) {
        return workshop.jdbc
                .sql("select state from task where request_id = ? and recipient")
                .param(request)
                .query(String.class)
                .single();
    }

    private static void until(Runnable check) {
        await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
            workshop.messenger.once();
            check.run();
        });
    }

    private static List<Grade> grades(UUID request) {
        return workshop.announced.of(request, OutcomesRecorded.class).stream()
                .flatMap(it -> it.outcomes().stream())
                .filter(it -> it.store().equals("mailer"))
                .map(TaskOutcome::grade)
                .toList();
    }

    private static void isDone(UUID request, Grade grade) {
        assertThat(grades(request)).containsExactly(grade);
        assertThat(workshop.announced.of(request, Completed.class)).hasSize(1);
        assertThat(workshop.stateOf(request)).isEqualTo("DONE");
    }

    @Test
    @DisplayName("SR-10: a service provider is told after the first store, by what was found, and signs for it")
    void a_service_provider_is_told_and_signs_for_it() {
        var request = workshop.approve(Right.ERASURE, null, id(person));
        workshop.plan();
        assertThat(workshop.messenger.once()).isFalse();
        assertThat(workshop.announced.of(request, Planned.class))
                .singleElement()
                .satisfies(planned -> assertThat(planned.tasks())
                        .extracting(it -> it.store())
                        .containsExactly("shop", "reviews", "mailer"));
        workshop.work();
        assertThat(workshop.announced.of(request, Completed.class)).isEmpty();
        var task = task(request);
        var response = aResponse().withBody(says(task, "done"));
        signed(task.toString(), Stores.MAILER_SECRET, REAL.instant(), says(task, "done"))
                .forEach(response::withHeader);
        answers(response);

        assertThat(workshop.messenger.once()).isTrue();

        isDone(request, Grade.ATTESTED);
        assertThat(mailer.findAll(postRequestedFor(urlEqualTo("/privacy"))))
                .singleElement()
                .satisfies(told -> assertThat(told.getBodyAsString())
                        .contains("Person" + person + "@Example.org", "ERASURE", "acme", task.toString())
                        .doesNotContain("CUSTOMER_ID"));
        assertThat(workshop.jdbc
                        .sql("select sealed from notice where task_id = ?")
                        .param(task)
                        .query(String.class)
                        .single())
                .doesNotContain("xample");
        assertThat(workshop.messenger.once()).isFalse();
    }

    @Test
    void an_address_that_nobody_proved_and_that_another_account_has_is_told_to_nobody() {
        var shared = "person" + person + "@example.org";
        stores.customer(next++, shared);
        answers(aResponse().withStatus(202));

        var request = erased();
        workshop.messenger.once();

        assertThat(state(request)).isEqualTo("WAITING");
        assertThat(mailer.findAll(postRequestedFor(urlEqualTo("/privacy"))))
                .singleElement()
                .satisfies(told -> assertThat(told.getBodyAsString())
                        .contains("+1555000" + person)
                        .doesNotContainIgnoringCase(shared));
    }

    @Test
    void neither_is_a_phone_that_a_family_shares() {
        long other = next++;
        stores.customer(other, "person" + other + "@example.org");
        stores.shopSql()
                .sql("update customers set phone = ? where id = ?")
                .params("+1555000" + person, other)
                .update();
        answers(aResponse().withStatus(202));
        workshop.approve(Right.ERASURE, null, email("person" + person + "@example.org"));
        workshop.planAndWork();

        workshop.messenger.once();

        assertThat(mailer.findAll(postRequestedFor(urlEqualTo("/privacy"))))
                .singleElement()
                .satisfies(told -> assertThat(told.getBodyAsString())
                        .containsIgnoringCase("person" + person + "@example.org")
                        .doesNotContain("PHONE"));
    }

    @Test
    @DisplayName("SR-10, S53: an answer that comes later counts once, and only if the recipient signed it just now")
    void an_answer_that_comes_later_counts_once() {
        answers(aResponse().withStatus(202));
        var request = erased();
        workshop.messenger.once();
        assertThat(state(request)).isEqualTo("WAITING");
        var task = task(request);
        var body = says(task, "done");
        var accepted = says(task, "accepted");
        var good = signed("answer-1", Stores.MAILER_SECRET, REAL.instant(), body);

        refuses(Problem.SIGNATURE_NOT_ACCEPTED, task, signed("answer-1", FORGER, REAL.instant(), body), body);
        refuses(Problem.SIGNATURE_NOT_ACCEPTED, task, Map.of(), body);
        refuses(Problem.SIGNATURE_NOT_ACCEPTED, task, good, accepted);
        refuses(
                Problem.SIGNATURE_NOT_ACCEPTED,
                task,
                signed("answer-1", Stores.MAILER_SECRET, REAL.instant().minusSeconds(301), body),
                body);
        refuses(Problem.SIGNATURE_NOT_ACCEPTED, UUID.randomUUID(), good, body);
        var other = says(UUID.randomUUID(), "done");
        refuses(Problem.INVALID_FIELDS, task, signed("answer-1", Stores.MAILER_SECRET, REAL.instant(), other), other);
        refuses(Problem.INVALID_FIELDS, task, signed("answer-1", Stores.MAILER_SECRET, REAL.instant(), "null"), "null");
        assertThat(grades(request)).isEmpty();

        var first = signed("answer-0", Stores.MAILER_SECRET, REAL.instant(), accepted);
        hand(task, first, accepted);
        long lease = lease(task);
        refuses(Problem.GONE, task, first, accepted);
        assertThat(lease(task))
                .as("a repeat takes nothing from whoever works on it")
                .isEqualTo(lease);
        hand(task, good, body);
        isDone(request, Grade.ATTESTED);
        refuses(Problem.GONE, task, good, body);
        isDone(request, Grade.ATTESTED);
    }

    @Test
    @DisplayName("SR-10, F43: accepted for ever is reminded, and ends as told and not confirmed")
    void accepted_for_ever_ends_as_told_and_not_confirmed() {
        answers(aResponse().withStatus(202));
        var request = erased();
        workshop.messenger.once();
        assertThat(grades(request)).isEmpty();

        workshop.advance(Duration.ofDays(4));
        until(() -> assertThat(workshop.announced.of(request, Delayed.class))
                .extracting(Delayed::reason)
                .containsExactly("recipient-silent"));
        assertThat(mailer.findAll(postRequestedFor(urlEqualTo("/privacy"))))
                .anySatisfy(it -> assertThat(it.getBodyAsString())
                        .contains("\"reminder\":1", task(request).toString()));

        workshop.advance(Duration.ofDays(7));
        until(() -> isDone(request, Grade.UNCONFIRMED));
    }

    @Test
    @DisplayName("F44: done without a signature is no confirmation")
    void done_without_a_signature_is_no_confirmation() {
        answers(aResponse().withStatus(200).withBody("{\"status\":\"done\"}"));
        var request = erased();

        workshop.messenger.once();

        assertThat(state(request)).isEqualTo("WAITING");
        assertThat(grades(request)).isEmpty();
        workshop.advance(Duration.ofDays(11));
        until(() -> isDone(request, Grade.UNCONFIRMED));
    }

    @Test
    @DisplayName("F37, F42: failures are tried again under the same id until the recipient is back")
    void failures_are_tried_again_under_the_same_id() {
        answers(aResponse().withStatus(500));
        var request = erased();
        until(() -> assertThat(mailer.getAllServeEvents()).hasSizeGreaterThan(3));
        assertThat(workshop.announced.of(request, Delayed.class))
                .extracting(Delayed::reason)
                .containsExactly("recipient-unreachable");

        answers(aResponse().withStatus(202));
        until(() -> assertThat(state(request)).isEqualTo("WAITING"));

        assertThat(mailer.findAll(postRequestedFor(urlEqualTo("/privacy"))))
                .extracting(it -> it.getHeader("webhook-id"))
                .containsOnly(task(request).toString());
    }

    @Test
    @DisplayName("F37: who was never reached is not said to be told")
    void who_was_never_reached_is_not_said_to_be_told() {
        answers(aResponse().withStatus(500));
        var request = erased();
        workshop.messenger.once();

        workshop.advance(Duration.ofDays(11));
        until(() -> assertThat(state(request)).isEqualTo("PARKED"));

        assertThat(grades(request)).isEmpty();
        assertThat(workshop.announced.of(request, Delayed.class))
                .extracting(Delayed::reason)
                .containsExactly("recipient-unreachable", "recipient-never-reached");
    }

    @Test
    void a_recipient_that_says_when_is_left_alone_until_then() {
        answers(aResponse().withStatus(429).withHeader("Retry-After", "3600"));
        var request = erased();
        workshop.messenger.once();

        assertThat(workshop.messenger.once()).isFalse();
        assertThat(workshop.jdbc
                        .sql("select next_try > now() + interval '50 minutes' from task where task_id = ?")
                        .param(task(request))
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE", "RANDOM_DATA_THEN_CLOSE"})
    @DisplayName("F11, F40: after a broken answer the recipient is told again under the same id")
    void after_a_broken_answer_the_recipient_is_told_again(Fault fault) {
        answers(aResponse().withFault(fault));
        var request = erased();
        workshop.messenger.once();
        assertThat(state(request)).isEqualTo("READY");

        answers(aResponse().withStatus(202));
        until(() -> assertThat(state(request)).isEqualTo("WAITING"));

        assertThat(mailer.findAll(postRequestedFor(urlEqualTo("/privacy"))))
                .hasSizeGreaterThan(1)
                .extracting(it -> it.getHeader("webhook-id"))
                .containsOnly(task(request).toString());
    }

    @Test
    @DisplayName("S51: a redirect is not followed, and a person must act")
    void a_redirect_is_not_followed() {
        answers(aResponse().withStatus(307).withHeader("Location", "http://127.0.0.1:" + mailer.port() + "/inside"));
        var request = erased();

        workshop.messenger.once();

        assertThat(state(request)).isEqualTo("PARKED");
        assertThat(mailer.getAllServeEvents()).hasSize(1);
    }

    @Test
    void a_signed_refusal_is_for_a_person() {
        answers(aResponse().withStatus(202));
        var request = erased();
        workshop.messenger.once();
        var task = task(request);
        var body = says(task, "refused");

        hand(task, signed("refusal", Stores.MAILER_SECRET, REAL.instant(), body), body);

        assertThat(state(request)).isEqualTo("PARKED");
        assertThat(grades(request)).isEmpty();
        assertThat(workshop.announced.of(request, Delayed.class))
                .extracting(Delayed::reason)
                .containsExactly("recipient-refused");
    }

    @Test
    void an_approval_that_was_changed_after_its_proof_tells_nobody() {
        answers(aResponse().withStatus(202));
        var request = erased();
        workshop.jdbc.sql("""
                        update fulfillment_order set approval = replace(approval, '"language":"en"', '"language":"de"')
                         where request_id = ?""").param(request).update();

        workshop.messenger.once();

        assertThat(state(request)).isEqualTo("PARKED");
        assertThat(mailer.getAllServeEvents()).isEmpty();
        assertThat(workshop.announced.of(request, Delayed.class))
                .extracting(Delayed::reason)
                .containsExactly("audit-proof-refused");
    }

    private static long lease(UUID task) {
        return workshop.jdbc
                .sql("select lease_number from task where task_id = ?")
                .param(task)
                .query(Long.class)
                .single();
    }

    @Test
    void an_access_tells_nobody() {
        var request = workshop.approve(Right.ACCESS, null, id(person), email("person" + person + "@example.org"));

        workshop.planAndWork();

        assertThat(workshop.messenger.once()).isFalse();
        assertThat(workshop.announced.of(request, Completed.class)).hasSize(1);
        assertThat(mailer.getAllServeEvents()).isEmpty();
    }
}
