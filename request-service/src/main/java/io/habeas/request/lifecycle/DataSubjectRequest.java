// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static org.axonframework.modelling.command.AggregateCreationPolicy.ALWAYS;

import io.habeas.contracts.FulfillmentAnnouncement.PlannedTask;
import io.habeas.contracts.KeyClass;
import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.Right;
import io.habeas.contracts.TaskOutcome;
import io.habeas.contracts.VerificationAnnouncement.Failed.Reason;
import io.habeas.journal.JournalMetadata;
import io.habeas.request.lifecycle.RequestCommand.AcceptProof;
import io.habeas.request.lifecycle.RequestCommand.AskIdentity;
import io.habeas.request.lifecycle.RequestCommand.Confirm;
import io.habeas.request.lifecycle.RequestCommand.EndFulfillment;
import io.habeas.request.lifecycle.RequestCommand.EndUnverified;
import io.habeas.request.lifecycle.RequestCommand.Receive;
import io.habeas.request.lifecycle.RequestCommand.RecordDelay;
import io.habeas.request.lifecycle.RequestCommand.RecordKeyDestroyed;
import io.habeas.request.lifecycle.RequestCommand.RecordLetter;
import io.habeas.request.lifecycle.RequestCommand.RecordOutcomes;
import io.habeas.request.lifecycle.RequestCommand.RecordPlan;
import io.habeas.request.lifecycle.RequestCommand.RecordUndeliverable;
import io.habeas.request.lifecycle.RequestCommand.RunOut;
import io.habeas.request.lifecycle.RequestCommand.Withdraw;
import io.habeas.request.lifecycle.RequestEvent.ClockRanOut;
import io.habeas.request.lifecycle.RequestEvent.ConfirmationAsked;
import io.habeas.request.lifecycle.RequestEvent.Confirmed;
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
import io.habeas.request.lifecycle.RequestEvent.RequestLapsed;
import io.habeas.request.lifecycle.RequestEvent.RequestNotVerified;
import io.habeas.request.lifecycle.RequestEvent.RequestReceived;
import io.habeas.request.lifecycle.RequestEvent.RequestWithdrawn;
import io.habeas.request.lifecycle.RequestEvent.RetentionStarted;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Terms;
import io.habeas.request.policy.Terms.Deadline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.MetaData;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateLifecycle;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/** One request, from receipt to its end: the only process manager. Nothing is fulfilled here that was not verified. */
@Aggregate(commandTargetResolver = "requestOfACommand")
class DataSubjectRequest {

    @AggregateIdentifier
    private UUID id;

    private State state;
    private RequestReceived received;
    private int challenges;
    private @Nullable IdentityProved proof;
    private @Nullable Delivery delivery;
    private @Nullable FulfillmentPlanned plan;
    private @Nullable FulfillmentDelayed delay;
    private @Nullable FulfillmentEnded ended;
    private final Map<UUID, TaskOutcome> outcomes = new LinkedHashMap<>();
    private final Map<ClockKind, Deadline> running = new EnumMap<>(ClockKind.class);
    private final Set<Letter> letters = EnumSet.noneOf(Letter.class);
    private final Set<Letter> undeliverable = EnumSet.noneOf(Letter.class);
    private final Set<UUID> destroyed = new HashSet<>();

    @CommandHandler
    @CreationPolicy(ALWAYS)
    void handle(Receive command, Policies policies) {
        var terms = policies.terms(command.controller(), command.profile(), command.jurisdiction(), command.right());
        var clocks = Stream.of(ClockKind.CONFIRM_RECEIPT, ClockKind.RESPOND, ClockKind.IDENTITY)
                .map(kind -> terms.deadline(kind, command.receivedAt()))
                .flatMap(Optional::stream)
                .toList();
        var received = new RequestReceived(
                command.requestId(),
                command.controller(),
                command.reference(),
                command.profile(),
                command.jurisdiction(),
                command.right(),
                command.scope(),
                command.capacity(),
                command.language(),
                terms.proofMethod(),
                terms.proofLevel(),
                command.keys(),
                command.claims(),
                command.replyTo(),
                command.receivedAt(),
                command.fingerprint(),
                clocks);
        apply(received, terms.rule("clocks.respond"));
    }

