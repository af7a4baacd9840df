// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.register;

import io.habeas.contracts.KeyClass;
import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.Right;
import io.habeas.contracts.SealedField;
import io.habeas.contracts.TaskOutcome;
import io.habeas.contracts.Telling;
import io.habeas.journal.StoredEvent;
import io.habeas.request.lifecycle.FollowUps;
import io.habeas.request.lifecycle.FollowUps.FollowUp;
import io.habeas.request.lifecycle.RequestEvent;
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
import io.habeas.request.lifecycle.ReviewReason;
import io.habeas.request.lifecycle.State;
import io.habeas.request.lifecycle.StoredEvents;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Terms.Course;
import io.habeas.request.policy.Terms.Deadline;
import io.habeas.request.policy.language.StopReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One request as it stands. Two views of it: everything, and what may be seen before identity is proved. */
public final class RequestFile {

    /** @param at when it came @param answer absent while it is open */
    record Complaint(
            ComplaintReceived received,
            Instant at,
            @Nullable ComplaintAnswered answer) {}

    /** How a fee stands that was quoted. */
    enum FeeState {
        QUOTED,
        ACCEPTED,
        DECLINED,
        /** The request ended before the person said anything. */
        UNANSWERED
    }

    /** How a clock stands. */
    enum ClockState {
        RUNNING,
        /** It stands still until the person has acted. */
        STOPPED,
        /** What it measures happened in time. */
        MET,
        RAN_OUT,
        /** The request ended before. */
        ENDED
    }

    /** @param until absent while it still stands */
    record Stopped(
            StopReason reason, Instant from, @Nullable Instant until) {}

    /** @param secret whether it would tell that somebody is on file */
    record Step(String step, Instant at, @Nullable String rule, boolean secret) {}

    /** @param from what held before @param at when other rules began to hold */
    record Bound(RequestBoundAnew event, RequestReceived from, Instant at) {}

    private RequestReceived received;
    private final List<Bound> boundAnew = new ArrayList<>();
    private State state = State.RECEIVED;
    private final Map<ClockKind, Deadline> clocks = new EnumMap<>(ClockKind.class);
    private final Map<ClockKind, ClockState> clockStates = new EnumMap<>(ClockKind.class);
    private final Map<ClockKind, Deadline> first = new EnumMap<>(ClockKind.class);
    private final Map<ClockKind, List<Stopped>> stops = new EnumMap<>(ClockKind.class);
    private final List<ClockWarned> warnings = new ArrayList<>();
    private boolean statementOwed;
    private @Nullable SealedField statement;
    private @Nullable Instant provedAt;
    private final List<Step> steps = new ArrayList<>();
    private final Map<UUID, TaskOutcome> outcomes = new LinkedHashMap<>();
    private final FollowUps followUps = new FollowUps();
    private final List<FulfillmentDelayed> delays = new ArrayList<>();
    private final Set<Letter> undeliverable = EnumSet.noneOf(Letter.class);
    private final Map<KeyClass, Instant> erased = new EnumMap<>(KeyClass.class);
    private final List<CountPassed> passed = new ArrayList<>();
    private final Map<UUID, Complaint> complaints = new LinkedHashMap<>();
    private @Nullable ComplaintAnswered ownAnswer;
    private @Nullable FeeQuoted fee;
    private @Nullable FeeState feeState;
    private @Nullable ReviewAsked review;
    private @Nullable ReviewAsked unreached;
    private @Nullable SealedField provedField;
    private final List<SealedField> details = new ArrayList<>();
    private @Nullable RequestRefused refused;
    private @Nullable RequestExtended extended;
    private @Nullable SealedField contact;
    private @Nullable RetentionStarted retention;
    private @Nullable RequestCarriedOut carriedOut;
    private @Nullable Instant carriedOutAt;
    private @Nullable StandingOrdered ordered;
    private boolean recorded;
    private @Nullable Telling telling;
    private @Nullable FulfillmentPlanned plan;
    private @Nullable Instant packageUntil;
    private @Nullable Instant answeredAt;
    private @Nullable Instant closedAt;
    private boolean proved;

