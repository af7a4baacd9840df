// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.SealedField;
import io.habeas.contracts.TaskOutcome;
import io.habeas.journal.JournalMetadata;
import io.habeas.request.calendars.Reckoning.Stop;
import io.habeas.request.lifecycle.RequestEvent.ClockRanOut;
import io.habeas.request.lifecycle.RequestEvent.ClockReckoned;
import io.habeas.request.lifecycle.RequestEvent.ClockResumed;
import io.habeas.request.lifecycle.RequestEvent.ClockStarted;
import io.habeas.request.lifecycle.RequestEvent.ClockStopped;
import io.habeas.request.lifecycle.RequestEvent.ClockWarned;
import io.habeas.request.lifecycle.RequestEvent.ConfirmationAsked;
import io.habeas.request.lifecycle.RequestEvent.Confirmed;
import io.habeas.request.lifecycle.RequestEvent.DetailsAsked;
import io.habeas.request.lifecycle.RequestEvent.DetailsGiven;
import io.habeas.request.lifecycle.RequestEvent.FileRead;
import io.habeas.request.lifecycle.RequestEvent.FulfillmentDelayed;
import io.habeas.request.lifecycle.RequestEvent.FulfillmentEnded;
import io.habeas.request.lifecycle.RequestEvent.FulfillmentPlanned;
import io.habeas.request.lifecycle.RequestEvent.HoldStarted;
import io.habeas.request.lifecycle.RequestEvent.IdentityAsked;
import io.habeas.request.lifecycle.RequestEvent.IdentityProved;
import io.habeas.request.lifecycle.RequestEvent.KeyDestroyed;
import io.habeas.request.lifecycle.RequestEvent.LetterSent;
import io.habeas.request.lifecycle.RequestEvent.LetterUndeliverable;
import io.habeas.request.lifecycle.RequestEvent.OutcomesRecorded;
import io.habeas.request.lifecycle.RequestEvent.RequestAnswered;
import io.habeas.request.lifecycle.RequestEvent.RequestApproved;
import io.habeas.request.lifecycle.RequestEvent.RequestClosed;
import io.habeas.request.lifecycle.RequestEvent.RequestExtended;
import io.habeas.request.lifecycle.RequestEvent.RequestGranted;
import io.habeas.request.lifecycle.RequestEvent.RequestLapsed;
import io.habeas.request.lifecycle.RequestEvent.RequestNotVerified;
import io.habeas.request.lifecycle.RequestEvent.RequestReceived;
import io.habeas.request.lifecycle.RequestEvent.RequestRefused;
import io.habeas.request.lifecycle.RequestEvent.RequestWithdrawn;
import io.habeas.request.lifecycle.RequestEvent.RetentionStarted;
import io.habeas.request.lifecycle.RequestEvent.ReviewAsked;
import io.habeas.request.lifecycle.RequestEvent.ReviewOrdered;
import io.habeas.request.lifecycle.RequestEvent.StatementAsked;
import io.habeas.request.lifecycle.RequestEvent.StatementReceived;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Promise;
import io.habeas.request.policy.Terms;
import io.habeas.request.policy.Terms.Course;
import io.habeas.request.policy.Terms.Deadline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.axonframework.messaging.MetaData;
import org.axonframework.modelling.command.AggregateLifecycle;
import org.jspecify.annotations.Nullable;

/** What is known of one request, as its events tell it; the parts of {@link DataSubjectRequest} decide by it and add to it. */
final class RequestFacts {

    private @Nullable RequestReceived received;
    State state = State.RECEIVED;
    int challenges;

    @Nullable
    IdentityProved proof;

    @Nullable
    Delivery delivery;

    @Nullable
    ReviewAsked review;

    @Nullable
    RequestRefused refused;

    boolean reviewOrdered;
    boolean granted;
    boolean extended;

    @Nullable
    FulfillmentPlanned plan;

    @Nullable
    FulfillmentDelayed delay;

    @Nullable
    FulfillmentEnded ended;

    final Map<UUID, TaskOutcome> outcomes = new LinkedHashMap<>();
    final Map<ClockKind, Deadline> running = new EnumMap<>(ClockKind.class);
    final Set<ClockKind> ranOut = EnumSet.noneOf(ClockKind.class);

