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
import io.habeas.request.lifecycle.RequestEvent.ComplaintAnswered;
import io.habeas.request.lifecycle.RequestEvent.ComplaintReceived;
import io.habeas.request.lifecycle.RequestEvent.ConfirmationAsked;
import io.habeas.request.lifecycle.RequestEvent.Confirmed;
import io.habeas.request.lifecycle.RequestEvent.CountPassed;
import io.habeas.request.lifecycle.RequestEvent.CountPassed.Count;
import io.habeas.request.lifecycle.RequestEvent.DetailsAsked;
import io.habeas.request.lifecycle.RequestEvent.DetailsGiven;
import io.habeas.request.lifecycle.RequestEvent.FeeAccepted;
import io.habeas.request.lifecycle.RequestEvent.FeeDeclined;
import io.habeas.request.lifecycle.RequestEvent.FeeQuoted;
import io.habeas.request.lifecycle.RequestEvent.FileRead;
import io.habeas.request.lifecycle.RequestEvent.FollowUpRecorded;
import io.habeas.request.lifecycle.RequestEvent.FulfillmentDelayed;
import io.habeas.request.lifecycle.RequestEvent.FulfillmentEnded;
import io.habeas.request.lifecycle.RequestEvent.FulfillmentPlanned;
import io.habeas.request.lifecycle.RequestEvent.HoldStarted;
import io.habeas.request.lifecycle.RequestEvent.IdentityAsked;
import io.habeas.request.lifecycle.RequestEvent.IdentityProved;
import io.habeas.request.lifecycle.RequestEvent.KeyDestroyed;
import io.habeas.request.lifecycle.RequestEvent.LetterSent;
import io.habeas.request.lifecycle.RequestEvent.LetterUndeliverable;
import io.habeas.request.lifecycle.RequestEvent.NoRequestFound;
import io.habeas.request.lifecycle.RequestEvent.OutcomesRecorded;
import io.habeas.request.lifecycle.RequestEvent.RequestAnswered;
import io.habeas.request.lifecycle.RequestEvent.RequestApproved;
import io.habeas.request.lifecycle.RequestEvent.RequestBoundAnew;
import io.habeas.request.lifecycle.RequestEvent.RequestCarriedOut;
import io.habeas.request.lifecycle.RequestEvent.RequestClosed;
import io.habeas.request.lifecycle.RequestEvent.RequestExtended;
import io.habeas.request.lifecycle.RequestEvent.RequestGranted;
import io.habeas.request.lifecycle.RequestEvent.RequestLapsed;
import io.habeas.request.lifecycle.RequestEvent.RequestNotVerified;
import io.habeas.request.lifecycle.RequestEvent.RequestReceived;
import io.habeas.request.lifecycle.RequestEvent.RequestRefused;
import io.habeas.request.lifecycle.RequestEvent.RequestReopened;
import io.habeas.request.lifecycle.RequestEvent.RequestWithdrawn;
import io.habeas.request.lifecycle.RequestEvent.RetentionStarted;
import io.habeas.request.lifecycle.RequestEvent.ReviewAsked;
import io.habeas.request.lifecycle.RequestEvent.ReviewOrdered;
import io.habeas.request.lifecycle.RequestEvent.StandingOrdered;
import io.habeas.request.lifecycle.RequestEvent.StandingRecorded;
import io.habeas.request.lifecycle.RequestEvent.StatementAsked;
import io.habeas.request.lifecycle.RequestEvent.StatementReceived;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Effects;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Promise;
import io.habeas.request.policy.Terms;
import io.habeas.request.policy.Terms.Course;
import io.habeas.request.policy.Terms.Deadline;
import io.habeas.request.policy.language.StopReason;
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

    private static final Set<Letter> AGAIN_AFTER_REOPENING = Set.of(Letter.ANSWERED, Letter.REFUSED, Letter.HOLD);

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

    /** The counts of the profile that this request passes. */
    final Map<Count, CountPassed> passed = new EnumMap<>(Count.class);

    /** The one that is open. */
    @Nullable
    ComplaintReceived complaint;

    final Set<UUID> complaints = new HashSet<>();

    /** Who of the controller decided; opaque. */
    final Set<String> deciders = new HashSet<>();

    boolean feeQuoted;
    boolean feeAccepted;

    /** Whether the person did not accept the fee and said why it is asked for again. */
    boolean reasonGiven;

    /** Of the answer to the fee; absent before. */
    @Nullable
    String feeAnswer;

    boolean reviewOrdered;
    private boolean reopening;

    /** From when on the answer is owed once more. */
    private @Nullable Instant reopenedAt;

    boolean granted;

    /** What is kept back. */
    List<Withholding> withheld = List.of();

    /** Whether it was approved once and could not be planned so. */
    boolean givenBack;

    boolean extended;

    @Nullable
    RequestCarriedOut carriedOut;

    @Nullable
    StandingOrdered ordered;

    @Nullable
    StandingRecorded recorded;

    @Nullable
    FulfillmentPlanned plan;

    @Nullable
    FulfillmentDelayed delay;

    @Nullable
    FulfillmentEnded ended;

    final Map<UUID, TaskOutcome> outcomes = new LinkedHashMap<>();
    final FollowUps followUps = new FollowUps();

    /** How long the key of the case is kept; absent while the request has not ended. */
    @Nullable
    RetentionStarted retention;

    final Map<ClockKind, Deadline> running = new EnumMap<>(ClockKind.class);
    final Set<ClockKind> ranOut = EnumSet.noneOf(ClockKind.class);

    /** The end of the answer's clock as it was put off; absent where it was not. */
    @Nullable
    Deadline putOff;

    /** When each clock stood still; the last may still be open. */
    final Map<ClockKind, List<Stop>> stops = new EnumMap<>(ClockKind.class);

    /** Why the clock of the answer stood still, stop by stop. */
    final List<StopReason> stopReasons = new ArrayList<>();

    /** Whether it was decided before: the IDENTITY key goes with the first decision. */
    boolean decidedBefore;

    /** Of the details that came last; absent before. */
    @Nullable
    String detailsGiven;

    boolean statementOwed;

    /** Whether the time for a statement is over of which nobody was told; a person looks when it is known who asks. */
    boolean statementUnreached;

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
            case RequestBoundAnew anew -> bind(anew);
            case CountPassed count -> passed.put(count.of(), count);
            case ReviewAsked asked -> {
                // why somebody looked at it before is still true
                review = asked.reason() == ReviewReason.QUESTION_REACHED_NOBODY && review != null ? review : asked;
                state = State.UNDER_REVIEW;
                if (asked.reason() == ReviewReason.WITHHELD_NOT_IN_THE_MAP) {
                    takeBack();
                }
            }
            case StatementAsked asked -> {
                statementOwed = true;
                statementUnreached = false;
                forget(Letter.STATEMENT);
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
            case RequestCarriedOut done -> {
                carriedOut = done;
                state = State.ASSESSMENT;
            }
            case StandingOrdered order -> {
                ordered = order;
                state = State.ASSESSMENT;
            }
            case StandingRecorded done -> recorded = done;
            case ReviewOrdered _ -> reviewOrdered = true;
            case RequestGranted yes -> {
                withheld = yes.withheld();
                granted = true;
                state = State.ASSESSMENT;
            }
            case DetailsAsked asked -> {
                forget(Letter.DETAILS_ASKED);
                running.put(ClockKind.DETAILS, asked.clock());
                state = State.AWAITING_DETAILS;
            }
            case DetailsGiven given -> {
                detailsGiven = given.fingerprint();
                running.remove(ClockKind.DETAILS);
                state = State.UNDER_REVIEW;
            }
            case ComplaintReceived received -> {
                complaint = received;
                complaints.add(received.complaintId());
                running.put(ClockKind.COMPLAINT, received.clock());
            }
            case ComplaintAnswered answered -> {
                // each answer has a letter of its own
                forget(Letter.COMPLAINT_ANSWERED);
                if (answered.complaintId() == null) {
                    running.remove(ClockKind.RESPOND);
                    state = State.ANSWERED;
                } else {
                    complaint = null;
                    running.remove(ClockKind.COMPLAINT);
                    ranOut.remove(ClockKind.COMPLAINT);
                }
            }
            case RequestReopened _ -> {
                refused = null;
                retention = null;
                granted = false;
                ranOut.remove(ClockKind.RESPOND);
                stops.remove(ClockKind.RESPOND);
                stopReasons.clear();
                reopening = true;
                // it is answered once more, with a letter of its own
                letters.removeAll(AGAIN_AFTER_REOPENING);
                undeliverable.removeAll(AGAIN_AFTER_REOPENING);
                state = State.ASSESSMENT;
            }
            case FeeQuoted quoted -> {
                forget(Letter.FEE);
                feeQuoted = true;
                running.put(ClockKind.FEE, quoted.clock());
                state = State.AWAITING_FEE;
            }
            case FeeAccepted accepted -> {
                feeAccepted = true;
                feeAnswer = accepted.fingerprint();
                // whoever quoted it said yes for that price
                granted = true;
                running.remove(ClockKind.FEE);
                state = State.ASSESSMENT;
            }
            case FeeDeclined declined -> {
                reasonGiven = declined.reason() != null;
                feeAnswer = declined.fingerprint();
                running.remove(ClockKind.FEE);
                state = State.UNDER_REVIEW;
            }
            case RequestExtended later -> {
                extended = true;
                putOff = later.clock();
                running.put(ClockKind.RESPOND, later.clock());
            }
            case RequestRefused no -> {
                refused = no;
                decidedBefore = true;
                end(State.REFUSED);
            }
            case ConfirmationAsked asked -> {
                forget(Letter.CONFIRM_ERASURE);
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
                decidedBefore = true;
                state = State.HOLD_WINDOW;
            }
            case RequestApproved _ -> {
                decidedBefore = true;
                state = State.IN_FULFILLMENT;
            }
            case FulfillmentPlanned planned -> plan = planned;
            case FulfillmentDelayed delayed -> delay = delayed;
            case OutcomesRecorded recorded ->
                recorded.outcomes().forEach(outcome -> outcomes.put(outcome.taskId(), outcome));
            case FollowUpRecorded done -> followUps.add(done);
            case FulfillmentEnded end -> ended = end;
            case RequestAnswered _ -> {
                running.remove(ClockKind.RESPOND);
                state = State.ANSWERED;
            }
            case RequestClosed _ -> end(State.CLOSED);
            case RequestNotVerified _ -> end(State.NOT_VERIFIED);
            case NoRequestFound _ -> end(State.NO_REQUEST);
            case RequestWithdrawn _ -> end(State.WITHDRAWN);
            case RequestLapsed _ -> end(State.LAPSED);
            case LetterSent sent -> {
                letters.add(sent.letter());
                undeliverable.remove(sent.letter());
                if (sent.letter() == Letter.RECEIVED) {
                    running.remove(ClockKind.CONFIRM_RECEIPT);
                }
            }
            case LetterUndeliverable failed -> undeliverable.add(failed.letter());
            case ClockStarted started -> {
                running.put(started.clock().kind(), started.clock());
                if (reopening && started.clock().kind() == ClockKind.RESPOND) {
                    reopening = false;
                    reopenedAt = started.clock().startedAt();
                }
            }
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
                if (!wasReached(over.clock())) {
                    unask(over.clock());
                }
            }
            case KeyDestroyed gone -> destroyed.add(gone.key());
            case RetentionStarted started -> retention = started;
            case FileRead _ -> leaveToTheTrail();
        }
    }

    /** What was granted counts no more. */
    private void takeBack() {
        givenBack = true;
        granted = false;
        withheld = List.of();
        delay = null;
    }

    /** Each question has a letter of its own. */
    private void forget(Letter letter) {
        letters.remove(letter);
        undeliverable.remove(letter);
    }

    /** Whether the letter arrived that told the person of a clock. */
    boolean wasReached(ClockKind clock) {
        return switch (clock) {
            case CONFIRMATION -> letters.contains(Letter.CONFIRM_ERASURE);
            case STATEMENT -> letters.contains(Letter.STATEMENT);
            case DETAILS -> letters.contains(Letter.DETAILS_ASKED);
            case FEE -> letters.contains(Letter.FEE);
            case HOLD -> letters.contains(Letter.HOLD);
            case CONFIRM_RECEIPT, RESPOND, IDENTITY, COMPLAINT -> true;
        };
    }

    /** A question that reached nobody was not asked, and may be asked once more. */
    private void unask(ClockKind clock) {
        switch (clock) {
            case STATEMENT -> {
                statementOwed = false;
                statementUnreached = true;
            }
            case FEE -> feeQuoted = false;
            case CONFIRMATION, DETAILS, HOLD, CONFIRM_RECEIPT, RESPOND, IDENTITY, COMPLAINT -> {}
        }
    }

    /** What was granted, counted, put off or quoted under the old rules counts no more; what the person has said does. */
    private void bind(RequestBoundAnew anew) {
        boolean held = state == State.HOLD_WINDOW;
        state = anew.after(state, proof != null);
        received = received().under(anew);
        statementOwed = statementOwed && anew.runs(ClockKind.STATEMENT);
        running.clear();
        anew.clocks().forEach(clock -> running.put(clock.kind(), clock));
        ranOut.removeIf(anew::runs);
        stops.put(
                ClockKind.RESPOND,
                anew.stops().stream().map(it -> new Stop(it.from(), it.until())).toList());
        stopReasons.clear();
        anew.stops().forEach(it -> stopReasons.add(it.reason()));
        passed.clear();
        granted = false;
        withheld = List.of();
        extended = false;
        putOff = null;
        feeQuoted = false;
        feeAccepted = false;
        reasonGiven = false;
        if (held) {
            forget(Letter.HOLD);
        }
    }

    /** A clock that stands still runs out only where something ends it all the same. */
    private void stop(ClockStopped stopped) {
        var kind = stopped.clock();
        var all = new ArrayList<>(stops.getOrDefault(kind, List.of()));
        all.add(new Stop(stopped.at(), null));
        stops.put(kind, List.copyOf(all));
        stopReasons.add(stopped.reason());
        var clock = running.remove(kind);
        if (clock != null && stopped.dueAt() != null) {
            running.put(kind, new Deadline(kind, clock.startedAt(), stopped.dueAt(), clock.rule()));
        }
    }

    /** @param actor of the event; opaque */
    void on(RequestEvent event, @Nullable Object actor) {
        on(event);
        boolean decides = event instanceof RequestRefused
                || event instanceof RequestGranted
                || event instanceof RequestCarriedOut
                || event instanceof FeeQuoted
                || event instanceof NoRequestFound
                || event instanceof RequestBoundAnew anew && anew.why() == RequestBoundAnew.Why.CORRECTED;
        if (decides && actor != null) {
            deciders.add(actor.toString());
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
        var stopped = stops.getOrDefault(kind, List.of());
        if (kind == ClockKind.RESPOND && reopenedAt != null) {
            return new Course(reopenedAt, reopenedAt, stopped);
        }
        return new Course(received().receivedAt(), proof == null ? null : proof.provedAt(), stopped);
    }

    private void end(State last) {
        state = last;
        // a complaint is answered also when all else is over
        running.keySet().removeIf(clock -> clock != ClockKind.COMPLAINT);
    }

    UUID id() {
        return received().requestId();
    }

    /** @throws ChangedMeanwhileException if the request is not that any more */
    void requireSeen(RequestCommand.@Nullable Seen seen) {
        if (seen != null
                && !seen.equals(
                        new RequestCommand.Seen(received().profile(), received().jurisdiction(), proof != null))) {
            throw new ChangedMeanwhileException(id());
        }
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

    /** What is asked for beside the right. */
    Effects.Asked asked() {
        var asked = received().asked();
        return asked == null
                ? new Effects.Asked(null, List.of(), List.of())
                : new Effects.Asked(asked.kind(), listOf(asked.purposes()), listOf(asked.channels()));
    }

    private static List<String> listOf(@Nullable List<String> names) {
        return names == null ? List.of() : names;
    }

    /** The proved address; absent before identity is proved. */
    @Nullable
    SealedField contact() {
        return proof == null ? null : proof.contact();
    }

    /** What the policy promises for this request, under the version and in the place to which it is bound. */
    Promise promise(Policies policies) {
        var it = received();
        return policies.promise(it.controller(), it.profile(), it.jurisdiction(), it.right());
    }

    /** The terms to which the request is bound. */
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
}
