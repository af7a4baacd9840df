// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** How often a right may be used, and how often it is free. Moves legal time, at last by a year. */
@Order(97)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
@TestMethodOrder(OrderAnnotation.class)
class LimitsTest {

    private static final String DESK = "/api/v1/desk/requests/";
    private static final ZoneId CALIFORNIA = ZoneId.of("America/Los_Angeles");

    private static Api.Answer desk(Suite suite, String token, Journey journey, String what, String body) {
        return suite.api().post(DESK + journey.requestId() + "/" + what, token, "limits-" + UUID.randomUUID(), body);
    }

    private static Consumer<ObjectNode> from(String place) {
        return body -> body.put("jurisdiction", place);
    }

    private static Journey proved(Suite suite, String controller, String right, String email, String place) {
        var journey = suite.journeyUnder(controller, right, email, "en", from(place));
        assertThat(journey.submit().status()).isEqualTo(202);
        journey.prove();
        return journey;
    }

    private static JsonNode clock(JsonNode status, String name) {
        return status.at("/clocks")
                .valueStream()
                .filter(it -> name.equals(it.path("clock").asString("")))
                .findFirst()
                .orElseThrow();
    }

    private static String quote(String ground) {
        return "{\"ground\":\"" + ground
                + "\",\"amount\":\"12.50\",\"currency\":\"USD\",\"reason\":\"It is the same list once more.\"}";
    }

    private static Api.Answer answerFee(Suite suite, Journey journey, String body) {
        return suite.api().post(journey.path("/fee-acceptance"), journey.token(), "limits-" + UUID.randomUUID(), body);
    }