    private RequestFile(RequestReceived received) {
        this.received = received;
    }

    static RequestFile of(List<StoredEvent> stored, StoredEvents events) {
        var file = new RequestFile((RequestReceived) events.read(stored.getFirst()));
        for (var next : stored) {
            var row = next.event();
            var event = events.read(next);
            file.steps.add(new Step(row.type(), row.time(), row.rule(), isSecret(event)));
            file.add(event, row.time());
        }
        return file;
    }

    private static boolean isSecret(RequestEvent event) {
        return switch (event) {
            case IdentityAsked _ -> true;
            case LetterSent sent -> sent.letter() == Letter.CODE;
            case LetterUndeliverable failed -> failed.letter() == Letter.CODE;
            default -> false;
        };
    }

    private void add(RequestEvent event, Instant at) {
        switch (event) {
            case RequestReceived first -> first.clocks().forEach(this::start);
            case IdentityAsked _ -> {
                if (state.phase() == State.Phase.UNPROVED) {
                    state = State.AWAITING_IDENTITY;
                }
            }
            case IdentityProved proof -> {
                proved = true;
                contact = proof.contact();
                provedField = proof.proved();
                meet(ClockKind.IDENTITY);
                provedAt = proof.provedAt();
                state = statementOwed ? State.AWAITING_STATEMENT : State.ASSESSMENT;
            }
            case RequestBoundAnew anew -> bind(anew, at);
            case CountPassed count -> passed.add(count);
            case ReviewAsked asked -> {
                boolean reachedNobody = asked.reason() == ReviewReason.QUESTION_REACHED_NOBODY;
                review = reachedNobody && review != null ? review : asked;
                unreached = reachedNobody ? asked : null;
                if (reachedNobody && feeState == FeeState.QUOTED) {
                    fee = null;
                    feeState = null;
                }
                state = State.UNDER_REVIEW;
                // where it was given back, nothing is waited for
                delays.removeIf(delay -> delay.taskId() == null);
            }
            case StatementAsked asked -> {
                asks(Letter.STATEMENT);
                statementOwed = true;
                start(asked.clock());
                if (state.phase() == State.Phase.UNDECIDED) {
                    state = State.AWAITING_STATEMENT;
                }
            }
            case StatementReceived given -> {
                statementOwed = false;
                statement = given.statement();
                meet(ClockKind.STATEMENT);
                if (state == State.AWAITING_STATEMENT) {
                    state = review == null ? State.ASSESSMENT : State.UNDER_REVIEW;
                }
            }
            case ClockStarted started -> start(started.clock());
            case ClockReckoned reckoned -> clocks.put(reckoned.clock().kind(), reckoned.clock());
            case ClockStopped stopped -> {
                clockStates.put(stopped.clock(), ClockState.STOPPED);
                stops.computeIfAbsent(stopped.clock(), _ -> new ArrayList<>())
                        .add(new Stopped(stopped.reason(), stopped.at(), null));
            }
            case ClockResumed resumed -> {
                var kind = resumed.clock().kind();
                clocks.put(kind, resumed.clock());
                clockStates.put(kind, ClockState.RUNNING);
                var all = stops.computeIfAbsent(kind, _ -> new ArrayList<>());
                if (!all.isEmpty()) {
                    var open = all.removeLast();
                    all.add(new Stopped(open.reason(), open.from(), resumed.at()));
                }
            }
            case ClockWarned warned -> warnings.add(warned);
            case ReviewOrdered _, FileRead _, RequestGranted _ -> {}
            case DetailsAsked asked -> {
                asks(Letter.DETAILS_ASKED);
                start(asked.clock());
                state = State.AWAITING_DETAILS;
            }
            case DetailsGiven given -> {
                meet(ClockKind.DETAILS);
                details.add(given.details());
                state = State.UNDER_REVIEW;
            }
            case ComplaintReceived received -> {
                complaints.put(received.complaintId(), new Complaint(received, at, null));
                first.remove(ClockKind.COMPLAINT);
                start(received.clock());
            }
            case ComplaintAnswered answered -> {
                if (answered.complaintId() == null) {
                    ownAnswer = answered;
                    answeredAt = at;
                    meet(ClockKind.RESPOND);
                    state = State.ANSWERED;
                } else {
                    complaints.computeIfPresent(
                            answered.complaintId(), (_, it) -> new Complaint(it.received(), it.at(), answered));
                    meet(ClockKind.COMPLAINT);
                }
            }
            case RequestReopened _ -> {
                refused = null;
                retention = null;
                closedAt = null;
                first.remove(ClockKind.RESPOND);
                stops.remove(ClockKind.RESPOND);
                state = State.ASSESSMENT;
            }
            case FeeQuoted quoted -> {
                asks(Letter.FEE);
                start(quoted.clock());
                fee = quoted;
                feeState = FeeState.QUOTED;
                state = State.AWAITING_FEE;
            }
            case FeeAccepted _ -> {
                meet(ClockKind.FEE);
                feeState = FeeState.ACCEPTED;
                state = State.ASSESSMENT;
            }
            case FeeDeclined declined -> {
                meet(ClockKind.FEE);
                feeState = FeeState.DECLINED;
                if (declined.reason() != null) {
                    details.add(declined.reason());
                }
                state = State.UNDER_REVIEW;
            }
            case RequestExtended later -> {
                start(later.clock());
                extended = later;
            }
            case RequestRefused no -> {
                refused = no;
                end(State.REFUSED, at);
            }
            case ConfirmationAsked asked -> {
                asks(Letter.CONFIRM_ERASURE);
                start(asked.clock());
                state = State.AWAITING_CONFIRMATION;
            }
            case Confirmed _ -> {
                meet(ClockKind.CONFIRMATION);
                state = State.ASSESSMENT;
            }
            case HoldStarted hold -> {
                start(hold.clock());
                state = State.HOLD_WINDOW;
            }
            case RequestCarriedOut done -> {
                carriedOut = done;
                carriedOutAt = at;
                state = State.ASSESSMENT;
            }
            case StandingOrdered order -> {
                ordered = order;
                state = State.ASSESSMENT;
            }
            case StandingRecorded _ -> recorded = true;
            case RequestApproved approved -> {
                telling = approved.telling();
                state = State.IN_FULFILLMENT;
            }
            case FulfillmentPlanned planned -> {
                plan = planned;
                delays.removeIf(delay -> delay.taskId() == null);
            }
            case FulfillmentDelayed delayed -> {
                delays.removeIf(delay -> java.util.Objects.equals(delay.taskId(), delayed.taskId()));
                delays.add(delayed);
            }
            case OutcomesRecorded recorded ->
                recorded.outcomes().forEach(outcome -> outcomes.put(outcome.taskId(), outcome));
            case FollowUpRecorded done -> followUps.add(done);
            case FulfillmentEnded ended -> packageUntil = ended.packageUntil();
            case RequestAnswered _ -> {
                answeredAt = at;
                meet(ClockKind.RESPOND);
                state = State.ANSWERED;
            }
            case RequestClosed _ -> end(State.CLOSED, at);
            case RequestNotVerified _ -> end(State.NOT_VERIFIED, at);
            case NoRequestFound _ -> end(State.NO_REQUEST, at);
            case RequestWithdrawn _ -> end(State.WITHDRAWN, at);
            case RequestLapsed _ -> end(State.LAPSED, at);
            case LetterSent sent -> {
                undeliverable.remove(sent.letter());
                if (sent.letter() == Letter.RECEIVED) {
                    meet(ClockKind.CONFIRM_RECEIPT);
                }
            }
            case LetterUndeliverable failed -> undeliverable.add(failed.letter());
            case ClockRanOut over -> {
                clockStates.put(over.clock(), ClockState.RAN_OUT);
                statementOwed = statementOwed && over.clock() != ClockKind.STATEMENT;
            }
            case RetentionStarted started -> retention = started;
            case KeyDestroyed gone -> erased.put(gone.keyClass(), at);
        }
    }

