// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What staff do at the desk, under the profile of SmallRig. Some of it moves legal time by weeks, so it comes among the last. */
@Order(93)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class DeskTest {

    private static final String DESK = "/api/v1/desk/requests";
    private static final ZoneId CALIFORNIA = ZoneId.of("America/Los_Angeles");
    private static final JsonMapper JSON = JsonMapper.shared();

    private static String freshKey() {
        return "desk-" + UUID.randomUUID();
    }

    private static Api.Answer decide(Suite suite, String token, Journey journey, String body) {
        return suite.api().post(DESK + "/" + journey.requestId() + "/decisions", token, freshKey(), body);
    }

    /** Filed, taken up by a reviewer before identity is proved, and proved. */
    private static Journey underReview(Suite suite, String reviewer, Stores.Customer person, String language) {
        var journey = suite.journey("ACCESS", person, language);
        journey.submit();
        var taken = suite.api().post(DESK + "/" + journey.requestId() + "/reviews", reviewer, freshKey(), "{}");
        assertThat(taken.status()).as(taken.body().toString()).isEqualTo(202);
        journey.prove();
        journey.awaitState("UNDER_REVIEW");
        return journey;
    }

    private static Instant now(Suite suite) {
        return Instant.parse(
                suite.control("/time", "{\"advance\":\"PT0S\"}").path("now").asString(""));
    }

    private static JsonNode clock(JsonNode status, String name) {
        return status.at("/clocks")
                .valueStream()
                .filter(it -> name.equals(it.path("clock").asString("")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName(
            "a reviewer refuses only on a ground of the profile; the person is told the ground and how to complain")
    void refused_on_a_ground_of_the_profile(Suite suite) throws IOException {
        var reviewer = suite.staffToken("reviewer");
        var person = suite.somebody();
        var held = suite.stores().holdings(person);
        var journey = underReview(suite, reviewer, person, "en");

        var whim = decide(suite, reviewer, journey, "{\"decision\":\"REFUSE\",\"ground\":\"WHIM\"}");
        var clerk = decide(
                suite, suite.staffToken("clerk"), journey, "{\"decision\":\"REFUSE\",\"ground\":\"NOT_VERIFIABLE\"}");

        assertThat(whim.status()).isEqualTo(422);
        assertThat(whim.body().path("grounds").valueStream().map(it -> it.asString("")))
                .containsExactly("NOT_VERIFIABLE", "AGENT_WITHOUT_PROOF", "LIMIT_REACHED");
        assertThat(clerk.status()).isEqualTo(403);
        assertThat(journey.state()).isEqualTo("UNDER_REVIEW");

        var refused = decide(
                suite,
                reviewer,
                journey,
                "{\"decision\":\"REFUSE\",\"ground\":\"NOT_VERIFIABLE\",\"note\":\"two people share it\"}");

        assertThat(refused.status()).as(refused.body().toString()).isEqualTo(202);
        var status = journey.awaitState("REFUSED");
        assertThat(status.at("/refusal/ground").asString("")).isEqualTo("NOT_VERIFIABLE");
        var letter = suite.mailbox().awaitLetter(person.email(), journey.reference(), "REFUSED");
        assertThat(letter.text())
                .contains("could not be verified")
                .contains("California Privacy Protection Agency")
                .doesNotContain("two people share it");
        assertThat(suite.stores().holdings(person)).isEqualTo(held);
    }

    @Test
    @DisplayName("what a reviewer approves is fulfilled after the proof, and not before")
    void approved_by_a_reviewer(Suite suite) throws IOException {
        var reviewer = suite.staffToken("reviewer");
        var person = suite.somebody();
        var journey = suite.journey("ACCESS", person, "en");
        journey.submit();
        suite.api().post(DESK + "/" + journey.requestId() + "/reviews", reviewer, freshKey(), "{}");

        var early = decide(suite, reviewer, journey, "{\"decision\":\"APPROVE\"}");
        journey.prove();
        journey.awaitState("UNDER_REVIEW");
        var whim = decide(suite, reviewer, journey, """
                {"decision": "APPROVE_IN_PART", "withhold": [{"category": "D", "ground": "WHIM"}]}""");
        var approved = decide(suite, reviewer, journey, "{\"decision\":\"APPROVE\"}");

        assertThat(early.status()).isEqualTo(409);
        assertThat(whim.status()).isEqualTo(422);
        assertThat(whim.body().path("grounds").toString()).isEqualTo("[\"SECURITY_RISK\"]");
        assertThat(approved.status()).as(approved.body().toString()).isEqualTo(202);
        journey.awaitState("ANSWERED", "CLOSED");
    }

    @Test
    @DisplayName(
            "what is to be kept back and mistyped is refused with what the data map has, and the right name is taken")
    void a_mistyped_name_is_not_taken(Suite suite) throws IOException {
        var reviewer = suite.staffToken("reviewer");
        var journey = underReview(suite, reviewer, suite.somebody(), "en");
        var path = DESK + "/" + journey.requestId();

        var shown = suite.api().get(path, reviewer);
        var mistyped = decide(suite, reviewer, journey, """
                {"decision": "APPROVE_IN_PART", "withhold": [{"category": "shop.customers.fone", "ground": "SECURITY_RISK"}]}""");

        assertThat(mistyped.status()).as(mistyped.body().toString()).isEqualTo(422);
        assertThat(mistyped.text("/errors/0/pointer")).isEqualTo("/withhold/0/category");
        var offered = mistyped.body()
                .path("onOffer")
                .valueStream()
                .map(it -> it.asString(""))
                .toList();
        assertThat(offered).contains("A", "shop.customers.phone").doesNotContain("shop.customers.password_hash");
        assertThat(shown.body().at("/withholdable/fields").valueStream().map(it -> it.asString("")))
                .contains("shop.customers.phone")
                .allMatch(offered::contains);
        assertThat(journey.state()).isEqualTo("UNDER_REVIEW");

        var taken = decide(suite, reviewer, journey, """
                {"decision": "APPROVE_IN_PART", "withhold": [{"category": "shop.customers.phone", "ground": "SECURITY_RISK"}]}""");

        assertThat(taken.status()).as(taken.body().toString()).isEqualTo(202);
        journey.awaitState("ANSWERED", "CLOSED");
    }

    @Test
    void the_queue_shows_what_waits_and_nothing_of_the_person_and_a_reading_leaves_a_trace(Suite suite)
            throws IOException {
        var reviewer = suite.staffToken("reviewer");
        var person = suite.somebody();
        var journey = underReview(suite, reviewer, person, "en");

        var page = await().atMost(Journey.PATIENCE)
                .until(
                        () -> suite.api().get(DESK + "?state=UNDER_REVIEW&role=REVIEWER&limit=200", reviewer),
                        it -> it.body().toString().contains(journey.requestId()));
        var one = suite.api().get(DESK + "/" + journey.requestId(), reviewer);
        var read = suite.api().post(DESK + "/" + journey.requestId() + "/readings", reviewer, freshKey(), "{}");

        assertThat(page.body().toString()).doesNotContain(person.email());
        assertThat(one.body().toString()).doesNotContain(person.email());
        assertThat(read.text("/claims/identifiers/0/value")).isEqualTo(person.email());
        assertThat(suite.api()
                        .get("/api/v1/requests/" + journey.requestId(), reviewer)
                        .body()
                        .path("steps")
                        .toString())
                .contains("request.file-read");
        assertThat(suite.api()
                        .post(
                                DESK + "/" + journey.requestId() + "/readings",
                                suite.staffToken("auditor"),
                                freshKey(),
                                "{}")
                        .status())
                .isEqualTo(403);
    }

    @Test
    @DisplayName(
            "[SR-01] staff enter what came by post, the clocks run from its true receipt, and whoever entered it does not decide it")
    void entered_by_staff(Suite suite) throws IOException {
        var person = suite.somebody();
        var reviewer = suite.staffToken("reviewer");
        var received = LocalDate.ofInstant(now(suite), CALIFORNIA).minusDays(12);
        var submission = Journey.submission("ACCESS", "en", "EMAIL", person.email(), null);
        var body = JSON.createObjectNode();
        body.put("controller", "smallrig").put("channel", "POST").put("receivedOn", received.toString());
        body.set("request", JSON.readTree(submission));

        var entered = suite.api().post(DESK, reviewer, freshKey(), body.toString());

        assertThat(entered.status()).as(entered.body().toString()).isEqualTo(202);
        var id = entered.text("/requestId");
        var status = suite.api().get("/api/v1/requests/" + id, reviewer).body();
        assertThat(status.at("/entry/channel").asString("")).isEqualTo("POST");
        // the day of receipt is the first of the 45
        assertThat(clock(status, "RESPOND").path("dueOn").asString(""))
                .isEqualTo(received.plusDays(44).toString());
        assertThat(suite.api()
                        .post(
                                DESK + "/" + id + "/decisions",
                                reviewer,
                                freshKey(),
                                "{\"decision\":\"REFUSE\",\"ground\":\"NOT_VERIFIABLE\"}")
                        .problem())
                .isEqualTo("own-request");
        suite.mailbox().awaitLetter(person.email(), entered.text("/reference"), "RECEIVED");
    }

    @Test
    void what_staff_enter_with_a_day_that_is_still_to_come_is_not_taken(Suite suite) throws IOException {
        var answer = suite.api().post(DESK, suite.staffToken("clerk"), freshKey(), """
                {"controller": "smallrig", "channel": "EMAIL", "receivedOn": "2999-01-01", "request": {"right": "ACCESS"}}""");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text("/errors/0/pointer")).isEqualTo("/receivedOn");
    }

    @Test
    @DisplayName(
            "[SR-17] the answer is put off once, by at most 45 days, and a letter with the reason and the new day goes out at once")
    void put_off_once(Suite suite) throws IOException {
        var reviewer = suite.staffToken("reviewer");
        var person = suite.somebody();
        var journey = underReview(suite, reviewer, person, "en");
        var path = DESK + "/" + journey.requestId() + "/extensions";
        var before =
                LocalDate.parse(clock(journey.status(), "RESPOND").path("dueOn").asString(""));

        var tooFar = suite.api()
                .post(path, reviewer, freshKey(), "{\"reason\":\"archive\",\"until\":\"" + before.plusDays(46) + "\"}");
        var extended = suite.api().post(path, reviewer, freshKey(), "{\"reason\":\"An archive has to be read.\"}");
        var again = suite.api().post(path, reviewer, freshKey(), "{\"reason\":\"Another one, too.\"}");

        assertThat(tooFar.status()).isEqualTo(422);
        assertThat(extended.status()).as(extended.body().toString()).isEqualTo(202);
        assertThat(again.status()).isEqualTo(409);
        assertThat(clock(journey.status(), "RESPOND").path("dueOn").asString(""))
                .isEqualTo(before.plusDays(45).toString());
        assertThat(suite.mailbox()
                        .awaitLetter(person.email(), journey.reference(), "EXTENDED")
                        .text())
                .contains("An archive has to be read.");
    }

    @Test
    @DisplayName(
            "[SR-13] an unclear request is answered with what is missing and waits; the clock of 45 days goes on, and without an answer it lapses before")
    void details_are_asked_for(Suite suite) throws IOException {
        var reviewer = suite.staffToken("reviewer");
        var person = suite.somebody();
        var answering = underReview(suite, reviewer, person, "zh-CN");
        var silent = underReview(suite, reviewer, suite.somebody(), "en");
        var before = clock(answering.status(), "RESPOND").path("dueAt").asString("");
        for (var each : java.util.List.of(answering, silent)) {
            assertThat(decide(
                                    suite,
                                    reviewer,
                                    each,
                                    "{\"decision\":\"ASK_DETAILS\",\"missing\":\"Which of the two shops?\"}")
                            .status())
                    .isEqualTo(202);
        }

        var letter = suite.mailbox().awaitLetter(person.email(), answering.reference(), "DETAILS_ASKED");
        assertThat(letter.text()).contains("Which of the two shops?").contains("/details");
        assertThat(answering.state()).isEqualTo("AWAITING_DETAILS");
        assertThat(clock(answering.status(), "RESPOND").path("dueAt").asString(""))
                .isEqualTo(before);
        var given = suite.api()
                .post(answering.path("/details"), answering.token(), freshKey(), "{\"details\":\"The one in town.\"}");
        assertThat(given.status()).as(given.body().toString()).isEqualTo(202);
        assertThat(answering.state()).isEqualTo("UNDER_REVIEW");
        assertThat(suite.api()
                        .post(DESK + "/" + answering.requestId() + "/readings", reviewer, freshKey(), "{}")
                        .text("/details/0/text"))
                .isEqualTo("The one in town.");

        silent.awaitAsked("DETAILS_ASKED");
        suite.advance(Duration.ofDays(11));

        var lapsed = silent.awaitState("LAPSED");
        assertThat(Instant.parse(clock(lapsed, "RESPOND").path("dueAt").asString("")))
                .isAfter(now(suite));
        suite.mailbox().awaitLetter(silent.email(), silent.reference(), "LAPSED");
    }
}
