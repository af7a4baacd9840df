// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.RequestFacts.happens;
import static io.habeas.request.lifecycle.RequestFacts.timeOf;

import io.habeas.contracts.VerificationAnnouncement.Failed.Reason;
import io.habeas.request.lifecycle.RequestCommand.RunOut;
import io.habeas.request.lifecycle.RequestEvent.ClockRanOut;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Policies;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.messaging.MetaData;

/** What happens when a clock of the request runs out. */
final class Clocks {

    private final RequestFacts facts;
    private final Assessment assessment;
    private final Ending ending;

    Clocks(RequestFacts facts, Assessment assessment, Ending ending) {
        this.facts = facts;
        this.assessment = assessment;
        this.ending = ending;
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
            case CONFIRMATION, DETAILS -> ending.lapse(clock.rule(), facts.terms(policies), now);
            case HOLD -> assessment.release(facts.terms(policies), now);
            case CONFIRM_RECEIPT, RESPOND -> leaveToOperations();
        }
    }

    /** The clock is overdue for all to see; the request goes on, and belongs to an operator until it is done. */
    private static void leaveToOperations() {}
}
