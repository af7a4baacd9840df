// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.Samples.CONFIRM_BY;
import static io.habeas.request.lifecycle.Samples.ID;
import static io.habeas.request.lifecycle.Samples.IDENTITY_BY;
import static io.habeas.request.lifecycle.Samples.RESPOND_BY;
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

import io.habeas.contracts.KeyClass;
import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.Right;
import io.habeas.contracts.TaskOutcome;
import io.habeas.contracts.VerificationAnnouncement.Failed.Reason;
import io.habeas.journal.JournalMetadata;
import io.habeas.request.lifecycle.RequestCommand.Confirm;
import io.habeas.request.lifecycle.RequestCommand.EndUnverified;
import io.habeas.request.lifecycle.RequestCommand.RecordDelay;
import io.habeas.request.lifecycle.RequestCommand.RecordLetter;
import io.habeas.request.lifecycle.RequestCommand.RecordUndeliverable;
import io.habeas.request.lifecycle.RequestCommand.RunOut;
import io.habeas.request.lifecycle.RequestCommand.Withdraw;
import io.habeas.request.lifecycle.RequestEvent.ClockRanOut;
import io.habeas.request.lifecycle.RequestEvent.ConfirmationAsked;
import io.habeas.request.lifecycle.RequestEvent.Confirmed;
import io.habeas.request.lifecycle.RequestEvent.FulfillmentEnded;
import io.habeas.request.lifecycle.RequestEvent.FulfillmentPlanned;
import io.habeas.request.lifecycle.RequestEvent.IdentityAsked;
import io.habeas.request.lifecycle.RequestEvent.IdentityProved;
import io.habeas.request.lifecycle.RequestEvent.LetterSent;
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
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.SamplePolicies;
import io.habeas.request.policy.language.Decider;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.messaging.MetaData;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is asked of a request, in whatever order and however often: what must always hold, holds. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RandomLivesTest {

    private static final int STEPS = 25;
    private static final Policies POLICIES = SamplePolicies.load();
    private static final Policies HELD = SamplePolicies.withHold();

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    private static List<RequestCommand> everything() {
        return List.of(
                ask(1),
                ask(2),
                askAfresh(3),
                askAfresh(4),
                prove(true),
                prove(false),
                prove(true, ProofLevel.BASIC),
                prove(true).of(new RequestCommand.Version.NotGiven("smallrig@2021-06#version")),
                correct("US-CA", REVIEWER),
                correct("ANY", REVIEWER),
                correct("CN", REVIEWER),
                correct("CN", Set.of(Decider.CLERK)),
                new EndUnverified(ID, Reason.TRIES_EXHAUSTED),
                new Confirm(ID, Delivery.ELECTRONIC),
                new Confirm(ID, Delivery.MAIL),
                new Withdraw(ID),
                plan(),
                new RecordDelay(ID, SHOP, "shop", "store-unreachable", false),
                outcomes(outcome(SHOP, "shop")),
                outcomes(outcome(REVIEWS, "reviews")),
                complete(),
                new RecordLetter(ID, Letter.RECEIVED, "email"),
                new RecordLetter(ID, Letter.ANSWERED, "email"),
                new RecordUndeliverable(ID, Letter.ANSWERED, "email", "bounced"),
                new RunOut(ID, ClockKind.IDENTITY, IDENTITY_BY),
                new RunOut(ID, ClockKind.CONFIRMATION, CONFIRM_BY),
                new RunOut(ID, ClockKind.HOLD, Samples.HELD_UNTIL),
                new RecordLetter(ID, Letter.HOLD, "email"),
                new RunOut(ID, ClockKind.RESPOND, RESPOND_BY),
                keyGone(),
                caseKeyGone());
    }

    private static final Set<Decider> REVIEWER = Set.of(Decider.REVIEWER);

    private static RequestCommand correct(String place, Set<Decider> roles) {
        return new RequestCommand.BindAnew(
                ID,
                roles,
                "smallrig@2021-06",
                place,
                null,
                Samples.sealed(Samples.KEYS.caseKey(), "reason"),
                List.of(),
                null);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void no_life_breaks_a_promise(long seed) {
        var random = new Random(seed);
        var commands = new ArrayList<RequestCommand>();
        commands.add(receive(List.of(Right.ERASURE, Right.ACCESS, Right.ERASURE, Right.PORTABILITY)
                .get(random.nextInt(4))));
        IntStream.range(0, STEPS)
                .mapToObj(_ -> everything().get(random.nextInt(everything().size())))
                .forEach(commands::add);

        var policies = seed % 2 == 0 ? POLICIES : HELD;
        var events = live(commands, policies);

        requireProofBeforeFulfillment(events);
        requireAnswersToBeComplete(events);
        requireEndsToBeFinal(events);
        requireEveryEndToHaveOneRetention(events);
        requireEveryStateToHaveAClockOrAnOwner(events);
        assertThat(live(twice(commands), policies)).as("every command twice").isEqualTo(events);
    }

    /** Commands that are refused leave nothing behind. */
    private static List<RequestEvent> live(List<RequestCommand> commands, Policies policies) {
        var fixture = new AggregateTestFixture<>(DataSubjectRequest.class);
        fixture.registerCommandTargetResolver(Requests.target());
        fixture.registerInjectableResource(policies);
        fixture.setReportIllegalStateChange(false);
        fixture.givenNoPriorActivity().when(commands.getFirst()).expectSuccessfulHandlerExecution();
        for (var command : commands.subList(1, commands.size())) {
            if (command instanceof RequestCommand.Receive) {
                continue;
            }
            fixture.getCommandBus()
                    .dispatch(
                            new GenericCommandMessage<>(
                                    command,
                                    MetaData.with(
                                                    JournalMetadata.TIME,
                                                    Samples.timeOf(command).toString())
                                            .and(JournalMetadata.ACTOR, "staff:reviewer")),
                            (_, _) -> {});
        }
        return fixture.getEventStore()
                .readEvents(ID.toString())
                .asStream()
                .map(EventMessage::getPayload)
                .map(RequestEvent.class::cast)
                .toList();
    }

    private static List<RequestCommand> twice(List<RequestCommand> commands) {
        return commands.stream()
                .flatMap(command -> java.util.stream.Stream.of(command, command))
                .toList();
    }

    private static void requireProofBeforeFulfillment(List<RequestEvent> events) {
        var seen = new HashSet<Class<?>>();
        for (var event : events) {
            if (event instanceof RequestApproved) {
                assertThat(seen).contains(IdentityProved.class);
                if (seen.contains(ConfirmationAsked.class)) {
                    assertThat(seen).contains(Confirmed.class);
                }
            }
            if (event instanceof FulfillmentPlanned
                    || event instanceof OutcomesRecorded
                    || event instanceof FulfillmentEnded) {
                assertThat(seen).contains(RequestApproved.class);
            }
            seen.add(event.getClass());
        }
    }

    private static void requireAnswersToBeComplete(List<RequestEvent> events) {
        var done = new HashSet<UUID>();
        for (var event : events) {
            if (event instanceof OutcomesRecorded recorded) {
                recorded.outcomes().stream().map(TaskOutcome::taskId).forEach(done::add);
            }
            if (event instanceof RequestAnswered) {
                assertThat(done).contains(SHOP, REVIEWS);
            }
        }
    }

    private static void requireEndsToBeFinal(List<RequestEvent> events) {
        var ends = events.stream()
                .filter(event -> event instanceof RequestClosed
                        || event instanceof RequestNotVerified
                        || event instanceof RequestWithdrawn
                        || event instanceof RequestLapsed)
                .toList();
        assertThat(ends).hasSizeLessThanOrEqualTo(1);
    }

    private static void requireEveryEndToHaveOneRetention(List<RequestEvent> events) {
        boolean ended = false;
        int retentions = 0;
        for (var event : events) {
            ended |= event instanceof RequestClosed
                    || event instanceof RequestNotVerified
                    || event instanceof RequestWithdrawn
                    || event instanceof RequestLapsed;
            if (event instanceof RetentionStarted) {
                retentions++;
            }
            if (event instanceof RequestEvent.KeyDestroyed gone && gone.keyClass() == KeyClass.CASE) {
                assertThat(retentions)
                        .as("retentions before the key of the case goes")
                        .isOne();
            }
        }
        assertThat(retentions).isEqualTo(ended ? 1 : 0);
    }

    private static void requireEveryStateToHaveAClockOrAnOwner(List<RequestEvent> events) {
        Set<ClockKind> running = EnumSet.noneOf(ClockKind.class);
        boolean ownedByOperations = false;
        boolean proved = false;
        var state = State.RECEIVED;
        for (var event : events) {
            switch (event) {
                case RequestReceived first -> first.clocks().forEach(clock -> running.add(clock.kind()));
                case IdentityAsked asked -> {
                    boolean afterwards = Set.of(
                                    State.AWAITING_CONFIRMATION,
                                    State.UNDER_REVIEW,
                                    State.HOLD_WINDOW,
                                    State.IN_FULFILLMENT,
                                    State.ANSWERED,
                                    State.CLOSED)
                            .contains(state);
                    if (afterwards) {
                        assertThat(asked.challenge().key()).isEqualTo(Samples.KEYS.caseKey());
                    } else {
                        assertThat(state).isIn(State.RECEIVED, State.AWAITING_IDENTITY);
                        state = State.AWAITING_IDENTITY;
                    }
                }
                case IdentityProved _ -> {
                    proved = true;
                    running.remove(ClockKind.IDENTITY);
                    state = State.ASSESSMENT;
                }
                case RequestEvent.ReviewAsked _ -> state = State.UNDER_REVIEW;
                case RequestEvent.RequestBoundAnew anew -> {
                    assertThat(state.phase())
                            .as("nothing is carried out")
                            .isIn(State.Phase.UNPROVED, State.Phase.UNDECIDED, State.Phase.HELD);
                    running.clear();
                    anew.clocks().forEach(clock -> running.add(clock.kind()));
                    assertThat(running).as("the law's clock is never dropped").contains(ClockKind.RESPOND);
                    state = anew.after(state, proved);
                }
                case ConfirmationAsked _ -> {
                    running.add(ClockKind.CONFIRMATION);
                    state = State.AWAITING_CONFIRMATION;
                }
                case Confirmed _ -> {
                    running.remove(ClockKind.CONFIRMATION);
                    state = State.ASSESSMENT;
                }
                case RequestEvent.HoldStarted _ -> {
                    running.add(ClockKind.HOLD);
                    state = State.HOLD_WINDOW;
                }
                case RequestApproved _ -> {
                    assertThat(running).as("the window is over").doesNotContain(ClockKind.HOLD);
                    state = State.IN_FULFILLMENT;
                }
                case RequestAnswered _ -> {
                    running.remove(ClockKind.RESPOND);
                    state = State.ANSWERED;
                }
                case RequestClosed _ -> state = State.CLOSED;
                case RequestNotVerified _ -> state = State.NOT_VERIFIED;
                case RequestWithdrawn _ -> state = State.WITHDRAWN;
                case RequestLapsed _ -> state = State.LAPSED;
                case LetterSent sent -> {
                    if (sent.letter() == Letter.RECEIVED) {
                        running.remove(ClockKind.CONFIRM_RECEIPT);
                    }
                }
                case ClockRanOut over -> {
                    assertThat(running).contains(over.clock());
                    running.remove(over.clock());
                    ownedByOperations |= over.clock() == ClockKind.RESPOND;
                }
                default -> {}
            }
        }
        boolean ownedByTheLetter = state == State.ANSWERED || state == State.UNDER_REVIEW;
        if (!state.isEnd() && !ownedByOperations && !ownedByTheLetter) {
            assertThat(running).as("clocks in %s", state).containsAnyElementsOf(state.clocks());
        }
        if (state == State.AWAITING_IDENTITY || state == State.RECEIVED || state == State.AWAITING_CONFIRMATION) {
            assertThat(running)
                    .as("a wait for the person in %s always ends", state)
                    .containsAnyElementsOf(state.clocks());
        }
    }
}
