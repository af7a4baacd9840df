// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.Samples.ENDED_AT;
import static io.habeas.request.lifecycle.Samples.ID;
import static io.habeas.request.lifecycle.Samples.REVIEWS;
import static io.habeas.request.lifecycle.Samples.SHOP;
import static io.habeas.request.lifecycle.Samples.caseKeyGone;
import static io.habeas.request.lifecycle.Samples.complete;
import static io.habeas.request.lifecycle.Samples.outcome;
import static io.habeas.request.lifecycle.Samples.outcomes;
import static io.habeas.request.lifecycle.Samples.plan;
import static io.habeas.request.lifecycle.Samples.prove;
import static io.habeas.request.lifecycle.Samples.receive;
import static org.axonframework.test.matchers.Matchers.payloadsMatching;

import io.habeas.contracts.FulfillmentAnnouncement.FollowedUpCollection;
import io.habeas.contracts.Grade;
import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.Right;
import io.habeas.contracts.TaskOutcome;
import io.habeas.contracts.TaskOutcome.Kept;
import io.habeas.journal.JournalMetadata;
import io.habeas.request.lifecycle.RequestCommand.ProlongRetention;
import io.habeas.request.lifecycle.RequestCommand.RecordDelay;
import io.habeas.request.lifecycle.RequestCommand.RecordFollowUp;
import io.habeas.request.lifecycle.RequestCommand.RecordLetter;
import io.habeas.request.lifecycle.RequestEvent.FollowUpRecorded;
import io.habeas.request.lifecycle.RequestEvent.KeyDestroyed;
import io.habeas.request.lifecycle.RequestEvent.RetentionStarted;
import io.habeas.request.policy.SamplePolicies;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
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

