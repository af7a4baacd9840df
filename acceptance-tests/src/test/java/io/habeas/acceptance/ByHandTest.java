// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a person of the controller carries out and states. Moves no time. */
@Order(62)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class ByHandTest {

    private static Api.Answer decide(Suite suite, String token, Journey journey, String body) {
        return suite.api()
                .post(
                        "/api/v1/desk/requests/" + journey.requestId() + "/decisions",
                        token,
                        "by-hand-" + UUID.randomUUID(),
                        body);
    }

    @Test
    @DisplayName(
            "[SR-03] a reviewer refuses a correction field by field on a ground of the policy; the other fields go through, and the letter"
                    + " says no more than that a person states it")
    void field_by_field(Suite suite) throws IOException {
        var reviewer = suite.staffToken("reviewer");
        var person = suite.somebody();
        var journey = suite.journeyUnder("smallrig", "CORRECTION", person.email(), "en", body -> {
            var corrections = body.putArray("corrections");
            corrections.addObject().put("field", "phone").put("value", "+1 555 0100");
            corrections.addObject().put("field", "order total").put("value", "0.00");
        });
        assertThat(journey.submit().status()).isEqualTo(202);
        journey.prove();
        journey.awaitState("UNDER_REVIEW");

        var approved = decide(suite, reviewer, journey, "{\"decision\":\"APPROVE\"}");
        var whim = decide(suite, reviewer, journey, """
                {"decision":"APPROVE_IN_PART","done":"Phone number changed.","refuse":[{"field":"order total","ground":"WHIM"}]}""");
        var unknown = decide(suite, reviewer, journey, """
                {"decision":"APPROVE_IN_PART","done":"Phone number changed.","refuse":[{"field":"shoe size","ground":"MAKES_DATA_WRONG"}]}""");
        assertThat(approved.problem()).isEqualTo("not-carried-out");
        assertThat(whim.status()).isEqualTo(422);
        assertThat(whim.body().path("grounds").toString()).contains("BREAKS_THE_LAW", "MAKES_DATA_WRONG");
        assertThat(unknown.status()).isEqualTo(422);
        assertThat(journey.state()).isEqualTo("UNDER_REVIEW");

        var inPart = decide(suite, reviewer, journey, """
                {"decision":"APPROVE_IN_PART","done":"Phone number changed.","refuse":[{"field":"order total","ground":"MAKES_DATA_WRONG"}]}""");

        assertThat(inPart.status()).as("%s", inPart.body()).isEqualTo(202);
        var status = journey.awaitState("ANSWERED", "CLOSED");
        assertThat(status.at("/byHand/refused/0/ground").asString("")).isEqualTo("MAKES_DATA_WRONG");
        assertThat(status.at("/byHand/refused/0/rule").asString("")).startsWith("smallrig@2021-06#US-CA");
        assertThat(suite.mailbox()
                        .awaitLetter(person.email(), journey.reference(), "ANSWERED")
                        .text())
                .contains("Phone number changed.")
                .contains("phone: corrected.")
                .contains("order total: not corrected. Reason: what is asked for would make the data incorrect.")
                .contains("has done this and states it; it was not looked at again by a machine")
                .doesNotContain("We looked again");
    }

    @Test
    @DisplayName(
            "[SR-07] a reviewer withholds a single item on the ground of the policy; answer, letter and package say so, and the rest is"
                    + " handed out")
    void a_single_item_is_withheld(Suite suite, @TempDir Path folder) throws IOException {
        var reviewer = suite.staffToken("reviewer");
        var person = suite.somebodyWith("registered and c.phone is not null");
        var phone = suite.stores().text("select phone from customers where id = %1$d", person);
        var journey = suite.journey("ACCESS", person, "en");
        journey.submit();
        suite.api()
                .post(
                        "/api/v1/desk/requests/" + journey.requestId() + "/reviews",
                        reviewer,
                        "by-hand-" + UUID.randomUUID(),
                        "{}");
        journey.prove();
        journey.awaitState("UNDER_REVIEW");

        var inPart = decide(suite, reviewer, journey, """
                {"decision":"APPROVE_IN_PART","withhold":[{"category":"shop.customers.phone","ground":"SECURITY_RISK"}]}""");

        assertThat(inPart.status()).as("%s", inPart.body()).isEqualTo(202);
        var status = journey.awaitState("ANSWERED", "CLOSED");
        var omitted = status.at("/outcomes")
                .valueStream()
                .flatMap(outcome -> outcome.path("omitted").valueStream())
                .filter(it -> "SECURITY_RISK".equals(it.path("reason").asString("")))
                .toList();
        assertThat(omitted)
                .singleElement()
                .satisfies(it -> assertThat(it.path("records").asLong()).isEqualTo(1));
        assertThat(status.at("/package/until").asString("")).isNotEmpty();
        assertThat(suite.mailbox()
                        .awaitLetter(person.email(), journey.reference(), "ANSWERED")
                        .text())
                .contains("giving it out would put a person, an account or a system at real risk");
        journey.useProvedToken();
        var files = journey.fetch(folder.resolve("package.zip")).files();
        assertThat(files.get("data/shop/customers.json"))
                .containsIgnoringCase(person.email())
                .doesNotContain(phone);
        assertThat(files.get("index.html")).contains("phone", "SECURITY_RISK");
    }
}
