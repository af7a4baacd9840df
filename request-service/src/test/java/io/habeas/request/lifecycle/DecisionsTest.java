// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.Samples.ENDED_AT;
import static io.habeas.request.lifecycle.Samples.ID;
import static io.habeas.request.lifecycle.Samples.KEYS;
import static io.habeas.request.lifecycle.Samples.RESPOND_BY;
import static io.habeas.request.lifecycle.Samples.ask;
import static io.habeas.request.lifecycle.Samples.prove;
import static io.habeas.request.lifecycle.Samples.receive;
import static io.habeas.request.lifecycle.Samples.sealed;
import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.FulfillmentAnnouncement.GivenBack;
import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.Right;
import io.habeas.contracts.SealedField;
import io.habeas.journal.JournalMetadata;
import io.habeas.request.lifecycle.DecisionRefusedException.Reason;
import io.habeas.request.lifecycle.Entry.Channel;
import io.habeas.request.lifecycle.RequestCommand.Approve;
import io.habeas.request.lifecycle.RequestCommand.AskDetails;
import io.habeas.request.lifecycle.RequestCommand.Confirm;
import io.habeas.request.lifecycle.RequestCommand.Extend;
import io.habeas.request.lifecycle.RequestCommand.FindNoRequest;
import io.habeas.request.lifecycle.RequestCommand.GiveBack;
import io.habeas.request.lifecycle.RequestCommand.GiveDetails;
import io.habeas.request.lifecycle.RequestCommand.OrderReview;
import io.habeas.request.lifecycle.RequestCommand.Receive;
import io.habeas.request.lifecycle.RequestCommand.RecordLetter;
import io.habeas.request.lifecycle.RequestCommand.Refuse;
import io.habeas.request.lifecycle.RequestCommand.RunOut;
import io.habeas.request.lifecycle.RequestEvent.DetailsAsked;
import io.habeas.request.lifecycle.RequestEvent.IdentityProved;
import io.habeas.request.lifecycle.RequestEvent.NoRequestFound;
import io.habeas.request.lifecycle.RequestEvent.RequestApproved;
import io.habeas.request.lifecycle.RequestEvent.RequestExtended;
import io.habeas.request.lifecycle.RequestEvent.RequestGranted;
import io.habeas.request.lifecycle.RequestEvent.RequestLapsed;
import io.habeas.request.lifecycle.RequestEvent.RequestRefused;
import io.habeas.request.lifecycle.RequestEvent.RetentionStarted;
import io.habeas.request.lifecycle.RequestEvent.ReviewAsked;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.SamplePolicies;
import io.habeas.request.policy.language.Decider;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.messaging.Message;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.ResultValidator;
import org.axonframework.test.matchers.Matchers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What persons decide, under the profile of SmallRig with the refusals without an answer of the CIIE beside its own. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class DecisionsTest {

    private static final Policies POLICIES = SamplePolicies.withNoAnswerGrounds();
    private static final Set<Decider> REVIEWER = Set.of(Decider.REVIEWER);
    private static final String ANOTHER = "staff:another";
    private static final RequestCommand[] UNDER_REVIEW = {
        receive(Right.ACCESS), ask(1), new OrderReview(ID, REVIEWER), prove(true)
    };

    private final AggregateTestFixture<DataSubjectRequest> request =
            new AggregateTestFixture<>(DataSubjectRequest.class);

    private String actor = "staff:reviewer-1";
    private Instant now = ENDED_AT;

    @BeforeEach
    void load_the_policies() {
        request.registerCommandTargetResolver(Requests.target());
        request.registerInjectableResource(POLICIES);
        request.registerCommandDispatchInterceptor(_ -> (_, command) ->
                command.andMetaData(Map.of(JournalMetadata.TIME, now.toString(), JournalMetadata.ACTOR, actor)));
    }

    private static Refuse refuse(String ground) {
        return new Refuse(ID, REVIEWER, ground, false, null, note("why"));
    }

    private static Approve approve() {
        return new Approve(ID, REVIEWER, List.of(), null);
    }

    private static SealedField note(String what) {
        return sealed(KEYS.caseKey(), what);
    }

    private ResultValidator<DataSubjectRequest> after(RequestCommand[] given, RequestCommand then) {
        return request.givenCommands((Object[]) given).when(then);
    }

    private List<Object> happened(RequestCommand[] given, RequestCommand then) {
        var events = new ArrayList<Object>();
        after(given, then)
                .expectSuccessfulHandlerExecution()
                .expectEventsMatching(Matchers.matches((List<EventMessage<?>> all) ->
                        events.addAll(all.stream().map(Message::getPayload).toList())));
        return events;
    }

    private static List<Class<?>> kinds(List<Object> events) {
        return events.stream().<Class<?>>map(Object::getClass).toList();
    }

    private void refused(RequestCommand[] given, RequestCommand then, Reason why, String... allowed) {
        after(given, then)
                .expectNoEvents()
                .expectException(Matchers.matches((Object failure) -> failure instanceof DecisionRefusedException no
                        && no.reason() == why
                        && Set.copyOf(no.allowed()).equals(Set.of(allowed))));
    }

    private static RequestCommand[] and(RequestCommand[] before, RequestCommand... more) {
        var all = new ArrayList<>(Arrays.asList(before));
        all.addAll(Arrays.asList(more));
        return all.toArray(RequestCommand[]::new);
    }

    @Test
    void what_somebody_wants_to_see_waits_for_a_person_after_the_proof() {
        var events = happened(
                new RequestCommand[] {receive(Right.ACCESS), ask(1), new OrderReview(ID, REVIEWER)}, prove(true));

        assertThat(kinds(events)).containsExactly(IdentityProved.class, ReviewAsked.class);
        assertThat(((ReviewAsked) events.getLast()).reason()).isEqualTo(ReviewReason.ORDERED_BY_STAFF);
    }

    @Test
    void a_refusal_carries_the_ground_with_its_line_and_the_steps_of_complaint() {
        var events = happened(UNDER_REVIEW, refuse("NOT_VERIFIABLE"));

        assertThat(kinds(events)).containsExactly(RequestRefused.class, RetentionStarted.class);
        var refused = (RequestRefused) events.getFirst();
        assertThat(refused.rule()).isEqualTo("smallrig@2021-06#US-CA.refusalGrounds.NOT_VERIFIABLE");
        assertThat(refused.contact()).isEqualTo(sealed(KEYS.caseKey(), "contact"));
        assertThat(refused.complaint()).first().isEqualTo("CONTACT");
        assertThat(refused.answerOwed()).isTrue();
        assertThat(refused.groundShown()).isTrue();
    }

    @Test
    void a_refusal_before_the_proof_goes_to_the_address_that_was_given() {
        var events = happened(new RequestCommand[] {receive(Right.ERASURE), ask(1)}, refuse("NOT_VERIFIABLE"));

        assertThat(((RequestRefused) events.getFirst()).contact()).isNull();
    }

    @Test
    void only_a_ground_of_the_profile_for_this_right_counts_and_the_others_are_named() {
        refused(
                UNDER_REVIEW,
                refuse("MAKES_DATA_WRONG"),
                Reason.GROUND_UNKNOWN,
                "NOT_VERIFIABLE",
                "AGENT_WITHOUT_PROOF",
                "LIMIT_REACHED",
                "NATIONAL_SECURITY",
                "MALICE",
                "BUSINESS_SECRET",
                "REPEATED_WITHOUT_REASON");
    }

    @ParameterizedTest
    @ValueSource(strings = {"service:request", "requester", "staffing", ""})
    void no_machine_refuses_or_approves_whoever_sends_it(String sender) {
        actor = sender;
        var given = new RequestCommand[] {receive(Right.ACCESS), ask(1)};

        refused(given, refuse("NOT_VERIFIABLE"), Reason.NOT_A_PERSON);
    }

    @ParameterizedTest
    @EnumSource(value = Decider.class, names = "REVIEWER", mode = EnumSource.Mode.EXCLUDE)
    void another_role_than_that_of_the_profile_does_not_refuse(Decider role) {
        refused(
                UNDER_REVIEW,
                new Refuse(ID, Set.of(role), "NOT_VERIFIABLE", false, null, null),
                Reason.OTHER_ROLE,
                "REVIEWER");
    }

    @Test
    void whoever_entered_a_request_decides_nothing_about_it() {
        var entered = entered(actor);
        var given = new RequestCommand[] {entered, ask(1), new OrderReview(ID, REVIEWER), prove(true)};

        refused(given, approve(), Reason.OWN_ENTRY);
        refused(given, refuse("NOT_VERIFIABLE"), Reason.OWN_ENTRY);
    }

    @Test
    void what_another_entered_is_decided() {
        var given = new RequestCommand[] {entered(ANOTHER), ask(1), new OrderReview(ID, REVIEWER), prove(true)};

        assertThat(kinds(happened(given, approve()))).containsExactly(RequestGranted.class, RequestApproved.class);
    }

    private static Receive entered(@Nullable String by) {
        return Samples.with(receive(Right.ACCESS), null, by == null ? null : new Entry(Channel.POST, by, ENDED_AT));
    }

    @Test
    void what_nobody_may_refuse_is_not_refused_as_one_kind_of_a_right_either() {
        var objection = Samples.with(
                Samples.receive("cig", "cig@2025-04", "EU", Right.OBJECTION, Samples.RECEIVED_AT),
                new RequestEvent.Asked("DIRECT_MARKETING", null, null, null, null),
                null);
        var five = new AggregateTestFixture<>(DataSubjectRequest.class);
        five.registerCommandTargetResolver(Requests.target());
        five.registerInjectableResource(SamplePolicies.load());
        five.registerCommandDispatchInterceptor(_ -> (_, command) ->
                command.andMetaData(Map.of(JournalMetadata.TIME, now.toString(), JournalMetadata.ACTOR, actor)));

        five.givenCommands(objection)
                .when(refuse("EXCESSIVE"))
                .expectException(Matchers.matches((Object failure) ->
                        failure instanceof DecisionRefusedException no && no.reason() == Reason.NEVER_REFUSED));
    }

    @Test
    void a_question_is_closed_as_such_by_a_clerk_and_nobody_is_refused() {
        var question = new FindNoRequest(ID, Set.of(Decider.CLERK), null);

        assertThat(kinds(happened(new RequestCommand[] {receive(Right.ACCESS), ask(1)}, question)))
                .containsExactly(NoRequestFound.class, RetentionStarted.class);
        refused(UNDER_REVIEW, new FindNoRequest(ID, Set.of(), null), Reason.OTHER_ROLE, "CLERK", "REVIEWER");
        after(and(UNDER_REVIEW, approve()), question).expectException(NotNowException.class);
    }

    @Test
    void a_ground_that_must_be_proved_counts_only_with_its_proof() {
        var bare = new Refuse(ID, REVIEWER, "MALICE", false, null, null);
        var proved = new Refuse(ID, REVIEWER, "MALICE", false, note("evidence"), null);

        refused(UNDER_REVIEW, bare, Reason.EVIDENCE_MISSING);
        assertThat(((RequestRefused) happened(UNDER_REVIEW, proved).getFirst()).evidence())
                .isEqualTo(note("evidence"));
    }

    @Test
    void a_ground_after_a_fee_does_not_count_before_it() {
        refused(UNDER_REVIEW, refuse("REPEATED_WITHOUT_REASON"), Reason.FEE_FIRST);
    }

    @Test
    void only_a_ground_that_the_profile_lets_be_secret_is_kept_back() {
        var secret = new Refuse(ID, REVIEWER, "NATIONAL_SECURITY", true, null, null);

        refused(UNDER_REVIEW, new Refuse(ID, REVIEWER, "BUSINESS_SECRET", true, null, null), Reason.NOT_SECRET);
        var refusal = (RequestRefused) happened(UNDER_REVIEW, secret).getFirst();
        assertThat(refusal.groundShown()).isFalse();
        assertThat(refusal.answerOwed()).isFalse();
    }

    @Test
    void the_trail_does_not_name_a_secret_ground() {
        after(UNDER_REVIEW, new Refuse(ID, REVIEWER, "NATIONAL_SECURITY", true, null, null))
                .expectEventsMatching(Matchers.matches((List<EventMessage<?>> all) -> all.stream()
                        .noneMatch(it -> String.valueOf(it.getMetaData().get(JournalMetadata.RULE))
                                .contains("NATIONAL_SECURITY"))));
    }

    @Test
    void an_approval_before_the_proof_is_not_taken() {
        after(new RequestCommand[] {receive(Right.ACCESS), ask(1), new OrderReview(ID, REVIEWER)}, approve())
                .expectNoEvents()
                .expectException(NotNowException.class);
    }

    @Test
    void an_erasure_that_was_approved_is_still_confirmed_by_the_person() {
        var confirmedFirst = new RequestCommand[] {
            receive(Right.ERASURE), ask(1), prove(true), new OrderReview(ID, REVIEWER), new Confirm(ID, Delivery.MAIL)
        };

        assertThat(kinds(happened(confirmedFirst, approve())))
                .containsExactly(RequestGranted.class, RequestApproved.class);
    }

    @Test
    void what_is_withheld_on_a_ground_of_the_profile_goes_with_the_approval() {
        var withheld = new Withholding("shop.tickets.body", "SECURITY_RISK");

        var approved = (RequestApproved) happened(UNDER_REVIEW, new Approve(ID, REVIEWER, List.of(withheld), null))
                .getLast();

        assertThat(approved.withheld()).containsExactly(withheld);
        refused(
                UNDER_REVIEW,
                new Approve(ID, REVIEWER, List.of(new Withholding("COMMERCIAL_D", "WHIM")), null),
                Reason.GROUND_UNKNOWN,
                "SECURITY_RISK");
    }

    private static RequestCommand[] approvedInPart() {
        return and(
                UNDER_REVIEW,
                new Approve(ID, REVIEWER, List.of(new Withholding("shop.tickets.bodie", "SECURITY_RISK")), null));
    }

    private static GiveBack giveBack() {
        return new GiveBack(ID, GivenBack.Reason.WITHHELD_NOT_IN_THE_MAP);
    }

    @Test
    void what_can_not_be_kept_back_as_it_was_decided_is_decided_anew_and_nothing_of_the_first_decision_counts() {
        var asked = happened(approvedInPart(), giveBack());

        assertThat(asked).singleElement().isInstanceOf(ReviewAsked.class);
        assertThat(((ReviewAsked) asked.getFirst()).reason()).isEqualTo(ReviewReason.WITHHELD_NOT_IN_THE_MAP);
        var again = happened(
                and(approvedInPart(), giveBack()),
                new Approve(ID, REVIEWER, List.of(new Withholding("shop.tickets.body", "SECURITY_RISK")), null));
        assertThat(kinds(again)).containsExactly(RequestGranted.class, RequestApproved.class);
        assertThat(((RequestApproved) again.getLast()).withheld())
                .containsExactly(new Withholding("shop.tickets.body", "SECURITY_RISK"));
        assertThat(((RequestApproved) happened(and(approvedInPart(), giveBack()), approve())
                                .getLast())
                        .withheld())
                .isNull();
        assertThat(kinds(happened(and(approvedInPart(), giveBack()), refuse("NOT_VERIFIABLE"))))
                .containsExactly(RequestRefused.class, RetentionStarted.class);
    }

    @Test
    void what_was_given_back_says_so_once_and_only_after_an_approval() {
        after(and(approvedInPart(), giveBack()), giveBack()).expectNoEvents().expectSuccessfulHandlerExecution();
        after(and(approvedInPart(), giveBack(), refuse("NOT_VERIFIABLE")), giveBack())
                .expectNoEvents()
                .expectSuccessfulHandlerExecution();
        after(UNDER_REVIEW, giveBack()).expectNoEvents().expectException(ContradictionException.class);
        after(and(approvedInPart(), Samples.plan()), giveBack())
                .expectNoEvents()
                .expectException(ContradictionException.class);
    }

    @Test
    void the_key_of_identity_goes_with_the_first_decision_also_when_it_is_decided_anew() {
        after(and(approvedInPart(), giveBack()), Samples.keyGone()).expectSuccessfulHandlerExecution();
    }

    @Test
    void a_question_for_details_stops_the_request_until_the_person_answers() {
        var asked = new AskDetails(ID, REVIEWER, note("missing"));

        var question = (DetailsAsked) happened(UNDER_REVIEW, asked).getFirst();

        assertThat(question.rule()).isEqualTo("smallrig@2021-06#US-CA.clocks.details");
        after(and(UNDER_REVIEW, asked), approve()).expectException(NotNowException.class);
        assertThat(kinds(happened(
                        and(UNDER_REVIEW, asked, new GiveDetails(ID, note("details"), "fingerprint")), approve())))
                .containsExactly(RequestGranted.class, RequestApproved.class);
    }

    @Test
    void a_wait_for_details_ends_before_the_clock_of_the_law_and_lets_the_request_lapse() {
        now = RESPOND_BY.minus(Duration.ofDays(3));
        var asked = new AskDetails(ID, REVIEWER, note("missing"));
        var clock = ((DetailsAsked) happened(UNDER_REVIEW, asked).getFirst()).clock();

        assertThat(clock.dueAt()).isEqualTo(RESPOND_BY.minus(Duration.ofDays(1)));
        var lapse = happened(
                and(UNDER_REVIEW, asked, new RecordLetter(ID, Letter.DETAILS_ASKED, "MAIL")),
                new RunOut(ID, ClockKind.DETAILS, clock.dueAt()));
        assertThat(kinds(lapse)).contains(RequestLapsed.class);
    }

    @Test
    void nobody_is_asked_for_details_when_there_is_no_time_left_for_an_answer() {
        now = RESPOND_BY.minus(Duration.ofHours(2));

        refused(UNDER_REVIEW, new AskDetails(ID, REVIEWER, note("missing")), Reason.TOO_LATE);
    }

    @Test
    void an_answer_is_put_off_once_within_the_bound_of_the_profile() {
        var extend = new Extend(ID, REVIEWER, note("reason"), null);
        var extended = (RequestExtended) happened(UNDER_REVIEW, extend).getFirst();

        assertThat(extended.firstDueAt()).isEqualTo(RESPOND_BY);
        assertThat(extended.clock().dueAt()).isEqualTo(RESPOND_BY.plus(Duration.ofDays(45)));
        assertThat(extended.rule()).endsWith("clocks.respond.extension");
        refused(and(UNDER_REVIEW, extend), extend, Reason.EXTENDED_BEFORE);
    }

    @Test
    void an_answer_is_not_put_off_beyond_the_bound_or_after_the_first_clock() {
        var tooFar = new Extend(ID, REVIEWER, note("reason"), LocalDate.parse("2027-02-21"));
        refused(UNDER_REVIEW, tooFar, Reason.BEYOND_THE_BOUND, "2027-01-06", "2027-02-19");

        now = RESPOND_BY.plusSeconds(1);
        after(UNDER_REVIEW, new Extend(ID, REVIEWER, note("reason"), null)).expectException(NotNowException.class);
    }

    @Test
    void the_old_end_of_a_clock_that_was_put_off_does_nothing() {
        var extend = new Extend(ID, REVIEWER, note("reason"), null);

        after(and(UNDER_REVIEW, extend), new RunOut(ID, ClockKind.RESPOND, RESPOND_BY))
                .expectNoEvents();
    }
}