    /**
     * Before the proof a code asks who is there. After the decision it proves afresh that the same person still is, which a package wants;
     * such a code is sealed under the CASE key. What comes sealed under the IDENTITY key then is a code of the first proof that is late.
     */
    @CommandHandler
    void handle(AskIdentity command) {
        switch (state) {
            case RECEIVED, AWAITING_IDENTITY -> ask(command);
            case ASSESSMENT, AWAITING_CONFIRMATION, HOLD_WINDOW, IN_FULFILLMENT, ANSWERED, CLOSED -> {
                var caseKey = received.keys().caseKey();
                if (command.challenge().key().equals(caseKey) && !destroyed.contains(caseKey)) {
                    ask(command);
                }
            }
            case NOT_VERIFIED, WITHDRAWN, LAPSED -> ignoreLateOrRepeated();
        }
    }

    private void ask(AskIdentity command) {
        if (command.number() > challenges) {
            apply(new IdentityAsked(
                    id,
                    received.reference(),
                    received.right(),
                    received.language(),
                    command.challenge(),
                    command.expiresAt(),
                    command.number()));
        }
    }

    @CommandHandler
    void handle(AcceptProof command, Policies policies, MetaData order) {
        switch (state) {
            case RECEIVED, AWAITING_IDENTITY -> {
                if (command.level().compareTo(received.proofLevel()) < 0) {
                    throw new ContradictionException(id, "proof-too-weak");
                }
                apply(new IdentityProved(
                        id,
                        command.method(),
                        command.level(),
                        command.proved(),
                        command.contact(),
                        command.account(),
                        command.provedAt()));
                assess(termsOf(policies), command, order);
            }
            case ASSESSMENT,
                    AWAITING_CONFIRMATION,
                    HOLD_WINDOW,
                    IN_FULFILLMENT,
                    ANSWERED,
                    CLOSED,
                    NOT_VERIFIED,
                    WITHDRAWN,
                    LAPSED -> ignoreLateOrRepeated();
        }
    }

    private void assess(Terms terms, AcceptProof proved, MetaData order) {
        if (!terms.confirms(proved.account())) {
            decide(terms, order);
            return;
        }
        var clock = terms.deadline(ClockKind.CONFIRMATION, proved.provedAt())
                .orElseThrow(
                        () -> new IllegalStateException("a profile that asks for confirmation has a clock for it"));
        var rule = terms.rule("confirmation");
        apply(
                new ConfirmationAsked(id, received.reference(), received.language(), proved.contact(), clock, rule),
                rule);
    }

    /** What the profile holds back waits; the approval, and with it the entry of the audit log that lets it run, comes at its end. */
    private void decide(Terms terms, MetaData order) {
        if (terms.clocks().containsKey(ClockKind.HOLD)) {
            hold(terms, timeOf(order));
        } else {
            approve(terms);
        }
    }

    private void hold(Terms terms, Instant from) {
        var clock = terms.deadline(ClockKind.HOLD, from).orElseThrow();
        apply(
                new HoldStarted(
                        id,
                        received.reference(),
                        received.right(),
                        received.language(),
                        verified().contact(),
                        received.replyTo(),
                        clock,
                        clock.rule()),
                clock.rule());
    }

    private IdentityProved verified() {
        if (proof == null) {
            throw new IllegalStateException("request " + id + " is not verified");
        }
        return proof;
    }

    private void approve(Terms terms) {
        var rule = terms.decisionRule();
        apply(
                new RequestApproved(
                        id,
                        DerivedIds.of(id, "approval"),
                        received.reference(),
                        received.profile(),
                        received.jurisdiction(),
                        received.right(),
                        received.scope(),
                        received.language(),
                        received.keys(),
                        verified().proved(),
                        received.receivedAt(),
                        terms.collectedSince(received.receivedAt()),
                        terms.namesOfKeepGrounds(),
                        rule),
                rule);
    }

