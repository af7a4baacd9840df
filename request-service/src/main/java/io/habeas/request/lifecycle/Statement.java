// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.RequestFacts.happens;
import static io.habeas.request.lifecycle.RequestFacts.ignoreLateOrRepeated;
import static io.habeas.request.lifecycle.RequestFacts.timeOf;

import io.habeas.request.lifecycle.RequestCommand.AskStatement;
import io.habeas.request.lifecycle.RequestCommand.TakeStatement;
import io.habeas.request.lifecycle.RequestEvent.StatementAsked;
import io.habeas.request.lifecycle.RequestEvent.StatementReceived;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Terms;
import io.habeas.request.policy.language.StopReason;
import io.habeas.request.policy.language.WrittenRules.Signature;
import java.time.Instant;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.messaging.MetaData;

/** The written statement that some policies may ask for: from asking until it comes the request waits. */
final class Statement {

    private final RequestFacts facts;
    private final Clocks clocks;
    private final Assessment assessment;

    Statement(RequestFacts facts, Clocks clocks, Assessment assessment) {
        this.facts = facts;
        this.clocks = clocks;
        this.assessment = assessment;
    }

    /** Before the proof the person is asked as well; the request then waits for the one and the other. */
    @CommandHandler
    void handle(AskStatement command, Policies policies, MetaData order) {
        if (facts.statementOwed) {
            ignoreLateOrRepeated();
            return;
        }
        switch (facts.state) {
            case RECEIVED, AWAITING_IDENTITY, ASSESSMENT, UNDER_REVIEW -> {
                if (facts.statementGiven != null) {
                    throw new NotNowException(facts.id(), "statement", facts.state);
                }
                ask(facts.terms(policies), timeOf(order));
            }
            default -> throw new NotNowException(facts.id(), "statement", facts.state);
        }
    }

    private void ask(Terms terms, Instant now) {
        var written = terms.written();
        var clock = terms.deadline(ClockKind.STATEMENT, now).orElse(null);
        if (written == null || clock == null) {
            throw new ContradictionException(facts.id(), "statement-not-in-the-profile");
        }
        var received = facts.received();
        happens(
                new StatementAsked(
                        facts.id(),
                        received.reference(),
                        received.right(),
                        received.language(),
                        received.replyTo(),
                        clock,
                        written.rule()),
                written.rule());
        clocks.stop(StopReason.STATEMENT_ASKED, terms, now);
    }

    @CommandHandler
    void handle(TakeStatement command, Policies policies, MetaData order) {
        if (command.fingerprint().equals(facts.statementGiven)) {
            ignoreLateOrRepeated();
            return;
        }
        if (!facts.statementOwed) {
            throw new NotNowException(facts.id(), "statement", facts.state);
        }
        var terms = facts.terms(policies);
        var written = terms.written();
        if (written != null && written.signature() == Signature.NEEDED && !command.signed()) {
            throw new ContradictionException(facts.id(), "statement-not-signed");
        }
        happens(new StatementReceived(facts.id(), command.statement(), command.signed(), command.fingerprint()));
        var now = timeOf(order);
        clocks.resume(StopReason.STATEMENT_ASKED, terms, now);
        if (facts.state == State.ASSESSMENT) {
            assessment.assess(terms, now);
        }
    }
}
