// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Promises of the sample policies about clocks, grounds, and what they do not cover, each shown as a whole. */
@Order(61)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class PromisesTest {

    private static final String DESK = "/api/v1/desk/requests";
    private static final ZoneId BRUSSELS = ZoneId.of("Europe/Brussels");
    private static final ZoneId CALIFORNIA = ZoneId.of("America/Los_Angeles");
    private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    private Path folder;

    private static String key() {
        return "promises-" + UUID.randomUUID();
    }

    private static String nobody() {
        return "nobody-" + UUID.randomUUID() + "@example.net";
    }

    private static Consumer<ObjectNode> from(String place) {
        return body -> body.put("jurisdiction", place);
    }

    private static Journey filed(
            Suite suite, String controller, String place, String right, Consumer<ObjectNode> more) {
        var journey = suite.journeyUnder(
                controller, right, nobody(), "en", from(place).andThen(more));
        var answer = journey.submit();
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
        return journey;
    }

    private static Journey filed(Suite suite, String controller, String place, String right) {
        return filed(suite, controller, place, right, _ -> {});
    }

    /** Proved, and in the hands of a reviewer. */
    private static Journey underReview(
            Suite suite, String reviewer, String controller, String place, String right, Stores.Customer person) {
        var journey = suite.journeyUnder(controller, right, person.email(), "en", from(place));
        journey.submit();
        suite.api().post(DESK + "/" + journey.requestId() + "/reviews", reviewer, key(), "{}");
        journey.prove();
        if ("AWAITING_CONFIRMATION"
                .equals(journey.awaitState("UNDER_REVIEW", "AWAITING_CONFIRMATION")
                        .path("state")
                        .asString(""))) {
            journey.confirm();
        }
        journey.awaitState("UNDER_REVIEW");
        return journey;
    }

    private static Api.Answer decide(Suite suite, String token, Journey journey, String body) {
        return suite.api().post(DESK + "/" + journey.requestId() + "/decisions", token, key(), body);
    }

    private static Api.Answer extend(Suite suite, String token, Journey journey, String until) {
        var body = "{\"reason\":\"An archive has to be read.\""
                + (until.isEmpty() ? "" : ",\"until\":\"" + until + "\"") + "}";
        return suite.api().post(DESK + "/" + journey.requestId() + "/extensions", token, key(), body);
    }

    private static JsonNode clock(Journey journey, String kind) {
        return journey.status()
                .at("/clocks")
                .valueStream()
                .filter(it -> kind.equals(it.path("clock").asString("")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no clock " + kind));
    }

    private static LocalDate dueOn(Journey journey, String kind) {
        return LocalDate.parse(clock(journey, kind).path("dueOn").asString(""));
    }

    private static LocalDate receivedOn(Journey journey, ZoneId zone) {
        return Instant.parse(journey.status().path("receivedAt").asString(""))
                .atZone(zone)
                .toLocalDate();
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }

    /** The sources that explain names for the clocks of a right. */
    private static List<String> sources(Suite suite, String controller, String right, String place) {
        var explained = suite.api()
                .get(
                        "/api/v1/controllers/" + controller + "/profile/explanation?right=" + right + "&jurisdiction="
                                + place,
                        null)
                .body();
        return explained
                .at("/clocks")
                .valueStream()
                .map(it -> it.path("source").asString(""))
                .toList();
    }

    @Test
    @DisplayName(
            "[CIG-13] what comes by e-mail or post is entered by staff with its channel and day of receipt, and its clocks run from that day; the website takes requests itself")
    void entered_with_its_day_of_receipt(Suite suite) throws IOException {
        var clerk = suite.staffToken("clerk");
        var person = suite.somebody();
        var received = LocalDate.now(SHANGHAI).minusDays(9);
        for (var channel : List.of("EMAIL", "POST")) {
            var request =
                    (ObjectNode) JSON.readTree(Journey.submission("ERASURE", "en", "EMAIL", person.email(), null));
            request.put("jurisdiction", "DE");
            var body = JSON.createObjectNode();
            body.put("controller", "cig").put("channel", channel).put("receivedOn", received.toString());
            body.set("request", request);

            var entered = suite.api().post(DESK, clerk, key(), body.toString());

            assertThat(entered.status()).as("%s", entered.body()).isEqualTo(202);
            var status = suite.api()
                    .get("/api/v1/requests/" + entered.text("/requestId"), clerk)
                    .body();
            assertThat(status.at("/entry/channel").asString("")).isEqualTo(channel);
            // the day in Shanghai begins on the evening before in Brussels
            var day = Instant.parse(status.path("receivedAt").asString(""))
                    .atZone(BRUSSELS)
                    .toLocalDate();
            assertThat(received.atStartOfDay(SHANGHAI).toInstant())
                    .isEqualTo(Instant.parse(status.path("receivedAt").asString("")));
            assertThat(status.at("/clocks")
                            .valueStream()
                            .filter(it -> "RESPOND".equals(it.path("clock").asString("")))
                            .map(it -> it.path("dueOn").asString("")))
                    .containsExactly(day.plusMonths(1).toString());
            suite.mailbox().awaitLetter(person.email(), entered.text("/reference"), "RECEIVED");
        }
        assertThat(filed(suite, "cig", "DE", "ERASURE").state()).isEqualTo("AWAITING_IDENTITY");
    }

    @Test
    @DisplayName(
            "[CIG-25] the law's clocks run: one month and two more in Europe, ten business days, 45 and 45 days in California, opt-outs in 15 business days, China as Zhiqi; each with its source")
    void no_deadline_is_named(Suite suite) throws IOException {
        var reviewer = suite.staffToken("reviewer");
        var europe = underReview(suite, reviewer, "cig", "DE", "ACCESS", suite.somebody());
        var first = dueOn(europe, "RESPOND");

        assertThat(first).isEqualTo(receivedOn(europe, BRUSSELS).plusMonths(1));
        assertThat(extend(
                                suite,
                                reviewer,
                                europe,
                                first.plusMonths(2).plusDays(3).toString())
                        .status())
                .isEqualTo(422);
        assertThat(extend(suite, reviewer, europe, "").status()).isEqualTo(202);
        assertThat(extend(suite, reviewer, europe, "").status()).isEqualTo(409);
        assertThat(dueOn(europe, "RESPOND"))
                .isBetween(first.plusMonths(2), first.plusMonths(2).plusDays(3));
        assertThat(suite.mailbox()
                        .awaitLetter(europe.email(), europe.reference(), "EXTENDED")
                        .text())
                .contains("An archive has to be read.");
        assertThat(sources(suite, "cig", "ACCESS", "DE")).contains("GDPR art. 12(3)");

        var california = underReview(suite, reviewer, "cig", "US-CA", "ACCESS", suite.somebody());
        var received = receivedOn(california, CALIFORNIA);
        var fortyFive = received.plusDays(44);
        assertThat(dueOn(california, "RESPOND")).isEqualTo(fortyFive);
        assertThat(clock(california, "RESPOND").path("stops").isEmpty()).isTrue();
        assertThat(extend(suite, reviewer, california, fortyFive.plusDays(46).toString())
                        .status())
                .isEqualTo(422);
        assertThat(extend(suite, reviewer, california, "").status()).isEqualTo(202);
        assertThat(dueOn(california, "RESPOND")).isEqualTo(fortyFive.plusDays(45));
        var business = WorkingDays.of("US-CA");
        var waiting = filed(suite, "cig", "US-CA", "ACCESS");
        var confirm = suite.api()
                .get(
                        "/api/v1/controllers/cig/profile/explanation?right=ACCESS&jurisdiction=US-CA&date=" + received,
                        null)
                .body()
                .at("/clocks/0");
        assertThat(confirm.path("clock").asString("")).isEqualTo("confirmReceipt");
        assertThat(confirm.path("dueOn").asString(""))
                .isEqualTo(business.nth(10, received).toString());
        assertThat(clock(waiting, "RESPOND").path("state").asString("")).isEqualTo("RUNNING");
        suite.mailbox().awaitLetter(california.email(), california.reference(), "RECEIVED");
        var sale = filed(suite, "cig", "US-CA", "OPT_OUT_OF_SALE");
        assertThat(dueOn(sale, "RESPOND")).isEqualTo(business.nth(15, receivedOn(sale, CALIFORNIA)));
        assertThat(sources(suite, "cig", "ACCESS", "US-CA"))
                .contains("11 CCR 7021(a)", "Cal. Civ. Code 1798.130(a)(2)(A)");
        assertThat(sources(suite, "cig", "OPT_OUT_OF_SALE", "US-CA")).contains("11 CCR 7026(f)");

        var access = filed(suite, "cig", "CN", "ACCESS");
        var erasure = filed(suite, "cig", "CN", "ERASURE");
        var complaint = filed(suite, "cig", "CN", "COMPLAINT", it -> ((ObjectNode) it.path("subject"))
                .put("details", "nobody answered"));
        var fifteen = WorkingDays.of("CN").nth(15, receivedOn(erasure, SHANGHAI).plusDays(1));
        assertThat(dueOn(access, "RESPOND"))
                .isEqualTo(receivedOn(access, SHANGHAI).plusDays(30));
        assertThat(dueOn(erasure, "RESPOND")).isEqualTo(fifteen);
        assertThat(dueOn(complaint, "RESPOND")).isEqualTo(fifteen);
        assertThat(sources(suite, "cig", "ACCESS", "CN")).contains("GB/T 35273-2020, 8.7");
        assertThat(sources(suite, "cig", "ERASURE", "CN"))
                .contains("app rules of 2019 (illegal collection by apps), art. 6");
    }

    @Test
    @DisplayName(
            "[CIC-01] live stores are done and recipients told within fifteen working days of mainland China after the receipt; an extension is refused")
    void fifteen_working_days(Suite suite) throws IOException {
        var reviewer = suite.staffToken("reviewer");
        var person = suite.somebody();
        var journey = suite.journeyUnder("cic", "ERASURE", person.email(), "en", from("CN"));
        journey.submit();
        var due = WorkingDays.of("CN").nth(15, receivedOn(journey, SHANGHAI).plusDays(1));
        assertThat(dueOn(journey, "RESPOND")).isEqualTo(due);
        var late = underReview(suite, reviewer, "cic", "CN", "ACCESS", suite.somebody());

        assertThat(extend(suite, reviewer, late, due.plusDays(1).toString()).status())
                .isEqualTo(422);
        assertThat(extend(suite, reviewer, late, "").problem()).isEqualTo("not-on-offer-here");
        assertThat(dueOn(late, "RESPOND")).isEqualTo(due);

        var status = journey.run();

        assertThat(status.at("/outcomes")
                        .valueStream()
                        .map(it -> it.path("store").asString("") + " "
                                + it.path("grade").asString("")))
                .containsExactlyInAnyOrder("shop VERIFIED", "reviews VERIFIED", "mailer ATTESTED");
        assertThat(Instant.parse(status.path("answeredAt").asString(""))
                        .atZone(SHANGHAI)
                        .toLocalDate())
                .isBeforeOrEqualTo(due);
        assertThat(suite.stores().traces(person)).isEmpty();
    }

    @Test
    @DisplayName(
            "[CIC-03] [CI-03] an erasure may state one of the grounds of the policy, and without one it is granted unless a reviewer finds a ground of refusal")
    void grounds_of_erasure(Suite suite) throws IOException {
        erasure(
                suite,
                "cic",
                List.of(
                        "UNLAWFUL_PROCESSING",
                        "NO_CONSENT",
                        "SERIOUS_BREACH_OF_AGREEMENT",
                        "PURPOSE_OVER",
                        "SERVICE_OR_PERIOD_OVER"),
                "BREACH_OF_AGREEMENT",
                List.of(
                        "UNRELATED_TO_IDENTITY",
                        "REPEATED_WITHOUT_REASON",
                        "DISPROPORTIONATE_EFFORT",
                        "RISK_TO_OTHERS",
                        "IMPRACTICAL"));
        erasure(
                suite,
                "ciie",
                List.of(
                        "UNLAWFUL_PROCESSING",
                        "NO_CONSENT",
                        "BREACH_OF_AGREEMENT",
                        "NO_LONGER_A_USER",
                        "ACCOUNT_CANCELLED",
                        "SERVICE_ENDED"),
                "SERIOUS_BREACH_OF_AGREEMENT",
                List.of("REPEATED_WITHOUT_REASON", "DISPROPORTIONATE_EFFORT", "RISK_TO_OTHERS"));
    }

    private static void erasure(
            Suite suite, String controller, List<String> grounds, String wrong, List<String> refusals)
            throws IOException {
        for (var ground : grounds) {
            assertThat(filed(suite, controller, "CN", "ERASURE", it -> it.put("ground", ground))
                            .status()
                            .at("/asked/ground")
                            .asString(""))
                    .isEqualTo(ground);
        }
        var other = suite.journeyUnder(
                        controller, "ERASURE", nobody(), "en", from("CN").andThen(it -> it.put("ground", wrong)))
                .submit();
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.text("/errors/0/pointer")).isEqualTo("/ground");
        assertThat(other.text("/errors/0/detail")).contains(grounds);

        var person = suite.somebody();
        var granted = suite.journeyUnder(controller, "ERASURE", person.email(), "en", from("CN"));
        granted.run();
        assertThat(suite.stores().traces(person)).isEmpty();

        var reviewer = suite.staffToken("reviewer");
        var kept = suite.somebody();
        var held = suite.stores().holdings(kept);
        var refused = underReview(suite, reviewer, controller, "CN", "ERASURE", kept);
        var whim = decide(suite, reviewer, refused, "{\"decision\":\"REFUSE\",\"ground\":\"" + wrong + "\"}");
        assertThat(whim.status()).isEqualTo(422);
        assertThat(texts(whim.body().path("grounds"))).startsWith(refusals.toArray(String[]::new));
        assertThat(decide(suite, reviewer, refused, "{\"decision\":\"REFUSE\",\"ground\":\"RISK_TO_OTHERS\"}")
                        .status())
                .isEqualTo(202);
        assertThat(refused.awaitState("REFUSED").at("/refusal/ground").asString(""))
                .isEqualTo("RISK_TO_OTHERS");
        assertThat(suite.stores().holdings(kept)).isEqualTo(held);
    }

    @Test
    @DisplayName("[SR-35] in China eleven circumstances are grounds to refuse under SmallRig, and nowhere else")
    void eleven_exceptions_in_china(Suite suite) throws IOException {
        var eleven = new String[] {
            "NATIONAL_SECURITY",
            "PUBLIC_INTEREST",
            "CRIMINAL_PROCEEDINGS",
            "VITAL_INTERESTS",
            "SELF_DISCLOSED",
            "LAWFULLY_PUBLISHED",
            "CONTRACT",
            "SERVICE_SECURITY",
            "NEWS_REPORTING",
            "ACADEMIC_RESEARCH",
            "OTHER_LAW"
        };
        var reviewer = suite.staffToken("reviewer");
        var china = underReview(suite, reviewer, "smallrig", "CN", "ACCESS", suite.somebody());

        var whim = decide(suite, reviewer, china, "{\"decision\":\"REFUSE\",\"ground\":\"WHIM\"}");
        assertThat(texts(whim.body().path("grounds"))).containsExactly(eleven);
        for (var place : List.of("US-CA", "BR")) {
            var elsewhere = filed(suite, "smallrig", place, "ACCESS");
            var refused = decide(suite, reviewer, elsewhere, "{\"decision\":\"REFUSE\",\"ground\":\"CONTRACT\"}");
            assertThat(refused.status()).isEqualTo(422);
            assertThat(texts(refused.body().path("grounds"))).isNotEmpty().doesNotContain(eleven);
        }
        assertThat(decide(suite, reviewer, china, "{\"decision\":\"REFUSE\",\"ground\":\"CONTRACT\"}")
                        .status())
                .isEqualTo(202);
        assertThat(china.awaitState("REFUSED").at("/refusal/ground").asString(""))
                .isEqualTo("CONTRACT");
    }

    @Test
    @DisplayName(
            "[CIG-31] data of employment is left out of package and erasure, its count is stated with where to ask, and the rest goes on")
    void employment_is_outside_the_notice_of_cig(Suite suite) throws IOException {
        var person = suite.somebodyWith("registered and exists (select from staff s where s.customer_id = c.id)");

        outsideThePolicy(suite, "cig", "DE", person, List.of("1 EMPLOYMENT internal company policies"));
    }

    @Test
    @DisplayName(
            "[SR-44] in California data of employment, public records and what is deidentified is left out, and its count is stated")
    void outside_the_addendum_for_california(Suite suite) throws IOException {
        var person = suite.somebodyWith(
                "registered and exists (select from register_extracts s where s.customer_id = c.id)");
        // what is kept apart from the person, and led back to them for this test alone
        var panel = suite.stores().one("select count(*) from panel_answers where customer_id = %1$d", person);
        assertThat(panel).isOne();

        outsideThePolicy(
                suite,
                "smallrig",
                "US-CA",
                person,
                List.of("1 EMPLOYMENT local human resources department", "1 GOVERNMENT_RECORDS ", "1 DEIDENTIFIED "));
    }

    private void outsideThePolicy(
            Suite suite, String controller, String place, Stores.Customer person, List<String> leftOut)
            throws IOException {
        var position = suite.stores().text("select pay_band from staff where customer_id = %1$d", person);
        var access = suite.journeyUnder(controller, "ACCESS", person.email(), "en", from(place));
        assertThat(omitted(access.run())).containsAll(leftOut);
        var delivered = access.fetch(folder.resolve(controller + ".zip"));
        var everything = String.join("\n", delivered.files().values());
        assertThat(everything)
                .contains(person.email(), "1 records that the policy does not cover (EMPLOYMENT)")
                .doesNotContain(position);

        var erasure = suite.journeyUnder(controller, "ERASURE", person.email(), "en", from(place));
        assertThat(omitted(erasure.run())).containsAll(leftOut);

        assertThat(suite.stores().traces(person)).isEmpty();
        assertThat(suite.stores().one("select count(*) from staff where customer_id = %1$d", person))
                .isOne();
        for (var journey : List.of(access, erasure)) {
            assertThat(suite.mailbox()
                            .awaitLetter(person.email(), journey.reference(), "ANSWERED")
                            .text())
                    .contains(
                            "shop / staff",
                            "data of employment, which is outside this policy. Ask about them here: "
                                    + leftOut.getFirst().replace("1 EMPLOYMENT ", ""));
        }
    }

    private static List<String> omitted(JsonNode status) {
        return status.at("/outcomes")
                .valueStream()
                .flatMap(it -> it.path("omitted").valueStream())
                .map(it -> it.path("records").asString("") + " "
                        + it.path("reason").asString("") + " " + it.path("ask").asString(""))
                .toList();
    }
}
