// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification.cases;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.stubbing.StubMapping;
import io.habeas.contracts.DirectoryLookup.Match;
import io.habeas.contracts.Sealed;
import io.habeas.contracts.VerificationAnnouncement.ChallengeIssued;
import io.habeas.messaging.RepeatedTransaction;
import io.habeas.verification.VerificationHarness;
import io.habeas.verification.VerificationHarness.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a case that something is wrong with which waiting does not cure: a seal that is broken, a key that this service may not open. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CaseTroubleTest {

    @TempDir
    static Path directory;

    private static VerificationHarness service;

    @BeforeAll
    static void start() throws IOException {
        service = new VerificationHarness(directory);
    }

    @AfterAll
    static void stop() throws IOException {
        service.close();
    }

    @Test
    void a_fresh_code_that_can_not_be_made_is_given_up_and_another_may_be_asked_for() {
        var request = service.request(Match.ONE);
        service.arrives(request);
        await().atMost(VerificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(challenges(request)).hasSize(1));
        service.enter(request, code(request));
        // the seal is bound to its text, so that it breaks, and mends again
        turnContact(request);
        service.advance(Duration.ofMinutes(2));
        service.askForCode(request);
        untilGivenUp(request);

        turnContact(request);
        service.advance(Duration.ofMinutes(2));

        assertThat(service.askForCode(request).statusCode()).isEqualTo(202);
        await().atMost(VerificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(challenges(request)).hasSize(2));
        assertThat(service.enter(request, code(request)).statusCode()).isEqualTo(200);
    }

    @Test
    void a_look_up_and_the_keys_for_it_are_asked_for_under_the_trace_of_the_last_message() {
        var trace = "0af7651916cd43dd8448eb211c80319c";
        var request = service.request(Match.ONE);
        service.jdbc
                .sql("""
                        insert into inbox (source, request_id, sequence, generation, event_id, traceparent)
                        values ('habeas.request.v1', ?, 0, 1, ?, ?)""")
                .params(request.id(), UUID.randomUUID(), "00-" + trace + "-b7ad6b7169203331-01")
                .update();
        service.arrives(request);
        await().atMost(VerificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(challenges(request)).hasSize(1));

        service.others.verify(postRequestedFor(urlPathMatching("/internal/v1/controllers/.*/directory/lookups"))
                .withRequestBody(
                        matchingJsonPath("$.requestId", equalTo(request.id().toString())))
                .withHeader("traceparent", matching("00-" + trace + "-[0-9a-f]{16}-01")));
        service.others.verify(postRequestedFor(
                        urlPathEqualTo("/internal/v1/keys/" + request.keys().caseKey() + "/openings"))
                .withHeader("traceparent", matching("00-" + trace + "-[0-9a-f]{16}-01")));
    }

    @Test
    void a_case_belongs_to_who_renews_its_lease_and_to_the_next_who_claims_it_after_that() {
        var cases = service.context().getBean(CaseStore.class);
        service.context().getBean(CaseTicker.class).stop();
        var request = service.request(Match.ONE);
        try {
            service.arrives(request);
            var dead = claimed(cases, request);
            claimed(cases, request);

            cases.renew(dead, Duration.ofDays(1));
            var last = claimed(cases, request);
            assertThat(last).as("what the dead had claimed is free").hasSize(1);
            cases.renew(last, Duration.ofDays(1));

            assertThat(claimed(cases, request)).isEmpty();
            service.jdbc
                    .sql("update verification_case set due_at = now() where request_id = ?")
                    .param(request.id())
                    .update();
        } finally {
            service.context().getBean(CaseTicker.class).start();
        }
        await().atMost(VerificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(challenges(request)).hasSize(1));
    }

    @Test
    void a_code_that_is_asked_for_when_the_contact_can_not_be_opened_any_more_ends_the_case() {
        var request = service.request(Match.ONE);
        service.arrives(request);
        await().atMost(VerificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(challenges(request)).hasSize(1));
        service.enter(request, code(request));
        var destroyed = UUID.randomUUID();
        service.others.stubFor(post(urlPathEqualTo("/internal/v1/keys/" + destroyed + "/openings"))
                .willReturn(aResponse().withStatus(410)));
        service.jdbc
                .sql("update verification_case set contact_key = ? where request_id = ?")
                .params(destroyed, request.id())
                .update();
        service.advance(Duration.ofMinutes(2));

        assertThat(service.askForCode(request).statusCode()).isEqualTo(202);

        await().atMost(VerificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(state(request)).isEqualTo("ENDED"));
        assertThat(service.askForCode(request).statusCode()).isEqualTo(409);
    }

    @Test
    void a_case_that_was_proved_meanwhile_is_not_ended_by_who_could_not_open_its_claims() {
        var cases = service.context().getBean(CaseStore.class);
        var request = service.request(Match.ONE);
        service.arrives(request);
        await().atMost(VerificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(challenges(request)).hasSize(1));
        service.context().getBean(CaseTicker.class).stop();
        try {
            service.advance(Duration.ofMinutes(2));
            service.askForCode(request);
            service.jdbc
                    .sql("update verification_case set due_at = now() - interval '1 second' where request_id = ?")
                    .param(request.id())
                    .update();
            var held = claimed(cases, request).getLast();
            assertThat(service.enter(request, code(request)).statusCode()).isEqualTo(200);

            service.context().getBean(RepeatedTransaction.class).run(() -> cases.endUnreadable(held));

            assertThat(state(request)).isEqualTo("PASSED");
        } finally {
            service.context().getBean(CaseTicker.class).start();
        }
    }

    private static String state(Request request) {
        return service.jdbc
                .sql("select state from verification_case where request_id = ?")
                .param(request.id())
                .query(String.class)
                .single();
    }

    private static List<VerificationCase> claimed(CaseStore cases, Request request) {
        return cases.claim(100, Duration.ZERO).stream()
                .filter(it -> it.requestId().equals(request.id()))
                .toList();
    }

    @Test
    void a_look_up_that_was_given_up_is_made_with_the_next_code_that_is_asked_for() {
        var request = service.request(Match.ONE);
        var refusal = keyIsRefused(request.keys().caseKey());
        service.arrives(request);
        untilGivenUp(request);

        service.others.removeStub(refusal);
        service.advance(Duration.ofMinutes(2));
        service.askForCode(request);

        await().atMost(VerificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(challenges(request)).hasSize(1));
        assertThat(service.enter(request, code(request)).statusCode()).isEqualTo(200);
    }

    private static void turnContact(Request request) {
        service.jdbc
                .sql(
                        "update verification_case set contact_ciphertext = reverse(contact_ciphertext) where request_id = ?")
                .param(request.id())
                .update();
    }

    private static StubMapping keyIsRefused(UUID key) {
        return service.others.stubFor(post(urlPathEqualTo("/internal/v1/keys/" + key + "/openings"))
                .willReturn(aResponse().withStatus(403)));
    }

    private static void untilGivenUp(Request request) {
        await().atMost(VerificationHarness.PATIENCE).untilAsserted(() -> assertThat(service.jdbc
                        .sql("select work is null and attempts > 2 from verification_case where request_id = ?")
                        .param(request.id())
                        .query(Boolean.class)
                        .single())
                .isTrue());
    }

    private static List<ChallengeIssued> challenges(Request request) {
        return service.announced(request.id(), ChallengeIssued.class);
    }

    private static String code(Request request) {
        return service.sealer
                .open(
                        VerificationHarness.CONTROLLER,
                        request.id(),
                        "challenge",
                        challenges(request).getLast().challenge(),
                        Sealed.Challenge.class)
                .code();
    }
}
