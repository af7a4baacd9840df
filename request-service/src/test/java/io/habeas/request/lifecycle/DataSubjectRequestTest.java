// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.Samples.CONFIRM_BY;
import static io.habeas.request.lifecycle.Samples.ENDED_AT;
import static io.habeas.request.lifecycle.Samples.ID;
import static io.habeas.request.lifecycle.Samples.IDENTITY_BY;
import static io.habeas.request.lifecycle.Samples.RECEIVED_AT;
import static io.habeas.request.lifecycle.Samples.RESPOND_BY;
import static io.habeas.request.lifecycle.Samples.RETAINED_UNTIL;
import static io.habeas.request.lifecycle.Samples.REVIEWS;
import static io.habeas.request.lifecycle.Samples.SHOP;
import static io.habeas.request.lifecycle.Samples.ask;
import static io.habeas.request.lifecycle.Samples.askAfresh;
import static io.habeas.request.lifecycle.Samples.caseKeyGone;
import static io.habeas.request.lifecycle.Samples.complete;
import static io.habeas.request.lifecycle.Samples.keyGone;
import static io.habeas.request.lifecycle.Samples.outcome;
import static io.habeas.request.lifecycle.Samples.outcomes;
import static io.habeas.request.lifecycle.Samples.plan;
import static io.habeas.request.lifecycle.Samples.prove;
import static io.habeas.request.lifecycle.Samples.receive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.axonframework.test.matchers.Matchers.payloadsMatching;
import static org.axonframework.test.matchers.Matchers.sequenceOf;