    @Test
    @Order(1)
    @DisplayName(
            "[CI-10] past the count a reviewer quotes a fee with its reason, the clock stands still, work starts when the person accepts"
                    + " and no answer ends the request as lapsed; [CI-11] refused as repeated only after a fee and without a reason")
    void the_third_may_cost_something(Suite suite) throws IOException {
        var reviewer = suite.staffToken("reviewer");
        var person = suite.somebody().email();
        var first = proved(suite, "ciie", "ACCESS", person, "CN");
        first.awaitState("ANSWERED", "CLOSED");
        var second = proved(suite, "ciie", "ACCESS", person, "CN");
        second.awaitState("ANSWERED", "CLOSED");

        // the third is accepted
        var third = proved(suite, "ciie", "ACCESS", person, "CN");
        var waiting = third.awaitState("UNDER_REVIEW");
        assertThat(waiting.at("/review/reason").asString("")).isEqualTo("COUNT_PASSED");
        assertThat(waiting.at("/counts/0/rule").asString("")).isEqualTo("ciie@2021-07#CN.fee.beyond");
        var early = desk(
                suite,
                reviewer,
                third,
                "decisions",
                "{\"decision\":\"REFUSE\",\"ground\":\"REPEATED_WITHOUT_REASON\"}");
        assertThat(early.status()).isEqualTo(422);
        assertThat(desk(suite, reviewer, third, "fees", quote("WHIM"))
                        .body()
                        .path("grounds")
                        .toString())
                .contains("REPEATED_BEYOND_REASON");
        var quoted = desk(suite, reviewer, third, "fees", quote("REPEATED_BEYOND_REASON"));
        assertThat(quoted.status()).as("%s", quoted.body()).isEqualTo(202);
        var asked = third.status();
        assertThat(asked.path("state").asString("")).isEqualTo("AWAITING_FEE");
        assertThat(asked.path("waitsFor").asString("")).isEqualTo("PERSON");
        assertThat(clock(asked, "RESPOND").path("state").asString("")).isEqualTo("STOPPED");
        assertThat(suite.mailbox().awaitLetter(person, third.reference(), "FEE").text())
                .contains("12.50 USD")
                .contains("It is the same list once more.")
                .contains("/fee-acceptance");
        assertThat(answerFee(suite, third, "{\"accepted\":true}").status()).isEqualTo(202);
        assertThat(clock(third.status(), "RESPOND").path("state").asString("")).isNotEqualTo("STOPPED");
        third.awaitState("ANSWERED", "CLOSED");

        // the fourth is declined: with a reason the ground counts only with what there is to say to it
        var fourth = proved(suite, "ciie", "ACCESS", person, "CN");
        fourth.awaitState("UNDER_REVIEW");
        desk(suite, reviewer, fourth, "fees", quote("REPEATED_BEYOND_REASON"));
        assertThat(answerFee(suite, fourth, "{\"accepted\":false,\"reason\":\"I lost the first two.\"}")
                        .status())
                .isEqualTo(202);
        assertThat(fourth.state()).isEqualTo("UNDER_REVIEW");
        var bare = desk(
                suite,
                reviewer,
                fourth,
                "decisions",
                "{\"decision\":\"REFUSE\",\"ground\":\"REPEATED_WITHOUT_REASON\"}");
        assertThat(bare.status()).isEqualTo(422);
        assertThat(bare.text("/errors/0/pointer")).isEqualTo("/note");
        assertThat(desk(suite, reviewer, fourth, "decisions", "{\"decision\":\"APPROVE\"}")
                        .status())
                .isEqualTo(202);

        // the fifth is declined without one, and refused with the ground and the way to complain
        var fifth = proved(suite, "ciie", "ACCESS", person, "CN");
        fifth.awaitState("UNDER_REVIEW");
        desk(suite, reviewer, fifth, "fees", quote("REPEATED_BEYOND_REASON"));
        answerFee(suite, fifth, "{\"accepted\":false}");
        var refused = desk(
                suite,
                reviewer,
                fifth,
                "decisions",
                "{\"decision\":\"REFUSE\",\"ground\":\"REPEATED_WITHOUT_REASON\"}");
        assertThat(refused.status()).as("%s", refused.body()).isEqualTo(202);
        assertThat(suite.mailbox()
                        .awaitLetter(person, fifth.reference(), "REFUSED")
                        .text())
                .contains("without a justified reason")
                .contains("negotiate");

        // the sixth is not answered; a fee is for any right of the place
        var sixth = proved(suite, "ciie", "ACCESS", person, "CN");
        sixth.awaitState("UNDER_REVIEW");
        desk(suite, reviewer, sixth, "fees", quote("REPEATED_BEYOND_REASON"));
        for (var right : List.of("CORRECTION", "ERASURE", "PORTABILITY")) {
            assertThat(suite.api()
                            .get("/api/v1/controllers/ciie/profile/explanation?jurisdiction=CN&right=" + right, null)
                            .body()
                            .toString())
                    .contains("ciie@2021-07#CN.fee.beyond");
        }
        sixth.awaitAsked("FEE");
        suite.advance(Duration.ofDays(17));
        sixth.awaitState("LAPSED");
        suite.mailbox().awaitLetter(person, sixth.reference(), "LAPSED");
    }

    @Test
    @Order(2)
    @DisplayName(
            "[SR-22] a fee is quoted on one of three grounds with the reason and an estimate first; California's clock does not stop,"
                    + " and no answer ends the request as lapsed before day 45")
    void a_fee_in_california(Suite suite) throws IOException {
        var reviewer = suite.staffToken("reviewer");
        var person = suite.somebody().email();
        var journey = suite.journeyUnder("smallrig", "ACCESS", person, "en", from("US-CA"));
        journey.submit();
        desk(suite, reviewer, journey, "reviews", "{}");
        journey.prove();
        var before = clock(journey.awaitState("UNDER_REVIEW"), "RESPOND");

        var whim = desk(suite, reviewer, journey, "fees", quote("REPEATED_BEYOND_REASON"));
        var quoted = desk(suite, reviewer, journey, "fees", quote("REPETITIVE"));

        assertThat(whim.status()).isEqualTo(422);
        assertThat(whim.body().path("grounds").valueStream().map(JsonNode::asString))
                .containsExactly("EXCESSIVE", "REPETITIVE", "MANIFESTLY_UNFOUNDED");
        assertThat(quoted.status()).as("%s", quoted.body()).isEqualTo(202);
        var asked = journey.status();
        assertThat(clock(asked, "RESPOND").path("dueAt").asString(""))
                .isEqualTo(before.path("dueAt").asString(""));
        assertThat(clock(asked, "RESPOND").path("state").asString("")).isEqualTo("RUNNING");
        assertThat(Instant.parse(asked.at("/fee/until").asString("")))
                .isBefore(Instant.parse(before.path("dueAt").asString("")));
        assertThat(suite.mailbox()
                        .awaitLetter(person, journey.reference(), "FEE")
                        .text())
                .contains("Estimate: 12.50 USD")
                .contains("it repeats earlier requests");
        assertThat(desk(suite, reviewer, journey, "decisions", "{\"decision\":\"APPROVE\"}")
                        .status())
                .isEqualTo(409);

        journey.awaitAsked("FEE");
        suite.advance(Duration.ofDays(11));

        var lapsed = journey.awaitState("LAPSED");
        assertThat(lapsed.at("/fee/state").asString("")).isEqualTo("UNANSWERED");
        assertThat(clock(lapsed, "RESPOND").path("state").asString("")).isEqualTo("ENDED");
    }