    @CommandHandler
    void handle(EndUnverified command, Policies policies, MetaData order) {
        switch (state) {
            case RECEIVED, AWAITING_IDENTITY -> endUnverified(command.reason(), termsOf(policies), timeOf(order));
            case ASSESSMENT,
                    AWAITING_CONFIRMATION,
                    HOLD_WINDOW,
                    IN_FULFILLMENT,
                    ANSWERED,
                    CLOSED,
                    NOT_VERIFIED,
                    WITHDRAWN,
                    LAPSED -> ignoreLateOrRepeated();
        }
    }

    private void endUnverified(Reason reason, Terms terms, Instant at) {
        var rule = terms.rule("clocks.identity");
        apply(
                new RequestNotVerified(
                        id,
                        received.reference(),
                        received.right(),
                        received.language(),
                        received.replyTo(),
                        terms.complaint(),
                        reason,
                        rule),
                rule);
        retain(terms, at);
    }

    @CommandHandler
    void handle(Confirm command, Policies policies, MetaData order) {
        switch (state) {
            case AWAITING_CONFIRMATION -> {
                var terms = termsOf(policies);
                apply(new Confirmed(id, command.delivery()), terms.rule("confirmation"));
                decide(terms, order);
            }
            case HOLD_WINDOW, IN_FULFILLMENT, ANSWERED, CLOSED -> {
                if (command.delivery() != delivery) {
                    throw new NotNowException(id, "confirmation", state);
                }
                ignoreLateOrRepeated();
            }
            case RECEIVED, AWAITING_IDENTITY, ASSESSMENT, NOT_VERIFIED, WITHDRAWN, LAPSED ->
                throw new NotNowException(id, "confirmation", state);
        }
    }

    /**
     * What was begun to be erased can not be taken back, so an erasure can be withdrawn only before its approval: with a hold window,
     * until the very end of it, and however late that end is noticed.
     */
    @CommandHandler
    void handle(Withdraw command, Policies policies, MetaData order) {
        switch (state) {
            case RECEIVED, AWAITING_IDENTITY, ASSESSMENT, AWAITING_CONFIRMATION, HOLD_WINDOW ->
                withdraw(termsOf(policies), timeOf(order));
            case IN_FULFILLMENT -> {
                if (received.right() == Right.ERASURE) {
                    throw new NotNowException(id, "withdrawal", state);
                }
                withdraw(termsOf(policies), timeOf(order));
            }
            case WITHDRAWN -> ignoreLateOrRepeated();
            case ANSWERED, CLOSED, NOT_VERIFIED, LAPSED -> throw new NotNowException(id, "withdrawal", state);
        }
    }

    private void withdraw(Terms terms, Instant at) {
        apply(new RequestWithdrawn(id, received.reference(), received.language()));
        retain(terms, at);
    }

    @CommandHandler
    void handle(RecordPlan command) {
        if (mayFulfill("plan-without-approval")) {
            if (plan == null) {
                apply(new FulfillmentPlanned(id, command.planId(), command.dataMap(), command.tasks()));
            } else if (!plan.planId().equals(command.planId())) {
                throw new ContradictionException(id, "second-plan");
            }
        }
    }

    @CommandHandler
    void handle(RecordDelay command) {
        if (mayFulfill("delay-without-approval")) {
            var next =
                    new FulfillmentDelayed(id, command.taskId(), command.store(), command.reason(), command.parked());
            if (!next.equals(delay)) {
                apply(next);
            }
        }
    }

    @CommandHandler
    void handle(RecordOutcomes command, Policies policies) {
        if (mayFulfill("outcome-without-approval")) {
            command.outcomes().forEach(this::requirePlanned);
            var fresh = command.outcomes().stream()
                    .filter(outcome -> !outcomes.containsKey(outcome.taskId()))
                    .toList();
            if (!fresh.isEmpty()) {
                apply(new OutcomesRecorded(id, fresh));
                answerIfDone(policies);
            }
        }
    }

