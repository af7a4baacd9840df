// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.RequestFacts.happens;
import static io.habeas.request.lifecycle.RequestFacts.ignoreLateOrRepeated;
import static io.habeas.request.lifecycle.RequestFacts.timeOf;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.Right;
import io.habeas.request.lifecycle.RequestCommand.Confirm;
import io.habeas.request.lifecycle.RequestEvent.ConfirmationAsked;
import io.habeas.request.lifecycle.RequestEvent.Confirmed;
import io.habeas.request.lifecycle.RequestEvent.CountPassed.Count;
import io.habeas.request.lifecycle.RequestEvent.HoldStarted;
import io.habeas.request.lifecycle.RequestEvent.ReviewAsked;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Terms;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.messaging.MetaData;

/** From the proof to the decision: confirmation, hold, approval, and the way to a reviewer where no machine may decide. */
final class Assessment {

    private static final Set<ReviewReason> STAYING = EnumSet.of(
            ReviewReason.REOPENED,
            ReviewReason.NOT_GIVEN_ANY_MORE,
            ReviewReason.WITHHELD_NOT_IN_THE_MAP,
            ReviewReason.QUESTION_REACHED_NOBODY);

    private final RequestFacts facts;
    private final Granting granting;
    private final Standing standing;

    Assessment(RequestFacts facts, Granting granting, Standing standing) {
        this.facts = facts;
        this.granting = granting;
        this.standing = standing;
    }

    /** Once it is known who asks, or nothing of it needs to be known: on to a decision, or to somebody who makes it. */
    void assess(Terms terms, Instant now) {
        if (facts.statementOwed) {
            return;
        }
        var reason = needsReview(terms);
        if (reason.isPresent()) {
            review(reason.get(), terms, now);
        } else {
            goOn(terms, now);
        }
    }

    /**
     * Other rules hold. What the person is still asked for is waited for; else it is decided anew, or somebody decides who may under the new rules.
     * What was confirmed is not confirmed again.
     */
    void anew(Terms terms, Instant now) {
        if (facts.state != State.UNDER_REVIEW && facts.state != State.ASSESSMENT) {
            return;
        }
        var before = facts.review;
        var reason = needsReview(terms);
        if (before != null && staysReviewed(before)) {
            askReview(before.reason(), terms.address());
        } else if (reason.isPresent()) {
            review(reason.get(), terms, now);
        } else if (facts.ordered != null) {
            // what stands meanwhile was ordered by the old rules: a person looks at what it should be
            askReview(ReviewReason.DECIDED_BY_A_REVIEWER, terms.address());
        } else {
            afterReview(terms, now);
        }
    }

    /** A correction takes back neither what was upheld or said to a version, nor that somebody wanted something kept back, nor that a letter was lost. */
    private static boolean staysReviewed(ReviewAsked before) {
        return STAYING.contains(before.reason());
    }

    /** Who asked for something sees that nobody was reached, and may ask again or decide without it. */
    void reviewUnreached(String rule) {
        askReview(ReviewReason.QUESTION_REACHED_NOBODY, rule);
    }

    /** The person said yes to a version that does not give it; no machine refuses for that. */
    void reviewNotGiven(String rule, Terms terms, Instant now) {
        if (facts.statementOwed) {
            return;
        }
        standUnderReview(terms, now);
        askReview(ReviewReason.NOT_GIVEN_ANY_MORE, rule);
    }

    private void review(ReviewReason reason, Terms terms, Instant now) {
        standUnderReview(terms, now);
        askReview(reason, ruleOf(reason, terms));
    }

    private void standUnderReview(Terms terms, Instant now) {
        if (isBelieved(terms)
                && terms.effects().standsUnderReview(facts.received().kindAsked())) {
            standing.whileUnderReview(terms, now);
        }
    }

    /** Nothing is stopped for somebody who did not ask: it is proved who asks, or the profile believes whoever does. */
    private boolean isBelieved(Terms terms) {
        return facts.proof != null
                || terms.effects().byWordAlone(facts.received().kindAsked());
    }

    /** A machine grants only what the person itself asks for, what the profile lets it, and what it carries out. */
    private Optional<ReviewReason> needsReview(Terms terms) {
        var received = facts.received();
        boolean believed = terms.effects().byWordAlone(received.kindAsked());
        boolean unproved = facts.proof == null
                && terms.proofOf(received.capacity(), received.kindAsked()).level() != ProofLevel.NONE;
        if (unproved || received.capacity() != Capacity.SUBJECT && !believed) {
            return Optional.of(ReviewReason.AUTHORITY_TO_CHECK);
        }
        if (facts.passed.containsKey(Count.LIMIT)) {
            return Optional.of(ReviewReason.LIMIT_REACHED);
        }
        if (facts.passed.containsKey(Count.FEE)) {
            return Optional.of(ReviewReason.COUNT_PASSED);
        }
        if (facts.statementGiven != null) {
            return Optional.of(ReviewReason.STATEMENT_TO_READ);
        }
        if (facts.statementUnreached) {
            return Optional.of(ReviewReason.QUESTION_REACHED_NOBODY);
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
            case COMPLAINT, REOPENED, NOT_GIVEN_ANY_MORE, WITHHELD_NOT_IN_THE_MAP, QUESTION_REACHED_NOBODY ->
                terms.address();
            case LIMIT_REACHED -> ruleOf(Count.LIMIT, terms);
            case COUNT_PASSED -> ruleOf(Count.FEE, terms);
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

    /** Whatever a machine might have granted: a complaint was upheld, and a person decides anew. */
    void reviewReopened(String rule) {
        askReview(ReviewReason.REOPENED, rule);
    }

    /** It was decided, and can not be done so. */
    void reviewGivenBack(Terms terms) {
        askReview(ReviewReason.WITHHELD_NOT_IN_THE_MAP, terms.address());
    }

    private String ruleOf(Count count, Terms terms) {
        var passed = facts.passed.get(count);
        return passed == null ? terms.address() : passed.rule();
    }

    /** What nothing here carries out goes back to whoever looked at it before. */
    void reviewAgain(Terms terms) {
        var before = facts.review;
        var reason = before == null ? ReviewReason.RIGHT_NOT_CARRIED_OUT : before.reason();
        askReview(reason, ruleOf(reason, terms));
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
        if (terms.effects().makeStand()) {
            decide(terms, now);
            return;
        }
        var proved = facts.verified();
        if (terms.confirms(proved.account())) {
            askConfirmation(terms, proved.provedAt());
        } else {
            decide(terms, now);
        }
    }

    /** A person granted it. What the person concerned has to confirm is confirmed first, unless it was before the review. */
    void afterReview(Terms terms, Instant now) {
        if (terms.effects().makeStand()) {
            decide(terms, now);
        } else if (facts.delivery == null && terms.confirms(facts.verified().account())) {
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
                        facts.id(),
                        received.reference(),
                        received.language(),
                        proved.contact(),
                        clock,
                        rule,
                        received.right() == Right.ERASURE ? null : received.right()),
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
        if (terms.effects().makeStand()) {
            standing.grant(terms, now);
        } else if (terms.clocks().containsKey(ClockKind.HOLD)) {
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
        granting.approve(terms, facts.verified().proved());
    }
}