    /** Each question has a letter of its own. */
    private void asks(Letter letter) {
        undeliverable.remove(letter);
        unreached = null;
    }

    private void bind(RequestBoundAnew anew, Instant at) {
        boundAnew.add(new Bound(anew, received, at));
        state = anew.after(state, proved);
        received = received.under(anew);
        statementOwed = statementOwed && anew.runs(ClockKind.STATEMENT);
        clockStates.replaceAll((kind, was) -> isOpen(was) && !anew.runs(kind) ? ClockState.ENDED : was);
        anew.clocks().forEach(this::start);
        stops.put(
                ClockKind.RESPOND,
                new ArrayList<>(anew.stops().stream()
                        .map(it -> new Stopped(it.reason(), it.from(), it.until()))
                        .toList()));
        passed.clear();
        extended = null;
        if (feeState == FeeState.QUOTED) {
            fee = null;
            feeState = null;
        }
    }

    private void start(Deadline clock) {
        clocks.put(clock.kind(), clock);
        first.putIfAbsent(clock.kind(), clock);
        clockStates.put(clock.kind(), ClockState.RUNNING);
    }

    private void meet(ClockKind kind) {
        clockStates.computeIfPresent(kind, (_, was) -> isOpen(was) ? ClockState.MET : was);
    }