    @CommandHandler
    void handle(EndFulfillment command, Policies policies) {
        if (mayFulfill("completion-without-approval") && ended == null) {
            if (plan == null || !plan.planId().equals(command.planId())) {
                throw new ContradictionException(id, "completion-of-no-plan");
            }
            apply(new FulfillmentEnded(id, command.planId(), command.packageUntil()));
            answerIfDone(policies);
        }
    }

    /** Whether there is something to do: yes, no longer, or it can not be. */
    private boolean mayFulfill(String contradiction) {
        return switch (state) {
            case IN_FULFILLMENT -> true;
            case ANSWERED, CLOSED, WITHDRAWN -> false;
            case RECEIVED, AWAITING_IDENTITY, ASSESSMENT, AWAITING_CONFIRMATION, HOLD_WINDOW, NOT_VERIFIED, LAPSED ->
                throw new ContradictionException(id, contradiction);
        };
    }

    private void requirePlanned(TaskOutcome outcome) {
        Predicate<PlannedTask> same = task -> task.taskId().equals(outcome.taskId())
                && task.store().equals(outcome.store())
                && task.kind() == outcome.kind();
        if (plan == null || plan.tasks().stream().noneMatch(same)) {
            throw new ContradictionException(id, "outcome-of-no-planned-task");
        }
    }

    /** Being told that all is done is not enough: the outcome of every planned task must be there. */
    private void answerIfDone(Policies policies) {
        if (proof == null || plan == null || ended == null) {
            return;
        }
        var answers = new ArrayList<TaskOutcome>();
        for (var task : plan.tasks()) {
            var outcome = outcomes.get(task.taskId());
            if (outcome == null) {
                return;
            }
            answers.add(outcome);
        }
        var terms = termsOf(policies);
        var rule = terms.rule("clocks.respond");
        apply(
                new RequestAnswered(
                        id,
                        received.reference(),
                        received.right(),
                        received.profile(),
                        received.jurisdiction(),
                        received.language(),
                        proof.contact(),
                        List.copyOf(answers),
                        ended.packageUntil(),
                        terms.complaint(),
                        rule),
                rule);
    }

    @CommandHandler
    void handle(RecordLetter command, Policies policies, MetaData order) {
        boolean again = letters.contains(command.letter()) && command.letter() != Letter.CODE;
        if (again) {
            return;
        }
        requireAnswerFor(command.letter());
        apply(new LetterSent(id, command.letter(), command.channel()));
        if (command.letter() == Letter.ANSWERED) {
            apply(new RequestClosed(id));
            retain(termsOf(policies), timeOf(order));
        }
    }

    /** What is still to come after the end, a package or records that are kept, comes before the retention. */
    private void retain(Terms terms, Instant end) {
        var lastFollowUp = end;
        var packageUntil = ended == null ? null : ended.packageUntil();
        if (packageUntil != null && packageUntil.isAfter(lastFollowUp)) {
            lastFollowUp = packageUntil;
        }
        for (var outcome : outcomes.values()) {
            for (var collection : outcome.collections()) {
                for (var kept : collection.kept()) {
                    var until = kept.until();
                    var day = until == null
                            ? lastFollowUp
                            : until.atStartOfDay(terms.zone()).toInstant();
                    lastFollowUp = day.isAfter(lastFollowUp) ? day : lastFollowUp;
                }
            }
        }
        var rule = terms.retention().rule();
        apply(
                new RetentionStarted(
                        id, received.keys().caseKey(), lastFollowUp, terms.retainedUntil(lastFollowUp), rule),
                rule);
    }

    private void requireAnswerFor(Letter letter) {
        if (letter == Letter.ANSWERED && state != State.ANSWERED) {
            throw new ContradictionException(id, "letter-without-answer");
        }
    }

    @CommandHandler
    void handle(RecordUndeliverable command) {
        boolean again = undeliverable.contains(command.letter()) && command.letter() != Letter.CODE;
        if (again || letters.contains(command.letter())) {
            return;
        }
        requireAnswerFor(command.letter());
        apply(new LetterUndeliverable(id, command.letter(), command.channel(), command.reason()));
    }

