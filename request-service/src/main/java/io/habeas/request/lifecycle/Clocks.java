// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.RequestFacts.happens;
import static io.habeas.request.lifecycle.RequestFacts.timeOf;

import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.VerificationAnnouncement.Failed.Reason;
import io.habeas.request.calendars.Reckoning.Stop;
import io.habeas.request.lifecycle.RequestCommand.Reckon;
import io.habeas.request.lifecycle.RequestCommand.RunOut;
import io.habeas.request.lifecycle.RequestCommand.Warn;
import io.habeas.request.lifecycle.RequestEvent.ClockRanOut;
import io.habeas.request.lifecycle.RequestEvent.ClockReckoned;
import io.habeas.request.lifecycle.RequestEvent.ClockResumed;
import io.habeas.request.lifecycle.RequestEvent.ClockStarted;
import io.habeas.request.lifecycle.RequestEvent.ClockStopped;
import io.habeas.request.lifecycle.RequestEvent.ClockWarned;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Terms;
import io.habeas.request.policy.Terms.Certainty;
import io.habeas.request.policy.Terms.Course;
import io.habeas.request.policy.Terms.Deadline;
import io.habeas.request.policy.language.Origin;
import io.habeas.request.policy.language.StopReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.messaging.MetaData;
import org.jspecify.annotations.Nullable;

/** When clocks of the request begin, stand still, go on, come near their end and run out. */
final class Clocks {

    private final RequestFacts facts;
    private final Assessment assessment;
    private final Ending ending;

    Clocks(RequestFacts facts, Assessment assessment, Ending ending) {
        this.facts = facts;
        this.assessment = assessment;
        this.ending = ending;
    }

    /**
     * Those that run from receipt. Where no proof is asked for, nobody has to prove anything in time.
     *
     * @param entry where staff entered it
     */
    static List<Deadline> fromReceipt(Terms terms, Instant receivedAt, ProofLevel level, @Nullable Entry entry) {
        var running = new ArrayList<Deadline>();
        for (var kind : List.of(ClockKind.CONFIRM_RECEIPT, ClockKind.RESPOND, ClockKind.IDENTITY)) {
            if (kind != ClockKind.IDENTITY || level != ProofLevel.NONE) {
                terms.deadline(kind, Course.of(receivedAt))
                        .map(clock -> inTime(clock, terms, entry))
                        .ifPresent(running::add);
            }
        }
        return List.copyOf(running);
    }

    /** The law's clocks run from the receipt however late it is entered. What the person has to do can not be over before it could begin. */
    private static Deadline inTime(Deadline clock, Terms terms, @Nullable Entry entry) {
        if (entry == null || clock.kind() != ClockKind.IDENTITY || clock.dueAt().isAfter(entry.enteredAt())) {
            return clock;
        }
        return terms.deadline(clock.kind(), entry.enteredAt()).orElse(clock);
    }

    /** The person proved who asks: clocks that count from then begin, and those that waited for it go on. */
    void verified(Terms terms) {
        var respond = terms.clocks().get(ClockKind.RESPOND);
        if (respond != null && respond.from() == Origin.VERIFICATION) {
            terms.deadline(ClockKind.RESPOND, facts.course(ClockKind.RESPOND))
                    .ifPresent(clock -> happens(new ClockStarted(facts.id(), clock), clock.rule()));
        }
        resume(StopReason.PROOF_ASKED, terms, facts.verified().provedAt());
    }

    /** The person was asked for something; what the profile lets wait for it stands still. */
    void stop(StopReason reason, Terms terms, Instant at) {
        var clock = terms.clocks().get(ClockKind.RESPOND);
        if (clock == null
                || !clock.stops().contains(reason)
                || facts.stands(ClockKind.RESPOND)
                || !facts.running.containsKey(ClockKind.RESPOND)) {
            return;
        }
        var cap = terms.capWhileStopped(ClockKind.RESPOND, facts.course(ClockKind.RESPOND))
                .orElse(null);
        happens(new ClockStopped(facts.id(), ClockKind.RESPOND, reason, at, cap, clock.rule()), clock.rule());
    }

