// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.habeas.contracts.ProofLevel;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ServiceDoorTest {

    private static final UUID MINE = UUID.fromString("00000000-0000-8000-8000-000000000001");
    private static final UUID OTHERS = UUID.fromString("00000000-0000-8000-8000-000000000002");

    record Body(String right, List<String> names) {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        AccessRules rules() {
            return new AccessRules()
                    .anybody(HttpMethod.POST, "/open")
                    .requester(HttpMethod.GET, "/requests/{id}", ProofLevel.NONE)
                    .requester(HttpMethod.GET, "/requests/{id}/proved", ProofLevel.STANDARD)
                    .staff(HttpMethod.GET, "/desk/{c}", "reviewer")
                    .services(HttpMethod.GET, "/internal/x");
        }

        @RestController
        static class Doors {

            @PostMapping("/open")
            String open(@RequestBody Body body) {
                return body.right();
            }

            @GetMapping({"/requests/{id}", "/requests/{id}/proved"})
            String request(@PathVariable UUID id) {
                return Caller.current().ownRequest() + " " + Caller.current().kind() + " " + id;
            }

            @GetMapping("/desk/{c}")
            String desk(@PathVariable String c) {
                return Caller.current().actor() + " " + c;
            }

            @GetMapping("/internal/x")
            String internal() {
                return Caller.current().subject();
            }

            @GetMapping("/not-listed")
            String forgotten() {
                return "must not be reached";
            }
        }
    }

    @TempDir
    static Path directory;

    private static TestIssuer issuer;
    private static TestIssuer issuerOfStaff;
    private static TestIssuer issuerOfLeavers;
    private static TestIssuer issuerOfAccounts;
    private static ConfigurableApplicationContext service;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @BeforeAll
    static void start() {
        issuer = TestIssuer.start(directory);
        var application = new SpringApplication(Application.class);
        var arguments = issuer.properties().entrySet().stream()
                .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
                .collect(java.util.stream.Collectors.toCollection(java.util.ArrayList::new));
        issuerOfStaff = TestIssuer.start(directory.resolve("staff"));
        arguments.add("--habeas.access.issuers[1].issuer=" + issuerOfStaff.url());
        arguments.add("--habeas.access.issuers[1].jwk-set-uri=" + issuerOfStaff.url() + "/jwks");
        arguments.add("--habeas.access.issuers[1].audience=the-desk");
        arguments.add("--habeas.access.issuers[1].kinds=STAFF");
        issuerOfLeavers = TestIssuer.start(directory.resolve("leavers"));
        arguments.add("--habeas.access.issuers[2].issuer=" + issuerOfLeavers.url());
        arguments.add("--habeas.access.issuers[2].jwk-set-uri=" + issuerOfLeavers.url() + "/jwks");
        issuerOfAccounts = TestIssuer.start(directory.resolve("accounts"));
        arguments.add("--habeas.access.issuers[3].issuer=" + issuerOfAccounts.url());
        arguments.add("--habeas.access.issuers[3].jwk-set-uri=" + issuerOfAccounts.url() + "/jwks");
        arguments.add("--habeas.access.issuers[3].kinds=ACCOUNT");
        arguments.add("--habeas.access.issuers[3].account.controller=smallrig");
        arguments.add("--habeas.access.keys-young=50ms");
        arguments.add("--habeas.access.revocations.young=50ms");
        arguments.add("--server.port=0");
        // one thread for all, so that whatever a call leaves on it meets the next one
        arguments.add("--server.tomcat.threads.max=1");
        arguments.add("--server.tomcat.threads.min-spare=1");
        service = application.run(arguments.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        service.close();
        issuer.close();
        issuerOfStaff.close();
        issuerOfLeavers.close();
        issuerOfAccounts.close();
    }

    @Test
    void a_path_without_a_rule_is_closed_even_to_staff() {
        var answer = get("/not-listed", issuer.staffToken(List.of("reviewer"), List.of("smallrig")));

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("urn:habeas:problem:not-allowed");
    }

    @Test
    void a_requester_reaches_their_own_request() {
        assertThat(get("/requests/" + MINE, issuer.requesterToken("smallrig", MINE))
                        .body())
                .contains(MINE.toString(), "REQUESTER");
    }

    @Test
    void somebody_elses_request_looks_like_none() {
        var answer = get("/requests/" + OTHERS, issuer.requesterToken("smallrig", MINE));

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("urn:habeas:problem:not-found");
    }

    @Test
    void without_a_token_the_answer_says_that_one_is_needed() {
        var answer = get("/requests/" + MINE, "");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("urn:habeas:problem:token-missing");
    }

    @Test
    void whoever_called_before_on_the_same_thread_is_forgotten_and_nobody_has_a_session() {
        var known = get("/desk/smallrig", issuer.staffToken(List.of("reviewer"), List.of("smallrig")));
        var unknown = get("/desk/smallrig", "");
        var refused = get("/desk/smallrig", "nonsense");

        assertThat(List.of(known.statusCode(), unknown.statusCode(), refused.statusCode()))
                .containsExactly(200, 401, 401);
        assertThat(List.of(known, unknown, refused))
                .allMatch(it -> it.headers().firstValue("set-cookie").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "a.b.c", "eyJhbGciOiJub25lIn0.eyJpc3MiOiJ1cm46aGFiZWFzOnJlcXVlc3RlciJ9."})
    void a_forged_token_is_not_accepted(String token) {
        var answer = get("/requests/" + MINE, token);

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("urn:habeas:problem:token-not-accepted");
    }

    @Test
    void a_token_that_names_the_requesters_issuer_but_is_signed_by_another_is_not_accepted() {
        var other = TestIssuer.start(directory.resolve("other"));
        try (other) {
            assertThat(get("/requests/" + MINE, other.requesterToken("smallrig", MINE))
                            .statusCode())
                    .isEqualTo(401);
            assertThat(get(
                                    "/requests/" + MINE,
                                    other.requesterToken("smallrig", MINE, ProofLevel.STANDARD, Instant.now()))
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void the_secret_that_services_share_gives_nobody_a_proof() {
        var asUnproved = issuer.forged().provedUnderTheSharedSecret(RequesterTokens.UNPROVED_ISSUER, MINE);
        var asProved = issuer.forged().provedUnderTheSharedSecret(RequesterTokens.ISSUER, MINE);

        assertThat(get("/requests/" + MINE, asUnproved).statusCode()).isEqualTo(200);
        assertThat(get("/requests/" + MINE + "/proved", asUnproved).statusCode())
                .isEqualTo(403);
        assertThat(get("/requests/" + MINE, asProved).statusCode()).isEqualTo(401);
    }

    @Test
    void proof_is_demanded_where_the_rule_demands_it() {
        var unproved = get("/requests/" + MINE + "/proved", issuer.requesterToken("smallrig", MINE));
        var proved = get(
                "/requests/" + MINE + "/proved",
                issuer.requesterToken("smallrig", MINE, ProofLevel.STANDARD, Instant.now()));

        assertThat(unproved.statusCode()).isEqualTo(403);
        assertThat(unproved.body()).contains("urn:habeas:problem:proof-needed");
        assertThat(proved.statusCode()).isEqualTo(200);
    }

    @Test
    void staff_see_their_own_controllers_alone() {
        var token = issuer.staffToken(List.of("reviewer"), List.of("smallrig"));

        assertThat(get("/desk/smallrig", token).body()).isEqualTo("staff:staff-1 smallrig");
        assertThat(get("/desk/ciie", token).statusCode()).isEqualTo(404);
    }

    @Test
    void another_role_is_not_enough() {
        assertThat(get("/desk/smallrig", issuer.staffToken(List.of("clerk"), List.of("smallrig")))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void an_expired_token_is_not_accepted() {
        assertThat(get("/desk/smallrig", issuer.expiredStaffToken(List.of("reviewer"), List.of("smallrig")))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void inner_paths_are_for_services() {
        assertThat(get("/internal/x", issuer.serviceToken("fulfillment")).body())
                .isEqualTo("fulfillment");
        assertThat(get("/internal/x", issuer.requesterToken("smallrig", MINE)).statusCode())
                .isEqualTo(403);
        assertThat(get("/internal/x", issuer.staffToken(List.of("reviewer"), List.of("smallrig")))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void a_token_for_somebody_elses_house_is_not_accepted() {
        var answer = get("/desk/smallrig", issuer.staffToken("payroll", List.of("reviewer"), List.of("smallrig")));

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("urn:habeas:problem:token-not-accepted");
    }

    @Test
    void an_issuer_makes_only_the_kinds_of_callers_that_it_is_believed_for() {
        var staff =
                get("/desk/smallrig", issuerOfStaff.staffToken("the-desk", List.of("reviewer"), List.of("smallrig")));
        var service = get("/internal/x", issuerOfStaff.staffToken("the-desk", List.of("service"), List.of()));

        assertThat(staff.statusCode()).isEqualTo(200);
        assertThat(service.statusCode()).isEqualTo(401);
        assertThat(service.body()).contains("urn:habeas:problem:token-not-accepted");
    }

    @Test
    void who_logged_in_at_an_account_system_enters_no_door_with_that_whatever_the_token_says() {
        var customer = issuerOfAccounts.loginToken(Map.of("aud", "habeas", "sub", "42"));
        var staff = issuerOfAccounts.staffToken(List.of("reviewer"), List.of("smallrig"));
        var service = issuerOfAccounts.serviceToken("verification");

        assertThat(get("/requests/" + MINE, customer).statusCode()).isEqualTo(401);
        assertThat(get("/desk/smallrig", staff).statusCode()).isEqualTo(401);
        assertThat(get("/internal/x", service).statusCode()).isEqualTo(401);
    }

    @Test
    void a_key_that_the_issuer_withdraws_stops_working_and_without_any_keys_the_caller_is_to_come_again() {
        var token = issuerOfLeavers.staffToken(List.of("reviewer"), List.of("smallrig"));
        assertThat(get("/desk/smallrig", token).statusCode()).isEqualTo(200);

        issuerOfLeavers.withdrawKey();
        await().atMost(Duration.ofSeconds(120))
                .untilAsserted(() ->
                        assertThat(get("/desk/smallrig", token).statusCode()).isEqualTo(401));
        issuerOfLeavers.close();
        await().atMost(Duration.ofSeconds(120)).untilAsserted(() -> {
            var answer = get("/desk/smallrig", token);
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("retry-after")).isPresent();
            assertThat(answer.body()).contains("urn:habeas:problem:unavailable");
        });
    }

    @Test
    void revoked_tokens_of_a_requester_and_of_staff_stop_working_and_new_ones_work() {
        var request = UUID.randomUUID();
        var requester = issuer.requesterToken("smallrig", request);
        var staff = issuer.staffToken(List.of("reviewer"), List.of("ruiyun"));
        assertThat(get("/requests/" + request, requester).statusCode()).isEqualTo(200);
        assertThat(get("/desk/ruiyun", staff).statusCode()).isEqualTo(200);

        var now = Instant.now();
        issuer.revoke(new Revocation(Caller.Kind.REQUESTER, request.toString(), "smallrig", now));
        issuer.revoke(new Revocation(Caller.Kind.STAFF, "staff-1", "ruiyun", now));

        await().atMost(Duration.ofSeconds(120)).untilAsserted(() -> {
            assertThat(get("/requests/" + request, requester).body()).contains("urn:habeas:problem:token-not-accepted");
            assertThat(get("/desk/ruiyun", staff).statusCode()).isEqualTo(401);
        });
        await().atMost(Duration.ofSeconds(120))
                .untilAsserted(() -> assertThat(get("/requests/" + request, issuer.requesterToken("smallrig", request))
                                .statusCode())
                        .isEqualTo(200));
    }

    @Test
    void a_service_gets_its_own_token_from_the_issuer() {
        var token = service.getBean(ServiceTokens.class).get();

        assertThat(get("/internal/x", token).body()).isEqualTo("self");
    }

    @Test
    void an_unknown_field_is_named_with_those_that_are_known() {
        var answer = post("/open", "{\"right\":\"ERASURE\",\"nmes\":[]}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("/nmes", "names, right").doesNotContain("ERASURE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"right\":\"a\",\"right\":\"b\"}",
                "{\"right\":",
                "[]",
                "",
                "{\"right\":\"a\"} x",
                "{\"right\":{}}"
            })
    void what_is_not_the_expected_json_is_refused_without_echo(String body) {
        var answer = post("/open", body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("urn:habeas:problem:malformed-json");
    }

    @Test
    void the_members_of_a_problem_stand_at_its_top() {
        var answer = post("/open", "{\"right\":\"ERASURE\",\"nmes\":[]}");

        assertThat(answer.body())
                .contains("\"errors\":[{\"pointer\":\"/nmes\"", "\"actor\":\"caller\"", "\"retry\":false")
                .doesNotContain("properties");
    }

    @Test
    void deep_json_is_refused() {
        var answer = post("/open", "{\"names\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("urn:habeas:problem:malformed-json");
    }

    @Test
    void a_body_that_says_it_is_too_large_is_not_read() {
        assertThat(post("/open", "{\"right\":\"" + "x".repeat(70_000) + "\"}").statusCode())
                .isEqualTo(413);
    }

    @Test
    void a_body_that_grows_too_large_without_saying_so_is_cut_off() throws IOException, InterruptedException {
        var endless = new InputStream() {
            private long given;

            @Override
            public int read() {
                return given++ < 200_000 ? ' ' : -1;
            }
        };
        var request = HttpRequest.newBuilder(uri("/open"))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> endless))
                .build();

        assertThat(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(413);
    }

    @Test
    void another_media_type_is_refused_with_the_right_one_named() throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri("/open"))
                .header("content-type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();

        var answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).contains("application/json");
    }

    private static HttpResponse<String> get(String path, String token) {
        var request = HttpRequest.newBuilder(uri(path));
        if (!token.isEmpty()) {
            request.header("authorization", "Bearer " + token);
        }
        return send(request.build());
    }

    private static HttpResponse<String> post(String path, String body) {
        return send(HttpRequest.newBuilder(uri(path))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                .build());
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static URI uri(String path) {
        return URI.create("http://127.0.0.1:" + service.getEnvironment().getProperty("local.server.port") + path);
    }
}
