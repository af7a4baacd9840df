// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.Samples.ID;
import static io.habeas.request.lifecycle.Samples.KEYS;
import static io.habeas.request.lifecycle.Samples.PROVED_AT;
import static io.habeas.request.lifecycle.Samples.RESPOND_BY;
import static io.habeas.request.lifecycle.Samples.ask;
import static io.habeas.request.lifecycle.Samples.prove;
import static io.habeas.request.lifecycle.Samples.receive;
import static io.habeas.request.lifecycle.Samples.sealed;
import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.Right;
import io.habeas.contracts.SealedField;
import io.habeas.journal.JournalMetadata;
import io.habeas.request.lifecycle.DecisionRefusedException.Reason;
import io.habeas.request.lifecycle.RequestCommand.AnswerFee;
import io.habeas.request.lifecycle.RequestCommand.OrderReview;
import io.habeas.request.lifecycle.RequestCommand.QuoteFee;
import io.habeas.request.lifecycle.RequestCommand.Receive;
import io.habeas.request.lifecycle.RequestCommand.RecordLetter;
import io.habeas.request.lifecycle.RequestCommand.Refuse;
import io.habeas.request.lifecycle.RequestCommand.RunOut;
import io.habeas.request.lifecycle.RequestEvent.ClockResumed;
import io.habeas.request.lifecycle.RequestEvent.ClockStopped;
import io.habeas.request.lifecycle.RequestEvent.FeeAccepted;
import io.habeas.request.lifecycle.RequestEvent.FeeDeclined;
import io.habeas.request.lifecycle.RequestEvent.FeeQuoted;
import io.habeas.request.lifecycle.RequestEvent.RequestApproved;
import io.habeas.request.lifecycle.RequestEvent.RequestLapsed;
import io.habeas.request.lifecycle.RequestEvent.RequestRefused;
import io.habeas.request.lifecycle.RequestEvent.ReviewAsked;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.SamplePolicies;
import io.habeas.request.policy.language.Decider;
import io.habeas.request.policy.language.StopReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.messaging.Message;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.matchers.Matchers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What a request may cost, under the profiles of the CIIE and of SmallRig. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class FeeTest {

    private static final Policies POLICIES = SamplePolicies.load();
    private static final Set<Decider> REVIEWER = Set.of(Decider.REVIEWER);
    private static final List<EarlierRequest> TWO = List.of(
            new EarlierRequest("CN", Right.ACCESS, null, Instant.parse("2026-05-01T02:00:00Z"), true),
            new EarlierRequest("CN", Right.ACCESS, null, Instant.parse("2026-06-01T02:00:00Z"), true));

    private final AggregateTestFixture<DataSubjectRequest> request =
            new AggregateTestFixture<>(DataSubjectRequest.class);

    private Instant now = PROVED_AT.plus(Duration.ofDays(1));

    @BeforeEach
    void load_the_policies() {
        request.registerCommandTargetResolver(Requests.target());
        request.registerInjectableResource(POLICIES);
        request.registerCommandDispatchInterceptor(_ -> (_, command) -> command.andMetaData(
                Map.of(JournalMetadata.TIME, now.toString(), JournalMetadata.ACTOR, "staff:reviewer-1")));
    }

    private static Receive atCiie(Right right) {
        var it = receive(right);
        return new Receive(
                it.requestId(),
                "ciie",
                it.reference(),
                "ciie@2021-07",
                "CN",
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

    private static List<RequestCommand> again() {
        return List.of(atCiie(Right.ACCESS), ask(1), prove(true).after(TWO));
    }

    private static List<RequestCommand> californian() {
        return List.of(receive(Right.ACCESS), ask(1), new OrderReview(ID, REVIEWER), prove(true));
    }

    private static QuoteFee quote(String ground, List<EarlierRequest> earlier) {
        return new QuoteFee(ID, REVIEWER, ground, "50.00", "CNY", note("reason"), earlier);
    }

    private static QuoteFee quote() {
        return quote("REPEATED_BEYOND_REASON", TWO);
    }

    private static AnswerFee accept() {
        return new AnswerFee(ID, true, null, "yes");
    }

    private static AnswerFee decline(@Nullable SealedField reason) {
        return new AnswerFee(ID, false, reason, "no");
    }

    private static Refuse refuse(@Nullable SealedField note) {
        return new Refuse(ID, REVIEWER, "REPEATED_WITHOUT_REASON", false, null, note);
    }

    private static SealedField note(String what) {
        return sealed(KEYS.caseKey(), what);
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

    private void refused(List<RequestCommand> given, RequestCommand then, Reason why) {
        request.givenCommands(given.toArray())
                .when(then)
                .expectNoEvents()
                .expectException(Matchers.matches(
                        (Object failure) -> failure instanceof DecisionRefusedException no && no.reason() == why));
    }

    private static <E> E only(Class<E> type, List<Object> events) {
        var found = events.stream().filter(type::isInstance).map(type::cast).toList();
        assertThat(found).as("%s in %s", type.getSimpleName(), events).hasSize(1);
        return found.getFirst();
    }

    @Test
    void past_the_count_a_fee_is_quoted_and_the_clock_stands_where_the_profile_says_so() {
        var events = happened(again(), quote());

        var quoted = only(FeeQuoted.class, events);
        assertThat(quoted.rule()).isEqualTo("ciie@2021-07#CN.fee");
        assertThat(quoted.clock().rule()).isEqualTo("ciie@2021-07#CN.clocks.fee");
        assertThat(quoted.amount()).isEqualTo("50.00");
        assertThat(only(ClockStopped.class, events).reason()).isEqualTo(StopReason.FEE_QUOTED);
    }

    @Test
    void nothing_costs_anything_before_the_count_is_passed() {
        refused(
                List.of(atCiie(Right.ACCESS), ask(1), new OrderReview(ID, REVIEWER), prove(true)),
                quote("REPEATED_BEYOND_REASON", List.of(TWO.getFirst())),
                Reason.COUNT_NOT_PASSED);
    }

    @Test
    void only_a_ground_of_the_profile_counts_and_only_for_whoever_the_profile_names() {
        refused(again(), quote("WHIM", TWO), Reason.GROUND_UNKNOWN);
        refused(
                again(),
                new QuoteFee(ID, Set.of(Decider.CLERK), "REPEATED_BEYOND_REASON", "5.00", "CNY", note("why"), TWO),
                Reason.OTHER_ROLE);
    }

    @Test
    void work_begins_when_the_person_accepts_and_the_clock_goes_on() {
        var events = happened(and(again(), quote()), accept());

        only(FeeAccepted.class, events);
        only(ClockResumed.class, events);
        only(RequestApproved.class, events);
    }

    @Test
    void a_repeated_answer_changes_nothing() {
        request.givenCommands(and(again(), quote(), accept()).toArray())
                .when(accept())
                .expectSuccessfulHandlerExecution()
                .expectNoEvents();
    }

    @Test
    void what_nothing_here_carries_out_goes_back_to_a_person_when_the_fee_is_accepted() {
        var given = List.<RequestCommand>of(
                atCiie(Right.CORRECTION),
                ask(1),
                prove(true)
                        .after(TWO.stream()
                                .map(it -> new EarlierRequest("CN", Right.CORRECTION, null, it.receivedAt(), true))
                                .toList()));
        var quoted = quote(
                "REPEATED_BEYOND_REASON",
                TWO.stream()
                        .map(it -> new EarlierRequest("CN", Right.CORRECTION, null, it.receivedAt(), true))
                        .toList());

        only(ReviewAsked.class, happened(and(given, quoted), accept()));
    }

    @Test
    void no_answer_in_time_lets_it_lapse() {
        var until = only(FeeQuoted.class, happened(again(), quote())).clock().dueAt();

        only(
                RequestLapsed.class,
                happened(
                        and(again(), quote(), new RecordLetter(ID, Letter.FEE, "MAIL")),
                        new RunOut(ID, ClockKind.FEE, until)));
    }

    @Test
    void a_price_that_reached_nobody_goes_back_to_a_person_who_may_name_it_again() {
        var until = only(FeeQuoted.class, happened(again(), quote())).clock().dueAt();
        var over = new RunOut(ID, ClockKind.FEE, until);

        var events = happened(and(again(), quote()), over);

        assertThat(only(ReviewAsked.class, events).reason()).isEqualTo(ReviewReason.QUESTION_REACHED_NOBODY);
        only(ClockResumed.class, events);
        only(FeeQuoted.class, happened(and(again(), quote(), over), quote()));
        refused(and(again(), quote(), over), refuse(null), Reason.FEE_FIRST);
    }

    @Test
    void in_california_the_clock_goes_on_and_the_wait_ends_before_it() {
        now = RESPOND_BY.minus(Duration.ofDays(5));
        var events = happened(californian(), quote("REPETITIVE", List.of()));

        assertThat(events).noneMatch(ClockStopped.class::isInstance);
        assertThat(only(FeeQuoted.class, events).clock().dueAt()).isEqualTo(RESPOND_BY.minus(Duration.ofDays(1)));
    }

    @Test
    void a_repeated_request_is_refused_after_a_fee_alone_and_only_where_no_reason_stands_against_it() {
        refused(again(), refuse(null), Reason.FEE_FIRST);
        only(RequestRefused.class, happened(and(again(), quote(), decline(null)), refuse(null)));
        refused(and(again(), quote(), decline(note("details"))), refuse(null), Reason.REASON_TO_ANSWER);
        only(
                RequestRefused.class,
                happened(and(again(), quote(), decline(note("details"))), refuse(note("no reason"))));
    }

    @Test
    void who_does_not_accept_is_looked_at_again() {
        only(FeeDeclined.class, happened(and(again(), quote()), decline(note("details"))));
        refused(and(again(), quote(), decline(null)), quote(), Reason.FEE_QUOTED_BEFORE);
    }

    @Test
    void where_the_profile_has_no_fee_there_is_none() {
        var cic = Samples.receive("cic", "cic@2023-01", "CN", Right.ACCESS, Samples.RECEIVED_AT);

        refused(List.of(cic, ask(1), new OrderReview(ID, REVIEWER), prove(true)), quote(), Reason.NO_FEE);
    }
}
