// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.RequestFacts.happens;
import static io.habeas.request.lifecycle.RequestFacts.ignoreLateOrRepeated;
import static io.habeas.request.lifecycle.RequestFacts.timeOf;

import io.habeas.contracts.KeyClass;
import io.habeas.contracts.Right;
import io.habeas.contracts.VerificationAnnouncement.Failed.Reason;
import io.habeas.request.lifecycle.RequestCommand.RecordKeyDestroyed;
import io.habeas.request.lifecycle.RequestCommand.Withdraw;
import io.habeas.request.lifecycle.RequestEvent.KeyDestroyed;
import io.habeas.request.lifecycle.RequestEvent.RequestClosed;
import io.habeas.request.lifecycle.RequestEvent.RequestLapsed;
import io.habeas.request.lifecycle.RequestEvent.RequestNotVerified;
import io.habeas.request.lifecycle.RequestEvent.RequestWithdrawn;
import io.habeas.request.lifecycle.RequestEvent.RetentionStarted;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Terms;
import java.time.Instant;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.messaging.MetaData;

/** How requests end, and how long what is sealed in them is kept after it. */
final class Ending {

    private final RequestFacts facts;

    Ending(RequestFacts facts) {
        this.facts = facts;
    }

    void endUnverified(Reason reason, Terms terms, Instant at) {
        var received = facts.received();
        var rule = terms.rule("clocks.identity");
        happens(
                new RequestNotVerified(
                        facts.id(),
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

    /**
     * What was begun to be erased can not be taken back, so an erasure can be withdrawn only before its approval: with a hold window,
     * until the very end of it, and however late that end is noticed.
     */
    @CommandHandler
    void handle(Withdraw command, Policies policies, MetaData order) {
        switch (facts.state.phase()) {
            case UNPROVED, UNDECIDED, HELD -> withdraw(facts.terms(policies), timeOf(order));
            case WORKED_ON -> {
                if (facts.received().right() == Right.ERASURE) {
                    throw new NotNowException(facts.id(), "withdrawal", facts.state);
                }
                withdraw(facts.terms(policies), timeOf(order));
            }
            case ANSWERED, CLOSED -> throw new NotNowException(facts.id(), "withdrawal", facts.state);
            case ENDED_EARLY -> {
                if (facts.state != State.WITHDRAWN) {
                    throw new NotNowException(facts.id(), "withdrawal", facts.state);
                }
                ignoreLateOrRepeated();
            }
        }
    }

    private void withdraw(Terms terms, Instant at) {
        var received = facts.received();
        happens(new RequestWithdrawn(facts.id(), received.reference(), received.language()));
        retain(terms, at);
    }

    /** The person was asked for something and did not answer in time. */
    void lapse(String rule, Terms terms, Instant at) {
        var received = facts.received();
        happens(new RequestLapsed(facts.id(), received.reference(), received.language(), rule), rule);
        retain(terms, at);
    }

    void close(Terms terms, Instant at) {
        happens(new RequestClosed(facts.id()));
        retain(terms, at);
    }

    /** What is still to come after the end, a package or records that are kept, comes before the retention. */
    void retain(Terms terms, Instant end) {
        var lastFollowUp = end;
        var packageUntil = facts.ended == null ? null : facts.ended.packageUntil();
        if (packageUntil != null && packageUntil.isAfter(lastFollowUp)) {
            lastFollowUp = packageUntil;
        }
        for (var outcome : facts.outcomes.values()) {
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
        happens(
                new RetentionStarted(
                        facts.id(),
                        facts.received().keys().caseKey(),
                        lastFollowUp,
                        terms.retainedUntil(lastFollowUp),
                        rule),
                rule);
    }

    @CommandHandler
    void handle(RecordKeyDestroyed command) {
        if (facts.destroyed.contains(command.key())) {
            return;
        }
        if (command.keyClass() == KeyClass.IDENTITY && facts.state.isUndecided()) {
            throw new ContradictionException(facts.id(), "key-destroyed-before-decision");
        }
        if (command.keyClass() == KeyClass.CASE && !facts.state.isEnd()) {
            throw new ContradictionException(facts.id(), "key-destroyed-before-end");
        }
        happens(new KeyDestroyed(facts.id(), command.key(), command.keyClass()));
    }
}
