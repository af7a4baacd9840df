// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.Samples.CONFIRM_BY;
import static io.habeas.request.lifecycle.Samples.ENDED_AT;
import static io.habeas.request.lifecycle.Samples.ID;
import static io.habeas.request.lifecycle.Samples.KEYS;
import static io.habeas.request.lifecycle.Samples.ask;
import static io.habeas.request.lifecycle.Samples.prove;
import static io.habeas.request.lifecycle.Samples.receive;
import static io.habeas.request.lifecycle.Samples.sealed;
import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.Right;
import io.habeas.journal.JournalMetadata;
import io.habeas.request.lifecycle.RequestCommand.Approve;
import io.habeas.request.lifecycle.RequestCommand.AskDetails;
import io.habeas.request.lifecycle.RequestCommand.GiveDetails;
import io.habeas.request.lifecycle.RequestCommand.OrderReview;
import io.habeas.request.lifecycle.RequestCommand.RecordLetter;
import io.habeas.request.lifecycle.RequestCommand.RecordUndeliverable;
import io.habeas.request.lifecycle.RequestCommand.RunOut;
import io.habeas.request.lifecycle.RequestEvent.ClockRanOut;
import io.habeas.request.lifecycle.RequestEvent.ConfirmationAsked;
import io.habeas.request.lifecycle.RequestEvent.DetailsAsked;
import io.habeas.request.lifecycle.RequestEvent.RequestGranted;
import io.habeas.request.lifecycle.RequestEvent.RequestLapsed;
import io.habeas.request.lifecycle.RequestEvent.ReviewAsked;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.SamplePolicies;
import io.habeas.request.policy.language.Decider;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
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

/** Nobody loses a request by a letter that did not arrive. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class UnreachedQuestionsTest {

    private static final Set<Decider> REVIEWER = Set.of(Decider.REVIEWER);
    private static final AskDetails MISSING = new AskDetails(ID, REVIEWER, sealed(KEYS.caseKey(), "missing"));
    private static final RequestCommand[] UNDER_REVIEW = {
        receive(Right.ACCESS), ask(1), new OrderReview(ID, REVIEWER), prove(true)
    };
    private static final RunOut UNCONFIRMED = new RunOut(ID, ClockKind.CONFIRMATION, CONFIRM_BY);

    private final AggregateTestFixture<DataSubjectRequest> request =
            new AggregateTestFixture<>(DataSubjectRequest.class);

    @BeforeEach
    void load_the_policies() {
        request.registerCommandTargetResolver(Requests.target());
        request.registerInjectableResource(SamplePolicies.load());
        request.registerCommandDispatchInterceptor(_ -> (_, command) -> command.andMetaData(
                Map.of(JournalMetadata.TIME, ENDED_AT.toString(), JournalMetadata.ACTOR, "staff:reviewer-1")));
    }

    private static RecordLetter sent(Letter letter) {
        return new RecordLetter(ID, letter, "MAIL");
    }

    private static RecordUndeliverable lost(Letter letter) {
        return new RecordUndeliverable(ID, letter, "MAIL", "address-refused");
    }

    private static RequestCommand[] and(RequestCommand[] before, RequestCommand... more) {
        var all = new ArrayList<>(Arrays.asList(before));
        all.addAll(Arrays.asList(more));
        return all.toArray(RequestCommand[]::new);
    }

    private static RequestCommand[] confirming(RequestCommand... more) {
        return and(new RequestCommand[] {receive(Right.ERASURE), ask(1), prove(true)}, more);
    }

    private List<Object> happened(RequestCommand[] given, RequestCommand then) {
        var events = new ArrayList<>();
        request.givenCommands((Object[]) given)
                .when(then)
                .expectSuccessfulHandlerExecution()
                .expectEventsMatching(Matchers.matches((List<EventMessage<?>> all) ->
                        events.addAll(all.stream().map(Message::getPayload).toList())));
        return events;
    }

    private Instant endOfDetails() {
        return ((DetailsAsked) happened(UNDER_REVIEW, MISSING).getFirst())
                .clock()
                .dueAt();
    }

    private static void isLeftToAPerson(List<Object> events) {
        assertThat(events).hasExactlyElementsOfTypes(ClockRanOut.class, ReviewAsked.class);
        assertThat(((ReviewAsked) events.getLast()).reason()).isEqualTo(ReviewReason.QUESTION_REACHED_NOBODY);
    }

    @Test
    void a_confirmation_that_nobody_was_asked_for_goes_to_a_person_and_nothing_lapses() {
        isLeftToAPerson(happened(confirming(), UNCONFIRMED));
        isLeftToAPerson(happened(confirming(lost(Letter.CONFIRM_ERASURE)), UNCONFIRMED));
    }

    @Test
    void a_letter_that_arrived_in_a_second_try_counts_as_one_that_arrived() {
        var events = happened(confirming(lost(Letter.CONFIRM_ERASURE), sent(Letter.CONFIRM_ERASURE)), UNCONFIRMED);

        assertThat(events).hasAtLeastOneElementOfType(RequestLapsed.class);
    }

    @Test
    void whoever_approves_it_then_has_the_person_asked_anew() {
        var given = confirming(lost(Letter.CONFIRM_ERASURE), UNCONFIRMED);

        var events = happened(given, new Approve(ID, REVIEWER, List.of(), null));

        assertThat(events).hasExactlyElementsOfTypes(RequestGranted.class, ConfirmationAsked.class);
        var until = ((ConfirmationAsked) events.getLast()).clock().dueAt();
        isLeftToAPerson(happened(
                and(given, new Approve(ID, REVIEWER, List.of(), null)), new RunOut(ID, ClockKind.CONFIRMATION, until)));
    }

    @Test
    void a_question_for_details_that_reached_nobody_goes_back_to_whoever_asked() {
        var over = new RunOut(ID, ClockKind.DETAILS, endOfDetails());

        isLeftToAPerson(happened(and(UNDER_REVIEW, MISSING), over));
        isLeftToAPerson(happened(and(UNDER_REVIEW, MISSING, lost(Letter.DETAILS_ASKED)), over));
        assertThat(happened(and(UNDER_REVIEW, MISSING, lost(Letter.DETAILS_ASKED), over), MISSING))
                .hasAtLeastOneElementOfType(DetailsAsked.class);
    }

    @Test
    void each_question_has_a_letter_of_its_own() {
        var over = new RunOut(ID, ClockKind.DETAILS, endOfDetails());
        var asAnswered = and(
                UNDER_REVIEW,
                MISSING,
                sent(Letter.DETAILS_ASKED),
                new GiveDetails(ID, sealed(KEYS.caseKey(), "details"), "fingerprint"),
                MISSING);

        isLeftToAPerson(happened(asAnswered, over));
        isLeftToAPerson(happened(and(asAnswered, lost(Letter.DETAILS_ASKED)), over));
        assertThat(happened(and(asAnswered, sent(Letter.DETAILS_ASKED)), over))
                .hasAtLeastOneElementOfType(RequestLapsed.class);
    }
}
