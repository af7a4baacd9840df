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

import io.habeas.contracts.KeyClass;
import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.Right;
import io.habeas.journal.JournalMetadata;
import io.habeas.request.lifecycle.DecisionRefusedException.Reason;
import io.habeas.request.lifecycle.RequestCommand.AnswerComplaint;
import io.habeas.request.lifecycle.RequestCommand.Approve;
import io.habeas.request.lifecycle.RequestCommand.CarryOut;
import io.habeas.request.lifecycle.RequestCommand.Complain;
import io.habeas.request.lifecycle.RequestCommand.FindNoRequest;
import io.habeas.request.lifecycle.RequestCommand.OrderReview;
import io.habeas.request.lifecycle.RequestCommand.Receive;
import io.habeas.request.lifecycle.RequestCommand.RecordKeyDestroyed;
import io.habeas.request.lifecycle.RequestCommand.RecordLetter;
import io.habeas.request.lifecycle.RequestCommand.Refuse;
import io.habeas.request.lifecycle.RequestCommand.RunOut;
import io.habeas.request.lifecycle.RequestEvent.ClockRanOut;
import io.habeas.request.lifecycle.RequestEvent.ClockStarted;
import io.habeas.request.lifecycle.RequestEvent.ComplaintAnswered;
import io.habeas.request.lifecycle.RequestEvent.ComplaintReceived;
import io.habeas.request.lifecycle.RequestEvent.RequestApproved;
import io.habeas.request.lifecycle.RequestEvent.RequestClosed;
import io.habeas.request.lifecycle.RequestEvent.RequestReceived;
import io.habeas.request.lifecycle.RequestEvent.RequestReopened;
import io.habeas.request.lifecycle.RequestEvent.RetentionStarted;
import io.habeas.request.lifecycle.RequestEvent.ReviewAsked;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.SamplePolicies;
import io.habeas.request.policy.Terms;
import io.habeas.request.policy.language.Decider;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.messaging.Message;
import org.axonframework.messaging.correlation.SimpleCorrelationDataProvider;
import org.axonframework.messaging.interceptors.CorrelationDataInterceptor;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.matchers.Matchers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Complaints, under the profile of CIC. Commands without an actor of their own come from another reviewer than the one who decided. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ComplaintsTest {

    private static final Policies POLICIES = SamplePolicies.load();
    private static final Set<Decider> REVIEWER = Set.of(Decider.REVIEWER);
    private static final UUID COMPLAINT = new UUID(3, 1);

    private final AggregateTestFixture<DataSubjectRequest> request =
            new AggregateTestFixture<>(DataSubjectRequest.class);

    private String answering = "staff:another";

    @BeforeEach
    void load_the_policies() {
        request.registerCommandTargetResolver(Requests.target());
        request.registerInjectableResource(POLICIES);
        request.registerCommandHandlerInterceptor(
                new CorrelationDataInterceptor<>(List.of(new SimpleCorrelationDataProvider(JournalMetadata.ACTOR))));
        request.registerCommandDispatchInterceptor(_ -> (_, command) -> command.andMetaData(Map.of(
                JournalMetadata.TIME,
                ENDED_AT.toString(),
                JournalMetadata.ACTOR,
                command.getPayload() instanceof AnswerComplaint ? answering : "staff:who-decided")));
    }

    private static Receive under(String controller, String profile, String place, Right right) {
        var it = receive(right);
        return new Receive(
                ID,
                controller,
                it.reference(),
                profile,
                place,
                right,
                it.scope(),
                it.capacity(),
                it.language(),
                it.keys(),
                it.claims(),
                it.replyTo(),
                it.receivedAt(),
                it.fingerprint(),
                null,
                null);
    }

    private static List<RequestCommand> refused() {
        return List.of(
                under("cic", "cic@2023-01", "CN", Right.ACCESS),
                ask(1),
                new OrderReview(ID, REVIEWER),
                prove(true),
                new Refuse(ID, REVIEWER, "UNRELATED_TO_IDENTITY", false, null, null));
    }

    private static Complain complain() {
        return new Complain(ID, COMPLAINT, sealed(KEYS.caseKey(), "complaint"));
    }

    private static AnswerComplaint answer(boolean upheld, boolean reopened) {
        return new AnswerComplaint(ID, REVIEWER, upheld, reopened, sealed(KEYS.caseKey(), "answer"));
    }

    private static List<RequestCommand> and(List<RequestCommand> before, RequestCommand... more) {
        var all = new ArrayList<>(before);
        all.addAll(List.of(more));
        return all;
    }

    private List<Object> happened(List<RequestCommand> given, RequestCommand then) {
        var events = new ArrayList<>();
        request.givenCommands(given.toArray())
                .when(then)
                .expectSuccessfulHandlerExecution()
                .expectEventsMatching(Matchers.matches((List<EventMessage<?>> all) ->
                        events.addAll(all.stream().map(Message::getPayload).toList())));
        return events;
    }

    private static List<Class<?>> kinds(List<Object> events) {
        return events.stream().<Class<?>>map(Object::getClass).toList();
    }

    private void refused(List<RequestCommand> given, RequestCommand then, Reason why) {
        request.givenCommands(given.toArray())
                .when(then)
                .expectNoEvents()
                .expectException(Matchers.matches(
                        (Object failure) -> failure instanceof DecisionRefusedException no && no.reason() == why));
    }

    @Test
    void a_complaint_has_a_clock_of_its_own_and_keeps_the_case_as_long() {
        var events = happened(refused(), complain());

        assertThat(kinds(events)).containsExactly(ComplaintReceived.class, RetentionStarted.class);
        var complaint = (ComplaintReceived) events.getFirst();
        assertThat(complaint.clock().rule()).isEqualTo("cic@2023-01#CN.complaint.respond");
        // 15 working days of mainland China after the second of December there
        assertThat(LocalDate.ofInstant(complaint.clock().dueAt(), ZoneId.of("Asia/Shanghai")))
                .isEqualTo("2026-12-23");
    }

    @Test
    void a_repeated_complaint_is_one_and_a_second_waits_for_the_first() {
        request.givenCommands(and(refused(), complain()).toArray())
                .when(complain())
                .expectSuccessfulHandlerExecution()
                .expectNoEvents();
        request.givenCommands(and(refused(), complain()).toArray())
                .when(new Complain(ID, new UUID(3, 2), sealed(KEYS.caseKey(), "complaint")))
                .expectNoEvents()
                .expectException(NotNowException.class);
    }

    @Test
    void whoever_decided_does_not_answer_the_complaint_about_it() {
        answering = "staff:who-decided";

        refused(and(refused(), complain()), answer(true, true), Reason.OWN_DECISION);
    }

    @Test
    void no_machine_answers_a_complaint() {
        answering = "service:request";

        refused(and(refused(), complain()), answer(false, false), Reason.NOT_A_PERSON);
    }

    @Test
    void one_that_is_not_upheld_names_the_next_steps_and_leaves_the_request_as_it_is() {
        var events = happened(and(refused(), complain()), answer(false, false));

        assertThat(kinds(events)).containsExactly(ComplaintAnswered.class, RetentionStarted.class);
        var answered = (ComplaintAnswered) events.getFirst();
        assertThat(answered.complaint()).containsExactly("PERSON_IN_CHARGE", "REGULATOR", "COURT");
        assertThat(answered.complaintSource()).contains("PIPL");
    }

    @Test
    void one_that_is_upheld_opens_the_request_again_and_what_was_refused_can_be_granted() {
        var events = happened(and(refused(), complain()), answer(true, true));

        assertThat(kinds(events))
                .containsExactly(ComplaintAnswered.class, RequestReopened.class, ClockStarted.class, ReviewAsked.class);
        assertThat(((ReviewAsked) events.getLast()).reason()).isEqualTo(ReviewReason.REOPENED);
        assertThat(kinds(happened(
                        and(refused(), complain(), answer(true, true)), new Approve(ID, REVIEWER, List.of(), null))))
                .contains(RequestApproved.class);
    }

    @Test
    void a_profile_that_does_not_say_so_opens_nothing_again() {
        var given = List.<RequestCommand>of(
                under("zhiqi", "zhiqi@2021-07", "CN", Right.ACCESS),
                ask(1),
                new OrderReview(ID, REVIEWER),
                prove(true),
                new Refuse(ID, REVIEWER, "DECEPTIVE", false, null, null),
                complain());

        refused(given, answer(true, true), Reason.NOT_REOPENED_HERE);
    }

    @Test
    void the_clock_of_a_complaint_runs_out_though_the_request_has_ended() {
        var due = ((ComplaintReceived) happened(refused(), complain()).getFirst())
                .clock()
                .dueAt();

        assertThat(kinds(happened(and(refused(), complain()), new RunOut(ID, ClockKind.COMPLAINT, due))))
                .containsExactly(ClockRanOut.class);
    }

    @Test
    void a_complaint_that_is_a_request_of_its_own_is_answered_and_closed_with_the_letter() {
        var given = List.<RequestCommand>of(
                under("cic", "cic@2023-01", "CN", Right.COMPLAINT), ask(1), prove(true), answer(false, false));

        assertThat(kinds(happened(given, new RecordLetter(ID, Letter.COMPLAINT_ANSWERED, "email"))))
                .contains(RequestClosed.class);
    }

    @Test
    void what_was_answered_and_is_opened_again_is_done_by_hand_answered_once_more_and_closed_with_that_letter() {
        var byHand = new CarryOut(ID, REVIEWER, sealed(KEYS.caseKey(), "done"), 1, List.of(), null);
        var answered = new RecordLetter(ID, Letter.ANSWERED, "email");
        var given = and(
                List.of(under("cic", "cic@2023-01", "CN", Right.CORRECTION), ask(1), prove(true)),
                byHand,
                answered,
                complain(),
                answer(true, true),
                byHand);

        assertThat(kinds(happened(given, answered))).contains(RequestClosed.class);
    }

    @Test
    void whoever_closed_it_as_no_request_does_not_answer_the_complaint_about_that() {
        answering = "staff:who-decided";
        var given = List.<RequestCommand>of(
                under("cic", "cic@2023-01", "CN", Right.ACCESS),
                ask(1),
                new OrderReview(ID, REVIEWER),
                prove(true),
                new FindNoRequest(ID, REVIEWER, null),
                complain());

        refused(given, answer(false, false), Reason.OWN_DECISION);
    }

    @Test
    void the_clock_of_what_is_opened_again_is_counted_from_then_on_and_not_from_the_receipt() {
        var facts = new RequestFacts();
        facts.on(SampleEvents.all()
                .filter(RequestReceived.class::isInstance)
                .findFirst()
                .orElseThrow());
        var before = facts.course(ClockKind.RESPOND);

        facts.on(new RequestReopened(ID, COMPLAINT));
        facts.on(new ClockStarted(
                ID, new Terms.Deadline(ClockKind.RESPOND, ENDED_AT, ENDED_AT.plus(Duration.ofDays(30)), "rule")));

        assertThat(before.receivedAt()).isBefore(ENDED_AT);
        assertThat(facts.course(ClockKind.RESPOND).receivedAt()).isEqualTo(ENDED_AT);
        assertThat(facts.course(ClockKind.CONFIRM_RECEIPT).receivedAt()).isEqualTo(before.receivedAt());
    }

    @Test
    void what_only_a_key_that_is_gone_could_read_is_not_opened_again() {
        var refused = and(
                List.of(
                        under("cic", "cic@2023-01", "CN", Right.CORRECTION),
                        ask(1),
                        new OrderReview(ID, REVIEWER),
                        prove(true)),
                new Refuse(ID, REVIEWER, "UNRELATED_TO_IDENTITY", false, null, null),
                new RecordKeyDestroyed(ID, KEYS.identity(), KeyClass.IDENTITY),
                complain());

        request.givenCommands(refused.toArray())
                .when(answer(true, true))
                .expectNoEvents()
                .expectException(NotNowException.class);
    }
}
