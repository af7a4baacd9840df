// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Order(20)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class ErasureTest {

    @Test
    void everything_goes_but_what_the_law_keeps_and_nobody_else_is_touched(Suite suite) {
        var person = suite.somebody();
        var stores = suite.stores();
        var heldBefore = stores.holdings(person);
        var keptBefore = stores.keptOrders(person);
        var othersBefore = stores.everybodyElse(person);

        var journey = suite.journey("ERASURE", person, "en");
        var status = journey.run();

        assertThat(heldBefore).containsKeys("customers", "orders");
        assertThat(stores.traces(person)).isEmpty();
        assertThat(stores.keptOrders(person)).isEqualTo(keptBefore);
        assertThat(stores.everybodyElse(person)).isEqualTo(othersBefore);
        assertThat(status.at("/outcomes").valueStream().map(outcome -> outcome.path("store")
                        .asString()))
                .containsExactlyInAnyOrder("shop", "reviews", "mailer");
        assertThat(status.at("/outcomes")
                        .valueStream()
                        .filter(outcome -> !outcome.path("store").asString().equals("mailer"))
                        .map(outcome -> outcome.path("grade").asString()))
                .containsOnly("VERIFIED");
    }

    @Test
    @DisplayName(
            "[SR-20] what was kept stands in the answer with its ground and its day, in the status and in the letter")
    void kept_items_carry_their_reason(Suite suite) {
        var person = suite.somebodyWith(
                "registered and exists (select from orders k where k.customer_id = c.id and k.completed_at > now() - interval '2 years')");
        var kept = suite.stores().keptOrders(person);

        var journey = suite.journey("ERASURE", person, "en");
        var status = journey.run();

        var grounds = status.at("/outcomes")
                .valueStream()
                .filter(outcome -> "shop".equals(outcome.path("store").asString()))
                .flatMap(outcome -> outcome.path("kept").valueStream())
                .toList();
        assertThat(grounds).anySatisfy(ground -> {
            assertThat(ground.path("ground").asString()).isEqualTo("TRANSACTION_RECORDS");
            assertThat(ground.path("records").asLong()).isPositive();
        });
        assertThat(kept).isPositive();
        var letter = suite.mailbox().awaitLetter(person.email(), journey.reference(), "ANSWERED");
        assertThat(letter.text()).contains(journey.reference()).containsIgnoringCase("kept");
    }

    @Test
    @DisplayName("[SR-02] a person with an account is told that it goes too, and nothing runs before they confirm")
    void erasure_waits_for_the_confirmation(Suite suite) {
        var person = suite.somebody();
        var held = suite.stores().holdings(person);
        var journey = suite.journey("ERASURE", person, "en");
        journey.submit();
        journey.prove();

        var waiting = journey.awaitState("AWAITING_CONFIRMATION");
        var letter = suite.mailbox().awaitLetter(person.email(), journey.reference(), "CONFIRM_ERASURE");

        assertThat(waiting.at("/plan/tasks").isMissingNode()
                        || waiting.at("/plan/tasks").isEmpty())
                .isTrue();
        assertThat(suite.stores().holdings(person)).isEqualTo(held);
        assertThat(letter.text()).containsIgnoringCase("account");

        journey.confirm();
        journey.awaitState("ANSWERED", "CLOSED");
        assertThat(suite.stores().traces(person)).isEmpty();
    }

    @Test
    void a_person_without_an_account_is_not_asked_to_confirm(Suite suite) {
        var guest = suite.somebodyWith("not registered");
        var journey = suite.journey("ERASURE", guest, "en");
        journey.submit();
        journey.prove();

        journey.awaitState("ANSWERED", "CLOSED");

        assertThat(suite.stores().traces(guest)).isEmpty();
        assertThat(suite.mailbox().letters(guest.email(), journey.reference(), "CONFIRM_ERASURE"))
                .isEmpty();
    }

    @Test
    void it_can_be_withdrawn_until_it_is_confirmed(Suite suite) {
        var person = suite.somebody();
        var held = suite.stores().holdings(person);
        var journey = suite.journey("ERASURE", person, "en");
        journey.submit();
        journey.prove();
        journey.awaitState("AWAITING_CONFIRMATION");

        journey.withdraw();
        journey.awaitState("WITHDRAWN");

        assertThat(journey.confirm().status()).isEqualTo(409);
        assertThat(suite.stores().holdings(person)).isEqualTo(held);
    }

    @Test
    void each_letter_comes_once_and_in_the_language_of_the_request(Suite suite) {
        var person = suite.somebody();
        var journey = suite.journey("ERASURE", person, "zh-CN");
        journey.run();
        journey.awaitState("CLOSED");

        for (var occasion : new String[] {"RECEIVED", "CODE", "CONFIRM_ERASURE", "ANSWERED"}) {
            var letters = suite.mailbox().letters(person.email(), journey.reference(), occasion);
            assertThat(letters).as(occasion).hasSize(1);
            assertThat(letters.getFirst().text()).as(occasion).containsPattern("[\\u4e00-\\u9fff]");
        }
    }
}
