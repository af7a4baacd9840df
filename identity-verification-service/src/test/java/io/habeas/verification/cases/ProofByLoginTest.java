// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.habeas.contracts.DirectoryLookup.Match;
import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.RequestAnnouncement;
import io.habeas.contracts.Right;
import io.habeas.contracts.Sealed;
import io.habeas.contracts.SealedField;
import io.habeas.contracts.VerificationAnnouncement.ChallengeIssued;
import io.habeas.contracts.VerificationAnnouncement.Failed;
import io.habeas.contracts.VerificationAnnouncement.Passed;
import io.habeas.verification.VerificationHarness;
import io.habeas.verification.VerificationHarness.Request;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ProofByLoginTest {

    private static final String ACCOUNT = "c-4711";

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

    private static Request filed() {
        return filed(Match.ONE);
    }

    private static Request filed(Match match) {
        var request = service.request(match);
        service.arrivesWithLogin(request);
        service.holds(request, ACCOUNT, true);
        return request;
    }

    private static Map<String, Object> claims(Request request) {
        var claims = new HashMap<String, Object>();
        claims.put("aud", "privacy");
        claims.put("sub", ACCOUNT);
        claims.put("nonce", request.id().toString());
        claims.put("auth_time", Instant.now().minusSeconds(5).getEpochSecond());
        return claims;
    }

    private static String tokenFor(Request request) {
        return service.accounts.loginToken(claims(request));
    }

    private static String tokenWith(Request request, String claim, Object value) {
        var claims = claims(request);
        claims.put(claim, value);
        return service.accounts.loginToken(claims);
    }

    private static <T> T open(Request request, String field, SealedField sealed, Class<T> type) {
        return service.sealer.open(VerificationHarness.CONTROLLER, request.id(), field, sealed, type);
    }

    private static void requireRefused(Request request, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body())
                .contains("urn:habeas:problem:login-not-accepted")
                .doesNotContain(ACCOUNT);
        assertThat(service.announced(request.id(), Passed.class)).isEmpty();
    }

    @Test
    void a_login_proves_the_account_and_nothing_but_the_account() {
        var request = filed();

        var answer = service.logIn(request, tokenFor(request));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
        var passed = service.announced(request.id(), Passed.class);
        assertThat(passed).singleElement().satisfies(it -> {
            assertThat(it.method()).isEqualTo(ProofMethod.LOGIN);
            assertThat(it.level()).isEqualTo(ProofLevel.STANDARD);
            assertThat(it.account()).isTrue();
            assertThat(it.proved().key()).isEqualTo(request.keys().caseKey());
            assertThat(open(request, "proved", it.proved(), Sealed.Proved.class).identifiers())
                    .containsExactly(new Identifier(IdentifierKind.CUSTOMER_ID, ACCOUNT));
            assertThat(open(request, "contact", it.contact(), Sealed.Contact.class)
                            .email())
                    .isEqualTo(VerificationHarness.ON_FILE);
        });
        var token = service.json(answer).path("token").asString();
        assertThat(service.send(request.id(), token, "/verification/codes", "{}")
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    void an_address_is_proved_with_it_where_the_account_system_has_verified_the_one_on_file() {
        var verified = filed();
        var another = filed();

        var claims = claims(verified);
        claims.put("email", " ADA@on-file.example");
        claims.put("email_verified", true);
        service.logIn(verified, service.accounts.loginToken(claims));
        claims.put("nonce", another.id().toString());
        claims.put("email", "eve@elsewhere.example");
        service.logIn(another, service.accounts.loginToken(claims));

        assertThat(provedOf(verified))
                .hasSize(2)
                .contains(new Identifier(IdentifierKind.EMAIL, VerificationHarness.ON_FILE));
        assertThat(provedOf(another)).containsExactly(new Identifier(IdentifierKind.CUSTOMER_ID, ACCOUNT));
    }

    private static List<Identifier> provedOf(Request request) {
        var passed = service.announced(request.id(), Passed.class).getFirst();
        return open(request, "proved", passed.proved(), Sealed.Proved.class).identifiers();
    }

    /** What is wrong with a token, each for itself. */
    static Stream<Map<String, Object>> what_is_wrong() {
        return Stream.of(
                Map.of("nonce", UUID.randomUUID().toString()),
                Map.of("nonce", ""),
                Map.of("aud", "newsletter"),
                Map.of("azp", "newsletter"),
                Map.of("auth_time", Instant.now().minus(Duration.ofMinutes(11)).getEpochSecond()),
                Map.of("auth_time", Instant.now().plus(Duration.ofMinutes(3)).getEpochSecond()),
                Map.of("auth_time", "lately"),
                Map.of("exp", Instant.now().minus(Duration.ofMinutes(2)).getEpochSecond()),
                Map.of("sub", "somebody-else"),
                Map.of("sub", ""),
                Map.of("iss", "https://accounts.example"));
    }

    @ParameterizedTest
    @MethodSource("what_is_wrong")
    void a_token_with_one_thing_wrong_is_refused_and_starts_nothing(Map<String, Object> wrong) {
        var request = filed();
        var claims = claims(request);
        claims.putAll(wrong);

        requireRefused(request, service.logIn(request, service.accounts.loginToken(claims)));
    }

    @Test
    void a_token_for_one_request_is_of_no_use_for_another_of_the_same_person() {
        var one = filed();
        var other = filed();
        var token = tokenFor(one);

        assertThat(service.logIn(one, token).statusCode()).isEqualTo(200);
        requireRefused(other, service.logIn(other, token));
    }

    @Test
    void the_account_system_of_another_controller_proves_nothing_here() {
        var request = filed();
        var itsOwn = service.othersAccounts.loginToken(claims(request));
        var pretending = claims(request);
        pretending.put("iss", service.accounts.url());

        requireRefused(request, service.logIn(request, itsOwn));
        requireRefused(request, service.logIn(request, service.othersAccounts.loginToken(pretending)));
    }

    @Test
    void a_token_that_nobody_signed_or_that_is_signed_with_what_everybody_knows_is_refused() {
        var request = filed();

        requireRefused(request, service.logIn(request, service.accounts.unsignedLoginToken(claims(request))));
        requireRefused(request, service.logIn(request, service.accounts.loginTokenUnderPublicKey(claims(request))));
        requireRefused(request, service.logIn(request, request.token()));
        requireRefused(request, service.logIn(request, ""));
    }

    @Test
    void the_login_of_one_person_proves_no_request_about_another_and_tells_nothing_about_them() {
        var answers = Stream.of(Match.values())
                .map(match -> {
                    var request = service.request(match);
                    service.arrivesWithLogin(request);
                    // the account is on file, but not what the request claims
                    service.holds(request, "another-account", true);
                    var answer = service.logIn(request, tokenFor(request));
                    requireRefused(request, answer);
                    return seen(request, answer);
                })
                .distinct();

        assertThat(answers).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Match.class)
    void without_a_login_that_holds_nobody_is_looked_up(Match match) {
        var request = filed(match);

        requireRefused(request, service.logIn(request, tokenWith(request, "nonce", "another")));

        assertThat(service.askedForAccount(request)).isZero();
    }

    private static String seen(Request request, HttpResponse<String> answer) {
        var headers = new TreeMap<>(answer.headers().map());
        headers.remove("date");
        return answer.statusCode() + " " + headers
                + answer.body().replace(request.id().toString(), "ID");
    }

    @Test
    void a_row_without_an_account_is_nobody_who_could_log_in() {
        var request = service.request(Match.ONE);
        service.arrivesWithLogin(request);
        service.holds(request, ACCOUNT, false);

        requireRefused(request, service.logIn(request, tokenFor(request)));
    }

    @Test
    void where_the_policy_takes_no_login_the_best_of_tokens_proves_nothing() {
        var request = service.request(Match.ONE);
        service.arrives(request);
        service.holds(request, ACCOUNT, true);

        var answer = service.logIn(request, tokenFor(request));

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("urn:habeas:problem:not-on-offer-here");
        assertThat(service.announced(request.id(), Passed.class)).isEmpty();
        assertThat(service.askedForAccount(request)).isZero();
    }

    @Test
    void a_client_that_lost_the_answer_hands_in_the_same_login_and_it_proves_nothing_twice_and_nothing_fresher() {
        var request = filed();
        var token = tokenFor(request);

        var first = service.json(service.logIn(request, token));
        service.advance(Duration.ofHours(1));
        var again = service.json(service.logIn(request, token));

        var age = Duration.between(
                Instant.parse(first.path("provedAt").asString()),
                Instant.parse(again.path("provedAt").asString()));
        assertThat(service.announced(request.id(), Passed.class)).hasSize(1);
        // legal time was moved, and the login with it: it is as many seconds old as it really is
        assertThat(age).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
        var moment = Duration.between(Instant.parse(again.path("provedAt").asString()), service.legalNow());
        assertThat(moment).isBetween(Duration.ofSeconds(4), Duration.ofMinutes(5));
    }

    @Test
    void the_code_that_was_on_its_way_is_void_once_somebody_logged_in() {
        var request = filed();
        await().atMost(VerificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(service.announced(request.id(), ChallengeIssued.class))
                        .hasSize(1));
        var code = open(
                        request,
                        "challenge",
                        service.announced(request.id(), ChallengeIssued.class)
                                .getFirst()
                                .challenge(),
                        Sealed.Challenge.class)
                .code();

        assertThat(service.logIn(request, tokenFor(request)).statusCode()).isEqualTo(200);

        assertThat(service.enter(request, code).body()).contains("urn:habeas:problem:code-not-accepted");
        assertThat(service.announced(request.id(), Passed.class)).hasSize(1);
    }

    @Test
    void after_the_decision_the_same_account_proves_itself_afresh_and_no_other() {
        var request = filed();
        service.logIn(request, tokenFor(request));
        service.receive(new RequestAnnouncement.Refused(
                request.id(),
                "HB-7K2M-Q9XA",
                Right.ERASURE,
                "smallrig@2021-06",
                "US-CA",
                "en",
                null,
                service.announced(request.id(), Passed.class).getFirst().contact(),
                "REPEATED",
                true,
                List.of(),
                null,
                "rule",
                null));

        var same = service.logIn(request, tokenFor(request));
        var other = service.logIn(request, tokenWith(request, "sub", "c-4712"));

        assertThat(same.statusCode()).isEqualTo(200);
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(service.askedForAccount(request)).isEqualTo(1);
    }

    @Test
    void whoever_proved_identity_by_a_code_does_not_go_on_by_a_login() {
        var request = filed();
        await().atMost(VerificationHarness.PATIENCE)
                .untilAsserted(() -> assertThat(service.announced(request.id(), ChallengeIssued.class))
                        .hasSize(1));
        var challenge = service.announced(request.id(), ChallengeIssued.class)
                .getFirst()
                .challenge();
        service.enter(
                request,
                open(request, "challenge", challenge, Sealed.Challenge.class).code());

        var answer = service.logIn(request, tokenFor(request));

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(service.announced(request.id(), Passed.class))
                .singleElement()
                .satisfies(it -> assertThat(it.method()).isEqualTo(ProofMethod.CONTACT_ON_FILE));
    }

    @Test
    void a_request_that_has_ended_takes_no_login() {
        var request = filed();
        service.receive(new RequestAnnouncement.Withdrawn(request.id(), "HB-7K2M-Q9XA", "en"));

        assertThat(service.logIn(request, tokenFor(request)).body()).contains("urn:habeas:problem:not-now");
        assertThat(service.announced(request.id(), Failed.class)).isEmpty();
    }

    @Test
    void while_the_directory_is_away_the_person_is_to_come_again() {
        var request = service.request(Match.ONE);
        service.directoryIsDown(request.id());
        service.arrivesWithLogin(request);

        var answer = service.logIn(request, tokenFor(request));

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        assertThat(service.announced(request.id(), Passed.class)).isEmpty();
    }

    @Test
    void a_code_and_a_login_together_are_neither() {
        var request = filed();

        var answer = service.call(
                request, "/verification", "{\"code\":\"1234-5678\",\"login\":\"" + tokenFor(request) + "\"}");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("urn:habeas:problem:invalid-fields");
        assertThat(service.announced(request.id(), Passed.class)).isEmpty();
    }

    @Test
    void nothing_of_account_or_token_is_kept_in_the_clear() {
        var request = filed();
        service.logIn(request, tokenFor(request));

        assertThat(service.jdbc
                        .sql("select count(*) from verification_case c where c::text like '%' || :account || '%'")
                        .param("account", ACCOUNT)
                        .query(Long.class)
                        .single())
                .isZero();
        assertThat(service.jdbc
                        .sql("select account_mark from verification_case where request_id = :request")
                        .param("request", request.id())
                        .query(String.class)
                        .single())
                .hasSize(43);
    }
}
