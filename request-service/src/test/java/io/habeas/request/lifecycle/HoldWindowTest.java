// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.Samples.ENDED_AT;
import static io.habeas.request.lifecycle.Samples.HELD_UNTIL;
import static io.habeas.request.lifecycle.Samples.ID;
import static io.habeas.request.lifecycle.Samples.ask;
import static io.habeas.request.lifecycle.Samples.askAfresh;
import static io.habeas.request.lifecycle.Samples.complete;
import static io.habeas.request.lifecycle.Samples.keyGone;
import static io.habeas.request.lifecycle.Samples.outcome;
import static io.habeas.request.lifecycle.Samples.outcomes;
import static io.habeas.request.lifecycle.Samples.plan;
import static io.habeas.request.lifecycle.Samples.prove;
import static io.habeas.request.lifecycle.Samples.receive;
import static io.habeas.request.lifecycle.Samples.sealed;
import static org.axonframework.test.matchers.Matchers.payloadsMatching;

import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.Right;
import io.habeas.journal.JournalMetadata;
import io.habeas.request.lifecycle.RequestCommand.Confirm;
import io.habeas.request.lifecycle.RequestCommand.RecordLetter;
import io.habeas.request.lifecycle.RequestCommand.RecordUndeliverable;
import io.habeas.request.lifecycle.RequestCommand.RunOut;
import io.habeas.request.lifecycle.RequestCommand.Withdraw;
import io.habeas.request.lifecycle.RequestEvent.ClockRanOut;
import io.habeas.request.lifecycle.RequestEvent.Confirmed;
import io.habeas.request.lifecycle.RequestEvent.HoldStarted;
import io.habeas.request.lifecycle.RequestEvent.IdentityAsked;
import io.habeas.request.lifecycle.RequestEvent.IdentityProved;
import io.habeas.request.lifecycle.RequestEvent.KeyDestroyed;
import io.habeas.request.lifecycle.RequestEvent.RequestApproved;
import io.habeas.request.lifecycle.RequestEvent.RequestWithdrawn;
import io.habeas.request.lifecycle.RequestEvent.RetentionStarted;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.SamplePolicies;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.TestExecutor;
import org.axonframework.test.matchers.Matchers;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Under a profile that holds an erasure back for three days. Commands come at {@link Samples#timeOf(Object)}. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class HoldWindowTest {

    private static final Policies HELD = SamplePolicies.withHold();
    private static final RunOut END = new RunOut(ID, ClockKind.HOLD, HELD_UNTIL);
    private static final RecordLetter TOLD = new RecordLetter(ID, Letter.HOLD, "MAIL");

    private final AggregateTestFixture<DataSubjectRequest> request =
            new AggregateTestFixture<>(DataSubjectRequest.class);

    private boolean early;

    @BeforeEach
    void load_the_policies() {
        request.registerCommandTargetResolver(Requests.target());
        request.registerInjectableResource(HELD);
        request.registerCommandDispatchInterceptor(_ -> (_, command) -> command.andMetaData(Map.of(
                JournalMetadata.TIME,
                early
                        ? HELD_UNTIL.toString()
                        : Samples.timeOf(command.getPayload()).toString())));
    }

    private TestExecutor<DataSubjectRequest> given(RequestCommand... commands) {
        return request.givenCommands((Object[]) commands);
    }

    private TestExecutor<DataSubjectRequest> held(RequestCommand... more) {
        return given(Stream.concat(
                        Stream.of(receive(Right.ERASURE), ask(1), prove(true), new Confirm(ID, Delivery.MAIL)),
                        Arrays.stream(more))
                .toArray(RequestCommand[]::new));
    }

    private static Matcher<? extends List<? super EventMessage<?>>> events(Class<?>... types) {
        return payloadsMatching(Matchers.exactSequenceOf(Arrays.stream(types)
                .map(type -> Matchers.matches((Object it) -> type.isInstance(it)))
                .toArray(Matcher[]::new)));
    }

    @Test
    void a_confirmed_erasure_is_held_for_whole_days_after_the_decision_and_both_addresses_are_to_be_told() {
        given(receive(Right.ERASURE), prove(true))
                .when(new Confirm(ID, Delivery.MAIL))
                .expectEventsMatching(payloadsMatching(Matchers.exactSequenceOf(
                        Matchers.matches((Object it) -> it instanceof Confirmed),
                        Matchers.matches((Object it) -> it instanceof HoldStarted hold
                                && hold.clock().startedAt().equals(ENDED_AT)
                                && hold.clock().dueAt().equals(HELD_UNTIL)
                                && hold.rule().equals("smallrig@2021-06#US-CA.rights.ERASURE.hold.window")
                                && hold.contact().equals(sealed(Samples.KEYS.caseKey(), "contact"))
                                && hold.replyTo().equals(sealed(Samples.KEYS.caseKey(), "replyTo"))))));
        given(receive(Right.ERASURE))
                .when(prove(false))
                .expectEventsMatching(events(IdentityProved.class, HoldStarted.class));
    }

    @Test
    void what_destroys_nothing_is_not_held() {
        given(receive(Right.ACCESS))
                .when(prove(true))
                .expectEventsMatching(events(IdentityProved.class, RequestApproved.class));
    }

    @Test
    void the_approval_comes_at_the_end_of_the_window_and_once() {
        held(TOLD).when(END).expectEventsMatching(events(ClockRanOut.class, RequestApproved.class));
        held(TOLD, END).when(END).expectNoEvents();
        held(TOLD)
                .when(new RunOut(ID, ClockKind.HOLD, HELD_UNTIL.minusSeconds(1)))
                .expectNoEvents();
    }

    @Test
    @DisplayName("I12: it can be taken back until the window ends, and then nothing is approved any more")
    void it_can_be_taken_back_until_the_window_ends() {
        held().when(new Withdraw(ID)).expectEventsMatching(events(RequestWithdrawn.class, RetentionStarted.class));
        held(TOLD, new Withdraw(ID)).when(END).expectNoEvents();
        held(TOLD, new Withdraw(ID)).when(new Withdraw(ID)).expectNoEvents();
    }

    @Test
    @DisplayName("I12: after the window it is never reported as taken back")
    void after_the_window_it_is_refused() {
        held(TOLD, END).when(new Withdraw(ID)).expectException(NotNowException.class);
    }

    @Test
    @DisplayName("I12: at its very last moment it can still be taken back, and nobody ends it before")
    void the_last_moment_belongs_to_the_person() {
        early = true;

        held(TOLD).when(END).expectNoEvents();
        held(TOLD, END)
                .when(new Withdraw(ID))
                .expectEventsMatching(events(RequestWithdrawn.class, RetentionStarted.class));
    }

    @Test
    void nothing_is_fulfilled_in_the_window() {
        for (RequestCommand command : List.of(plan(), outcomes(outcome(Samples.SHOP, "shop")), complete())) {
            held(TOLD).when(command).expectException(ContradictionException.class);
        }
    }

    @Test
    void a_window_of_which_nobody_was_told_begins_anew() {
        var again = Instant.parse("2026-12-09T07:59:59Z");
        held().when(END)
                .expectEventsMatching(payloadsMatching(Matchers.exactSequenceOf(
                        Matchers.matches((Object it) -> it instanceof ClockRanOut),
                        Matchers.matches((Object it) -> it instanceof HoldStarted hold
                                && hold.clock().dueAt().equals(again)))));
        held(new RecordUndeliverable(ID, Letter.HOLD, "MAIL", "bounced"))
                .when(END)
                .expectEventsMatching(events(ClockRanOut.class, HoldStarted.class));
    }

    @Test
    void the_decision_is_made_when_the_window_begins() {
        held().when(keyGone()).expectEventsMatching(events(KeyDestroyed.class));
        held().when(new Confirm(ID, Delivery.MAIL)).expectNoEvents();
        held().when(new Confirm(ID, Delivery.ELECTRONIC)).expectException(NotNowException.class);
        held().when(askAfresh(2)).expectEventsMatching(events(IdentityAsked.class));
        held().when(prove(true)).expectNoEvents();
    }
}