    private static boolean isOpen(ClockState state) {
        return state == ClockState.RUNNING || state == ClockState.STOPPED;
    }

    private void end(State last, Instant at) {
        clockStates.replaceAll((kind, was) -> isOpen(was) && kind != ClockKind.COMPLAINT ? ClockState.ENDED : was);
        feeState = feeState == FeeState.QUOTED ? FeeState.UNANSWERED : feeState;
        state = last;
        closedAt = at;
    }

    public String controller() {
        return received.controller();
    }

    public String profile() {
        return received.profile();
    }

    /** The part of the profile under which the person falls. */
    public String jurisdiction() {
        return received.jurisdiction();
    }

    public Right right() {
        return received.right();
    }

    /** Under it everything is sealed that is kept as long as the case. */
    public UUID caseKey() {
        return received.keys().caseKey();
    }

    /** The state as anybody may see it: whether somebody was asked for a code stays between us and the mailbox on file. */
    public State visibleState() {
        return state == State.RECEIVED ? State.AWAITING_IDENTITY : state;
    }

    public RequestReceived received() {
        return received;
    }

    /** When other rules began to hold for it, in order. */
    List<Bound> boundAnew() {
        return List.copyOf(boundAnew);
    }

    Map<ClockKind, Deadline> clocks() {
        return clocks;
    }

    ClockState clockState(ClockKind kind) {
        return clockStates.getOrDefault(kind, ClockState.ENDED);
    }

    /** A clock as it was first told, before anything moved it. */
    Deadline firstOf(ClockKind kind) {
        return java.util.Objects.requireNonNull(first.get(kind));
    }

    /** When a clock stood still. */
    List<Stopped> stopsOf(ClockKind kind) {
        return List.copyOf(stops.getOrDefault(kind, List.of()));
    }

    /** When somebody was warned of the end of a clock. */
    List<Instant> warningsOf(ClockKind kind) {
        return warnings.stream()
                .filter(it -> it.clock() == kind)
                .map(ClockWarned::warnedFor)
                .toList();
    }

    /** How far it has come, for the terms. */
    Course course() {
        return new Course(received.receivedAt(), provedAt, List.of());
    }

    /** Whether the person has still to send a written statement. */
    boolean isStatementOwed() {
        return statementOwed;
    }

    /** @param all also those that would tell that somebody is on file */
    List<Step> steps(boolean all) {
        return steps.stream().filter(step -> all || proved || !step.secret()).toList();
    }

    /** What a person states that was done by hand. */
    @Nullable
    RequestCarriedOut carriedOut() {
        return carriedOut;
    }

    /** When that was stated. */
    @Nullable
    Instant carriedOutAt() {
        return carriedOutAt;
    }

