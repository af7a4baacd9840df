// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Requests by which something stands: at once, for good, and told to those who were given the data. Moves no time. */
@Order(61)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class StandingRequestsTest {

    private static final Duration A_MINUTE = Duration.ofSeconds(60);

    private static String key() {
        return "standing-request-" + UUID.randomUUID();
    }

    private static Consumer<ObjectNode> of(String place, String... more) {
        return body -> {
            body.put("jurisdiction", place);
            for (int index = 0; index < more.length; index += 2) {
                body.put(more[index], more[index + 1]);
            }
        };
    }

    /** Named by an identifier that is not an e-mail address; letters go to another one. */
    private static Consumer<ObjectNode> by(String kind, String value) {
        return body -> {
            var only = (ObjectNode) body.at("/subject/identifiers/0");
            only.put("kind", kind).put("value", value);
            body.putObject("replyTo").put("email", "standing-" + UUID.randomUUID() + "@example.net");
        };
    }

    private static Journey filed(
            Suite suite, String controller, String right, String email, Consumer<ObjectNode> more) {
        var journey = suite.journeyUnder(controller, right, email, "en", more);
        var answer = journey.submit();
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
        return journey;
    }

    private static JsonNode ask(
            Suite suite, String staff, String controller, String place, String what, String kind, String value) {
        var answer = suite.api()
                .post(
                        "/api/v1/controllers/" + controller + "/standing/queries",
                        staff,
                        key(),
                        "{\"jurisdiction\": \"" + place + "\", " + what
                                + ", \"people\": [{\"identifiers\": [{\"kind\": \"" + kind + "\", \"value\": \"" + value
                                + "\"}]}]}");
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
        return answer.body().at("/answers/0");
    }

    private static boolean may(
            Suite suite, String staff, String controller, String place, String what, String kind, String value) {
        return ask(suite, staff, controller, place, what, kind, value)
                .path("allowed")
                .asBoolean();
    }

    private static String use(String purpose) {
        return "\"purpose\": \"" + purpose + "\"";
    }

    private static String recipient(String mark) {
        return "\"recipient\": \"" + mark + "\"";
    }

    private static List<String> told(JsonNode status) {
        return status.at("/plan/tasks")
                .valueStream()
                .map(it -> it.path("store").asString(""))
                .toList();
    }

    private static void assertDueInTheProfilesDays(JsonNode status) {
        var respond = status.at("/clocks")
                .valueStream()
                .filter(it -> "RESPOND".equals(it.path("clock").asString("")))
                .findFirst()
                .orElseThrow();
        for (var task : status.at("/plan/tasks")) {
            assertThat(task.path("kind").asString("")).isEqualTo("NOTIFY");
            assertThat(Instant.parse(task.path("dueAt").asString("")))
                    .isAfter(Instant.parse(status.path("receivedAt").asString("")))
                    .isBeforeOrEqualTo(Instant.parse(respond.path("dueAt").asString("")));
        }
    }

    private static JsonNode answered(Journey journey) {
        return journey.awaitState("ANSWERED", "CLOSED");
    }

    @Test
    @DisplayName(
            "[CIG-10] anybody objects to direct marketing anywhere: no proof, no review, no refusal; it stands at no within 60 s, and"
                    + " recipients have tasks due in the profile's days")
    void direct_marketing(Suite suite) throws IOException {
        var reviewer = suite.staffToken("reviewer");
        var clerk = suite.staffToken("clerk");
        var journeys = new ArrayList<Journey>();
        for (var place : List.of("DE", "US-CA", "CN", "BR")) {
            var email = "objects-" + UUID.randomUUID() + "@example.net";
            assertThat(may(suite, clerk, "cig", place, use("DIRECT_MARKETING"), "EMAIL", email))
                    .as(place)
                    .isTrue();

            var journey = filed(suite, "cig", "OBJECTION", email, of(place, "kind", "DIRECT_MARKETING"));

            for (var what : List.of(use("DIRECT_MARKETING"), recipient("DIRECT_MARKETING"))) {
                await().atMost(A_MINUTE)
                        .untilAsserted(() -> assertThat(may(suite, clerk, "cig", place, what, "EMAIL", email))
                                .as(place)
                                .isFalse());
            }
            var review = suite.api()
                    .post("/api/v1/desk/requests/" + journey.requestId() + "/reviews", reviewer, key(), "{}");
            var refusal = suite.api()
                    .post(
                            "/api/v1/desk/requests/" + journey.requestId() + "/decisions",
                            reviewer,
                            key(),
                            "{\"decision\":\"REFUSE\",\"ground\":\"EXCESSIVE\"}");
            assertThat(review.status()).as("%s", review.body()).isIn(409, 422);
            assertThat(refusal.status()).as("%s", refusal.body()).isIn(409, 422);
            journeys.add(journey);
        }
        for (var journey : journeys) {
            var status = answered(journey);
            assertThat(told(status)).containsExactly("partner");
            assertDueInTheProfilesDays(status);
            assertThat(status.at("/outcomes/0/grade").asString("")).isEqualTo("ATTESTED");
            assertThat(status.at("/standing/state").asString("")).isEqualTo("STANDS");
            assertThat(status.path("steps").toString())
                    .doesNotContain("identity-asked")
                    .doesNotContain("review-asked");
        }
        var letter = suite.mailbox()
                .awaitLetter(journeys.getFirst().email(), journeys.getFirst().reference(), "ANSWERED");
        assertThat(letter.text())
                .contains("the use of your data for direct marketing: no longer, since ")
                .contains("partner: told, and confirmed by the recipient; we could not look ourselves.");
    }

    @Test
    @DisplayName(
            "[CIG-11] another objection goes to a reviewer, who upholds it or overrides it with a ground of the profile; in the EU it stands at"
                    + " no meanwhile")
    void other_objections(Suite suite) throws IOException {
        var reviewer = suite.staffToken("reviewer");
        var clerk = suite.staffToken("clerk");
        var upheld = suite.somebody();
        var overridden = suite.somebody();
        var journeys = new ArrayList<Journey>();
        for (var person : List.of(upheld, overridden)) {
            var journey = filed(suite, "cig", "OBJECTION", person.email(), of("DE", "kind", "OTHER"));
            assertThat(may(suite, clerk, "cig", "DE", use("DIRECT_MARKETING"), "EMAIL", person.email()))
                    .isTrue();
            journey.prove();
            var status = journey.awaitState("UNDER_REVIEW");
            assertThat(status.at("/review/reason").asString("")).isEqualTo("DECIDED_BY_A_REVIEWER");
            await().atMost(A_MINUTE).untilAsserted(() -> assertThat(
                            may(suite, clerk, "cig", "DE", use("DIRECT_MARKETING"), "EMAIL", person.email()))
                    .isFalse());
            assertThat(journey.status().at("/standing/state").asString("")).isEqualTo("STANDS_UNDER_REVIEW");
            journeys.add(journey);
        }

        var yes = decide(suite, reviewer, journeys.getFirst(), "{\"decision\":\"APPROVE\"}");
        var whim = decide(suite, reviewer, journeys.getLast(), "{\"decision\":\"REFUSE\",\"ground\":\"WHIM\"}");
        var no = decide(
                suite, reviewer, journeys.getLast(), "{\"decision\":\"REFUSE\",\"ground\":\"COMPELLING_GROUNDS\"}");

        assertThat(yes.status()).as("%s", yes.body()).isEqualTo(202);
        assertThat(whim.status()).isEqualTo(422);
        assertThat(no.status()).as("%s", no.body()).isEqualTo(202);
        assertThat(answered(journeys.getFirst()).at("/standing/state").asString(""))
                .isEqualTo("STANDS");
        assertThat(may(suite, clerk, "cig", "DE", use("DIRECT_MARKETING"), "EMAIL", upheld.email()))
                .isFalse();
        journeys.getLast().awaitState("REFUSED");
        await().atMost(A_MINUTE).untilAsserted(() -> assertThat(
                        may(suite, clerk, "cig", "DE", use("DIRECT_MARKETING"), "EMAIL", overridden.email()))
                .isTrue());
        assertThat(suite.mailbox()
                        .awaitLetter(overridden.email(), journeys.getLast().reference(), "REFUSED")
                        .text())
                .contains("compelling legitimate grounds");
    }

    private static Api.Answer decide(Suite suite, String token, Journey journey, String body) {
        return suite.api().post("/api/v1/desk/requests/" + journey.requestId() + "/decisions", token, key(), body);
    }

    @Test
    @DisplayName(
            "[CIG-16] an opt-out of sale needs no account and no proof, an agent's the authority only, and reaches every recipient marked as a"
                    + " sale")
    void opt_out_of_sale(Suite suite) throws IOException {
        var clerk = suite.staffToken("clerk");
        var email = "not-for-sale-" + UUID.randomUUID() + "@example.net";
        var principal = "principal-" + UUID.randomUUID() + "@example.net";
        Consumer<ObjectNode> agent = of("US-CA", "capacity", "AGENT")
                .andThen(body -> body.putObject("replyTo").put("email", "agent-" + UUID.randomUUID() + "@example.net"));
        var without = suite.journeyUnder("cig", "OPT_OUT_OF_SALE", principal, "en", agent)
                .submit();
        assertThat(without.status()).isEqualTo(422);
        assertThat(without.body().toString()).contains("AUTHORITY");

        var own = filed(suite, "cig", "OPT_OUT_OF_SALE", email, of("US-CA"));
        var agents = filed(suite, "cig", "OPT_OUT_OF_SALE", principal, agent.andThen(body -> body.putArray("evidence")
                .addObject()
                .put("kind", "AUTHORITY")
                .put("says", "signed letter of the principal")));

        for (var person : List.of(email, principal)) {
            await().atMost(A_MINUTE).untilAsserted(() -> assertThat(
                            may(suite, clerk, "cig", "US-CA", recipient("SALE"), "EMAIL", person))
                    .isFalse());
        }
        for (var journey : List.of(own, agents)) {
            var status = answered(journey);
            assertThat(told(status)).containsExactly("partner");
            assertDueInTheProfilesDays(status);
            assertThat(status.at("/outcomes/0/grade").asString("")).isEqualTo("ATTESTED");
            assertThat(status.path("steps").toString()).doesNotContain("identity-asked");
        }
    }

    @Test
    @DisplayName(
            "[SR-23] a cookie or device id is enough to opt out of sale, at any time and without an account: it stands at no within 60 s, and"
                    + " who bought the data is told within the profile's days")
    void a_cookie_is_enough(Suite suite) throws IOException {
        var clerk = suite.staffToken("clerk");
        for (var kind : List.of("COOKIE_ID", "DEVICE_ID")) {
            var value = "device-" + UUID.randomUUID();
            assertThat(may(suite, clerk, "smallrig", "US-CA", use("SALE"), kind, value))
                    .isTrue();

            var journey = filed(
                    suite,
                    "smallrig",
                    "OPT_OUT_OF_SALE",
                    "unused@example.net",
                    of("US-CA").andThen(by(kind, value)));

            for (var what : List.of(use("SALE"), recipient("SALE"))) {
                await().atMost(A_MINUTE)
                        .untilAsserted(() -> assertThat(may(suite, clerk, "smallrig", "US-CA", what, kind, value))
                                .isFalse());
            }
            var status = answered(journey);
            assertThat(told(status)).containsExactly("partner");
            assertDueInTheProfilesDays(status);
            assertThat(status.at("/outcomes/0/grade").asString("")).isEqualTo("ATTESTED");
        }
    }

    @Test
    @DisplayName(
            "[SR-37] an objection names all channels or some: each named channel stands at no, and every recipient marked direct marketing is"
                    + " told")
    void channels(Suite suite) throws IOException {
        var clerk = suite.staffToken("clerk");
        var person = suite.somebody();
        assertThat(list(suite)).contains(person.email().toLowerCase(Locale.ROOT));
        var some = filed(
                suite,
                "smallrig",
                "OBJECTION",
                person.email(),
                of("US-TX", "kind", "MARKETING")
                        .andThen(body -> body.putArray("channels").add("POST").add("FAX")));
        var everything = "all-" + UUID.randomUUID() + "@example.net";
        var all = filed(suite, "smallrig", "OBJECTION", everything, of("US-CA", "kind", "MARKETING"));

        for (var channel : List.of("POST", "TELEPHONE", "FAX", "E_MAIL")) {
            var what = use("MARKETING") + ", \"channel\": \"" + channel + "\"";
            boolean named = channel.equals("POST") || channel.equals("FAX");
            await().atMost(A_MINUTE).untilAsserted(() -> assertThat(
                            may(suite, clerk, "smallrig", "US-TX", what, "EMAIL", person.email()))
                    .as(channel)
                    .isEqualTo(!named));
            await().atMost(A_MINUTE)
                    .untilAsserted(() -> assertThat(may(suite, clerk, "smallrig", "US-CA", what, "EMAIL", everything))
                            .as(channel)
                            .isFalse());
        }
        for (var journey : List.of(some, all)) {
            var status = answered(journey);
            assertThat(told(status)).containsExactly("mailer");
            assertDueInTheProfilesDays(status);
            assertThat(status.at("/outcomes/0/grade").asString("")).isEqualTo("ATTESTED");
        }
        assertThat(list(suite)).doesNotContain(person.email().toLowerCase(Locale.ROOT));
        assertThat(suite.mailbox()
                        .awaitLetter(person.email(), some.reference(), "ANSWERED")
                        .text())
                .contains("the use of your data for marketing, by post: no longer")
                .contains("the use of your data for marketing, by fax: no longer")
                .doesNotContain("by telephone");
    }

    private static List<String> list(Suite suite) throws IOException {
        return Files.readAllLines(suite.home().resolve("data/mailer/subscribers.txt"));
    }

    @Test
    @DisplayName(
            "[CIC-07] consent that a basic function needs is answered with that reason and the offer to cancel the account; that a legal duty"
                    + " needs, with that reason and the legal ground, and no offer")
    void consent_that_goes_on(Suite suite) throws IOException {
        var clerk = suite.staffToken("clerk");
        var letters = new ArrayList<String>();
        for (var purpose : List.of("BASIC_FUNCTIONS", "LEGAL_DUTY", "PUBLIC_DISCLOSURE")) {
            var person = suite.somebody();
            var journey =
                    filed(suite, "cic", "CONSENT_WITHDRAWAL", person.email(), of("CN").andThen(body -> body.putArray(
                                    "purposes")
                            .add(purpose)));
            journey.prove();
            var status = answered(journey);
            boolean ends = purpose.equals("PUBLIC_DISCLOSURE");
            assertThat(status.at("/standing/stands").size()).isEqualTo(ends ? 1 : 0);
            assertThat(status.at("/standing/unchanged").size()).isEqualTo(ends ? 0 : 1);
            assertThat(may(suite, clerk, "cic", "CN", use(purpose), "EMAIL", person.email()))
                    .isEqualTo(!ends);
            letters.add(suite.mailbox()
                    .awaitLetter(person.email(), journey.reference(), "ANSWERED")
                    .text());
        }
        assertThat(letters.get(0))
                .contains("the service can not be given without it")
                .contains("by cancelling your account");
        assertThat(letters.get(1))
                .contains("the law obliges us to it (PIPL art. 13(1)(3))")
                .doesNotContain("cancelling your account");
        assertThat(letters.get(2)).contains("no longer, since").doesNotContain("goes on, since");
    }
}