    /** The end of the answer's clock as it was put off; absent where it was not. */
    @Nullable
    Deadline putOff;

    /** When each clock stood still; the last may still be open. */
    final Map<ClockKind, List<Stop>> stops = new EnumMap<>(ClockKind.class);

    /** Of the details that came last; absent before. */
    @Nullable
    String detailsGiven;

    boolean statementOwed;

    /** Of the statement that came; absent before. */
    @Nullable
    String statementGiven;

    final Set<Letter> letters = EnumSet.noneOf(Letter.class);
    final Set<Letter> undeliverable = EnumSet.noneOf(Letter.class);
    final Set<UUID> destroyed = new HashSet<>();

    void on(RequestEvent event) {
        switch (event) {
            case RequestReceived first -> {
                received = first;
                state = State.RECEIVED;
                first.clocks().forEach(clock -> running.put(clock.kind(), clock));
            }
            case IdentityAsked asked -> {
                challenges = asked.number();
                if (state.phase() == State.Phase.UNPROVED) {
                    state = State.AWAITING_IDENTITY;
                }
            }
            case IdentityProved proved -> {
                proof = proved;
                running.remove(ClockKind.IDENTITY);
                state = statementOwed ? State.AWAITING_STATEMENT : State.ASSESSMENT;
            }
            case ReviewAsked asked -> {
                review = asked;
                state = State.UNDER_REVIEW;
            }
            case StatementAsked asked -> {
                statementOwed = true;
                running.put(ClockKind.STATEMENT, asked.clock());
                if (state.phase() == State.Phase.UNDECIDED) {
                    state = State.AWAITING_STATEMENT;
                }
            }
            case StatementReceived statement -> {
                statementOwed = false;
                statementGiven = statement.fingerprint();
                running.remove(ClockKind.STATEMENT);
                if (state == State.AWAITING_STATEMENT) {
                    state = review == null ? State.ASSESSMENT : State.UNDER_REVIEW;
                }
            }
            case ReviewOrdered _ -> reviewOrdered = true;
            case RequestGranted _ -> {
                granted = true;
                state = State.ASSESSMENT;
            }
            case DetailsAsked asked -> {
                running.put(ClockKind.DETAILS, asked.clock());
                state = State.AWAITING_DETAILS;
            }
            case DetailsGiven given -> {
                detailsGiven = given.fingerprint();
                running.remove(ClockKind.DETAILS);
                state = State.UNDER_REVIEW;
            }
            case RequestExtended later -> {
                extended = true;
                putOff = later.clock();
                running.put(ClockKind.RESPOND, later.clock());
            }
            case RequestRefused no -> {
                refused = no;
                end(State.REFUSED);
            }
            case ConfirmationAsked asked -> {
                running.put(ClockKind.CONFIRMATION, asked.clock());
                state = State.AWAITING_CONFIRMATION;
            }
            case Confirmed confirmed -> {
                delivery = confirmed.delivery();
                running.remove(ClockKind.CONFIRMATION);
                state = State.ASSESSMENT;
            }
            case HoldStarted hold -> {
                running.put(ClockKind.HOLD, hold.clock());
                state = State.HOLD_WINDOW;
            }
            case RequestApproved _ -> state = State.IN_FULFILLMENT;
            case FulfillmentPlanned planned -> plan = planned;
            case FulfillmentDelayed delayed -> delay = delayed;
            case OutcomesRecorded recorded ->
                recorded.outcomes().forEach(outcome -> outcomes.put(outcome.taskId(), outcome));
            case FulfillmentEnded end -> ended = end;
            case RequestAnswered _ -> {
                running.remove(ClockKind.RESPOND);
                state = State.ANSWERED;
            }
            case RequestClosed _ -> end(State.CLOSED);
            case RequestNotVerified _ -> end(State.NOT_VERIFIED);
            case RequestWithdrawn _ -> end(State.WITHDRAWN);
            case RequestLapsed _ -> end(State.LAPSED);
            case LetterSent sent -> {
                letters.add(sent.letter());
                if (sent.letter() == Letter.RECEIVED) {
                    running.remove(ClockKind.CONFIRM_RECEIPT);
                }
            }
            case LetterUndeliverable failed -> undeliverable.add(failed.letter());
            case ClockStarted started -> running.put(started.clock().kind(), started.clock());
            case ClockReckoned reckoned -> running.put(reckoned.clock().kind(), reckoned.clock());
            case ClockStopped stopped -> stop(stopped);
            case ClockResumed resumed -> {
                var kind = resumed.clock().kind();
                var all = new ArrayList<>(stops.getOrDefault(kind, List.of()));
                all.set(all.size() - 1, new Stop(all.getLast().from(), resumed.at()));
                stops.put(kind, List.copyOf(all));
                running.put(kind, resumed.clock());
            }
            case ClockWarned warned ->
                running.computeIfPresent(warned.clock(), (_, clock) -> clock.warningAfter(warned.warnedFor()));
            case ClockRanOut over -> {
                running.remove(over.clock());
                ranOut.add(over.clock());
            }
            case KeyDestroyed gone -> destroyed.add(gone.key());
            case RetentionStarted _ -> leaveToTheDueTable();
            case FileRead _ -> leaveToTheTrail();
        }
    }

