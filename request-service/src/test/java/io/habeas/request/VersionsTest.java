// SPDX-License-Identifier: Apache-2.0
package io.habeas.request;

import static io.habeas.request.RunningService.freshKey;
import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.Sealed;
import io.habeas.contracts.VerificationAnnouncement;
import io.habeas.messaging.Inbound;
import io.habeas.messaging.Subscription;
import io.habeas.request.RunningService.Answer;
import io.habeas.request.policy.SamplePolicies;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.LegalClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two controllers with two versions each, of which the newer gives less: one promises to cut nobody's rights without a yes (cic), the other changes
 * by posting (cig).
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class VersionsTest {

    @TempDir
    static Path folder;

    private static RunningService service;
    private static String clerk;

    @BeforeAll
    static void start() throws IOException {
        service = RunningService.start(folder);
        twice("cic", "2023-01", "2022-01", text -> text.replace("2023-01-06", "2022-01-06"), text -> text.replace(
                        "respond: {from: RECEIPT, within: 15 working days of CN, warnings",
                        "respond: {from: RECEIPT, within: 20 working days of CN, warnings")
                .replaceFirst("      RESTRICTION:.*\n        source:.*\n", ""));
        twice(
                "cig",
                "2025-04",
                "2024-04",
                text -> text.replace("2025-04-01", "2024-04-01"),
                text -> text.replace(
                        "respond: {from: RECEIPT, within: 1 month, extension: 2 months",
                        "respond: {from: RECEIPT, within: 2 months, extension: 2 months"));
        clerk = service.issuer.staffToken(List.of("clerk"), List.of("smallrig", "cig", "cic"));
    }

    private interface Change {
        String of(String text);
    }

    private static void twice(String controller, String version, String older, Change dated, Change less)
            throws IOException {
        var from = SamplePolicies.FOLDER.resolve(controller);
        var to = service.home().resolve("controllers").resolve(controller);
        Files.createDirectories(to.resolve("profiles"));
        Files.copy(from.resolve("controller.yaml"), to.resolve("controller.yaml"));
        var text = Files.readString(from.resolve("profiles/" + version + ".yaml"));
        Files.writeString(
                to.resolve("profiles/" + older + ".yaml"),
                dated.of(text.replace("version: " + version, "version: " + older)));
        var cut = less.of(text);
        assertThat(cut).isNotEqualTo(text);
        Files.writeString(to.resolve("profiles/" + version + ".yaml"), cut);
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static String somebody() {
        return "somebody-" + UUID.randomUUID() + "@example.org";
    }

    private static Answer file(String controller, String right, String place, String email) {
        return service.post(
                "/api/v1/controllers/" + controller + "/requests", freshKey(), "", """
                {"right": "%s", "jurisdiction": "%s", "language": "en",
                 "subject": {"name": "Somebody", "identifiers": [{"kind": "EMAIL", "value": "%s"}]}}""".formatted(right, place, email));
    }

    private static Answer filed(String controller, String right, String place, String email) {
        var filed = file(controller, right, place, email);
        assertThat(filed.status()).as("%s", filed.body()).isEqualTo(202);
        return filed;
    }

    private static Answer status(Answer filed) {
        return service.get("/api/v1/requests/" + filed.text("/requestId"), filed.text("/token"));
    }

    /** What the status says of a request that nobody has proved to be theirs. */
    private static String told(String controller, String right, String place, String email) {
        return status(filed(controller, right, place, email)).text("/profile");
    }

    /** What it says once it is proved whose it is. */
    private static Answer proved(String controller, String right, String place, String email) {
        var filed = filed(controller, right, place, email);
        prove(controller, UUID.fromString(filed.text("/requestId")), email);
        return status(filed);
    }

    private static String boundTo(String controller, String right, String place, String email) {
        return proved(controller, right, place, email).text("/profile");
    }

    private static void prove(String controller, UUID id, String email) {
        var key = UUID.fromString(
                service.rows("select convert_from(payload, 'UTF8')::json -> 'keys' ->> 'caseKey' from event"
                                + " where type = 'request.received' and stream = '" + id + "'")
                        .getFirst());
        var sealer = service.bean(Sealer.class);
        var who = new Sealed.Proved(List.of(new Identifier(IdentifierKind.EMAIL, email)));
        var passed = new VerificationAnnouncement.Passed(
                id,
                ProofMethod.CONTACT_ON_FILE,
                ProofLevel.STANDARD,
                sealer.seal(controller, id, "proved", key, who),
                sealer.seal(controller, id, "contact", key, new Sealed.Contact(null, email)),
                true,
                service.bean(LegalClock.class).instant());
        @SuppressWarnings("unchecked")
        Subscription<VerificationAnnouncement> to = service.bean("verificationSubscription", Subscription.class);
        try {
            to.receiver()
                    .on(new Inbound<>(UUID.randomUUID(), id, controller, 0, Instant.now(), null, passed, new byte[0]));
        } catch (RuntimeException refused) {
            throw refused;
        } catch (Exception unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    private static Answer consent(String controller, String place, String email, String said) {
        return service.post(
                "/api/v1/controllers/" + controller + "/standing/consents",
                freshKey(),
                clerk,
                "{\"jurisdiction\": \"" + place + "\", " + said
                        + ", \"identifiers\": [{\"kind\": \"EMAIL\", \"value\": \"" + email + "\"}]}");
    }

    @Test
    void whoever_has_not_said_yes_to_less_keeps_the_older_terms_from_the_proof_on() {
        var erasure = proved("cic", "ERASURE", "CN", somebody());

        assertThat(erasure.text("/profile")).isEqualTo("cic@2022-01");
        assertThat(erasure.text("/boundAnew/0/why")).isEqualTo("VERSION_KEPT");
        assertThat(erasure.text("/boundAnew/0/fromProfile")).isEqualTo("cic@2023-01");
        assertThat(erasure.text("/boundAnew/0/rule")).isEqualTo("cic@2022-01#CN.rights.ERASURE");
        assertThat(erasure.body().at("/clocks").valueStream())
                .filteredOn(it -> it.path("clock").asString("").equals("RESPOND"))
                .singleElement()
                .satisfies(it -> {
                    assertThat(it.path("rule").asString("")).isEqualTo("cic@2022-01#CN.clocks.respond");
                    assertThat(it.path("dueOn").asString(""))
                            .isLessThan(it.path("firstDueOn").asString(""));
                });
        // its own clock is as it was
        assertThat(boundTo("cic", "ACCOUNT_CANCELLATION", "CN", somebody())).isEqualTo("cic@2023-01");
    }

    @Test
    void nothing_tells_before_the_proof_whether_a_yes_is_on_file() {
        var silent = somebody();
        var agreed = somebody();
        var loyal = somebody();
        consent("cic", "CN", agreed, "\"version\": \"2023-01\", \"given\": true");
        consent("cic", "CN", loyal, "\"version\": \"2022-01\", \"given\": true");

        for (var right : List.of("ERASURE", "RESTRICTION", "CONSENT_WITHDRAWAL", "ACCOUNT_CANCELLATION")) {
            var answers = List.of(silent, agreed, loyal).stream()
                    .map(it -> file("cic", right, "CN", it))
                    .map(it -> it.status() == 202
                            ? status(it).text("/profile")
                            : it.body().toString())
                    .distinct()
                    .toList();
            assertThat(answers).as(right).hasSize(1);
        }
        assertThat(told("cic", "ERASURE", "CN", loyal)).isEqualTo("cic@2023-01");
        // the version in force does not give it: what whoever has said nothing keeps
        assertThat(told("cic", "RESTRICTION", "CN", agreed)).isEqualTo("cic@2022-01");
    }

    @Test
    void whoever_said_yes_to_the_newer_version_has_its_terms() {
        var email = somebody();
        var noted = consent("cic", "CN", email, "\"version\": \"2023-01\", \"given\": true");

        assertThat(noted.status()).as("%s", noted.body()).isEqualTo(202);
        assertThat(noted.text("/facts/0/rule")).isEqualTo("cic@2023-01#version");
        assertThat(boundTo("cic", "ERASURE", "CN", email.toUpperCase(java.util.Locale.ROOT)))
                .isEqualTo("cic@2023-01");
        assertThat(boundTo("cic", "ERASURE", "CN", somebody())).isEqualTo("cic@2022-01");
        // what it does not give any more no machine grants, and none refuses
        var dropped = proved("cic", "RESTRICTION", "CN", email);
        assertThat(dropped.text("/state")).isEqualTo("UNDER_REVIEW");
        assertThat(dropped.text("/review/reason")).isEqualTo("NOT_GIVEN_ANY_MORE");
        assertThat(dropped.text("/review/rule")).isEqualTo("cic@2023-01#version");
    }

    @Test
    void where_posting_is_enough_only_a_yes_to_the_older_version_keeps_it_and_only_where_it_gives_more() {
        var email = somebody();
        consent("cig", "DE", email, "\"version\": \"2025-04\", \"given\": true");
        var last = consent("cig", "DE", email, "\"version\": \"2024-04\", \"given\": true");

        assertThat(last.status()).as("%s", last.body()).isEqualTo(202);
        assertThat(told("cig", "ERASURE", "DE", email)).isEqualTo("cig@2025-04");
        assertThat(boundTo("cig", "ERASURE", "DE", email)).isEqualTo("cig@2024-04");
        assertThat(boundTo("cig", "ERASURE", "US-CA", email)).isEqualTo("cig@2025-04");
        assertThat(boundTo("cig", "ERASURE", "DE", somebody())).isEqualTo("cig@2025-04");
    }

    @Test
    void a_version_that_never_held_and_a_no_can_not_be_noted() {
        var unknown = consent("cig", "DE", somebody(), "\"version\": \"2031-01\", \"given\": true");
        var no = consent("cig", "DE", somebody(), "\"version\": \"2024-04\", \"given\": false");
        var both = consent(
                "cig",
                "DE",
                somebody(),
                "\"version\": \"2024-04\", \"purpose\": \"DIRECT_MARKETING\", \"given\": true");

        assertThat(unknown.status()).isEqualTo(422);
        assertThat(unknown.text("/errors/0/detail")).contains("2025-04, 2024-04");
        assertThat(no.text("/errors/0/pointer")).isEqualTo("/given");
        assertThat(both.text("/errors/0/pointer")).isEqualTo("/purpose");
    }

    @Test
    void every_version_can_be_read_back_with_its_days_and_what_it_takes_away() {
        var versions = service.get("/api/v1/controllers/cic/profile/versions", "");

        assertThat(versions.text("/0/profile")).isEqualTo("cic@2023-01");
        assertThat(versions.body().at("/0/reductions").toString())
                .contains("RIGHT_DROPPED", "CLOCK_LENGTHENED", "cic@2022-01#CN.rights.RESTRICTION");
        assertThat(versions.text("/1/inForce")).isEqualTo("2022-01-06");
        assertThat(versions.text("/1/until")).isEqualTo("2023-01-05");
        assertThat(service.get("/api/v1/controllers/cic/profile/versions/2022-01", "")
                        .body()
                        .toString())
                .contains("cic@2022-01#CN.rights.RESTRICTION");
    }
}
