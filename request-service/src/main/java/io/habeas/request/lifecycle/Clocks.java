// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.RequestFacts.happens;
import static io.habeas.request.lifecycle.RequestFacts.timeOf;

import io.habeas.contracts.NotificationAnnouncement.Letter;
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
import io.habeas.request.lifecycle.RequestEvent.RequestBoundAnew.Stood;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Promise;
import io.habeas.request.policy.Terms;
import io.habeas.request.policy.Terms.Certainty;
import io.habeas.request.policy.Terms.Course;
import io.habeas.request.policy.Terms.Deadline;
import io.habeas.request.policy.language.ClockName;
import io.habeas.request.policy.language.ClockRules;
import io.habeas.request.policy.language.Origin;
import io.habeas.request.policy.language.StopReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    /** When the clock of the answer stood still, as far as terms let it; a stop that is open ends with that moment. */
    List<Stood> stood(Terms terms, Instant until) {
        var clock = terms.clocks().get(ClockKind.RESPOND);
        if (clock == null) {
            return List.of();
        }
        var stood = new ArrayList<Stood>();
        var all = facts.stops.getOrDefault(ClockKind.RESPOND, List.of());
        for (int index = 0; index < all.size(); index++) {
            var stop = all.get(index);
            var reason = facts.stopReasons.get(index);
            if (clock.stops().contains(reason)) {
                var end = stop.until() == null ? until : stop.until();
                stood.add(new Stood(reason, stop.from(), end.isBefore(stop.from()) ? stop.from() : end));
            }
        }
        return List.copyOf(stood);
    }

    /**
     * All that run on under other rules: those of the law counted from the true receipt, even where they are over by then. What the person was
     * told to have time for they keep, unless nothing of it is asked for any more; what the new rules ask for is asked anew.
     */
    List<Deadline> anew(Terms terms, ProofLevel level, List<Stood> stood, Instant now) {
        var running = new ArrayList<Deadline>();
        var course = facts.course(ClockKind.RESPOND);
        if (!facts.letters.contains(Letter.RECEIVED)) {
            terms.deadline(ClockKind.CONFIRM_RECEIPT, facts.course(ClockKind.CONFIRM_RECEIPT))
                    .ifPresent(running::add);
        }
        var stops = stood.stream().map(it -> new Stop(it.from(), it.until())).toList();
        // where the new one begins with a proof that nobody was asked for, the one that was told goes on
        terms.deadline(ClockKind.RESPOND, new Course(course.receivedAt(), course.verifiedAt(), stops))
                .or(() -> Optional.ofNullable(facts.running.get(ClockKind.RESPOND)))
                .ifPresent(running::add);
        var identity = facts.running.get(ClockKind.IDENTITY);
        if (identity != null && level != ProofLevel.NONE) {
            running.add(identity);
        }
        var statement = facts.running.get(ClockKind.STATEMENT);
        if (statement != null && terms.written() != null) {
            running.add(statement);
        }
        for (var kind : List.of(ClockKind.DETAILS, ClockKind.COMPLAINT)) {
            var clock = facts.running.get(kind);
            if (clock != null) {
                running.add(clock);
            }
        }
        return running.stream().map(it -> it.warningAfter(now)).toList();
    }

    /** The rules are others, and the person is still asked for something: the clock stands still from now on where they let it. */
    void stopAgain(Terms terms, Instant now) {
        var respond = facts.running.get(ClockKind.RESPOND);
        if (respond != null && !respond.dueAt().isAfter(now)) {
            // it is over, and that shows
            return;
        }
        for (var reason : StopReason.values()) {
            if (isOpen(reason)) {
                stop(reason, terms, now);
            }
        }
    }

    /** When a wait for the person ends: with its own term, and before the clock of the answer does where that one goes on meanwhile. */
    static Instant endOfWait(RequestFacts facts, Promise promise, ClockRules wait, StopReason stopping, Instant now) {
        var reckoning = promise.reckoning();
        var end = reckoning.endAfter(wait.within(), now);
        var respond = facts.running.get(ClockKind.RESPOND);
        boolean stands = promise.clock(ClockName.RESPOND)
                .map(it -> it.value().stops().contains(stopping))
                .orElse(false);
        if (respond == null || stands) {
            return end;
        }
        var dayBefore = reckoning.endOf(reckoning.dayOf(respond.dueAt()).minusDays(1));
        return dayBefore.isBefore(end) ? dayBefore : end;
    }

    private boolean isOpen(StopReason reason) {
        return switch (reason) {
            case PROOF_ASKED -> facts.state.phase() == State.Phase.UNPROVED;
            case STATEMENT_ASKED -> facts.statementOwed;
            case DETAILS_ASKED -> facts.running.containsKey(ClockKind.DETAILS);
            case FEE_QUOTED -> facts.running.containsKey(ClockKind.FEE);
            case EVIDENCE_ASKED -> false;
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
                    case COMPLAINT -> Complaints.clock(facts.promise(policies), clock.startedAt());
                    case CONFIRMATION, STATEMENT, DETAILS, FEE, HOLD ->
                        terms.deadline(command.clock(), clock.startedAt());
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
            case CONFIRMATION, STATEMENT, DETAILS, FEE -> unanswered(clock, facts.terms(policies), now);
            case HOLD -> assessment.release(facts.terms(policies), now);
            case CONFIRM_RECEIPT, RESPOND, COMPLAINT -> leaveToOperations();
        }
    }

    /**
     * Nobody loses a request by a letter that did not arrive: then a person sees to it. Before the proof that waits for the proof, which has a
     * clock of its own.
     */
    private void unanswered(Deadline clock, Terms terms, Instant now) {
        if (facts.wasReached(clock.kind())) {
            ending.lapse(clock.rule(), terms, now);
            return;
        }
        if (facts.state.phase() == State.Phase.UNPROVED) {
            return;
        }
        assessment.reviewUnreached(clock.rule());
        switch (clock.kind()) {
            case STATEMENT -> resume(StopReason.STATEMENT_ASKED, terms, now);
            case DETAILS -> resume(StopReason.DETAILS_ASKED, terms, now);
            case FEE -> resume(StopReason.FEE_QUOTED, terms, now);
            case CONFIRMATION, CONFIRM_RECEIPT, RESPOND, IDENTITY, COMPLAINT, HOLD -> {}
        }
    }

    /** The clock is overdue for all to see; the request goes on, and belongs to an operator until it is done. */
    private static void leaveToOperations() {}
}
