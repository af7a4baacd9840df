// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.DirectoryLookup.Match;
import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.RequestAnnouncement;
import io.habeas.contracts.Right;
import io.habeas.contracts.Sealed;
import io.habeas.contracts.SealedField;
import io.habeas.contracts.VerificationAnnouncement.ChallengeIssued;
import io.habeas.contracts.VerificationAnnouncement.Failed;
import io.habeas.contracts.VerificationAnnouncement.Noted;
import io.habeas.contracts.VerificationAnnouncement.Passed;
import io.habeas.messaging.RefusedException;
import io.habeas.verification.VerificationHarness;
import io.habeas.verification.VerificationHarness.Request;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ProofByContactTest {

    private static final String WRONG = "0000-0001";

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
    void the_code_goes_to_the_contact_on_file_and_proves_what_the_directory_holds() {
        var request = waitingForItsCode(Match.ONE);
        var challenge = challenge(request);

        var answer = service.enter(request, challenge.code());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(service.json(answer).propertyNames()).containsExactly("token", "proofLevel", "provedAt");
        assertThat(challenge.email()).isEqualTo(VerificationHarness.ON_FILE);
        assertThat(challenge.code()).matches("\\d{4}-\\d{4}");
        var passed = service.announced(request.id(), Passed.class).getFirst();
        assertThat(passed.account()).isTrue();
        assertThat(open(request, "contact", passed.contact(), Sealed.Contact.class)
                        .email())
                .isEqualTo(VerificationHarness.ON_FILE);
        assertThat(open(request, "proved", passed.proved(), Sealed.Proved.class).identifiers())
                .containsExactly(
                        new Identifier(IdentifierKind.EMAIL, VerificationHarness.ON_FILE),
                        new Identifier(IdentifierKind.CUSTOMER_ID, "c-42"));
        assertThat(passed.proved().key()).isEqualTo(request.keys().caseKey());
    }

    @Test
    void the_token_of_the_answer_carries_the_proof() {
        var request = waitingForItsCode(Match.ONE);

        var answer = service.json(service.enter(request, challenge(request).code()));

        var again = service.send(request.id(), answer.path("token").asString(), "/verification/codes", "{}");
        assertThat(again.statusCode()).isEqualTo(202);
        assertThat(answer.path("proofLevel").asString()).isEqualTo("STANDARD");
    }

    @Test
    void where_no_proof_is_asked_for_whoever_offers_one_is_told_so_and_not_to_come_again() {
        var request = service.request(Match.ONE);
        assertThat(service.askForCode(request).statusCode()).isEqualTo(503);

        service.arrivesWithoutProof(request);

        for (var answer : List.of(service.askForCode(request), service.enter(request, WRONG))) {
            assertThat(answer.statusCode()).isEqualTo(422);
            assertThat(service.json(answer).path("type").asString()).isEqualTo("urn:habeas:problem:not-on-offer-here");
            assertThat(answer.headers().firstValue("retry-after")).isEmpty();
        }
        assertThat(service.announced(request.id())).isEmpty();
    }

    @Test
    void none_one_and_many_look_the_same_outside() {
        var known = new ArrayList<List<String>>();
        for (var match : Match.values()) {
            known.add(everythingSeenOf(match));
        }

        assertThat(known.get(0)).isEqualTo(known.get(1)).isEqualTo(known.get(2));
    }

    /** Every answer that a requester can get without the right code, with ids and times taken out. */
    private List<String> everythingSeenOf(Match match) {
        var request = service.request(match);
        service.arrives(request);
        var seen = new ArrayList<String>();
        Callable<String> ask = () -> seen(request, service.askForCode(request));
        try {
            await().atMost(VerificationHarness.PATIENCE).untilAsserted(() -> assertThat(service.announced(request.id()))
                    .hasSize(1));
            seen.add(ask.call());
            for (int code = 1; code <= 3; code++) {
                for (int attempt = 1; attempt <= 6; attempt++) {
                    seen.add(seen(request, service.enter(request, WRONG)));
                }
                seen.add(ask.call());
                service.advance(Duration.ofMinutes(11));
                seen.add(ask.call());
                int announced = code + 1;
                await().atMost(VerificationHarness.PATIENCE)
                        .untilAsserted(() ->
                                assertThat(service.announced(request.id())).hasSize(announced));
            }
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
        seen.add(seen(request, service.enter(request, WRONG)));
        return seen;
    }

    private static String seen(Request request, HttpResponse<String> answer) {
        var headers = new TreeMap<>(answer.headers().map());
        headers.remove("date");
        headers.computeIfPresent(
                "retry-after", (_, value) -> List.of(value.getFirst().length() > 4 ? "days" : "minutes"));
        return answer.statusCode() + " " + headers + " "
                + answer.body()
                        .replace(request.id().toString(), "ID")
                        .replaceAll("\"\\d{4}-\\d\\d-\\d\\dT[^\"]*\"", "TIME");
    }

    @Test
    void nothing_is_announced_that_a_letter_could_be_made_of_where_nobody_or_many_are_on_file() {
        var nobody = waitingForItsCode(Match.NONE);
        var many = waitingForItsCode(Match.MANY);

        assertThat(service.announced(nobody.id())).containsOnly(new Noted(nobody.id()));
        assertThat(service.announced(many.id())).containsOnly(new Noted(many.id()));
        assertThat(service.jdbc
                        .sql("select match from verification_case where request_id = ?")
                        .param(many.id())
                        .query(String.class)
                        .single())
                .isEqualTo("MANY");
    }

    @Test
    void a_code_counts_for_its_own_request_only() {
        var mine = waitingForItsCode(Match.ONE);
        var others = waitingForItsCode(Match.ONE);

        assertThat(service.enter(others, challenge(mine).code()).statusCode()).isEqualTo(422);
        assertThat(service.send(mine.id(), others.token(), "/verification", entry(mine))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void a_code_is_good_for_one_proof_but_a_lost_answer_can_be_asked_for_again_for_a_minute() {
        var request = waitingForItsCode(Match.ONE);
        var code = challenge(request).code();
        var first = service.json(service.enter(request, code));

        var again = service.json(service.enter(request, code));
        service.advance(Duration.ofSeconds(61));
        var late = service.enter(request, code);

        assertThat(again.path("provedAt")).isEqualTo(first.path("provedAt"));
        assertThat(late.statusCode()).isEqualTo(422);
        assertThat(service.announced(request.id(), Passed.class)).hasSize(1);
    }

    @Test
    void under_another_key_a_code_that_was_used_is_used_up() {
        var request = waitingForItsCode(Match.ONE);
        var code = challenge(request).code();
        service.enter(request, code);

        var other = service.enterUnder("another-key-of-somebody", request, code);

        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(service.enter(request, code).statusCode()).isEqualTo(200);
    }

    @Test
    void an_answer_that_was_lost_can_be_asked_for_again_even_where_the_request_was_decided_at_once() {
        var request = waitingForItsCode(Match.ONE);
        var code = challenge(request).code();
        var first = service.json(service.enter(request, code));
        decided(request);

        var again = service.enter(request, code);
        service.advance(Duration.ofSeconds(61));

        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(service.json(again).path("provedAt")).isEqualTo(first.path("provedAt"));
        assertThat(service.enter(request, code).statusCode()).isEqualTo(422);
        assertThat(service.announced(request.id(), Passed.class)).hasSize(1);
    }

    @Test
    void many_at_once_with_the_right_code_prove_once() throws Exception {
        var request = waitingForItsCode(Match.ONE);
        var code = challenge(request).code();

        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Callable<Integer>>();
            for (int i = 0; i < 8; i++) {
                calls.add(() -> service.enter(request, code).statusCode());
            }
            for (var call : callers.invokeAll(calls)) {
                assertThat(call.get()).isEqualTo(200);
            }
        }

        assertThat(service.announced(request.id(), Passed.class)).hasSize(1);
    }

    @Test
    void guesses_in_parallel_get_no_more_than_five_tries() throws Exception {
        var request = waitingForItsCode(Match.ONE);
        var code = challenge(request).code();

        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Callable<Integer>>();
            for (int i = 0; i < 20; i++) {
                calls.add(() -> service.enter(request, WRONG).statusCode());
            }
            callers.invokeAll(calls);
        }

        assertThat(service.enter(request, code).statusCode()).isEqualTo(422);
        assertThat(service.announced(request.id(), Passed.class)).isEmpty();
    }

    @Test
    void a_new_code_makes_the_old_one_void_and_frees_who_used_up_the_tries() {
        var request = waitingForItsCode(Match.ONE);
        var old = challenge(request).code();
        for (int i = 0; i < 5; i++) {
            service.enter(request, WRONG);
        }
        service.advance(Duration.ofMinutes(2));
        service.askForCode(request);
        await().atMost(VerificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(challenges(request)).hasSize(2));

        assertThat(service.enter(request, old).statusCode()).isEqualTo(422);
        assertThat(service.enter(request, challenge(request).code()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_code_expires_after_a_day_of_legal_time() {
        var request = waitingForItsCode(Match.ONE);
        var code = challenge(request).code();

        service.advance(Duration.ofHours(24));

        assertThat(service.enter(request, code).statusCode()).isEqualTo(422);
    }

    @Test
    void codes_are_few_and_the_pauses_between_them_grow() {
        var request = waitingForItsCode(Match.ONE);

        var soon = service.askForCode(request);

        assertThat(soon.statusCode()).isEqualTo(429);
        assertThat(soon.headers().firstValue("retry-after")).isPresent();
        service.advance(Duration.ofSeconds(61));
        assertThat(service.askForCode(request).statusCode()).isEqualTo(202);
        await().atMost(VerificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(challenges(request)).hasSize(2));
        service.advance(Duration.ofSeconds(61));
        assertThat(service.askForCode(request).statusCode()).isEqualTo(429);
        service.advance(Duration.ofMinutes(10));
        assertThat(service.askForCode(request).statusCode()).isEqualTo(202);
        await().atMost(VerificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(challenges(request)).hasSize(3));
        service.advance(Duration.ofMinutes(60));
        assertThat(service.askForCode(request).statusCode()).isEqualTo(429);
    }

    @Test
    void after_the_last_try_of_the_last_code_the_proof_has_failed() {
        everythingSeenOf(Match.ONE);
        var request = lastRequest();

        assertThat(service.announced(request, Failed.class))
                .containsExactly(new Failed(request, Failed.Reason.TRIES_EXHAUSTED));
    }

    @Test
    void without_a_proof_in_time_it_has_failed_once_whoever_is_on_file() {
        var known = waitingForItsCode(Match.ONE);
        var unknown = waitingForItsCode(Match.NONE);

        service.advance(Duration.ofDays(31));

        for (var request : List.of(known, unknown)) {
            await().atMost(VerificationHarness.PATIENCE)
                    .untilAsserted(() -> assertThat(service.announced(request.id(), Failed.class))
                            .containsExactly(new Failed(request.id(), Failed.Reason.EXPIRED)));
            assertThat(service.enter(request, WRONG).statusCode()).isEqualTo(409);
        }
    }

    @Test
    void while_the_directory_is_down_it_is_asked_again_and_nothing_else_is_seen() {
        var request = service.request(Match.ONE);
        service.directoryIsDown(request.id());
        service.arrives(request);

        var early = service.enter(request, WRONG);
        service.answers(request.id(), request.keys(), Match.ONE);

        assertThat(early.statusCode()).isEqualTo(422);
        assertThat(service.json(early).at("/triesLeft").asInt()).isEqualTo(5);
        await().atMost(VerificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(challenges(request)).hasSize(1));
    }

    @Test
    void after_the_proof_a_new_code_goes_to_the_proved_contact_under_the_case_key_and_proves_afresh() {
        var request = waitingForItsCode(Match.ONE);
        var first = service.json(service.enter(request, challenge(request).code()));
        decided(request);
        service.advance(Duration.ofDays(3));

        assertThat(service.askForCode(request).statusCode()).isEqualTo(202);
        await().atMost(VerificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(challenges(request)).hasSize(2));
        var fresh = service.enter(request, challenge(request).code());

        assertThat(challenges(request).getLast().challenge().key())
                .isEqualTo(request.keys().caseKey());
        assertThat(fresh.statusCode()).isEqualTo(200);
        assertThat(service.json(fresh).path("provedAt").asString())
                .isGreaterThan(first.path("provedAt").asString());
        assertThat(service.announced(request.id(), Passed.class)).hasSize(1);
    }

    @Test
    void the_number_of_a_challenge_only_grows_over_days() {
        var request = waitingForItsCode(Match.ONE);
        service.enter(request, challenge(request).code());

        for (int day = 1; day <= 3; day++) {
            service.advance(Duration.ofDays(1));
            service.askForCode(request);
            int issued = day + 1;
            await().atMost(VerificationHarness.PATIENCE)
                    .untilAsserted(() -> assertThat(challenges(request)).hasSize(issued));
        }

        assertThat(challenges(request)).extracting(ChallengeIssued::number).containsExactly(1, 2, 3, 4);
    }

    @Test
    void at_most_ten_fresh_codes_leave_on_one_day() {
        var request = waitingForItsCode(Match.ONE);
        service.enter(request, challenge(request).code());
        var statuses = new ArrayList<Integer>();

        for (int i = 1; i <= 11; i++) {
            // a day may begin in between, and with it another ten
            int before = challenges(request).size();
            statuses.add(service.askForCode(request).statusCode());
            int issued = statuses.getLast() == 202 ? before + 1 : before;
            await().atMost(VerificationHarness.PATIENCE)
                    .untilAsserted(() -> assertThat(challenges(request)).hasSize(issued));
            service.advance(Duration.ofSeconds(61));
        }

        assertThat(statuses).startsWith(202).contains(202);
        assertThat(statuses.stream().filter(it -> it == 202).count()).isBetween(10L, 11L);
    }

    @Test
    void when_the_request_ends_nothing_that_could_be_entered_or_opened_is_left() {
        var request = waitingForItsCode(Match.ONE);
        var code = challenge(request).code();

        service.receive(new RequestAnnouncement.Withdrawn(request.id(), "HB-7K2M-Q9XA", "en"));

        assertThat(service.enter(request, code).statusCode()).isEqualTo(409);
        assertThat(service.jdbc
                        .sql("""
                                select count(*) from verification_case where request_id = ? and code_hash is null
                                   and claims_ciphertext is null and contact_ciphertext is null and proved_ciphertext is null
                                """)
                        .param(request.id())
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void no_code_and_no_address_stands_in_the_database() {
        var request = waitingForItsCode(Match.ONE);
        var code = challenge(request).code();

        var dump = service.jdbc
                        .sql("select c::text from verification_case c")
                        .query(String.class)
                        .list()
                + service.jdbc
                        .sql("select convert_from(payload, 'UTF8') from event")
                        .query(String.class)
                        .list()
                        .toString();

        assertThat(dump)
                .contains(request.id().toString())
                .doesNotContain(code)
                .doesNotContain(code.replace("-", ""))
                .doesNotContain(VerificationHarness.ON_FILE)
                .doesNotContain("claimed.example");
    }

    @Test
    void what_can_not_be_proved_here_is_refused_loudly() {
        var agents = service.request(Match.ONE);
        var possession = service.request(Match.ONE);

        assertThatThrownBy(() -> service.arrives(agents, Capacity.AGENT, ProofMethod.CONTACT_ON_FILE))
                .isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> service.arrives(possession, Capacity.SUBJECT, ProofMethod.POSSESSION))
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void what_is_no_code_is_told_so_and_costs_no_try() {
        var request = waitingForItsCode(Match.ONE);

        var answer = service.enter(request, "12345");

        assertThat(answer.statusCode()).isBetween(400, 422);
        assertThat(answer.body()).contains("/code").doesNotContain("12345");
        assertThat(service.json(service.enter(request, WRONG)).at("/triesLeft").asInt())
                .isEqualTo(4);
    }

    private static Request waitingForItsCode(Match match) {
        var request = service.request(match);
        service.arrives(request);
        await().atMost(VerificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(service.announced(request.id())).hasSize(1));
        return request;
    }

    private static List<ChallengeIssued> challenges(Request request) {
        return service.announced(request.id(), ChallengeIssued.class);
    }

    private static Sealed.Challenge challenge(Request request) {
        return open(request, "challenge", challenges(request).getLast().challenge(), Sealed.Challenge.class);
    }

    private static <T> T open(Request request, String field, SealedField sealed, Class<T> type) {
        return service.sealer.open(VerificationHarness.CONTROLLER, request.id(), field, sealed, type);
    }

    private static String entry(Request request) {
        return "{\"code\":\"" + challenge(request).code() + "\"}";
    }

    private static UUID lastRequest() {
        return service.jdbc
                .sql("select request_id from verification_case order by created_at desc limit 1")
                .query(UUID.class)
                .single();
    }

    private static void decided(Request request) {
        var sealed = service.announced(request.id(), Passed.class).getFirst().proved();
        service.receive(new RequestAnnouncement.Approved(
                request.id(),
                UUID.randomUUID(),
                "HB-7K2M-Q9XA",
                "smallrig@2021-06",
                "US-CA",
                Right.ERASURE,
                null,
                "en",
                request.keys(),
                sealed,
                service.legalNow(),
                null,
                List.of(),
                null,
                "rule"));
    }
}