    /**
     * What the person was asked for is there. A clock that waits for something else as well goes on waiting, and one whose cap is over is over.
     */
    void resume(StopReason reason, Terms terms, Instant at) {
        var clock = terms.clocks().get(ClockKind.RESPOND);
        if (clock == null
                || !facts.stands(ClockKind.RESPOND)
                || facts.ranOut.contains(ClockKind.RESPOND)
                || clock.stops().stream().anyMatch(this::isOpen)) {
            return;
        }
        var course = facts.course(ClockKind.RESPOND);
        var stops = new ArrayList<>(course.stops());
        var open = stops.removeLast();
        var goesOn = at.isBefore(open.from()) ? open.from() : at;
        stops.add(new Stop(open.from(), goesOn));
        terms.deadline(ClockKind.RESPOND, new Course(course.receivedAt(), course.verifiedAt(), List.copyOf(stops)))
                .map(it -> laterOf(it, facts.putOff))
                .map(it -> it.warningAfter(goesOn))
                .ifPresent(it -> happens(new ClockResumed(facts.id(), reason, goesOn, it), it.rule()));
    }

    /** What was put off once is not called back by a clock that goes on. */
    private static Deadline laterOf(Deadline counted, @Nullable Deadline putOff) {
        return putOff != null && putOff.dueAt().isAfter(counted.dueAt()) ? putOff : counted;
    }

    private boolean isOpen(StopReason reason) {
        return switch (reason) {
            case PROOF_ASKED -> facts.state.phase() == State.Phase.UNPROVED;
            case STATEMENT_ASKED -> facts.statementOwed;
            case DETAILS_ASKED -> facts.running.containsKey(ClockKind.DETAILS);
            case EVIDENCE_ASKED, FEE_QUOTED -> false;
        };
    }

    @CommandHandler
    void handle(Warn command) {
        var clock = facts.running.get(command.clock());
        if (clock == null || !clock.warnings().contains(command.at())) {
            return;
        }
        var next = clock.warningAfter(command.at()).warnings();
        happens(
                new ClockWarned(
                        facts.id(),
                        clock.kind(),
                        clock.dueAt(),
                        command.at(),
                        next.isEmpty() ? null : next.getFirst(),
                        clock.rule()),
                clock.rule());
    }

    /** Only what is still provisional is counted again: an end that was sure stays as it was told. */
    @CommandHandler
    void handle(Reckon command, Policies policies, MetaData order) {
        var clock = facts.running.get(command.clock());
        if (clock == null || clock.certainty() != Certainty.PROVISIONAL || facts.stands(command.clock())) {
            return;
        }
        var terms = facts.terms(policies);
        var course = facts.course(command.clock());
        var again =
                switch (command.clock()) {
                    case CONFIRM_RECEIPT, RESPOND, IDENTITY -> terms.deadline(command.clock(), course);
                    case CONFIRMATION, STATEMENT, DETAILS, HOLD -> terms.deadline(command.clock(), clock.startedAt());
                };
        again.map(it -> it.warningAfter(timeOf(order)))
                .filter(it -> it.certainty() == null || !it.dueAt().equals(clock.dueAt()))
                .ifPresent(it -> happens(new ClockReckoned(facts.id(), it), it.rule()));
    }

    @CommandHandler
    void handle(RunOut command, Policies policies, MetaData order) {
        var clock = facts.running.get(command.clock());
        if (clock == null || !clock.dueAt().equals(command.dueAt())) {
            return;
        }
        var now = timeOf(order);
        if (clock.kind() == ClockKind.HOLD && !now.isAfter(clock.dueAt())) {
            // whoever says so: the window never ends early
            return;
        }
        happens(new ClockRanOut(facts.id(), clock.kind(), clock.dueAt(), clock.rule()), clock.rule());
        switch (command.clock()) {
            case IDENTITY -> ending.endUnverified(Reason.EXPIRED, facts.terms(policies), now);
            case CONFIRMATION, STATEMENT, DETAILS -> ending.lapse(clock.rule(), facts.terms(policies), now);
            case HOLD -> assessment.release(facts.terms(policies), now);
            case CONFIRM_RECEIPT, RESPOND -> leaveToOperations();
        }
    }

    /** The clock is overdue for all to see; the request goes on, and belongs to an operator until it is done. */
    private static void leaveToOperations() {}
}
