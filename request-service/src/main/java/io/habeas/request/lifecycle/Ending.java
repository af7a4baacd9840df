// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.RequestFacts.happens;
import static io.habeas.request.lifecycle.RequestFacts.ignoreLateOrRepeated;
import static io.habeas.request.lifecycle.RequestFacts.timeOf;

import io.habeas.contracts.KeyClass;
import io.habeas.contracts.VerificationAnnouncement.Failed.Reason;
import io.habeas.request.lifecycle.RequestCommand.ProlongRetention;
import io.habeas.request.lifecycle.RequestCommand.RecordKeyDestroyed;
import io.habeas.request.lifecycle.RequestCommand.RequireKeySpent;
import io.habeas.request.lifecycle.RequestCommand.Withdraw;
import io.habeas.request.lifecycle.RequestEvent.KeyDestroyed;
import io.habeas.request.lifecycle.RequestEvent.RequestClosed;
import io.habeas.request.lifecycle.RequestEvent.RequestLapsed;
import io.habeas.request.lifecycle.RequestEvent.RequestNotVerified;
import io.habeas.request.lifecycle.RequestEvent.RequestWithdrawn;
import io.habeas.request.lifecycle.RequestEvent.RetentionStarted;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Terms;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.messaging.MetaData;

/** How requests end, and how long what is sealed in them is kept after it. */
final class Ending {

    /** After so long it is looked again whether the key is still needed. */
    private static final Duration PROLONGED = Duration.ofDays(30);

    private final RequestFacts facts;

    Ending(RequestFacts facts) {
        this.facts = facts;
    }

    void endUnverified(Reason reason, Terms terms, Instant at) {
        var received = facts.received();
        var rule = terms.clockRule(ClockKind.IDENTITY);
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
                if (!facts.state.canBeTakenBack(facts.received().right())) {
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
                    var until = facts.followUps.dayOf(outcome, kept);
                    var day = until == null
                            ? lastFollowUp
                            : until.atStartOfDay(terms.zone()).toInstant();
                    lastFollowUp = day.isAfter(lastFollowUp) ? day : lastFollowUp;
                }
            }
        }
        retain(terms, lastFollowUp, terms.retainedUntil(lastFollowUp));
    }

    private void retain(Terms terms, Instant from, Instant until) {
        var rule = terms.retention().rule();
        happens(new RetentionStarted(facts.id(), facts.received().keys().caseKey(), from, until, rule), rule);
    }

    /** What is followed up later than was said needs the key for longer, and the retention is counted from then. */
    void retainAfter(LocalDate day, Terms terms) {
        var retention = facts.retention;
        var from = day.atStartOfDay(terms.zone()).toInstant();
        if (retention != null && from.isAfter(retention.from())) {
            retain(terms, from, terms.retainedUntil(from));
        }
    }

    /**
     * Where a store is away for longer than the retention, the key lives on until what was kept is gone: without it nobody knows any more
     * which records those are. Where nothing is open any more, the retention is over at once.
     */
    @CommandHandler
    void handle(ProlongRetention command, Policies policies, MetaData order) {
        var retention = facts.retention;
        if (retention == null || facts.destroyed.contains(retention.key())) {
            ignoreLateOrRepeated();
            return;
        }
        var now = timeOf(order);
        boolean open = facts.followUps.isOpen(facts.outcomes.values());
        retain(facts.terms(policies), retention.from(), open ? now.plus(PROLONGED) : now);
    }

    /** Nothing happens: whoever is answered without a refusal may destroy the key. */
    @CommandHandler
    void handle(RequireKeySpent command, MetaData order) {
        if (facts.destroyed.contains(command.key())) {
            return;
        }
        requireNoUse(command.keyClass());
        var retention = facts.retention;
        if (command.keyClass() == KeyClass.CASE
                && (retention == null || retention.until().isAfter(timeOf(order)))) {
            throw new ContradictionException(facts.id(), "key-destroyed-before-its-day");
        }
    }

    @CommandHandler
    void handle(RecordKeyDestroyed command) {
        if (facts.destroyed.contains(command.key())) {
            return;
        }
        requireNoUse(command.keyClass());
        happens(new KeyDestroyed(facts.id(), command.key(), command.keyClass()));
    }

    private void requireNoUse(KeyClass keyClass) {
        if (keyClass == KeyClass.IDENTITY && facts.state.isUndecided() && !facts.decidedBefore) {
            throw new ContradictionException(facts.id(), "key-destroyed-before-decision");
        }
        if (keyClass == KeyClass.CASE && !facts.state.isEnd()) {
            throw new ContradictionException(facts.id(), "key-destroyed-before-end");
        }
    }
}
