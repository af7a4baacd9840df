// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.RequestFacts.happens;
import static io.habeas.request.lifecycle.RequestFacts.ignoreLateOrRepeated;
import static io.habeas.request.lifecycle.RequestFacts.timeOf;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.request.lifecycle.RequestCommand.Confirm;
import io.habeas.request.lifecycle.RequestEvent.ConfirmationAsked;
import io.habeas.request.lifecycle.RequestEvent.Confirmed;
import io.habeas.request.lifecycle.RequestEvent.HoldStarted;
import io.habeas.request.lifecycle.RequestEvent.RequestApproved;
import io.habeas.request.lifecycle.RequestEvent.ReviewAsked;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Terms;
import java.time.Instant;
import java.util.Optional;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.messaging.MetaData;

/** From the proof to the decision: confirmation, hold, approval, and the way to a reviewer where no machine may decide. */
final class Assessment {

    private final RequestFacts facts;

    Assessment(RequestFacts facts) {
        this.facts = facts;
    }

    /** Once it is known who asks, or nothing of it needs to be known: on to a decision, or to somebody who makes it. */
    void assess(Terms terms, Instant now) {
        if (facts.statementOwed) {
            return;
        }
        var reason = needsReview(terms);
        if (reason.isPresent()) {
            askReview(reason.get(), ruleOf(reason.get(), terms));
        } else {
            goOn(terms, now);
        }
    }

    /** A machine grants only what the person itself asks for, what the profile lets it, and what it carries out. */
    private Optional<ReviewReason> needsReview(Terms terms) {
        var received = facts.received();
        if (received.capacity() != Capacity.SUBJECT) {
            return Optional.of(ReviewReason.AUTHORITY_TO_CHECK);
        }
        if (facts.statementGiven != null) {
            return Optional.of(ReviewReason.STATEMENT_TO_READ);
        }
        if (!terms.decisionOf(received.kindAsked()).byMachine()) {
            return Optional.of(ReviewReason.DECIDED_BY_A_REVIEWER);
        }
        if (!terms.decision().carriedOut()) {
            return Optional.of(ReviewReason.RIGHT_NOT_CARRIED_OUT);
        }
        return terms.carriesOut(received.scope()) ? Optional.empty() : Optional.of(ReviewReason.SCOPE_NOT_CARRIED_OUT);
    }

    private String ruleOf(ReviewReason reason, Terms terms) {
        return switch (reason) {
            case AUTHORITY_TO_CHECK -> {
                var capacity = terms.capacities().get(facts.received().capacity());
                yield capacity == null ? terms.address() : capacity.rule();
            }
            case DECIDED_BY_A_REVIEWER ->
                terms.decisionOf(facts.received().kindAsked()).rule();
            case STATEMENT_TO_READ -> {
                var written = terms.written();
                yield written == null ? terms.address() : written.rule();
            }
            case ORDERED_BY_STAFF -> terms.decisionRule();
            case RIGHT_NOT_CARRIED_OUT, SCOPE_NOT_CARRIED_OUT -> terms.address();
        };
    }

    /** Nothing is done, and no machine goes on, until a person has decided. */
    private void askReview(ReviewReason reason, String rule) {
        var received = facts.received();
        happens(
                new ReviewAsked(facts.id(), received.reference(), received.right(), received.language(), reason, rule),
                rule);
    }

    /** Towards fulfillment: the person confirms where the profile wants it, what is held back waits, then it is approved. */
    void goOn(Terms terms, Instant now) {
        var proved = facts.verified();
        if (terms.confirms(proved.account())) {
            askConfirmation(terms, proved.provedAt());
        } else {
            decide(terms, now);
        }
    }

    /** A person granted it. What the person concerned has to confirm is confirmed first, unless it was before the review. */
    void afterReview(Terms terms, Instant now) {
        if (facts.delivery == null && terms.confirms(facts.verified().account())) {
            askConfirmation(terms, now);
        } else {
            decide(terms, now);
        }
    }

    private void askConfirmation(Terms terms, Instant from) {
        var proved = facts.verified();
        var received = facts.received();
        var clock = terms.deadline(ClockKind.CONFIRMATION, from)
                .orElseThrow(
                        () -> new IllegalStateException("a profile that asks for confirmation has a clock for it"));
        var rule = terms.rule("confirmation");
        happens(
                new ConfirmationAsked(
                        facts.id(), received.reference(), received.language(), proved.contact(), clock, rule),
                rule);
    }

    @CommandHandler
    void handle(Confirm command, Policies policies, MetaData order) {
        switch (facts.state) {
            case AWAITING_CONFIRMATION -> {
                var terms = facts.terms(policies);
                happens(new Confirmed(facts.id(), command.delivery()), terms.rule("confirmation"));
                decide(terms, timeOf(order));
            }
            case UNDER_REVIEW, HOLD_WINDOW, IN_FULFILLMENT, ANSWERED, CLOSED -> {
                if (command.delivery() != facts.delivery) {
                    throw new NotNowException(facts.id(), "confirmation", facts.state);
                }
                ignoreLateOrRepeated();
            }
            default -> throw new NotNowException(facts.id(), "confirmation", facts.state);
        }
    }

    /** What the profile holds back waits; the approval, and with it the entry of the audit log that lets it run, comes at its end. */
    void decide(Terms terms, Instant now) {
        if (facts.reviewOrdered && !facts.granted) {
            askReview(ReviewReason.ORDERED_BY_STAFF, terms.decisionRule());
            return;
        }
        if (terms.clocks().containsKey(ClockKind.HOLD)) {
            hold(terms, now);
        } else {
            approve(terms);
        }
    }

    private void hold(Terms terms, Instant from) {
        var received = facts.received();
        var clock = terms.deadline(ClockKind.HOLD, from).orElseThrow();
        happens(
                new HoldStarted(
                        facts.id(),
                        received.reference(),
                        received.right(),
                        received.language(),
                        facts.verified().contact(),
                        received.replyTo(),
                        clock,
                        clock.rule()),
                clock.rule());
    }

    /** A window of which nobody was told has protected nobody, so it begins anew. */
    void release(Terms terms, Instant now) {
        if (facts.letters.contains(Letter.HOLD)) {
            approve(terms);
        } else {
            hold(terms, now);
        }
    }

    private void approve(Terms terms) {
        var received = facts.received();
        if (!terms.carriesOut(received.scope())) {
            throw new ContradictionException(facts.id(), "approval-of-what-is-not-carried-out");
        }
        var rule = terms.decisionRule();
        happens(
                new RequestApproved(
                        facts.id(),
                        DerivedIds.of(facts.id(), "approval"),
                        received.reference(),
                        received.profile(),
                        received.jurisdiction(),
                        received.right(),
                        received.scope(),
                        received.language(),
                        received.keys(),
                        facts.verified().proved(),
                        received.receivedAt(),
                        terms.collectedSince(received.receivedAt()),
                        terms.namesOfKeepGrounds(),
                        rule),
                rule);
    }
}