/** What was kept until a day: it stands in the request that it is gone, and the key of the case lives until it is. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class FollowUpTest {

    private static final LocalDate DAY = LocalDate.parse("2028-01-31");
    private static final LocalDate LATER = LocalDate.parse("2028-06-30");

    private final AggregateTestFixture<DataSubjectRequest> request =
            new AggregateTestFixture<>(DataSubjectRequest.class);

    @BeforeEach
    void load_the_policies() {
        request.registerCommandTargetResolver(Requests.target());
        request.registerInjectableResource(SamplePolicies.load());
        request.registerCommandDispatchInterceptor(
                _ -> (_, command) -> command.andMetaData(Map.of(JournalMetadata.TIME, ENDED_AT.toString())));
    }

    private TestExecutor<DataSubjectRequest> given(Stream<RequestCommand> commands) {
        return request.givenCommands(commands.toArray());
    }

    private static Stream<RequestCommand> answered(@Nullable LocalDate... days) {
        return Stream.of(
                receive(Right.ERASURE),
                prove(false),
                plan(),
                outcomes(keeping(days), outcome(REVIEWS, "reviews")),
                complete());
    }

    private static Stream<RequestCommand> closed(@Nullable LocalDate... days) {
        return Stream.concat(answered(days), Stream.of(new RecordLetter(ID, Letter.ANSWERED, "email")));
    }

    private static TaskOutcome keeping(@Nullable LocalDate... days) {
        var kept = Arrays.stream(days)
                .map(day -> new Kept("TRANSACTION_RECORDS", 2, day))
                .toList();
        return new TaskOutcome(
                SHOP,
                "shop",
                TaskOutcome.Kind.ERASE,
                Grade.VERIFIED,
                List.of(new TaskOutcome.CollectionOutcome("orders", List.of("B"), 2, 0, 0, 0, kept, List.of())));
    }

    private static RecordFollowUp followedUp(UUID task, LocalDate day, @Nullable LocalDate next) {
        return new RecordFollowUp(
                ID,
                task,
                "shop",
                day,
                List.of(new FollowedUpCollection("orders", "TRANSACTION_RECORDS", 0, 1, next == null ? 0 : 1)),
                ENDED_AT,
                next);
    }

    @SafeVarargs
    private static Matcher<? extends List<? super EventMessage<?>>> events(Predicate<Object>... each) {
        return payloadsMatching(Matchers.exactSequenceOf(
                Arrays.stream(each).map(Matchers::matches).toArray(Matcher[]::new)));
    }

    private static Predicate<Object> recorded(@Nullable LocalDate next) {
        return it -> it instanceof FollowUpRecorded done
                && done.taskId().equals(SHOP)
                && done.until().equals(DAY)
                && java.util.Objects.equals(done.next(), next);
    }

    private static Predicate<Object> retained(Instant from, Instant until) {
        return it -> it instanceof RetentionStarted started
                && started.from().equals(from)
                && started.until().equals(until)
                && started.key().equals(Samples.KEYS.caseKey());
    }

    @Test
    void that_it_is_gone_stands_in_a_closed_request_once() {
        given(closed(DAY)).when(followedUp(SHOP, DAY, null)).expectEventsMatching(events(recorded(null)));
        given(closed(DAY))
                .andGivenCommands(followedUp(SHOP, DAY, null))
                .when(followedUp(SHOP, DAY, null))
                .expectNoEvents();
    }

    @Test
    void it_may_be_gone_before_the_answer_has_gone_out() {
        given(answered(DAY)).when(followedUp(SHOP, DAY, null)).expectEventsMatching(events(recorded(null)));
    }

    @Test
    void of_a_task_that_was_not_planned_nothing_can_be_followed_up() {
        given(closed(DAY)).when(followedUp(new UUID(9, 9), DAY, null)).expectException(ContradictionException.class);
        given(Stream.of(receive(Right.ERASURE), prove(false)))
                .when(followedUp(SHOP, DAY, null))
                .expectException(ContradictionException.class);
    }

    @Test
    void what_is_kept_longer_than_was_said_moves_the_retention() {
        given(closed(DAY))
                .when(followedUp(SHOP, DAY, LATER))
                .expectEventsMatching(events(
                        recorded(LATER),
                        retained(Instant.parse("2028-06-30T07:00:00Z"), Instant.parse("2030-07-01T06:59:59Z"))));
        given(closed(DAY))
                .andGivenCommands(followedUp(SHOP, DAY, LATER))
                .when(followedUp(SHOP, DAY, LATER))
                .expectNoEvents();
        given(answered(DAY)).when(followedUp(SHOP, DAY, LATER)).expectEventsMatching(events(recorded(LATER)));
    }

    @Test
    void the_retention_is_counted_from_the_day_that_counts_by_then() {
        given(answered(DAY))
                .andGivenCommands(followedUp(SHOP, DAY, LATER))
                .when(new RecordLetter(ID, Letter.ANSWERED, "email"))
                .expectEventsMatching(payloadsMatching(Matchers.sequenceOf(Matchers.matches(
                        retained(Instant.parse("2028-06-30T07:00:00Z"), Instant.parse("2030-07-01T06:59:59Z"))))));
    }

    @Test
    void a_retention_that_is_over_is_prolonged_while_something_is_still_to_be_erased() {
        var day = Instant.parse("2028-01-31T08:00:00Z");

        given(closed(DAY))
                .when(new ProlongRetention(ID))
                .expectEventsMatching(events(retained(day, ENDED_AT.plus(Duration.ofDays(30)))));
        given(closed(DAY))
                .andGivenCommands(followedUp(SHOP, DAY, null))
                .when(new ProlongRetention(ID))
                .expectEventsMatching(events(retained(day, ENDED_AT)));
        given(closed(DAY, LATER))
                .andGivenCommands(followedUp(SHOP, DAY, null))
                .when(new ProlongRetention(ID))
                .expectEventsMatching(
                        events(retained(Instant.parse("2028-06-30T07:00:00Z"), ENDED_AT.plus(Duration.ofDays(30)))));
        given(answered(DAY)).when(new ProlongRetention(ID)).expectNoEvents();
        given(closed(DAY))
                .andGivenCommands(caseKeyGone())
                .when(new ProlongRetention(ID))
                .expectNoEvents();
    }

    @Test
    void what_is_kept_without_an_end_is_not_followed_up_and_holds_no_key() {
        given(closed((LocalDate) null))
                .when(new ProlongRetention(ID))
                .expectEventsMatching(events(retained(ENDED_AT, ENDED_AT)));
        given(closed((LocalDate) null))
                .when(caseKeyGone())
                .expectEventsMatching(events(KeyDestroyed.class::isInstance));
    }

    @Test
    void a_follow_up_that_is_late_is_no_delay_of_the_answer() {
        var late = new RecordDelay(ID, new UUID(9, 9), "shop", "store-unreachable", true);

        given(Stream.of(receive(Right.ERASURE), prove(false), plan(), outcomes(keeping(DAY))))
                .when(late)
                .expectNoEvents();
        given(closed(DAY)).when(late).expectNoEvents();
    }
}
