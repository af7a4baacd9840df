// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Moves legal time by weeks, so it comes last: the other tests judge by the machine's own date. */
@Order(90)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class ClocksTest {

    @Test
    @DisplayName("[SR-14] identity that is not proved in time ends the request as not verified, and the person is told")
    void time_runs_out(Suite suite) {
        var person = suite.somebody();
        var held = suite.stores().holdings(person);
        var journey = suite.journey("ERASURE", person, "en");
        journey.submit();

        suite.advance(Duration.ofDays(31));

        journey.awaitState("NOT_VERIFIED");
        assertThat(suite.stores().holdings(person)).isEqualTo(held);
        suite.mailbox().awaitLetter(person.email(), journey.reference(), "NOT_VERIFIED");
    }

    @Test
    void a_confirmation_that_does_not_come_lets_the_request_lapse_and_nothing_is_erased(Suite suite) {
        var person = suite.somebody();
        var held = suite.stores().holdings(person);
        var journey = suite.journey("ERASURE", person, "en");
        journey.submit();
        journey.prove();
        journey.awaitState("AWAITING_CONFIRMATION");
        journey.awaitAsked("CONFIRM_ERASURE");

        suite.advance(Duration.ofDays(15));

        journey.awaitState("LAPSED");
        assertThat(suite.stores().holdings(person)).isEqualTo(held);
        suite.mailbox().awaitLetter(person.email(), journey.reference(), "LAPSED");
    }
}
