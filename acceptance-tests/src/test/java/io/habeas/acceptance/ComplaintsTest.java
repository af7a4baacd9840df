// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
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

/** Refusals on the grounds of each policy, what a person can do about them, and questions that are no requests. */
@Order(62)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class ComplaintsTest {

    private static final String DESK = "/api/v1/desk/requests/";
    private static final List<String> ONLY_SINGLE_ITEMS = List.of(
            "LIFE_AND_PROPERTY",
            "SELF_DISCLOSED",
            "LAWFULLY_PUBLISHED",
            "CONTRACT",
            "SERVICE_SECURITY",
            "NEWS_REPORTING",
            "ACADEMIC_RESEARCH",
            "OTHER_LAW",
            "SECURITY_NOT_DIRECTLY",
            "PUBLIC_INTEREST_NOT_DIRECTLY",
            "LAW_ENFORCEMENT");

    private static Api.Answer desk(Suite suite, String token, Journey journey, String what, String body) {
        return suite.api().post(DESK + journey.requestId() + "/" + what, token, "complaint-" + UUID.randomUUID(), body);
    }

    private static Api.Answer refuse(Suite suite, String token, Journey journey, String ground, String more) {
        return desk(
                suite,
                token,
                journey,
                "decisions",
                "{\"decision\":\"REFUSE\",\"ground\":\"" + ground + "\"" + more + "}");
    }

    private static Consumer<ObjectNode> from(String place) {
        return body -> body.put("jurisdiction", place);
    }

    /** Filed by somebody, taken up by a reviewer, and proved. */
    private static Journey underReview(
            Suite suite, String reviewer, String controller, String email, String place, String language) {
        var journey = suite.journeyUnder(controller, "ACCESS", email, language, from(place));
        assertThat(journey.submit().status()).isEqualTo(202);
        desk(suite, reviewer, journey, "reviews", "{}");
        journey.prove();
        journey.awaitState("UNDER_REVIEW");
        return journey;
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }

    @Test
    @DisplayName(
            "[CIC-21] a complaint belongs to its request, has its own clock of 15 working days and another reviewer, and opens the request again")
    void a_complaint_about_a_refusal(Suite suite) throws IOException {
        var reviewer = suite.staffToken("reviewer");
        var another = suite.staffToken("reviewer", "another-reviewer");
        var person = suite.somebody().email();
        var journey = underReview(suite, reviewer, "cic", person, "CN", "en");
        refuse(suite, reviewer, journey, "UNRELATED_TO_IDENTITY", "");
        journey.awaitState("REFUSED");

        var filed = suite.api()
                .post(
                        journey.path("/complaints"),
                        journey.token(),
                        "complaint-" + UUID.randomUUID(),
                        "{\"text\":\"It is my own data.\"}");

        assertThat(filed.status()).as("%s", filed.body()).isEqualTo(202);
        var open = journey.status();
        assertThat(open.path("state").asString("")).isEqualTo("REFUSED");
        assertThat(open.path("waitsFor").asString("")).isEqualTo("REVIEWER");
        assertThat(open.at("/complaints/0/complaintId").asString("")).isEqualTo(filed.text("/complaintId"));
        assertThat(open.at("/complaints/0/rule").asString("")).isEqualTo("cic@2023-01#CN.complaint.respond");
        assertThat(LocalDate.parse(open.at("/complaints/0/dueOn").asString(""))).isEqualTo(fifteenWorkingDays(suite));
        var queued = await().atMost(Journey.PATIENCE)
                .until(
                        () -> suite.api().get("/api/v1/desk/requests?controller=cic&state=REFUSED&limit=200", another),
                        it -> it.body().toString().contains("\"COMPLAINT\""));
        assertThat(queued.body().toString()).contains(journey.requestId()).doesNotContain("my own data");
        assertThat(desk(suite, another, journey, "readings", "{}").text("/complaints/0/text"))
                .isEqualTo("It is my own data.");

        var own = desk(suite, reviewer, journey, "complaint-answers", "{\"upheld\":false,\"answer\":\"It stays so.\"}");
        var upheld = desk(
                suite,
                another,
                journey,
                "complaint-answers",
                "{\"upheld\":true,\"reopen\":true,\"answer\":\"We had it wrong.\"}");

        assertThat(own.problem()).isEqualTo("own-request");
        assertThat(upheld.status()).as("%s", upheld.body()).isEqualTo(202);
        var reopened = journey.awaitState("UNDER_REVIEW");
        assertThat(reopened.at("/review/reason").asString("")).isEqualTo("REOPENED");
        assertThat(reopened.at("/complaints/0/state").asString("")).isEqualTo("UPHELD");
        assertThat(suite.mailbox()
                        .awaitLetter(person, journey.reference(), "COMPLAINT_ANSWERED")
                        .text())
                .contains("upheld")
                .contains("We had it wrong.")
                .contains("open again")
                .contains("go to court");
        desk(suite, another, journey, "decisions", "{\"decision\":\"APPROVE\"}");
        journey.awaitState("ANSWERED", "CLOSED");
    }

    private static LocalDate fifteenWorkingDays(Suite suite) {
        var today = java.time.Instant.parse(suite.control("/time", "{\"advance\":\"PT0S\"}")
                        .path("now")
                        .asString(""))
                .atZone(java.time.ZoneId.of("Asia/Shanghai"))
                .toLocalDate();
        return suite.api()
                .get("/api/v1/controllers/cic/profile/explanation?right=COMPLAINT&jurisdiction=CN&date=" + today, null)
                .body()
                .at("/clocks")
                .valueStream()
                .filter(it -> "complaint".equals(it.path("clock").asString("")))
                .map(it -> LocalDate.parse(it.path("dueOn").asString("")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("a complaint that is a request of its own is answered by a reviewer, with the next step, and closed")
    void a_complaint_as_a_request(Suite suite) throws IOException {
        var reviewer = suite.staffToken("reviewer");
        var person = suite.somebody().email();
        var journey = suite.journeyUnder(
                "cic", "COMPLAINT", person, "zh-CN", from("CN").andThen(it -> ((ObjectNode) it.path("subject"))
                        .put("details", "Nobody answers.")));
        assertThat(journey.submit().status()).isEqualTo(202);
        journey.prove();
        journey.awaitState("UNDER_REVIEW");

        var answered =
                desk(suite, reviewer, journey, "complaint-answers", "{\"upheld\":false,\"answer\":\"We did answer.\"}");

        assertThat(answered.status()).as("%s", answered.body()).isEqualTo(202);
        assertThat(suite.mailbox()
                        .awaitLetter(person, journey.reference(), "COMPLAINT_ANSWERED")
                        .text())
                .contains("不成立")
                .contains("We did answer.")
                .contains("向法院起诉");
        var closed = journey.awaitState("CLOSED");
        assertThat(closed.at("/complaints/0/state").asString("")).isEqualTo("NOT_UPHELD");
        journey.awaitErased("IDENTITY");
    }

    @Test
    @DisplayName(
            "[CIC-11] a reviewer refuses only with a ground of the list, the person is told it and how to complain; a clerk closes a question as such")
    void grounds_of_the_list_and_questions(Suite suite) throws IOException {
        var reviewer = suite.staffToken("reviewer");
        var clerk = suite.staffToken("clerk");
        var person = suite.somebody().email();
        var journey = underReview(suite, reviewer, "cic", person, "CN", "en");

        var other = refuse(suite, reviewer, journey, "EXCESSIVE", "");
        assertThat(other.status()).isEqualTo(422);
        assertThat(texts(other.body().path("grounds")))
                .containsExactly(
                        "UNRELATED_TO_IDENTITY",
                        "REPEATED_WITHOUT_REASON",
                        "DISPROPORTIONATE_EFFORT",
                        "RISK_TO_OTHERS",
                        "IMPRACTICAL");
        assertThat(refuse(suite, reviewer, journey, "RISK_TO_OTHERS", "").status())
                .isEqualTo(202);
        assertThat(suite.mailbox()
                        .awaitLetter(person, journey.reference(), "REFUSED")
                        .text())
                .contains("rights and interests of others at risk")
                .contains("person in charge");

        var asker = suite.somebody().email();
        var question = suite.journeyUnder("cic", "ACCESS", asker, "en", from("CN"));
        question.submit();
        var closed = desk(
                suite, clerk, question, "decisions", "{\"decision\":\"NO_REQUEST\",\"note\":\"asks for our hours\"}");
        assertThat(closed.status()).as("%s", closed.body()).isEqualTo(202);
        assertThat(question.state()).isEqualTo("NO_REQUEST");
        assertThat(suite.mailbox()
                        .awaitLetter(asker, question.reference(), "NO_REQUEST")
                        .text())
                .contains("question")
                .contains("person in charge")
                .doesNotContain("our hours");
    }

    @Test
    @DisplayName(
            "[ZQ-06] the ground is one of the three and is told; [ZQ-16] a refusal names the statutory step of complaint and its source, here and in the EU")
    void refused_under_zhiqi(Suite suite) throws IOException {
        var reviewer = suite.staffToken("reviewer");
        var here = suite.somebody().email();
        var europe = suite.somebody().email();
        var chinese = underReview(suite, reviewer, "zhiqi", here, "CN", "zh-CN");
        var german = underReview(suite, reviewer, "zhiqi", europe, "DE", "en");

        var other = refuse(suite, reviewer, chinese, "DISPROPORTIONATE_EFFORT", "");
        assertThat(other.status()).isEqualTo(422);
        assertThat(texts(other.body().path("grounds")))
                .containsExactly("DECEPTIVE", "UNENFORCEABLE", "HARMS_OTHERS_PRIVACY");
        assertThat(refuse(suite, reviewer, chinese, "DECEPTIVE", "").status()).isEqualTo(202);
        assertThat(refuse(suite, reviewer, german, "HARMS_OTHERS_PRIVACY", "").status())
                .isEqualTo(202);

        assertThat(suite.mailbox()
                        .awaitLetter(here, chinese.reference(), "REFUSED")
                        .text())
                .contains("请求具有欺诈性")
                .contains("个人信息保护主管部门")
                .contains("向法院起诉")
                .contains("PIPL art. 50 and 65");
        assertThat(suite.mailbox()
                        .awaitLetter(europe, german.reference(), "REFUSED")
                        .text())
                .contains("harm the privacy of others")
                .contains("supervisory authority")
                .contains("GDPR art. 77 and 79");
        var status = german.awaitState("REFUSED");
        assertThat(status.at("/refusal/complaintSource").asString("")).isEqualTo("GDPR art. 77 and 79");
        assertThat(texts(status.path("complaint"))).containsExactly("SUPERVISORY_AUTHORITY", "COURT");
    }

    @Test
    @DisplayName(
            "[CI-12] of six grounds no answer is owed, malice needs evidence, and a neutral letter with the step of complaint goes out;"
                    + " [CI-21] the grounds of the eleven refuse no whole request")
    void no_answer_is_owed(Suite suite) throws IOException {
        var reviewer = suite.staffToken("reviewer");
        var person = suite.somebody().email();
        var journey = underReview(suite, reviewer, "ciie", person, "CN", "en");
        var one = suite.api().get(DESK + journey.requestId(), reviewer).body();

        assertThat(one.at("/mayRefuse/grounds")
                        .valueStream()
                        .filter(it -> !it.path("answerOwed").asBoolean())
                        .map(it -> it.path("ground").asString("")))
                .containsExactly(
                        "NATIONAL_SECURITY",
                        "PUBLIC_INTEREST",
                        "CRIMINAL_PROCEEDINGS",
                        "MALICE",
                        "SERIOUS_HARM",
                        "BUSINESS_SECRET");
        assertThat(one.at("/mayWithhold").valueStream().map(it -> it.path("ground")
                        .asString("")))
                .containsExactlyInAnyOrderElementsOf(ONLY_SINGLE_ITEMS);
        for (var ground : ONLY_SINGLE_ITEMS) {
            var whole = refuse(suite, reviewer, journey, ground, "");
            assertThat(whole.status()).as(ground).isEqualTo(422);
            assertThat(texts(whole.body().path("grounds"))).doesNotContainAnyElementsOf(ONLY_SINGLE_ITEMS);
        }
        assertThat(journey.state()).isEqualTo("UNDER_REVIEW");
        assertThat(refuse(suite, reviewer, journey, "MALICE", "").text("/errors/0/pointer"))
                .isEqualTo("/evidence");
        assertThat(refuse(suite, reviewer, journey, "MALICE", ",\"evidence\":\"the log of 3 May\"")
                        .status())
                .isEqualTo(202);
        assertThat(suite.mailbox()
                        .awaitLetter(person, journey.reference(), "REFUSED")
                        .text())
                .contains("can not answer your request in the way that you asked for")
                .contains("negotiate with the controller")
                .contains("go to court")
                .doesNotContain("3 May");
    }

    @Test
    @DisplayName("[CI-19] every refusal and every answer names the next step of complaint, in the person's language")
    void every_answer_names_the_next_step(Suite suite) throws IOException {
        var reviewer = suite.staffToken("reviewer");
        var answered = suite.somebody().email();
        var refused = suite.somebody().email();
        var access = suite.journeyUnder("ciie", "ACCESS", answered, "zh-CN", from("CN"));
        access.submit();
        access.prove();
        var no = underReview(suite, reviewer, "ciie", refused, "CN", "en");
        refuse(suite, reviewer, no, "RISK_TO_OTHERS", "");

        var done = access.awaitState("ANSWERED", "CLOSED");
        assertThat(texts(done.path("complaint"))).containsExactly("CONTACT", "NEGOTIATION", "COURT");
        assertThat(texts(no.awaitState("REFUSED").path("complaint")))
                .containsExactly("CONTACT", "NEGOTIATION", "COURT");
        assertThat(suite.mailbox()
                        .awaitLetter(answered, access.reference(), "ANSWERED")
                        .text())
                .contains("与数据控制者协商")
                .contains("向法院起诉");
        assertThat(suite.mailbox()
                        .awaitLetter(refused, no.reference(), "REFUSED")
                        .text())
                .contains("negotiate with the controller")
                .contains("go to court");
    }
}