    /** A clock that stands still runs out only where something ends it all the same. */
    private void stop(ClockStopped stopped) {
        var kind = stopped.clock();
        var all = new ArrayList<>(stops.getOrDefault(kind, List.of()));
        all.add(new Stop(stopped.at(), null));
        stops.put(kind, List.copyOf(all));
        var clock = running.remove(kind);
        if (clock != null && stopped.dueAt() != null) {
            running.put(kind, new Deadline(kind, clock.startedAt(), stopped.dueAt(), clock.rule()));
        }
    }

    /** Whether a person of the controller was asked to decide. */
    boolean wasReviewed() {
        return review != null;
    }

    /** Whether a clock stands still. */
    boolean stands(ClockKind kind) {
        var all = stops.getOrDefault(kind, List.of());
        return !all.isEmpty() && all.getLast().until() == null;
    }

    /** How far the request has come, for a clock of that kind. */
    Course course(ClockKind kind) {
        return new Course(
                received().receivedAt(), proof == null ? null : proof.provedAt(), stops.getOrDefault(kind, List.of()));
    }

    private void end(State last) {
        state = last;
        running.clear();
    }

    UUID id() {
        return received().requestId();
    }

    RequestReceived received() {
        if (received == null) {
            throw new IllegalStateException("nothing was received yet");
        }
        return received;
    }

    /** @throws IllegalStateException if nobody proved who asks: then nothing may be decided in their favour */
    IdentityProved verified() {
        if (proof == null) {
            throw new IllegalStateException("request " + id() + " is not verified");
        }
        return proof;
    }

    /** The proved address; absent before identity is proved. */
    @Nullable
    SealedField contact() {
        return proof == null ? null : proof.contact();
    }

    /** What the policy promises for this request, under the version to which it is bound since its receipt. */
    Promise promise(Policies policies) {
        var it = received();
        return policies.promise(it.controller(), it.profile(), it.jurisdiction(), it.right());
    }

    /** The terms to which the request is bound since its receipt. */
    Terms terms(Policies policies) {
        var it = received();
        return policies.terms(it.controller(), it.profile(), it.jurisdiction(), it.right());
    }

    /** Legal time of the command, which is that of its events. */
    static Instant timeOf(MetaData order) {
        return Instant.parse(String.valueOf(order.get(JournalMetadata.TIME)));
    }

    static void happens(RequestEvent event) {
        AggregateLifecycle.apply(event);
    }

    static void happens(RequestEvent event, String rule) {
        AggregateLifecycle.apply(event, MetaData.with(JournalMetadata.RULE, rule));
    }

    /** Messages come at least once and sometimes late; what already holds, or no longer matters, is not an error. */
    static void ignoreLateOrRepeated() {}

    /** Whoever reads changes nothing. */
    private static void leaveToTheTrail() {}

    /** The key is destroyed when it is due, and nothing else depends on it. */
    private static void leaveToTheDueTable() {}
}
