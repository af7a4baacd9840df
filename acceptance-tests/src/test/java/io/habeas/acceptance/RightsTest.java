// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The five sample policies at the public door: what each gives to whom, by which clock, and what it says where it does not. */
@Order(60)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class RightsTest {

    private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");

    private static Consumer<ObjectNode> from(String place) {
        return body -> body.put("jurisdiction", place);
    }

    private static String nobody() {
        return "nobody-" + UUID.randomUUID() + "@example.net";
    }

    /** Filed by somebody whom no directory knows: enough for what holds from receipt. */
    private static Journey filed(Suite suite, String controller, String place, String right) {
        return filed(suite, controller, place, right, _ -> {});
    }

    private static Journey filed(
            Suite suite, String controller, String place, String right, Consumer<ObjectNode> more) {
        var journey = suite.journeyUnder(
                controller, right, nobody(), "en", from(place).andThen(more));
        var answer = journey.submit();
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
        return journey;
    }

    private static JsonNode clock(JsonNode status, String kind) {
        return status.at("/clocks")
                .valueStream()
                .filter(it -> kind.equals(it.path("clock").asString("")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no clock " + kind + " in " + status.at("/clocks")));
    }

    private static LocalDate dueOn(Journey journey, String kind) {
        return LocalDate.parse(clock(journey.status(), kind).path("dueOn").asString(""));
    }

    private static LocalDate receivedOn(Journey journey, ZoneId zone) {
        return Instant.parse(journey.status().path("receivedAt").asString(""))
                .atZone(zone)
                .toLocalDate();
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }

    @ParameterizedTest(name = "[CIG-01] {2} for somebody from {1} under {0}: falls under {3}")
    @CsvSource({
        "cig, DE, ERASURE, EU",
        "cig, FR, RESTRICTION, EU",
        "cig, US-CA, OPT_OUT_OF_SALE, US-CA",
        "cig, CN, ACCOUNT_CANCELLATION, CN",
        "zhiqi, DE, ACCESS, EU",
        "zhiqi, CN, ACCESS, CN",
        "smallrig, US-TX, ACCESS, ANY",
        "cig, US-CA DE, ERASURE, EU",
        "cig, DE US-CA CN, ERASURE, CN",
        "cig, DE US-CA, OPT_OUT_OF_SALE, US-CA"
    })
    void the_law_of_the_person_decides(String controller, String declared, String right, String place, Suite suite) {
        var places = List.of(declared.split(" "));
        var journey = suite.journeyUnder(controller, right, nobody(), "en", body -> {
            body.remove("jurisdiction");
            places.forEach(body.putArray("jurisdictions")::add);
        });

        var answer = journey.submit();

        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
        var status = journey.status();
        assertThat(status.path("jurisdiction").asString("")).isEqualTo(place);
        assertThat(clock(status, "RESPOND").path("rule").asString("")).contains("#" + place + ".");
        if (!declared.equals(place)) {
            assertThat(texts(status.at("/declared/places"))).isEqualTo(places);
            assertThat(status.at("/declared/because").isNull()).isEqualTo(places.size() == 1);
        }
    }

    @Test
    @DisplayName(
            "[CIG-01] a right that no law of the person gives is answered with what is on offer and a way to a person, and nothing is started")
    void not_on_offer(Suite suite) {
        var sale = suite.journeyUnder("cig", "OPT_OUT_OF_SALE", nobody(), "en", from("DE"))
                .submit();
        var both = suite.journeyUnder("cig", "OPT_OUT_OF_SALE", nobody(), "en", body -> body.putArray("jurisdictions")
                        .add("DE")
                        .add("CN"))
                .submit();
        var elsewhere =
                suite.journeyUnder("cig", "ACCESS", nobody(), "en", from("BR")).submit();

        assertThat(sale.status()).isEqualTo(422);
        assertThat(sale.problem()).isEqualTo("right-not-on-offer");
        assertThat(texts(sale.body().path("onOffer")))
                .contains("ACCESS", "OBJECTION")
                .doesNotContain("OPT_OUT_OF_SALE");
        assertThat(sale.text("/contact/email")).isEqualTo("privacy@cigtech.com");
        assertThat(both.status()).as("California is named as well").isEqualTo(202);
        assertThat(elsewhere.status()).isEqualTo(422);
        assertThat(texts(elsewhere.body().path("onOffer"))).containsExactly("OBJECTION", "COMPLAINT");
    }

    @Test
    @DisplayName(
            "[CIG-01] a reviewer corrects where the person lives: rights, clocks and grounds are those of that place, and the answer names its rule")
    void corrected(Suite suite) throws IOException {
        var person = suite.somebody();
        var journey = suite.journeyUnder("cig", "ACCESS", person.email(), "en", from("US-CA"));
        journey.submit();
        var desk = "/api/v1/desk/requests/" + journey.requestId();
        var reviewer = suite.staffToken("reviewer");
        var inCalifornia = clock(journey.status(), "RESPOND").path("dueOn").asString("");

        var nowhere = correct(suite, desk, reviewer, "BR");
        var byClerk = correct(suite, desk, suite.staffToken("clerk"), "DE");
        var corrected = correct(suite, desk, reviewer, "DE");

        assertThat(nowhere.status()).isEqualTo(422);
        assertThat(texts(nowhere.body().path("onOffer"))).containsExactly("OBJECTION", "COMPLAINT");
        assertThat(byClerk.status()).isEqualTo(403);
        assertThat(corrected.status()).as("%s", corrected.body()).isEqualTo(202);
        var status = journey.status();
        assertThat(status.path("jurisdiction").asString("")).isEqualTo("EU");
        assertThat(status.at("/boundAnew/0/fromJurisdiction").asString("")).isEqualTo("US-CA");
        assertThat(clock(status, "RESPOND").path("rule").asString("")).isEqualTo("cig@2025-04#EU.clocks.respond");
        assertThat(clock(status, "RESPOND").path("dueOn").asString("")).isLessThan(inCalifornia);
        assertThat(texts(status.path("complaint"))).contains("SUPERVISORY_AUTHORITY");

        journey.prove();
        var answered = journey.awaitState("ANSWERED", "CLOSED");
        assertThat(answered.path("steps")
                        .valueStream()
                        .map(it -> it.path("step").asString("") + " "
                                + it.path("rule").asString("")))
                .contains("request.answered cig@2025-04#EU.clocks.respond");
        assertThat(correct(suite, desk, reviewer, "US-CA").status()).isEqualTo(409);
    }

    private static Api.Answer correct(Suite suite, String desk, String token, String place) {
        return suite.api()
                .post(
                        desk + "/jurisdictions",
                        token,
                        "correction-" + UUID.randomUUID(),
                        "{\"jurisdiction\":\"" + place + "\",\"reason\":\"the address that was given\"}");
    }

    @Test
    @DisplayName(
            "part of CIG-25: Europe has one month from receipt, California ten business days and 45 days, each with its source")
    void the_laws_clocks(Suite suite) throws IOException {
        var europe = filed(suite, "cig", "DE", "ACCESS");
        var california = filed(suite, "cig", "US-CA", "ACCESS");
        var sale = filed(suite, "cig", "US-CA", "OPT_OUT_OF_SALE");
        var pacific = ZoneId.of("America/Los_Angeles");

        assertThat(dueOn(europe, "RESPOND"))
                .isEqualTo(receivedOn(europe, ZoneId.of("Europe/Brussels")).plusMonths(1));
        assertThat(dueOn(california, "RESPOND"))
                .isEqualTo(receivedOn(california, pacific).plusDays(44));
        var business = WorkingDays.of("US-CA");
        assertThat(dueOn(california, "CONFIRM_RECEIPT")).isEqualTo(business.nth(10, receivedOn(california, pacific)));
        assertThat(dueOn(sale, "RESPOND")).isEqualTo(business.nth(15, receivedOn(sale, pacific)));
        assertThat(texts(clock(california.status(), "RESPOND").path("stops"))).isEmpty();
        var explained = suite.api()
                .get("/api/v1/controllers/cig/profile/explanation?right=ACCESS&jurisdiction=US-CA", null)
                .body();
        assertThat(explained.at("/clocks").valueStream().map(it -> it.path("source")
                        .asString("")))
                .contains("11 CCR 7021(a)", "Cal. Civ. Code 1798.130(a)(2)(A)");
    }

    @Test
    @DisplayName(
            "part of CIC-01: fifteen working days of mainland China after receipt, in the time of Shanghai, with no extension")
    void fifteen_working_days(Suite suite) throws IOException {
        var journey = filed(suite, "cic", "CN", "ERASURE");

        var explained = suite.api()
                .get(
                        "/api/v1/controllers/cic/profile/explanation?right=ERASURE&jurisdiction=CN&date="
                                + receivedOn(journey, SHANGHAI),
                        null)
                .body();
        var respond = explained
                .at("/clocks")
                .valueStream()
                .filter(it -> "respond".equals(it.path("clock").asString("")))
                .findFirst()
                .orElseThrow();
        assertThat(respond.path("within").asString("")).isEqualTo("15 working days of CN");
        assertThat(respond.path("extension").isMissingNode()
                        || respond.path("extension").isNull())
                .isTrue();
        assertThat(dueOn(journey, "RESPOND"))
                .isEqualTo(respond.path("dueOn").asString(""))
                .isEqualTo(WorkingDays.of("CN")
                        .nth(15, receivedOn(journey, SHANGHAI).plusDays(1)));
    }

    @ParameterizedTest(name = "[CIC-24] {0} is taken under CIC with its fifteen working days, and goes to {1}")
    @CsvSource({
        "PORTABILITY, REVIEWER, UNDER_REVIEW",
        "AUTOMATED_DECISION_EXPLANATION, REVIEWER, UNDER_REVIEW",
        "RESTRICTION, NOBODY, CLOSED"
    })
    void rights_that_the_law_gives_and_the_policy_does_not_name(
            String right, String waitsFor, String state, Suite suite) {
        var person = suite.somebody();
        var journey = suite.journeyUnder(
                "cic", right, person.email(), "en", from("CN").andThen(it -> ((ObjectNode) it.path("subject"))
                        .put("details", "the one of last week")));
        journey.submit();
        journey.prove();

        var status = journey.awaitState(state);

        assertThat(clock(status, "RESPOND").path("rule").asString("")).isEqualTo("cic@2023-01#CN.clocks.respond");
        assertThat(clock(status, "RESPOND").path("state").asString(""))
                .isEqualTo("CLOSED".equals(state) ? "MET" : "RUNNING");
        assertThat(status.path("waitsFor").asString("")).isEqualTo(waitsFor);
        if ("UNDER_REVIEW".equals(state)) {
            assertThat(status.at("/review/rule").asString("")).startsWith("cic@2023-01#CN");
        } else {
            assertThat(status.at("/standing/stands/0/use").asString("")).isEqualTo("ALL");
        }
        assertThat(status.path("plan").isNull()).isTrue();
    }

    @Test
    @DisplayName(
            "[ZQ-11] Zhiqi names no deadline: 15 working days for correction, deletion and complaints, 30 days for the rest, by law")
    void statutory_defaults(Suite suite) {
        var access = filed(suite, "zhiqi", "CN", "ACCESS");
        var erasure = filed(suite, "zhiqi", "CN", "ERASURE");
        var correction = filed(suite, "zhiqi", "CN", "CORRECTION", it -> it.putArray("corrections")
                .addObject()
                .put("field", "full_name")
                .put("value", "Somebody Else"));
        var complaint = filed(suite, "zhiqi", "CN", "COMPLAINT", it -> ((ObjectNode) it.path("subject"))
                .put("details", "nobody answered"));

        assertThat(dueOn(access, "RESPOND"))
                .isEqualTo(receivedOn(access, SHANGHAI).plusDays(30));
        var fifteen = dueOn(erasure, "RESPOND");
        assertThat(fifteen).isBefore(dueOn(access, "RESPOND"));
        assertThat(dueOn(correction, "RESPOND")).isEqualTo(fifteen);
        assertThat(dueOn(complaint, "RESPOND")).isEqualTo(fifteen);
        assertThat(suite.api()
                        .get("/api/v1/controllers/zhiqi/profile/explanation?right=ACCESS&jurisdiction=CN", null)
                        .body()
                        .toString())
                .contains("GB/T 35273-2020");
    }

    @Test
    @DisplayName("[ZQ-13] somebody in the EU gets the one-month clock of the GDPR under Zhiqi")
    void europe_under_zhiqi(Suite suite) {
        var journey = filed(suite, "zhiqi", "DE", "ACCESS");

        assertThat(dueOn(journey, "RESPOND"))
                .isEqualTo(receivedOn(journey, SHANGHAI).plusMonths(1));
        assertThat(clock(journey.status(), "RESPOND").path("rule").asString(""))
                .isEqualTo("zhiqi@2021-07#EU.clocks.respond");
    }

    @ParameterizedTest(name = "[ZQ-05] [CI-24] [SR-45] a written statement is asked for under {0} ({3})")
    @CsvSource({"zhiqi, CN, zh-CN, ZQ-05", "ciie, CN, en, CI-24", "smallrig, CN, zh-CN, SR-45"})
    void a_written_request(String controller, String place, String language, String clause, Suite suite)
            throws IOException {
        var person = suite.somebody();
        var journey = suite.journeyUnder(controller, "ACCESS", person.email(), language, from(place));
        journey.submit();
        var staff = suite.staffToken("reviewer");

        var asked = suite.api()
                .post(journey.path("/statement-requests"), staff, "statement-request-" + UUID.randomUUID(), "{}");
        assertThat(asked.status()).as("%s", asked.body()).isEqualTo(202);
        suite.mailbox().awaitLetter(person.email(), journey.reference(), "STATEMENT");
        journey.prove();
        var waiting = journey.awaitState("AWAITING_STATEMENT");

        assertThat(waiting.path("waitsFor").asString("")).isEqualTo("PERSON");
        assertThat(clock(waiting, "STATEMENT").path("state").asString("")).isEqualTo("RUNNING");
        assertThat(waiting.path("plan").isNull()).isTrue();

        var given = suite.api()
                .post(
                        journey.path("/statement"),
                        journey.token(),
                        "statement-" + UUID.randomUUID(),
                        "{\"text\":\"I ask for a copy of my data.\"}");
        assertThat(given.status()).as("%s", given.body()).isEqualTo(202);
        var read = journey.awaitState("UNDER_REVIEW");
        assertThat(read.at("/review/reason").asString("")).isEqualTo("STATEMENT_TO_READ");
        assertThat(clock(read, "STATEMENT").path("state").asString("")).isEqualTo("MET");
    }

    @Test
    @DisplayName("[SR-45] elsewhere than in China no written request can be asked for under SmallRig")
    void no_written_request_elsewhere(Suite suite) throws IOException {
        var journey = filed(suite, "smallrig", "US-CA", "ACCESS");

        var refused = suite.api()
                .post(
                        journey.path("/statement-requests"),
                        suite.staffToken("reviewer"),
                        "statement-request-" + UUID.randomUUID(),
                        "{}");

        assertThat(refused.status()).isEqualTo(409);
    }

    @Test
    @DisplayName(
            "[SR-34] [SR-39] in China SmallRig offers five rights and an objection, has fifteen days, and names the regulators and the court in Chinese")
    void smallrig_in_china(Suite suite) {
        var offer = suite.api()
                .get("/api/v1/controllers/smallrig/profile?jurisdiction=CN", null)
                .body();
        var journey = filed(suite, "smallrig", "CN", "ACCOUNT_CANCELLATION");

        assertThat(offer.at("/rights").valueStream().map(it -> it.path("right").asString("")))
                .containsExactlyInAnyOrder(
                        "ACCESS", "CORRECTION", "ERASURE", "ACCOUNT_CANCELLATION", "CONSENT_WITHDRAWAL", "OBJECTION");
        assertThat(dueOn(journey, "RESPOND"))
                .isEqualTo(receivedOn(journey, SHANGHAI).plusDays(15));
        assertThat(texts(journey.status().path("complaint")))
                .containsExactly(
                        "CONTACT",
                        "CYBERSPACE_REGULATOR",
                        "TELECOM_REGULATOR",
                        "PUBLIC_SECURITY",
                        "INDUSTRY_AND_COMMERCE",
                        "DEFENDANTS_COURT");

        var person = suite.somebody();
        var inChinese = suite.journeyUnder("smallrig", "ACCESS", person.email(), "zh-CN", from("CN"));
        inChinese.submit();
        inChinese.prove();
        inChinese.awaitState("ANSWERED", "CLOSED");
        assertThat(suite.mailbox()
                        .awaitLetter(person.email(), inChinese.reference(), "ANSWERED")
                        .text())
                .contains("网信部门", "电信部门", "公安部门", "工商部门");
    }

    @Test
    @DisplayName(
            "[SR-38] elsewhere access, correction, deletion and opt-outs of marketing are on offer with a default clock, without window and sale")
    void smallrig_elsewhere(Suite suite) {
        var offer = suite.api()
                .get("/api/v1/controllers/smallrig/profile?jurisdiction=BR", null)
                .body();
        var person = suite.somebody();
        var journey = suite.journeyUnder("smallrig", "ACCESS", person.email(), "en", from("BR"));
        journey.submit();

        assertThat(offer.at("/rights").valueStream().map(it -> it.path("right").asString("")))
                .containsExactlyInAnyOrder("ACCESS", "CORRECTION", "ERASURE", "OBJECTION");
        assertThat(offer.at("/rights/0/lookBack").isNull()).isTrue();
        assertThat(dueOn(journey, "RESPOND"))
                .isEqualTo(receivedOn(journey, ZoneId.of("America/Los_Angeles")).plusDays(45));
        journey.prove();
        assertThat(journey.awaitState("ANSWERED", "CLOSED").at("/outcomes").isEmpty())
                .isFalse();
    }

    @Test
    @DisplayName(
            "[CI-09] due is receipt plus 30 days, moved by the days until the proof, never later than the proof plus 30; both dates are shown")
    void thirty_days_under_ciie(Suite suite) {
        var person = suite.somebody();
        var journey = suite.journeyUnder("ciie", "PORTABILITY", person.email(), "en", from("CN"));
        journey.submit();
        var received = receivedOn(journey, SHANGHAI);

        var waiting = clock(journey.status(), "RESPOND");
        assertThat(waiting.path("state").asString("")).isEqualTo("STOPPED");
        assertThat(waiting.path("dueOn").asString(""))
                .isEqualTo(received.plusDays(30).toString());
        assertThat(waiting.at("/stops/0/reason").asString("")).isEqualTo("PROOF_ASKED");

        journey.prove();
        var status = journey.awaitState("UNDER_REVIEW");

        var running = clock(status, "RESPOND");
        var proved = Instant.parse(running.at("/stops/0/until").asString(""))
                .atZone(SHANGHAI)
                .toLocalDate();
        assertThat(running.path("state").asString("")).isEqualTo("RUNNING");
        assertThat(running.path("firstDueOn").asString(""))
                .isEqualTo(received.plusDays(30).toString());
        assertThat(running.path("dueOn").asString(""))
                .isEqualTo(proved.plusDays(30).toString());
        assertThat(running.at("/notAfter/0/dueOn").asString(""))
                .isEqualTo(proved.plusDays(30).toString());
    }

    @Test
    @DisplayName(
            "part of CIG-20: every request names the version in force at its receipt, and the version can be read with its day")
    void bound_to_its_version(Suite suite) {
        var journey = filed(suite, "cig", "DE", "ERASURE");

        assertThat(journey.status().path("profile").asString("")).isEqualTo("cig@2025-04");
        var version = suite.api()
                .get("/api/v1/controllers/cig/profile/versions/2025-04", null)
                .body();
        assertThat(version.path("inForce").asString("")).isEqualTo("2025-04-01");
    }

    @Test
    @DisplayName("part of CIC-03 and CI-03: an erasure may state a ground of the policy, and no other")
    void grounds_of_erasure(Suite suite) {
        filed(suite, "cic", "CN", "ERASURE", it -> it.put("ground", "SERIOUS_BREACH_OF_AGREEMENT"));
        filed(suite, "ciie", "CN", "ERASURE", it -> it.put("ground", "ACCOUNT_CANCELLED"));
        filed(suite, "ciie", "CN", "ERASURE");

        var wrong = suite.journeyUnder(
                        "ciie",
                        "ERASURE",
                        nobody(),
                        "en",
                        from("CN").andThen(it -> it.put("ground", "SERIOUS_BREACH_OF_AGREEMENT")))
                .submit();
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.text("/errors/0/pointer")).isEqualTo("/ground");
        assertThat(wrong.text("/errors/0/detail")).contains("BREACH_OF_AGREEMENT", "SERVICE_ENDED");
    }

    @Test
    @DisplayName(
            "part of CIG-13: whoever asks for another says what shows it, and a person looks: nothing is fulfilled for them")
    void somebody_else(Suite suite) {
        var missing = suite.journeyUnder(
                        "cig", "ACCESS", nobody(), "en", from("DE").andThen(it -> {
                            it.put("capacity", "AGENT");
                            it.putObject("replyTo").put("email", "agent@example.net");
                        }))
                .submit();
        assertThat(missing.status()).isEqualTo(422);
        assertThat(missing.text("/errors/0/detail")).contains("MANDATE");

        var agent = filed(suite, "cig", "DE", "ACCESS", it -> {
            it.put("capacity", "AGENT");
            it.putObject("replyTo").put("email", "agent@example.net");
            it.putArray("evidence").addObject().put("kind", "MANDATE").put("says", "a letter, sent by post");
        });
        var status = agent.awaitState("UNDER_REVIEW");
        assertThat(status.at("/review/reason").asString("")).isEqualTo("AUTHORITY_TO_CHECK");
        assertThat(status.path("waitsFor").asString("")).isEqualTo("REVIEWER");
    }

    @Test
    @DisplayName("access and erasure are carried out under every one of the five policies")
    void carried_out_under_all_policies(Suite suite) {
        var under = List.of("cig DE", "cic CN", "zhiqi CN", "ciie CN");
        var journeys = new ArrayList<Journey>();
        for (var each : under) {
            var words = each.split(" ");
            for (var right : List.of("ACCESS", "ERASURE")) {
                var journey =
                        suite.journeyUnder(words[0], right, suite.somebody().email(), "en", from(words[1]));
                assertThat(journey.submit().status()).isEqualTo(202);
                journeys.add(journey);
            }
        }
        for (var journey : journeys) {
            journey.prove();
        }
        for (var journey : journeys) {
            await().atMost(Journey.PATIENCE)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> List.of("AWAITING_CONFIRMATION", "IN_FULFILLMENT", "ANSWERED", "CLOSED")
                            .contains(journey.state()));
            if ("AWAITING_CONFIRMATION".equals(journey.state())) {
                journey.confirm();
            }
        }
        for (var journey : journeys) {
            assertThat(journey.awaitState("ANSWERED", "CLOSED").at("/outcomes").isEmpty())
                    .isFalse();
        }
    }
}