    @Test
    @Order(3)
    @DisplayName(
            "[SR-12] in California alone the third access or portability request within twelve months that was verified and answered is"
                    + " refused with that ground and the day from which it is possible again, or waived; what was withdrawn does not count")
    void twice_in_twelve_months(Suite suite) throws IOException {
        var reviewer = suite.staffToken("reviewer");
        var person = suite.somebody().email();
        var first = proved(suite, "smallrig", "ACCESS", person, "US-CA");
        var receivedOn = Instant.parse(first.awaitState("ANSWERED", "CLOSED")
                        .path("receivedAt")
                        .asString(""))
                .atZone(CALIFORNIA)
                .toLocalDate();
        var withdrawn = suite.journeyUnder("smallrig", "PORTABILITY", person, "en", from("US-CA"));
        withdrawn.submit();
        desk(suite, reviewer, withdrawn, "reviews", "{}");
        withdrawn.prove();
        withdrawn.awaitState("UNDER_REVIEW");
        withdrawn.withdraw();
        var second = proved(suite, "smallrig", "ACCESS", person, "US-CA");
        assertThat(second.awaitState("ANSWERED", "CLOSED").path("counts").isEmpty())
                .isTrue();

        // elsewhere there is no such limit
        proved(suite, "smallrig", "ACCESS", person, "US-TX").awaitState("IN_FULFILLMENT", "ANSWERED", "CLOSED");

        var third = proved(suite, "smallrig", "PORTABILITY", person, "US-CA");
        var waiting = third.awaitState("UNDER_REVIEW");
        assertThat(waiting.at("/review/reason").asString("")).isEqualTo("LIMIT_REACHED");
        var again = receivedOn.plusMonths(12).toString();
        assertThat(waiting.at("/counts/0/possibleFrom").asString("")).isEqualTo(again);
        // the keys of identity of the earlier ones are gone
        for (var earlier : List.of(first, second)) {
            await().atMost(Journey.PATIENCE)
                    .until(() -> earlier.status().path("erased").toString().contains("IDENTITY"));
        }
        var refused =
                desk(suite, reviewer, third, "decisions", "{\"decision\":\"REFUSE\",\"ground\":\"LIMIT_REACHED\"}");
        assertThat(refused.status()).as("%s", refused.body()).isEqualTo(202);
        var status = third.awaitState("REFUSED");
        assertThat(status.at("/refusal/ground").asString("")).isEqualTo("LIMIT_REACHED");
        assertThat(status.at("/refusal/againFrom").asString("")).isEqualTo(again);
        assertThat(suite.mailbox()
                        .awaitLetter(person, third.reference(), "REFUSED")
                        .text())
                .contains("is used up")
                .contains("You can ask again from")
                .contains(Integer.toString(LocalDate.parse(again).getYear()));

        // a refused one counts for nothing; the next is waived
        var waived = proved(suite, "smallrig", "ACCESS", person, "US-CA");
        assertThat(waived.awaitState("UNDER_REVIEW").at("/counts/0/answered").asInt())
                .isEqualTo(2);
        assertThat(desk(suite, reviewer, waived, "decisions", "{\"decision\":\"APPROVE\"}")
                        .status())
                .isEqualTo(202);
        waived.awaitState("ANSWERED", "CLOSED");

        suite.advance(Duration.ofDays(367));
        proved(suite, "smallrig", "ACCESS", person, "US-CA").awaitState("IN_FULFILLMENT", "ANSWERED", "CLOSED");
    }
}
