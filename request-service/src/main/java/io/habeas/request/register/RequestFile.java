// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.register;

import io.habeas.contracts.KeyClass;
import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.Right;
import io.habeas.contracts.SealedField;
import io.habeas.contracts.TaskOutcome;
import io.habeas.journal.StoredEvent;
import io.habeas.request.lifecycle.RequestEvent;
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
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One request as it stands. Two views of it: everything, and what may be seen before identity is proved. */
public final class RequestFile {

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

    private final RequestReceived received;
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
    private final List<FulfillmentDelayed> delays = new ArrayList<>();
    private final Set<Letter> undeliverable = EnumSet.noneOf(Letter.class);
    private final Map<KeyClass, Instant> erased = new EnumMap<>(KeyClass.class);
    private @Nullable ReviewAsked review;
    private final List<SealedField> details = new ArrayList<>();
    private @Nullable RequestRefused refused;
    private @Nullable RequestExtended extended;
    private @Nullable SealedField contact;
    private @Nullable RetentionStarted retention;
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
                meet(ClockKind.IDENTITY);
                provedAt = proof.provedAt();
                state = statementOwed ? State.AWAITING_STATEMENT : State.ASSESSMENT;
            }
            case ReviewAsked asked -> {
                review = asked;
                state = State.UNDER_REVIEW;
            }
            case StatementAsked asked -> {
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
                start(asked.clock());
                state = State.AWAITING_DETAILS;
            }
            case DetailsGiven given -> {
                meet(ClockKind.DETAILS);
                details.add(given.details());
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
            case RequestApproved _ -> state = State.IN_FULFILLMENT;
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
            case FulfillmentEnded ended -> packageUntil = ended.packageUntil();
            case RequestAnswered _ -> {
                answeredAt = at;
                meet(ClockKind.RESPOND);
                state = State.ANSWERED;
            }
            case RequestClosed _ -> end(State.CLOSED, at);
            case RequestNotVerified _ -> end(State.NOT_VERIFIED, at);
            case RequestWithdrawn _ -> end(State.WITHDRAWN, at);
            case RequestLapsed _ -> end(State.LAPSED, at);
            case LetterSent sent -> {
                undeliverable.remove(sent.letter());
                if (sent.letter() == Letter.RECEIVED) {
                    meet(ClockKind.CONFIRM_RECEIPT);
                }
            }
            case LetterUndeliverable failed -> undeliverable.add(failed.letter());
            case ClockRanOut over -> clockStates.put(over.clock(), ClockState.RAN_OUT);
            case RetentionStarted started -> retention = started;
            case KeyDestroyed gone -> erased.put(gone.keyClass(), at);
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
        clockStates.replaceAll((_, was) -> isOpen(was) ? ClockState.ENDED : was);
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

    @Nullable
    FulfillmentPlanned plan() {
        return plan;
    }

    Map<UUID, TaskOutcome> outcomes() {
        return outcomes;
    }

    /** Why a person of the controller decides, where one does. */
    public @Nullable ReviewAsked review() {
        return review;
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

    @Nullable
    Instant answeredAt() {
        return answeredAt;
    }

    @Nullable
    Instant closedAt() {
        return closedAt;
    }
}