    /** What is to stand by it; absent for rights that make nothing stand, and before it is granted. */
    @Nullable
    StandingOrdered ordered() {
        return ordered;
    }

    /** Whether that stands, or stood. */
    boolean isRecorded() {
        return recorded;
    }

    /** Which recipients are told. */
    @Nullable
    Telling telling() {
        return telling;
    }

    @Nullable
    FulfillmentPlanned plan() {
        return plan;
    }

    Map<UUID, TaskOutcome> outcomes() {
        return outcomes;
    }

    /** What was kept until a day, and what became of it. */
    List<FollowUp> followUps() {
        return followUps.of(outcomes.values());
    }

    /** Whether something that was kept until a day is still to be erased, for which the key of the case is needed. */
    public boolean isFollowUpOpen() {
        return followUps.isOpen(outcomes.values());
    }

    /** Why a person of the controller decides, where one does. */
    public @Nullable ReviewAsked review() {
        return unreached == null ? review : unreached;
    }

    /** The counts of the profile that it passes. */
    public List<CountPassed> passed() {
        return List.copyOf(passed);
    }

    /** Complaints about it, in order. */
    List<Complaint> complaints() {
        return List.copyOf(complaints.values());
    }

    /** The complaint that is not answered yet. */
    public Optional<ComplaintReceived> openComplaint() {
        return complaints.values().stream()
                .filter(it -> it.answer() == null)
                .map(Complaint::received)
                .findFirst();
    }

    /** What the person wrote in complaints, in order. */
    public List<SealedField> complaintTexts() {
        return complaints.values().stream().map(it -> it.received().text()).toList();
    }

    /** The answer, where the request is itself a complaint. */
    @Nullable
    ComplaintAnswered ownAnswer() {
        return ownAnswer;
    }

    @Nullable
    FeeQuoted fee() {
        return fee;
    }

    @Nullable
    FeeState feeState() {
        return feeState;
    }

    /** Who was proved to ask; absent before. */
    public @Nullable SealedField proved() {
        return provedField;
    }

    /** How far it has come. */
    public State.Phase phase() {
        return state.phase();
    }

    /** The refusal, where it ended in one. */
    public @Nullable RequestRefused refused() {
        return refused;
    }

    @Nullable
    RequestExtended extended() {
        return extended;
    }

    /** The proved address; absent before identity is proved. */
    public @Nullable SealedField contact() {
        return contact;
    }

    /** What the person wrote when a statement was asked for; absent before. */
    public @Nullable SealedField statement() {
        return statement;
    }

    /** What the person added when asked, in order. */
    public List<SealedField> details() {
        return List.copyOf(details);
    }

    /**
     * The last moment that is in time for the answer, as it stands. Where its clock runs from the proof and has not begun: the end of the time for
     * the proof, and the receipt where nobody has to prove anything.
     */
    public Instant dueAt() {
        var complaint = openComplaint();
        if (complaint.isPresent() && state.isEnd()) {
            return complaint.get().clock().dueAt();
        }
        var respond = clocks.get(ClockKind.RESPOND);
        var clock = respond == null ? clocks.get(ClockKind.IDENTITY) : respond;
        return clock == null ? received.receivedAt() : clock.dueAt();
    }

    /** Delays that still hold. */
    List<FulfillmentDelayed> delays() {
        return delays.stream()
                .filter(delay -> delay.taskId() == null || !outcomes.containsKey(delay.taskId()))
                .toList();
    }

    boolean isUndeliverable(Letter letter) {
        return undeliverable.contains(letter);
    }

    @Nullable
    Instant packageUntil() {
        return packageUntil;
    }

    @Nullable
    RetentionStarted retention() {
        return retention;
    }

    /** Whether what was sealed under the key of that class is unreadable for ever. */
    public boolean isErased(KeyClass keyClass) {
        return erased.containsKey(keyClass);
    }

    /** When the keys were destroyed, by what they were for. */
    Map<KeyClass, Instant> erased() {
        return erased;
    }

    public @Nullable Instant answeredAt() {
        return answeredAt;
    }

    @Nullable
    Instant closedAt() {
        return closedAt;
    }
}