import io.habeas.contracts.Grade;
import io.habeas.contracts.KeyClass;
import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.Right;
import io.habeas.contracts.TaskOutcome;
import io.habeas.contracts.VerificationAnnouncement.Failed.Reason;
import io.habeas.journal.JournalMetadata;
import io.habeas.request.lifecycle.RequestCommand.Confirm;
import io.habeas.request.lifecycle.RequestCommand.EndFulfillment;
import io.habeas.request.lifecycle.RequestCommand.EndUnverified;
import io.habeas.request.lifecycle.RequestCommand.ProlongRetention;
import io.habeas.request.lifecycle.RequestCommand.RecordLetter;
import io.habeas.request.lifecycle.RequestCommand.RecordUndeliverable;
import io.habeas.request.lifecycle.RequestCommand.RequireKeySpent;
import io.habeas.request.lifecycle.RequestCommand.RunOut;
import io.habeas.request.lifecycle.RequestCommand.Withdraw;
import io.habeas.request.lifecycle.RequestEvent.ClockRanOut;
import io.habeas.request.lifecycle.RequestEvent.ConfirmationAsked;
import io.habeas.request.lifecycle.RequestEvent.Confirmed;
import io.habeas.request.lifecycle.RequestEvent.FulfillmentEnded;
import io.habeas.request.lifecycle.RequestEvent.IdentityAsked;
import io.habeas.request.lifecycle.RequestEvent.IdentityProved;
import io.habeas.request.lifecycle.RequestEvent.KeyDestroyed;
import io.habeas.request.lifecycle.RequestEvent.LetterSent;
import io.habeas.request.lifecycle.RequestEvent.LetterUndeliverable;
import io.habeas.request.lifecycle.RequestEvent.OutcomesRecorded;
import io.habeas.request.lifecycle.RequestEvent.RequestAnswered;
import io.habeas.request.lifecycle.RequestEvent.RequestApproved;
import io.habeas.request.lifecycle.RequestEvent.RequestClosed;
import io.habeas.request.lifecycle.RequestEvent.RequestLapsed;
import io.habeas.request.lifecycle.RequestEvent.RequestNotVerified;
import io.habeas.request.lifecycle.RequestEvent.RequestReceived;
import io.habeas.request.lifecycle.RequestEvent.RequestWithdrawn;
import io.habeas.request.lifecycle.RequestEvent.RetentionStarted;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.SamplePolicies;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.TestExecutor;
import org.axonframework.test.matchers.Matchers;
import org.hamcrest.Matcher;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DataSubjectRequestTest {

    private static final String ERASURE = "smallrig@2021-06#US-CA.rights.ERASURE.";

    private final AggregateTestFixture<DataSubjectRequest> request =
            new AggregateTestFixture<>(DataSubjectRequest.class);

    @BeforeEach
    void load_the_policies() {
        request.registerCommandTargetResolver(Requests.target());
        request.registerInjectableResource(SamplePolicies.load());
        request.registerCommandDispatchInterceptor(
                _ -> (_, command) -> command.andMetaData(Map.of(JournalMetadata.TIME, ENDED_AT.toString())));
    }

    private TestExecutor<DataSubjectRequest> given(RequestCommand... commands) {
        return request.givenCommands((Object[]) commands);
    }

    /** The events in order, each of the given type. */
    private static Matcher<? extends List<? super EventMessage<?>>> events(Class<?>... types) {
        return payloadsMatching(Matchers.exactSequenceOf(Arrays.stream(types)
                .map(type -> Matchers.matches((Object it) -> type.isInstance(it)))
                .toArray(Matcher[]::new)));
    }

    @Test
    void a_received_request_has_its_clocks_with_their_rules() {
        request.givenNoPriorActivity()
                .when(receive(Right.ERASURE))
                .expectEventsMatching(payloadsMatching(sequenceOf(
                        Matchers.matches((RequestReceived it) -> it.clocks().size() == 3
                                && it.clocks().get(1).dueAt().equals(RESPOND_BY)
                                && it.clocks().get(1).rule().equals(ERASURE + "clocks.respond")
                                && it.clocks().get(2).dueAt().equals(IDENTITY_BY)))));
    }

    @Test
    void a_challenge_asks_for_identity_once_for_each_number() {
        given(receive(Right.ERASURE)).when(ask(1)).expectEventsMatching(events(IdentityAsked.class));
        given(receive(Right.ERASURE), ask(1)).when(ask(1)).expectNoEvents();
        given(receive(Right.ERASURE), ask(1)).when(ask(2)).expectEventsMatching(events(IdentityAsked.class));
    }

    @Test
    void a_fresh_code_is_sent_in_every_state_after_the_proof_and_changes_none() {
        var approved = List.<RequestCommand>of(receive(Right.ACCESS), ask(1), prove(true));
        var answered = Stream.<RequestCommand>concat(
                        approved.stream(),
                        Stream.of(plan(), outcomes(outcome(SHOP, "shop"), outcome(REVIEWS, "reviews")), complete()))
                .toList();
        var closed = Stream.<RequestCommand>concat(
                        answered.stream(), Stream.of(new RecordLetter(ID, Letter.ANSWERED, "email")))
                .toList();

        requireFreshCodes(List.of(receive(Right.ERASURE), ask(1), prove(true)), State.AWAITING_CONFIRMATION);
        requireFreshCodes(approved, State.IN_FULFILLMENT);
        requireFreshCodes(answered, State.ANSWERED);
        requireFreshCodes(closed, State.CLOSED);
    }

    private void requireFreshCodes(List<RequestCommand> life, State state) {
        var commands = life.toArray(RequestCommand[]::new);
        given(commands)
                .when(askAfresh(2))
                .expectEventsMatching(events(IdentityAsked.class))
                .expectState(it -> assertThat(it).extracting("facts.state").isEqualTo(state));
        given(commands).when(askAfresh(1)).expectNoEvents();
    }

    @Test
    void a_code_of_the_first_proof_that_comes_after_the_decision_is_not_sent() {
        given(receive(Right.ACCESS), ask(1), prove(true)).when(ask(2)).expectNoEvents();
    }

    @Test
    void no_code_is_sent_after_an_end_without_an_answer() {
        given(receive(Right.ACCESS), prove(true), new Withdraw(ID))
                .when(askAfresh(2))
                .expectNoEvents();
        given(receive(Right.ACCESS), new EndUnverified(ID, Reason.EXPIRED))
                .when(askAfresh(2))
                .expectNoEvents();
    }

    @Test
    void an_access_that_is_proved_is_approved_for_the_last_twelve_months() {
        given(receive(Right.ACCESS), ask(1))
                .when(prove(true))
                .expectEventsMatching(payloadsMatching(Matchers.exactSequenceOf(
                        Matchers.matches((Object it) -> it instanceof IdentityProved),
                        Matchers.matches((Object it) -> it instanceof RequestApproved approved
                                && "2025-11-22T08:00:00Z".equals(String.valueOf(approved.collectedSince()))
                                && approved.rule().equals("smallrig@2021-06#US-CA.decidedBy")))));
    }

    @Test
    void an_erasure_of_a_person_with_an_account_waits_for_confirmation() {
        given(receive(Right.ERASURE), ask(1))
                .when(prove(true))
                .expectEventsMatching(payloadsMatching(Matchers.exactSequenceOf(
                        Matchers.matches((Object it) -> it instanceof IdentityProved),
                        Matchers.matches((Object it) -> it instanceof ConfirmationAsked asked
                                && asked.clock().dueAt().equals(CONFIRM_BY)
                                && asked.rule().equals(ERASURE + "confirmation")))));
    }

    @Test
    void an_erasure_of_a_person_without_an_account_is_approved_at_once() {
        given(receive(Right.ERASURE))
                .when(prove(false))
                .expectEventsMatching(events(IdentityProved.class, RequestApproved.class));
    }

    @Test
    void proof_below_the_profiles_level_is_refused_and_changes_nothing() {
        given(receive(Right.ACCESS))
                .when(prove(true, ProofLevel.BASIC))
                .expectException(ContradictionException.class)
                .expectNoEvents();
    }

    @Test
    void a_confirmed_erasure_is_approved_with_the_grounds_of_the_profile() {
        given(receive(Right.ERASURE), prove(true))
                .when(new Confirm(ID, Delivery.MAIL))
                .expectEventsMatching(payloadsMatching(Matchers.exactSequenceOf(
                        Matchers.matches((Object it) -> it instanceof Confirmed),
                        Matchers.matches((Object it) -> it instanceof RequestApproved approved
                                && approved.collectedSince() == null
                                && approved.keepGrounds().contains("LEGAL_OBLIGATION")
                                && approved.keepGrounds().contains("TRANSACTION_RECORDS")))));
    }

    @Test
    void a_repeated_confirmation_changes_nothing_and_another_is_refused() {
        given(receive(Right.ERASURE), prove(true), new Confirm(ID, Delivery.MAIL))
                .when(new Confirm(ID, Delivery.MAIL))
                .expectNoEvents();
        given(receive(Right.ERASURE), prove(true), new Confirm(ID, Delivery.MAIL))
                .when(new Confirm(ID, Delivery.ELECTRONIC))
                .expectException(NotNowException.class);
    }

    @Test
    void confirmation_without_proof_is_refused() {
        given(receive(Right.ERASURE), ask(1))
                .when(new Confirm(ID, Delivery.ELECTRONIC))
                .expectException(NotNowException.class);
    }

    @Test
    void failed_proof_ends_the_request_and_names_the_steps_of_complaint() {
        given(receive(Right.ACCESS), ask(1))
                .when(new EndUnverified(ID, Reason.TRIES_EXHAUSTED))
                .expectEventsMatching(payloadsMatching(sequenceOf(Matchers.matches(
                        (RequestNotVerified it) -> it.complaint().contains("CALIFORNIA_ATTORNEY_GENERAL")
                                && it.rule().endsWith("clocks.identity")))));
    }

    @Test
    void proof_after_the_end_changes_nothing() {
        given(receive(Right.ACCESS), new EndUnverified(ID, Reason.EXPIRED))
                .when(prove(true))
                .expectNoEvents();
        given(receive(Right.ACCESS), new Withdraw(ID)).when(prove(true)).expectNoEvents();
    }

    @Test
    void an_answer_needs_the_outcome_of_every_planned_task() {
        given(receive(Right.ERASURE), prove(false), plan(), outcomes(outcome(SHOP, "shop")))
                .when(complete())
                .expectEventsMatching(events(FulfillmentEnded.class));
        given(receive(Right.ERASURE), prove(false), plan(), outcomes(outcome(SHOP, "shop")), complete())
                .when(outcomes(outcome(REVIEWS, "reviews")))
                .expectEventsMatching(events(OutcomesRecorded.class, RequestAnswered.class));
        given(
                        receive(Right.ERASURE),
                        prove(false),
                        plan(),
                        outcomes(outcome(SHOP, "shop"), outcome(REVIEWS, "reviews")))
                .when(complete())
                .expectEventsMatching(events(FulfillmentEnded.class, RequestAnswered.class));
    }

    @Test
    void what_was_not_planned_has_no_outcome() {
        given(receive(Right.ERASURE), prove(false), plan())
                .when(outcomes(outcome(new UUID(9, 9), "shop")))
                .expectException(ContradictionException.class);
        given(receive(Right.ERASURE), prove(false), plan())
                .when(outcomes(outcome(SHOP, "warehouse")))
                .expectException(ContradictionException.class);
        given(receive(Right.ERASURE), prove(false), plan())
                .when(new EndFulfillment(ID, new UUID(9, 9), null))
                .expectException(ContradictionException.class);
    }

    @Test
    void a_repeated_plan_outcome_or_completion_changes_nothing() {
        given(receive(Right.ERASURE), prove(false), plan()).when(plan()).expectNoEvents();
        given(receive(Right.ERASURE), prove(false), plan(), outcomes(outcome(SHOP, "shop")))
                .when(outcomes(outcome(SHOP, "shop")))
                .expectNoEvents();
        given(receive(Right.ERASURE), prove(false), plan(), complete())
                .when(complete())
                .expectNoEvents();
    }

    @Test
    void nothing_is_fulfilled_that_was_not_verified_and_approved() {
        for (RequestCommand command : List.of(plan(), outcomes(outcome(SHOP, "shop")), complete())) {
            given(receive(Right.ERASURE), ask(1)).when(command).expectException(ContradictionException.class);
            given(receive(Right.ERASURE), prove(true)).when(command).expectException(ContradictionException.class);
        }
    }

    @Test
    void the_letter_with_the_answer_closes_the_request() {
        given(answered())
                .when(new RecordLetter(ID, Letter.ANSWERED, "email"))
                .expectEventsMatching(events(LetterSent.class, RequestClosed.class, RetentionStarted.class));
        given(answered())
                .when(new RecordUndeliverable(ID, Letter.ANSWERED, "email", "no-such-mailbox"))
                .expectEventsMatching(events(LetterUndeliverable.class));
        given(receive(Right.ERASURE))
                .when(new RecordLetter(ID, Letter.ANSWERED, "email"))
                .expectException(ContradictionException.class);
    }

    @Test
    void a_clock_runs_out_once_and_only_if_it_still_runs() {
        given(receive(Right.ERASURE))
                .when(new RunOut(ID, ClockKind.IDENTITY, IDENTITY_BY))
                .expectEventsMatching(events(ClockRanOut.class, RequestNotVerified.class, RetentionStarted.class));
        given(receive(Right.ERASURE), new RunOut(ID, ClockKind.IDENTITY, IDENTITY_BY))
                .when(new RunOut(ID, ClockKind.IDENTITY, IDENTITY_BY))
                .expectNoEvents();
        given(receive(Right.ERASURE), prove(true))
                .when(new RunOut(ID, ClockKind.IDENTITY, IDENTITY_BY))
                .expectNoEvents();
        given(receive(Right.ERASURE))
                .when(new RunOut(ID, ClockKind.IDENTITY, RECEIVED_AT))
                .expectNoEvents();
        given(receive(Right.ERASURE), prove(true), new RecordLetter(ID, Letter.CONFIRM_ERASURE, "MAIL"))
                .when(new RunOut(ID, ClockKind.CONFIRMATION, CONFIRM_BY))
                .expectEventsMatching(events(ClockRanOut.class, RequestLapsed.class, RetentionStarted.class));
    }

    @Test
    void an_overdue_answer_is_noted_and_the_work_goes_on() {
        given(receive(Right.ERASURE), prove(false))
                .when(new RunOut(ID, ClockKind.RESPOND, RESPOND_BY))
                .expectEventsMatching(events(ClockRanOut.class));
        given(receive(Right.ERASURE), prove(false), new RunOut(ID, ClockKind.RESPOND, RESPOND_BY))
                .when(plan())
                .expectSuccessfulHandlerExecution();
    }

    @Test
    void an_answer_in_time_is_never_overdue_while_its_letter_is_on_its_way() {
        given(answered()).when(new RunOut(ID, ClockKind.RESPOND, RESPOND_BY)).expectNoEvents();
    }

    @Test
    void receipt_that_was_confirmed_by_letter_is_never_overdue() {
        var dueAt = java.time.Instant.parse("2026-12-02T07:59:59Z");

        given(receive(Right.ERASURE))
                .when(new RunOut(ID, ClockKind.CONFIRM_RECEIPT, dueAt))
                .expectEventsMatching(events(ClockRanOut.class));
        given(receive(Right.ERASURE), new RecordLetter(ID, Letter.RECEIVED, "email"))
                .when(new RunOut(ID, ClockKind.CONFIRM_RECEIPT, dueAt))
                .expectNoEvents();
    }

    @Test
    void an_erasure_can_be_withdrawn_until_it_is_approved_and_an_access_until_it_is_answered() {
        given(receive(Right.ERASURE), prove(true))
                .when(new Withdraw(ID))
                .expectEventsMatching(events(RequestWithdrawn.class, RetentionStarted.class));
        given(receive(Right.ERASURE), prove(false)).when(new Withdraw(ID)).expectException(NotNowException.class);
        given(receive(Right.ACCESS), prove(true))
                .when(new Withdraw(ID))
                .expectEventsMatching(events(RequestWithdrawn.class, RetentionStarted.class));
        given(receive(Right.ACCESS), new Withdraw(ID)).when(new Withdraw(ID)).expectNoEvents();
        given(receive(Right.ACCESS), prove(true), new Withdraw(ID)).when(plan()).expectNoEvents();
    }

    @Test
    void the_identity_key_is_destroyed_after_the_decision_and_that_is_noted_once() {
        given(receive(Right.ERASURE), prove(true)).when(keyGone()).expectException(ContradictionException.class);
        given(receive(Right.ERASURE), prove(false)).when(keyGone()).expectEventsMatching(events(KeyDestroyed.class));
        given(receive(Right.ERASURE), prove(false), keyGone()).when(keyGone()).expectNoEvents();
    }

    @Test
    void a_case_is_kept_for_the_retention_of_its_policy_counted_from_the_last_that_follows() {
        given(receive(Right.ACCESS)).when(new Withdraw(ID)).expectEventsMatching(retention(ENDED_AT, RETAINED_UNTIL));

        var packageUntil = Instant.parse("2026-12-31T18:00:00Z");
        given(receive(Right.ACCESS), prove(true), plan())
                .andGivenCommands(
                        new EndFulfillment(ID, Samples.PLAN, packageUntil),
                        outcomes(outcome(SHOP, "shop"), outcome(REVIEWS, "reviews")))
                .when(new RecordLetter(ID, Letter.ANSWERED, "email"))
                .expectEventsMatching(retention(packageUntil, Instant.parse("2029-01-01T07:59:59Z")));

        given(receive(Right.ERASURE), prove(false), plan())
                .andGivenCommands(
                        outcomes(
                                keeping(SHOP, "shop", LocalDate.parse("2028-01-31"), null),
                                keeping(REVIEWS, "reviews", LocalDate.parse("2027-05-01"))),
                        complete())
                .when(new RecordLetter(ID, Letter.ANSWERED, "email"))
                .expectEventsMatching(
                        retention(Instant.parse("2028-01-31T08:00:00Z"), Instant.parse("2030-02-01T07:59:59Z")));
    }

    private static Matcher<? extends List<? super EventMessage<?>>> retention(Instant from, Instant until) {
        return payloadsMatching(sequenceOf(Matchers.matches((Object it) -> it instanceof RetentionStarted started
                && started.from().equals(from)
                && started.until().equals(until)
                && started.key().equals(Samples.KEYS.caseKey())
                && started.rule().equals("smallrig@2021-06#retention.case"))));
    }

    private static TaskOutcome keeping(UUID task, String store, @Nullable LocalDate... days) {
        var kept = Arrays.stream(days)
                .map(day -> new TaskOutcome.Kept("TRANSACTION_RECORDS", 1, day))
                .toList();
        return new TaskOutcome(
                task,
                store,
                TaskOutcome.Kind.ERASE,
                Grade.VERIFIED,
                List.of(new TaskOutcome.CollectionOutcome("orders", List.of("B"), 2, 0, 0, 0, kept, List.of())));
    }

    @Test
    void the_key_of_a_case_is_destroyed_after_its_end_once_and_no_code_is_sent_under_it_any_more() {
        given(answered()).when(caseKeyGone()).expectException(ContradictionException.class);
        var closed = Stream.concat(Arrays.stream(answered()), Stream.of(new RecordLetter(ID, Letter.ANSWERED, "email")))
                .toArray(RequestCommand[]::new);
        given(closed).when(caseKeyGone()).expectEventsMatching(events(KeyDestroyed.class));
        given(closed).andGivenCommands(caseKeyGone()).when(caseKeyGone()).expectNoEvents();
        given(closed).andGivenCommands(caseKeyGone()).when(askAfresh(2)).expectNoEvents();
    }

    @Test
    void a_key_is_asked_for_before_it_is_destroyed_and_one_that_is_still_needed_is_refused() {
        var caseKey = new RequireKeySpent(ID, Samples.KEYS.caseKey(), KeyClass.CASE);
        var identity = new RequireKeySpent(ID, Samples.KEYS.identity(), KeyClass.IDENTITY);
        var closed = Stream.concat(Arrays.stream(answered()), Stream.of(new RecordLetter(ID, Letter.ANSWERED, "email")))
                .toArray(RequestCommand[]::new);

        given(receive(Right.ERASURE)).when(identity).expectException(ContradictionException.class);
        given(answered()).when(identity).expectSuccessfulHandlerExecution().expectNoEvents();
        given(answered()).when(caseKey).expectException(ContradictionException.class);
        given(closed).when(caseKey).expectException(ContradictionException.class);
        // nothing is open any more: the retention is over now
        given(closed)
                .andGivenCommands(new ProlongRetention(ID))
                .when(caseKey)
                .expectSuccessfulHandlerExecution()
                .expectNoEvents();
    }

    private static RequestCommand[] answered() {
        return new RequestCommand[] {
            receive(Right.ERASURE),
            prove(false),
            plan(),
            outcomes(outcome(SHOP, "shop"), outcome(REVIEWS, "reviews")),
            complete()
        };
    }
}
