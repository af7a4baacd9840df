// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.Samples.ENDED_AT;
import static io.habeas.request.lifecycle.Samples.ID;
import static io.habeas.request.lifecycle.Samples.KEYS;
import static io.habeas.request.lifecycle.Samples.ask;
import static io.habeas.request.lifecycle.Samples.prove;
import static io.habeas.request.lifecycle.Samples.receive;
import static io.habeas.request.lifecycle.Samples.sealed;
import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.Right;
import io.habeas.journal.JournalMetadata;
import io.habeas.request.lifecycle.DecisionRefusedException.Reason;
import io.habeas.request.lifecycle.RequestCommand.CarryOut;
import io.habeas.request.lifecycle.RequestCommand.OrderReview;
import io.habeas.request.lifecycle.RequestEvent.RefusedField;
import io.habeas.request.lifecycle.RequestEvent.RequestAnswered;
import io.habeas.request.lifecycle.RequestEvent.RequestCarriedOut;
import io.habeas.request.policy.SamplePolicies;
import io.habeas.request.policy.language.Decider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.messaging.Message;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.matchers.Matchers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What no machine carries out, under the profile of SmallRig. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ByHandTest {

    private static final Set<Decider> REVIEWER = Set.of(Decider.REVIEWER);
    private static final RequestCommand[] CORRECTION = {receive(Right.CORRECTION), ask(1), prove(false)};

    private final AggregateTestFixture<DataSubjectRequest> request =
            new AggregateTestFixture<>(DataSubjectRequest.class);

    @BeforeEach
    void load_the_policies() {
        request.registerCommandTargetResolver(Requests.target());
        request.registerInjectableResource(SamplePolicies.load());
        request.registerCommandDispatchInterceptor(_ -> (_, command) -> command.andMetaData(
                Map.of(JournalMetadata.TIME, ENDED_AT.toString(), JournalMetadata.ACTOR, "staff:reviewer-1")));
    }

    private static CarryOut done(Set<Decider> roles, int fields, String... grounds) {
        return new CarryOut(ID, roles, sealed(KEYS.caseKey(), "done"), fields, List.of(grounds), null);
    }

    private void refused(RequestCommand[] given, CarryOut then, Reason why) {
        request.givenCommands((Object[]) given)
                .when(then)
                .expectNoEvents()
                .expectException(Matchers.matches(
                        (Object failure) -> failure instanceof DecisionRefusedException no && no.reason() == why));
    }

    @Test
    void a_person_states_what_was_done_field_by_field_and_that_is_the_answer() {
        var events = new ArrayList<Object>();
        request.givenCommands((Object[]) CORRECTION)
                .when(done(REVIEWER, 2, "MAKES_DATA_WRONG"))
                .expectSuccessfulHandlerExecution()
                .expectEventsMatching(Matchers.matches((List<EventMessage<?>> all) ->
                        events.addAll(all.stream().map(Message::getPayload).toList())));

        assertThat(events)
                .hasExactlyElementsOfTypes(RequestCarriedOut.class, RequestAnswered.class)
                .first()
                .isInstanceOfSatisfying(RequestCarriedOut.class, it -> assertThat(it.refused())
                        .containsExactly(new RefusedField(
                                "MAKES_DATA_WRONG", "smallrig@2021-06#US-CA.refusalGrounds.MAKES_DATA_WRONG")));
        assertThat((RequestAnswered) events.getLast()).satisfies(answered -> {
            assertThat(answered.byHand()).isEqualTo(sealed(KEYS.caseKey(), "done"));
            assertThat(answered.outcomes()).isEmpty();
        });
    }

    @Test
    void a_field_is_refused_on_a_ground_of_the_profile_alone() {
        refused(CORRECTION, done(REVIEWER, 2, "WHIM"), Reason.GROUND_UNKNOWN);
    }

    @Test
    void all_fields_refused_is_a_refusal() {
        refused(CORRECTION, done(REVIEWER, 1, "BREAKS_THE_LAW"), Reason.NOTHING_LEFT);
    }

    @Test
    void another_role_states_nothing() {
        refused(CORRECTION, done(Set.of(Decider.CLERK), 1), Reason.OTHER_ROLE);
    }

    @Test
    void a_right_that_is_not_refused_by_fields_is_not_done_in_part() {
        refused(
                new RequestCommand[] {receive(Right.PORTABILITY), ask(1), prove(false)},
                done(REVIEWER, 2, "LIMIT_REACHED"),
                Reason.NOT_IN_PART);
    }

    @Test
    void nobody_states_what_a_machine_carries_out() {
        refused(
                new RequestCommand[] {receive(Right.ACCESS), ask(1), new OrderReview(ID, REVIEWER), prove(true)},
                done(REVIEWER, 0),
                Reason.BY_MACHINE);
    }

    @Test
    void nothing_is_stated_before_the_proof() {
        request.givenCommands(receive(Right.CORRECTION), ask(1))
                .when(done(REVIEWER, 1))
                .expectNoEvents()
                .expectException(NotNowException.class);
    }
}
