// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.Samples.ENDED_AT;
import static io.habeas.request.lifecycle.Samples.ID;
import static io.habeas.request.lifecycle.Samples.ask;
import static io.habeas.request.lifecycle.Samples.prove;
import static io.habeas.request.lifecycle.Samples.receive;
import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.Right;
import io.habeas.journal.JournalMetadata;
import io.habeas.request.lifecycle.DecisionRefusedException.Reason;
import io.habeas.request.lifecycle.RequestCommand.Approve;
import io.habeas.request.lifecycle.RequestCommand.Receive;
import io.habeas.request.lifecycle.RequestCommand.Refuse;
import io.habeas.request.lifecycle.RequestEvent.CountPassed;
import io.habeas.request.lifecycle.RequestEvent.CountPassed.Count;
import io.habeas.request.lifecycle.RequestEvent.RequestApproved;
import io.habeas.request.lifecycle.RequestEvent.RequestGranted;
import io.habeas.request.lifecycle.RequestEvent.RequestRefused;
import io.habeas.request.lifecycle.RequestEvent.ReviewAsked;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.SamplePolicies;
import io.habeas.request.policy.language.Decider;
import java.time.Instant;
import java.time.LocalDate;
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

/** How often a right may be used, under the profile of SmallRig; and how often it is free, under that of the CIIE. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LimitsTest {

    private static final Policies POLICIES = SamplePolicies.load();
    private static final Set<Decider> REVIEWER = Set.of(Decider.REVIEWER);

    private final AggregateTestFixture<DataSubjectRequest> request =
            new AggregateTestFixture<>(DataSubjectRequest.class);

    @BeforeEach
    void load_the_policies() {
        request.registerCommandTargetResolver(Requests.target());
        request.registerInjectableResource(POLICIES);
        request.registerCommandDispatchInterceptor(_ -> (_, command) -> command.andMetaData(
                Map.of(JournalMetadata.TIME, ENDED_AT.toString(), JournalMetadata.ACTOR, "staff:reviewer-1")));
    }

    private static EarlierRequest earlier(Right right, String day, boolean answered) {
        return earlier("US-CA", right, null, day, answered);
    }

    private static EarlierRequest earlier(
            String place, Right right, @Nullable String kind, String day, boolean answered) {
        return new EarlierRequest(place, right, kind, Instant.parse(day + "T20:00:00Z"), answered);
    }

    private static final EarlierRequest JANUARY = earlier(Right.ACCESS, "2026-01-10", true);
    private static final EarlierRequest MARCH = earlier(Right.PORTABILITY, "2026-03-05", true);

    private List<Object> proved(Receive received, EarlierRequest... others) {
        return happened(List.of(received, ask(1)), prove(true).after(List.of(others)));
    }

    private List<Object> happened(List<? extends RequestCommand> given, RequestCommand then) {
        var events = new ArrayList<>();
        request.givenCommands(given.toArray())
                .when(then)
                .expectSuccessfulHandlerExecution()
                .expectEventsMatching(Matchers.matches((List<EventMessage<?>> all) ->
                        events.addAll(all.stream().map(Message::getPayload).toList())));
        return events;
    }

    private static <E> List<E> all(Class<E> type, List<Object> events) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private static List<RequestCommand> limited() {
        return List.of(receive(Right.ACCESS), ask(1), prove(true).after(List.of(JANUARY, MARCH)));
    }

    private static Refuse refuse(EarlierRequest... earlier) {
        return new Refuse(ID, REVIEWER, "LIMIT_REACHED", false, null, null, List.of(earlier));
    }

    private static Receive under(String controller, String profile, String place, Right right, @Nullable String kind) {
        var it = receive(right);
        return new Receive(
                it.requestId(),
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
                kind == null ? null : new RequestEvent.Asked(kind, null, null, null, null),
                null);
    }

    @Test
    void the_third_within_twelve_months_waits_for_a_person_with_the_day_from_which_it_is_possible_again() {
        var events = proved(receive(Right.ACCESS), JANUARY, MARCH);

        assertThat(all(CountPassed.class, events))
                .containsExactly(new CountPassed(
                        ID,
                        Count.LIMIT,
                        2,
                        2,
                        0,
                        LocalDate.parse("2027-01-10"),
                        "smallrig@2021-06#US-CA.rights.ACCESS.limit.most"));
        var review = all(ReviewAsked.class, events).getFirst();
        assertThat(review.reason()).isEqualTo(ReviewReason.LIMIT_REACHED);
        assertThat(review.rule()).isEqualTo("smallrig@2021-06#US-CA.rights.ACCESS.limit.most");
        assertThat(all(RequestApproved.class, events)).isEmpty();
    }

    @Test
    void two_are_granted_by_machine() {
        assertThat(all(RequestApproved.class, proved(receive(Right.ACCESS), JANUARY)))
                .hasSize(1);
    }

    @Test
    void one_that_is_still_open_is_seen_by_the_next() {
        var open = earlier(Right.ACCESS, "2026-11-20", false);

        var passed = all(CountPassed.class, proved(receive(Right.ACCESS), JANUARY, open));

        assertThat(passed).hasSize(1);
        assertThat(passed.getFirst().answered()).isEqualTo(1);
        assertThat(passed.getFirst().open()).isEqualTo(1);
    }

    @Test
    void other_rights_other_places_and_what_is_older_do_not_count() {
        var events = proved(
                receive(Right.ACCESS),
                JANUARY,
                earlier(Right.ERASURE, "2026-03-05", true),
                earlier("ANY", Right.ACCESS, null, "2026-03-05", true),
                earlier(Right.ACCESS, "2025-11-21", true));

        assertThat(all(RequestApproved.class, events)).hasSize(1);
    }

    @Test
    void a_reviewer_refuses_on_the_limit_and_the_refusal_names_the_day() {
        var refused = all(RequestRefused.class, happened(limited(), refuse(JANUARY, MARCH)));

        assertThat(refused).hasSize(1);
        assertThat(refused.getFirst().againFrom()).isEqualTo("2027-01-10");
        assertThat(refused.getFirst().rule()).isEqualTo("smallrig@2021-06#US-CA.refusalGrounds.LIMIT_REACHED");
    }

    @Test
    void nobody_is_refused_on_a_limit_that_is_not_reached_by_what_was_answered() {
        var open = earlier(Right.ACCESS, "2026-03-05", false);

        for (var given : List.of(limited(), List.of(receive(Right.ACCESS), ask(1)))) {
            request.givenCommands(given.toArray())
                    .when(refuse(JANUARY, open))
                    .expectNoEvents()
                    .expectException(Matchers.matches((Object failure) ->
                            failure instanceof DecisionRefusedException no && no.reason() == Reason.LIMIT_NOT_REACHED));
        }
    }

    @Test
    void a_reviewer_waives_the_limit_and_the_trail_says_so() {
        var events = happened(limited(), new Approve(ID, REVIEWER, List.of(), null));

        assertThat(all(RequestGranted.class, events).getFirst().rule())
                .isEqualTo("smallrig@2021-06#US-CA.rights.ACCESS.limit.waivedBy");
        assertThat(all(RequestApproved.class, events)).hasSize(1);
    }

    @Test
    void each_calendar_year_stands_for_itself_and_only_the_same_kind_counts() {
        var report = under("smallrig", "smallrig@2021-06", "US-CA", Right.DISCLOSURE_REPORT, "DIRECT_MARKETING");
        var same = earlier("US-CA", Right.DISCLOSURE_REPORT, "DIRECT_MARKETING", "2026-01-10", true);
        var other = earlier("US-CA", Right.DISCLOSURE_REPORT, "CCPA", "2026-01-10", true);
        var lastYear = earlier("US-CA", Right.DISCLOSURE_REPORT, "DIRECT_MARKETING", "2025-12-30", true);

        var passed = all(CountPassed.class, proved(report, same, other, lastYear));

        assertThat(passed).hasSize(1);
        assertThat(passed.getFirst().possibleFrom()).isEqualTo("2027-01-01");
        assertThat(passed.getFirst().answered()).isEqualTo(1);
    }

    @Test
    void what_is_past_the_count_of_a_fee_waits_for_a_person() {
        var again = under("ciie", "ciie@2021-07", "CN", Right.ACCESS, null);

        var events = proved(
                again,
                earlier("CN", Right.ACCESS, null, "2026-01-10", true),
                earlier("CN", Right.ACCESS, null, "2026-03-05", true));

        var passed = all(CountPassed.class, events);
        assertThat(passed).hasSize(1);
        assertThat(passed.getFirst().of()).isEqualTo(Count.FEE);
        assertThat(passed.getFirst().rule()).isEqualTo("ciie@2021-07#CN.fee.beyond");
        assertThat(all(ReviewAsked.class, events).getFirst().reason()).isEqualTo(ReviewReason.COUNT_PASSED);
    }
}
