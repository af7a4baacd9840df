// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.habeas.quickstart.issuer.Tokens;
import io.habeas.service.AccessTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every route in {@code docs/access}, walked through the gateway of the running suite by those who may not. */
@Order(6)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class DoorWalkTest {

    private static final Map<String, String> SERVICES = Map.of(
            "request", "request-service",
            "verification", "identity-verification-service",
            "fulfillment", "fulfillment-service",
            "notification", "notification-service");
    private static final List<String> ROLES =
            List.of("clerk", "reviewer", "childrens-data-officer", "integrator", "approver", "operator", "auditor");
    private static final String UNBELIEVED = "401 token-not-accepted";

    @TestFactory
    Stream<DynamicTest> nobody_gets_past_the_door_who_may_not(Suite suite) throws Exception {
        var key = ECKey.parse(Files.readString(suite.home().resolve("secrets/issuer.jwk")));
        var issuer = Tokens.issuerAt(8090 + Suite.offset());
        var bad = bad(key, issuer);
        var elsewhere = new Tokens(key, issuer, Clock.systemUTC()).sign("staff-9", ROLES, List.of("elsewhere"));
        var tests = new ArrayList<DynamicTest>();
        SERVICES.forEach((name, folder) -> AccessTable.read(Path.of("../docs/access", folder + ".txt"))
                .rows()
                .forEach(row -> {
                    tests.add(dynamicTest(
                            row.method() + " " + row.path() + " by nobody",
                            () -> assertThat(said(suite, name, row, null)).isEqualTo(toNobody(row))));
                    bad.forEach((what, token) -> tests.add(dynamicTest(
                            row.method() + " " + row.path() + " by " + what,
                            () -> assertThat(said(suite, name, row, token)).isEqualTo(open(row, UNBELIEVED)))));
                    tests.add(dynamicTest(
                            row.method() + " " + row.path() + " by all the staff of another controller",
                            () -> elsewhere(suite, name, row, elsewhere)));
                }));
        return tests.stream();
    }

    private static Map<String, String> bad(ECKey key, String issuer) throws Exception {
        var ours = List.of("smallrig");
        var stranger = new ECKeyGenerator(Curve.P_256).keyID(key.getKeyID()).generate();
        var yesterday = Clock.fixed(Instant.now().minus(Duration.ofDays(1)), ZoneOffset.UTC);
        var good = new Tokens(key, issuer, Clock.systemUTC()).sign("staff-9", ROLES, ours);
        var bad = new LinkedHashMap<String, String>();
        bad.put("nonsense", "nonsense");
        bad.put(
                "a token signed by another key",
                new Tokens(stranger, issuer, Clock.systemUTC()).sign("s", ROLES, ours));
        bad.put(
                "a token of another issuer",
                new Tokens(key, "https://issuer.example", Clock.systemUTC()).sign("s", ROLES, ours));
        bad.put("an expired token", new Tokens(key, issuer, yesterday).sign("staff-9", ROLES, ours));
        bad.put("an unsigned token", new PlainJWT(SignedJWT.parse(good).getJWTClaimsSet()).serialize());
        return bad;
    }

    private static String toNobody(AccessTable.Row row) {
        if (row.who().contains("anybody")) {
            return "";
        }
        return open(row, row.who().contains("signed") ? "401 signature-not-accepted" : "401 token-missing");
    }

    /** What is not public is not there, whoever asks. */
    private static String open(AccessTable.Row row, String answer) {
        return row.path().startsWith("/api/v1/") ? answer : "404 not-found";
    }

    private static void elsewhere(Suite suite, String service, AccessTable.Row row, String token) throws Exception {
        var answer = call(suite, service, row, token);
        if (!row.path().startsWith("/api/v1/")) {
            assertThat(said(answer)).isEqualTo("404 not-found");
        } else if (row.who().contains("anybody") || row.who().contains("signed")) {
            assertThat(answer.status()).isBetween(200, 499);
        } else if (row.who().stream().noneMatch(ROLES::contains)) {
            assertThat(said(answer)).isEqualTo("403 not-allowed");
        } else if (row.path().contains("{id}")
                || row.path().contains("{c}")
                || row.path().contains("{requestId}")) {
            assertThat(said(answer)).isEqualTo("404 not-found");
        } else {
            assertThat(answer.status()).isNotIn(401, 403, 500);
            assertThat(answer.body().toString()).doesNotContain("smallrig");
        }
    }

    /** Empty where it is no refusal of the door or of who comes. */
    private static String said(Suite suite, String service, AccessTable.Row row, String token) throws Exception {
        var answer = call(suite, service, row, token);
        return row.who().contains("anybody")
                        && !Set.of(401, 403, 404, 500, 502, 503).contains(answer.status())
                ? ""
                : said(answer);
    }

    private static String said(Api.Answer answer) {
        return answer.status() + " " + answer.problem();
    }

    private static Api.Answer call(Suite suite, String service, AccessTable.Row row, String token) throws Exception {
        var path = row.path()
                .replace("{*path}", "0/000")
                .replace("{c}", "smallrig")
                .replace("/profile/versions/{version}", "/profile/versions/2021-06")
                .replaceAll("\\{[A-Za-z]+}", UUID.randomUUID().toString());
        var chosen = path.contains("/dead-letters") ? path + "?service=" + service : path;
        return suite.api().once(row.method(), chosen, token, null, row.method().equals("GET") ? null : "{}");
    }
}
