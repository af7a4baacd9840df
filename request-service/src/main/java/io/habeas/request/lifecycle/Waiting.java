// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.BEYOND_THE_BOUND;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.EXTENDED_BEFORE;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.NO_CLOCK;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.NO_EXTENSION;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.TOO_LATE;
import static io.habeas.request.lifecycle.RequestFacts.happens;
import static io.habeas.request.lifecycle.RequestFacts.ignoreLateOrRepeated;
import static io.habeas.request.lifecycle.RequestFacts.timeOf;

import io.habeas.request.calendars.Reckoning.LastDay;
import io.habeas.request.lifecycle.RequestCommand.AskDetails;
import io.habeas.request.lifecycle.RequestCommand.Extend;
import io.habeas.request.lifecycle.RequestCommand.GiveDetails;
import io.habeas.request.lifecycle.RequestEvent.DetailsAsked;
import io.habeas.request.lifecycle.RequestEvent.DetailsGiven;
import io.habeas.request.lifecycle.RequestEvent.RequestExtended;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Terms.Deadline;
import io.habeas.request.policy.language.ClockName;
import io.habeas.request.policy.language.Decider;
import io.habeas.request.policy.language.StopReason;
import java.util.EnumSet;
import java.util.List;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.messaging.MetaData;

/** What takes longer: the person is asked for details, or the controller takes the one extension that the profile has. */
final class Waiting {

    private final RequestFacts facts;

    private final Clocks clocks;

    Waiting(RequestFacts facts, Clocks clocks) {
        this.facts = facts;
        this.clocks = clocks;
    }

    /** The wait ends before the clock of the law does, where that one goes on meanwhile. */
    @CommandHandler
    void handle(AskDetails command, Policies policies, MetaData order) {
        if (facts.state != State.UNDER_REVIEW) {
            throw new NotNowException(facts.id(), "question for details", facts.state);
        }
        var promise = facts.promise(policies);
        var rules = new DecisionRules(facts, promise);
        DecisionRules.requirePerson(facts, order);
        rules.requireRole(command.roles(), EnumSet.of(Decider.CLERK, Decider.REVIEWER, Decider.CHILDRENS_DATA_OFFICER));
        var clock = promise.clock(ClockName.DETAILS).orElseThrow(() -> refused(NO_CLOCK, List.of()));
        var now = timeOf(order);
        var until = Clocks.endOfWait(facts, promise, clock.value(), StopReason.DETAILS_ASKED, now);
        if (!until.isAfter(now)) {
            throw refused(TOO_LATE, List.of());
        }
        var received = facts.received();
        happens(
                new DetailsAsked(
                        facts.id(),
                        received.reference(),
                        received.right(),
                        received.language(),
                        facts.contact(),
                        received.replyTo(),
                        command.missing(),
                        new Deadline(ClockKind.DETAILS, now, until, clock.rule()),
                        clock.rule()),
                clock.rule());
        clocks.stop(StopReason.DETAILS_ASKED, facts.terms(policies), now);
    }

    @CommandHandler
    void handle(GiveDetails command, Policies policies, MetaData order) {
        if (facts.state != State.AWAITING_DETAILS) {
            if (command.fingerprint().equals(facts.detailsGiven)) {
                ignoreLateOrRepeated();
                return;
            }
            throw new NotNowException(facts.id(), "details", facts.state);
        }
        happens(new DetailsGiven(facts.id(), command.details(), command.fingerprint()));
        clocks.resume(StopReason.DETAILS_ASKED, facts.terms(policies), timeOf(order));
    }

    /** Once, while the first clock runs, and never beyond what the profile has. */
    @CommandHandler
    void handle(Extend command, Policies policies, MetaData order) {
        var promise = facts.promise(policies);
        var rules = new DecisionRules(facts, promise);
        DecisionRules.requirePerson(facts, order);
        rules.requireRole(command.roles(), EnumSet.of(Decider.REVIEWER, Decider.CHILDRENS_DATA_OFFICER));
        var respond = promise.clock(ClockName.RESPOND);
        var extension = respond.map(it -> it.value().extension()).orElse(null);
        if (respond.isEmpty() || extension == null) {
            throw refused(NO_EXTENSION, List.of());
        }
        if (facts.extended) {
            throw refused(EXTENDED_BEFORE, List.of());
        }
        var running = facts.running.get(ClockKind.RESPOND);
        if (running == null || timeOf(order).isAfter(running.dueAt())) {
            throw new NotNowException(facts.id(), "extension", facts.state);
        }
        var reckoning = promise.reckoning();
        var first = reckoning.dayOf(running.dueAt());
        var furthest = reckoning.extended(new LastDay(first, false), extension);
        var last = furthest.day();
        var day = command.until() == null ? last : command.until();
        if (!day.isAfter(first) || day.isAfter(last)) {
            throw refused(BEYOND_THE_BOUND, List.of(first.plusDays(1).toString(), last.toString()));
        }
        var later = facts.terms(policies)
                .endingOn(ClockKind.RESPOND, running.startedAt(), new LastDay(day, furthest.provisional()));
        extend(command, running, later, respond.get().rule() + ".extension");
    }

    private void extend(Extend command, Deadline running, Deadline later, String rule) {
        var received = facts.received();
        happens(
                new RequestExtended(
                        facts.id(),
                        received.reference(),
                        received.right(),
                        received.language(),
                        facts.contact(),
                        received.replyTo(),
                        command.reason(),
                        running.dueAt(),
                        later,
                        rule),
                rule);
    }

    private DecisionRefusedException refused(DecisionRefusedException.Reason reason, List<String> allowed) {
        return new DecisionRefusedException(facts.id(), reason, allowed);
    }
}