    @CommandHandler
    void handle(RunOut command, Policies policies, MetaData order) {
        var clock = running.get(command.clock());
        if (clock == null || !clock.dueAt().equals(command.dueAt())) {
            return;
        }
        if (clock.kind() == ClockKind.HOLD && !timeOf(order).isAfter(clock.dueAt())) {
            // whoever says so: the window never ends early
            return;
        }
        apply(new ClockRanOut(id, clock.kind(), clock.dueAt(), clock.rule()), clock.rule());
        switch (command.clock()) {
            case IDENTITY -> endUnverified(Reason.EXPIRED, termsOf(policies), timeOf(order));
            case CONFIRMATION -> {
                apply(new RequestLapsed(id, received.reference(), received.language(), clock.rule()), clock.rule());
                retain(termsOf(policies), timeOf(order));
            }
            case HOLD -> release(termsOf(policies), timeOf(order));
            case CONFIRM_RECEIPT, RESPOND -> leaveToOperations();
        }
    }

    /** A window of which nobody was told has protected nobody, so it begins anew. */
    private void release(Terms terms, Instant now) {
        if (letters.contains(Letter.HOLD)) {
            approve(terms);
        } else {
            hold(terms, now);
        }
    }

    @CommandHandler
    void handle(RecordKeyDestroyed command) {
        if (destroyed.contains(command.key())) {
            return;
        }
        if (command.keyClass() == KeyClass.IDENTITY && isUndecided()) {
            throw new ContradictionException(id, "key-destroyed-before-decision");
        }
        if (command.keyClass() == KeyClass.CASE && !state.isEnd()) {
            throw new ContradictionException(id, "key-destroyed-before-end");
        }
        apply(new KeyDestroyed(id, command.key(), command.keyClass()));
    }

    private boolean isUndecided() {
        return switch (state) {
            case RECEIVED, AWAITING_IDENTITY, ASSESSMENT, AWAITING_CONFIRMATION -> true;
            case HOLD_WINDOW, IN_FULFILLMENT, ANSWERED, CLOSED, NOT_VERIFIED, WITHDRAWN, LAPSED -> false;
        };
    }

    @EventSourcingHandler
    void on(RequestEvent event) {
        switch (event) {
            case RequestReceived first -> {
                id = first.requestId();
                received = first;
                state = State.RECEIVED;
                first.clocks().forEach(clock -> running.put(clock.kind(), clock));
            }
            case IdentityAsked asked -> {
                challenges = asked.number();
                if (proof == null) {
                    state = State.AWAITING_IDENTITY;
                }
            }
            case IdentityProved proved -> {
                proof = proved;
                running.remove(ClockKind.IDENTITY);
                state = State.ASSESSMENT;
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
            case RetentionStarted _ -> leaveToTheDueTable();
            case LetterSent sent -> {
                letters.add(sent.letter());
                if (sent.letter() == Letter.RECEIVED) {
                    running.remove(ClockKind.CONFIRM_RECEIPT);
                }
            }
            case LetterUndeliverable failed -> undeliverable.add(failed.letter());
            case ClockRanOut over -> running.remove(over.clock());
            case KeyDestroyed gone -> destroyed.add(gone.key());
        }
    }

    private void end(State last) {
        state = last;
        running.clear();
    }

    private Terms termsOf(Policies policies) {
        return policies.terms(received.controller(), received.profile(), received.jurisdiction(), received.right());
    }

    /** Legal time of the command, which is that of its events. */
    private static Instant timeOf(MetaData order) {
        return Instant.parse(String.valueOf(order.get(JournalMetadata.TIME)));
    }

    private static void apply(RequestEvent event) {
        AggregateLifecycle.apply(event);
    }

    private static void apply(RequestEvent event, String rule) {
        AggregateLifecycle.apply(event, MetaData.with(JournalMetadata.RULE, rule));
    }

    /** Messages come at least once and sometimes late; what already holds, or no longer matters, is not an error. */
    private static void ignoreLateOrRepeated() {}

    /** The clock is overdue for all to see; the request goes on, and belongs to an operator until it is done. */
    private static void leaveToOperations() {}

    /** The key is destroyed when it is due, and nothing else depends on it. */
    private static void leaveToTheDueTable() {}
}
