// SPDX-License-Identifier: Apache-2.0
package io.habeas.request;

import static io.habeas.request.RunningService.freshKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.habeas.request.RunningService.Answer;
import io.habeas.request.policy.SamplePolicies;
import java.io.IOException;
import java.nio.file.Files;
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
import tools.jackson.databind.JsonNode;

/** Where a person lives, over HTTP: several places at once, and a correction at the desk. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class JurisdictionTest {

    private static final String DESK = "/api/v1/desk/requests/";

    @TempDir
    static Path folder;

    private static RunningService service;

    @BeforeAll
    static void start() throws IOException {
        service = RunningService.start(folder);
        var from = SamplePolicies.FOLDER.resolve("cig");
        var to = service.home().resolve("controllers/cig");
        Files.createDirectories(to.resolve("profiles"));
        for (var file : List.of("controller.yaml", "profiles/2025-04.yaml")) {
            Files.copy(from.resolve(file), to.resolve(file));
        }
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static String staff(String role) {
        return service.issuer.staffToken(List.of(role), List.of("smallrig", "cig"));
    }

    /** @param places as they stand in the body */
    private static Answer file(String right, String places) {
        return service.post(
                "/api/v1/controllers/cig/requests", freshKey(), "", """
                {"right": "%s", %s, "language": "en",
                 "subject": {"identifiers": [{"kind": "EMAIL", "value": "%s@example.org"}]}}""".formatted(right, places, UUID.randomUUID()));
    }

    private static Answer status(Answer filed) {
        assertThat(filed.status()).as("%s", filed.body()).isEqualTo(202);
        return service.get("/api/v1/requests/" + filed.text("/requestId"), filed.text("/token"));
    }

    private static Answer correct(Answer filed, String key, String role, String body) {
        return service.post(DESK + filed.text("/requestId") + "/jurisdictions", key, staff(role), body);
    }

    private static JsonNode respond(Answer status) {
        return status.body()
                .at("/clocks")
                .valueStream()
                .filter(it -> it.path("clock").asString("").equals("RESPOND"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void of_several_places_the_one_that_gives_most_holds_and_the_status_says_why() {
        var both = status(file("ERASURE", "\"jurisdictions\": [\"US-CA\", \"DE\"]"));
        var beside = status(file("ERASURE", "\"jurisdiction\": \"US-CA\", \"jurisdictions\": [\"DE\", \"CN\"]"));
        var only = status(file("OPT_OUT_OF_SALE", "\"jurisdictions\": [\"DE\", \"US-CA\"]"));
        var one = status(file("ERASURE", "\"jurisdiction\": \"DE\""));
        var part = status(file("ERASURE", "\"jurisdiction\": \"US-CA\""));

        assertThat(both.text("/jurisdiction")).isEqualTo("EU");
        assertThat(both.text("/declared/places/0")).isEqualTo("US-CA");
        assertThat(both.text("/declared/because")).isEqualTo("EARLIEST_ANSWER");
        assertThat(respond(both).path("rule").asString("")).isEqualTo("cig@2025-04#EU.clocks.respond");
        assertThat(beside.text("/jurisdiction")).isEqualTo("CN");
        assertThat(beside.body().at("/declared/places").size()).isEqualTo(3);
        assertThat(only.text("/jurisdiction")).isEqualTo("US-CA");
        assertThat(only.text("/declared/because")).isEqualTo("ONLY_THERE");
        assertThat(one.text("/declared/places/0")).isEqualTo("DE");
        assertThat(part.body().path("declared").isNull()).isTrue();
    }

    @Test
    void where_none_of_them_gives_it_what_any_of_them_gives_is_on_offer() {
        var refused = file("OPT_OUT_OF_SALE", "\"jurisdictions\": [\"DE\", \"CN\"]");
        var nowhere = file("ERASURE", "\"jurisdictions\": [\"DE\", \"NOWHERE\"]");
        var none = file("ERASURE", "\"jurisdictions\": []");

        assertThat(refused.text("/type")).isEqualTo("urn:habeas:problem:right-not-on-offer");
        assertThat(refused.body().path("onOffer").toString()).contains("RESTRICTION", "ACCOUNT_CANCELLATION");
        assertThat(refused.text("/contact/email")).isEqualTo("privacy@cigtech.com");
        assertThat(nowhere.text("/errors/0/pointer")).isEqualTo("/jurisdictions/1");
        assertThat(none.text("/errors/0/pointer")).isEqualTo("/jurisdictions");
    }

    @Test
    void an_explanation_chooses_alike() {
        var explained =
                service.get("/api/v1/controllers/cig/profile/explanation?right=ERASURE&jurisdiction=US-CA,DE", "");

        assertThat(explained.status()).as("%s", explained.body()).isEqualTo(200);
        assertThat(explained.text("/place")).isEqualTo("EU");
        assertThat(explained.text("/declared")).isEqualTo("US-CA,DE");
        assertThat(explained.text("/because")).isEqualTo("EARLIEST_ANSWER");
    }

    @Test
    void a_reviewer_corrects_where_the_person_lives_and_the_person_sees_it() {
        var filed = file("ERASURE", "\"jurisdiction\": \"DE\"");
        var key = freshKey();

        var clerk = correct(filed, freshKey(), "clerk", "{\"jurisdiction\": \"US-CA\", \"reason\": \"an address\"}");
        var silent = correct(filed, freshKey(), "reviewer", "{\"jurisdiction\": \"US-CA\"}");
        var corrected = correct(filed, key, "reviewer", "{\"jurisdiction\": \"US-CA\", \"reason\": \"an address\"}");
        var again = correct(filed, key, "reviewer", "{\"jurisdiction\": \"US-CA\", \"reason\": \"an address\"}");

        assertThat(clerk.status()).isEqualTo(403);
        assertThat(silent.text("/errors/0/pointer")).isEqualTo("/reason");
        assertThat(corrected.status()).as("%s", corrected.body()).isEqualTo(202);
        assertThat(again.status()).isEqualTo(202);
        var seen = status(filed);
        assertThat(seen.text("/jurisdiction")).isEqualTo("US-CA");
        assertThat(seen.body().path("boundAnew").size()).isEqualTo(1);
        assertThat(seen.text("/boundAnew/0/why")).isEqualTo("CORRECTED");
        assertThat(seen.text("/boundAnew/0/fromJurisdiction")).isEqualTo("EU");
        assertThat(seen.text("/boundAnew/0/rule")).isEqualTo("cig@2025-04#US-CA.rights.ERASURE");
        assertThat(respond(seen).path("rule").asString("")).isEqualTo("cig@2025-04#US-CA.clocks.respond");
        assertThat(respond(seen).path("startedAt").asString("")).isEqualTo(seen.text("/receivedAt"));
        assertThat(seen.body().toString()).doesNotContain("an address");
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(
                        service.get("/api/v1/desk/requests?controller=cig&limit=200", staff("reviewer"))
                                .body()
                                .path("items")
                                .valueStream()
                                .filter(it -> it.path("requestId").asString("").equals(filed.text("/requestId"))))
                .singleElement()
                .satisfies(
                        it -> assertThat(it.path("jurisdiction").asString("")).isEqualTo("US-CA")));
    }

    @Test
    void a_place_that_does_not_give_it_says_what_it_gives_and_changes_nothing() {
        var filed = file("RESTRICTION", "\"jurisdiction\": \"DE\"");

        var refused = correct(filed, freshKey(), "reviewer", "{\"jurisdiction\": \"BR\", \"reason\": \"lives there\"}");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text("/type")).isEqualTo("urn:habeas:problem:right-not-on-offer");
        assertThat(refused.body().path("onOffer").toString()).isEqualTo("[\"OBJECTION\",\"COMPLAINT\"]");
        assertThat(refused.text("/contact/email")).isEqualTo("privacy@cigtech.com");
        assertThat(status(filed).text("/jurisdiction")).isEqualTo("EU");
        assertThat(status(filed).body().path("boundAnew")).isEmpty();
    }

    @Test
    void a_kind_that_is_not_there_changes_nothing_either() {
        var filed = file("CONSENT_WITHDRAWAL", "\"jurisdiction\": \"US-CA\", \"purposes\": [\"DIRECT_MARKETING\"]");
        var cookies = file("CONSENT_WITHDRAWAL", "\"jurisdiction\": \"DE\", \"purposes\": [\"TARGETING_COOKIES\"]");

        var moved = correct(filed, freshKey(), "reviewer", "{\"jurisdiction\": \"CN\", \"reason\": \"lives there\"}");
        var left =
                correct(cookies, freshKey(), "reviewer", "{\"jurisdiction\": \"US-CA\", \"reason\": \"lives there\"}");

        assertThat(moved.status()).as("%s", moved.body()).isEqualTo(202);
        assertThat(left.status()).isEqualTo(422);
        assertThat(left.text("/errors/0/pointer")).isEqualTo("/jurisdiction");
    }

    @Test
    void several_places_can_be_what_a_reviewer_finds() {
        var filed = file("ERASURE", "\"jurisdiction\": \"US-CA\"");

        var corrected = correct(
                filed, freshKey(), "reviewer", "{\"jurisdictions\": [\"US-CA\", \"DE\"], \"reason\": \"two homes\"}");

        assertThat(corrected.status()).as("%s", corrected.body()).isEqualTo(202);
        assertThat(status(filed).text("/jurisdiction")).isEqualTo("EU");
        assertThat(status(filed).text("/declared/because")).isEqualTo("EARLIEST_ANSWER");
    }

    @Test
    void whoever_entered_it_does_not_correct_it_and_nothing_is_corrected_after_its_end() {
        var both = service.issuer.staffToken(List.of("clerk", "reviewer"), List.of("cig"));
        var entered = service.post("/api/v1/desk/requests", freshKey(), both, """
                {"controller": "cig", "channel": "POST", "receivedOn": "2026-01-05", "request":
                 {"right": "ERASURE", "jurisdictions": ["US-CA", "DE"], "language": "en",
                  "subject": {"identifiers": [{"kind": "EMAIL", "value": "e@example.org"}]}}}""");
        assertThat(entered.status()).as("%s", entered.body()).isEqualTo(202);
        var path = DESK + entered.text("/requestId") + "/jurisdictions";
        var filed = file("ERASURE", "\"jurisdiction\": \"DE\"");
        service.post(
                "/api/v1/requests/" + filed.text("/requestId") + "/withdrawal", freshKey(), filed.text("/token"), "{}");

        var own = service.post(path, freshKey(), both, "{\"jurisdiction\": \"CN\", \"reason\": \"lives there\"}");
        var over = correct(filed, freshKey(), "reviewer", "{\"jurisdiction\": \"CN\", \"reason\": \"lives there\"}");

        assertThat(own.text("/type")).isEqualTo("urn:habeas:problem:own-request");
        assertThat(over.text("/type")).isEqualTo("urn:habeas:problem:not-now");
        assertThat(service.get(DESK + entered.text("/requestId"), staff("reviewer"))
                        .text("/places/1"))
                .isEqualTo("DE");
    }
}
