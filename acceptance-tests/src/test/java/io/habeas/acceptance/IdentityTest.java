// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Order(15)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class IdentityTest {

    @Test
    void the_code_goes_to_the_contact_on_file_and_never_to_the_address_in_the_request(Suite suite) {
        var victim = suite.somebody();
        var attacker = "attacker-" + UUID.randomUUID() + "@example.net";
        var body = Journey.submission("ACCESS", "en", "CUSTOMER_ID", Long.toString(victim.id()), attacker);

        var answer =
                suite.api().post("/api/v1/controllers/smallrig/requests", null, "attack-" + UUID.randomUUID(), body);
        var reference = answer.text("/reference");

        await().atMost(Journey.PATIENCE).until(() -> suite.mailbox().newestCode(victim.email(), reference) != null);
        suite.mailbox().awaitLetter(attacker, reference, "RECEIVED");
        assertThat(suite.mailbox().newestCode(attacker, reference)).isNull();
        assertThat(suite.mailbox().all(attacker)).hasSize(1);
    }

    @Test
    void somebody_elses_identifier_beside_ones_own_is_never_followed(Suite suite) {
        var me = suite.somebody();
        var other = suite.somebody();
        var held = suite.stores().holdings(other);
        var body = Journey.submission("ERASURE", "en", "EMAIL", me.email(), null)
                .replace(
                        "\"identifiers\":[",
                        "\"identifiers\":[{\"kind\":\"CUSTOMER_ID\",\"value\":\"" + other.id() + "\"},");

        var answer =
                suite.api().post("/api/v1/controllers/smallrig/requests", null, "foreign-" + UUID.randomUUID(), body);
        var reference = answer.text("/reference");

        assertThat(answer.status()).isEqualTo(202);
        // Two people are on file under it: nobody gets a code, and it looks like any other request.
        suite.mailbox().awaitLetter(me.email(), reference, "RECEIVED");
        awaitLaterCodes(suite);
        assertThat(suite.mailbox().newestCode(me.email(), reference)).isNull();
        assertThat(suite.mailbox().newestCode(other.email(), reference)).isNull();
        assertThat(suite.stores().holdings(other)).isEqualTo(held);
    }

    @Test
    void known_and_unknown_people_look_the_same_from_outside(Suite suite) {
        var known = suite.journey("ACCESS", suite.somebody(), "en");
        var unknown = suite.journey(
                "ACCESS", new Stores.Customer(-1, "unknown-" + UUID.randomUUID() + "@example.com", false), "en");

        var answerKnown = known.submit();
        var answerUnknown = unknown.submit();
        await().atMost(Journey.PATIENCE)
                .until(() -> suite.mailbox().newestCode(known.email(), known.reference()) != null);
        awaitLaterCodes(suite);
        var wrongKnown = suite.api()
                .post(known.path("/verification"), known.token(), known.key() + "-w", "{\"code\":\"0000-0000\"}");
        var wrongUnknown = suite.api()
                .post(unknown.path("/verification"), unknown.token(), unknown.key() + "-w", "{\"code\":\"0000-0000\"}");
        var againKnown = suite.api().post(known.path("/verification/codes"), known.token(), known.key() + "-a", "{}");
        var againUnknown =
                suite.api().post(unknown.path("/verification/codes"), unknown.token(), unknown.key() + "-a", "{}");

        assertThat(shape(answerUnknown, unknown)).isEqualTo(shape(answerKnown, known));
        assertThat(shape(wrongUnknown, unknown)).isEqualTo(shape(wrongKnown, known));
        assertThat(againUnknown.status()).isEqualTo(againKnown.status());
        assertThat(unknown.status().path("state")).isEqualTo(known.status().path("state"));
        assertThat(unknown.status().propertyNames()).isEqualTo(known.status().propertyNames());
    }

    /** Two others who ask later, one after the other, have their codes: a whole tick has looked at every earlier case. */
    private static void awaitLaterCodes(Suite suite) {
        for (int i = 0; i < 2; i++) {
            var later = suite.journey("ACCESS", suite.somebody(), "en");
            later.submit();
            await().atMost(Journey.PATIENCE)
                    .until(() -> suite.mailbox().newestCode(later.email(), later.reference()) != null);
        }
    }

    @Test
    void a_code_works_once_for_its_own_request_alone(Suite suite) {
        var first = suite.journey("ACCESS", suite.somebody(), "en");
        var second = suite.journey("ACCESS", suite.somebody(), "en");
        first.submit();
        second.submit();
        var code = await().atMost(Journey.PATIENCE)
                .until(() -> suite.mailbox().newestCode(first.email(), first.reference()), java.util.Objects::nonNull);

        var elsewhere = suite.api()
                .post(second.path("/verification"), second.token(), second.key() + "-x", "{\"code\":\"" + code + "\"}");
        var here = first.prove();

        assertThat(elsewhere.status()).isEqualTo(422);
        assertThat(here.status()).isEqualTo(200);
    }

    @Test
    void a_foreign_token_finds_nothing(Suite suite) {
        var mine = suite.journey("ACCESS", suite.somebody(), "en");
        var others = suite.journey("ACCESS", suite.somebody(), "en");
        mine.submit();
        others.submit();

        for (var path : new String[] {"", "/package"}) {
            assertThat(suite.api().get(others.path(path), mine.token()).status())
                    .as(path)
                    .isEqualTo(404);
        }
        assertThat(suite.api()
                        .post(others.path("/withdrawal"), mine.token(), mine.key() + "-foreign", "{}")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void a_new_proof_opens_the_package_when_the_first_has_grown_old(Suite suite) throws java.io.IOException {
        var person = suite.somebody();
        var journey = suite.journey("ACCESS", person, "en");
        journey.run();
        suite.advance(Duration.ofMinutes(30));
        var stale = suite.api().post(journey.path("/package/links"), journey.token(), journey.key() + "-stale", "{}");
        var before = suite.mailbox()
                .letters(person.email(), journey.reference(), "CODE")
                .size();

        suite.api().post(journey.path("/verification/codes"), journey.token(), journey.key() + "-fresh", "{}");
        await().atMost(Journey.PATIENCE)
                .until(() -> suite.mailbox()
                                .letters(person.email(), journey.reference(), "CODE")
                                .size()
                        > before);
        journey.proveAgain();

        assertThat(stale.status()).isEqualTo(403);
        assertThat(stale.problem()).isEqualTo("fresh-proof-needed");
        assertThat(journey.fetch(java.nio.file.Files.createTempFile(suite.home(), "package", ".zip"))
                        .zip())
                .isNotEmptyFile();
    }

    private static Map<String, Object> shape(Api.Answer answer, Journey journey) {
        var text = answer.body()
                .toString()
                .replace(journey.requestId(), "ID")
                .replace(journey.reference(), "REFERENCE")
                .replaceAll("eyJ[A-Za-z0-9._-]+", "TOKEN")
                .replaceAll("\"[^\"]*correlation[^\"]*\":\"[^\"]*\"", "")
                .replaceAll("20\\d\\d-[0-9T:.Z-]+", "TIME");
        return Map.of("status", answer.status(), "body", text);
    }
}
