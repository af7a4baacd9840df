// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.COUNT_NOT_PASSED;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.FEE_ACCEPTED;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.FEE_QUOTED_BEFORE;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.GROUND_UNKNOWN;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.NO_CLOCK;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.NO_FEE;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.REASON_TO_ANSWER;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.TOO_LATE;
import static io.habeas.request.lifecycle.RequestFacts.happens;
import static io.habeas.request.lifecycle.RequestFacts.ignoreLateOrRepeated;
import static io.habeas.request.lifecycle.RequestFacts.timeOf;

import io.habeas.contracts.SealedField;
import io.habeas.request.lifecycle.RequestCommand.AnswerFee;
import io.habeas.request.lifecycle.RequestCommand.QuoteFee;
import io.habeas.request.lifecycle.RequestEvent.FeeAccepted;
import io.habeas.request.lifecycle.RequestEvent.FeeDeclined;
import io.habeas.request.lifecycle.RequestEvent.FeeQuoted;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Promise;
import io.habeas.request.policy.Terms;
import io.habeas.request.policy.Terms.Deadline;
import io.habeas.request.policy.language.ClockName;
import io.habeas.request.policy.language.FeeRules;
import io.habeas.request.policy.language.GroundRules;
import io.habeas.request.policy.language.Name;
import io.habeas.request.policy.language.StopReason;
import java.time.Instant;
import java.util.List;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.messaging.MetaData;
import org.jspecify.annotations.Nullable;

/** What a request may cost, where the profile lets it cost something: ground and estimate come first, and nothing is done before the person accepts. */
final class Fee {

    private final RequestFacts facts;
    private final Clocks clocks;
    private final Assessment assessment;
    private final Decisions decisions;
    private final Limits limits;

    Fee(RequestFacts facts, Clocks clocks, Assessment assessment, Decisions decisions, Limits limits) {
        this.facts = facts;
        this.clocks = clocks;
        this.assessment = assessment;
        this.decisions = decisions;
        this.limits = limits;
    }

    /** Once, by whoever the profile names, and where it counts not before the count is passed. */
    @CommandHandler
    void handle(QuoteFee command, Policies policies, MetaData order) {
        if (facts.state != State.UNDER_REVIEW) {
            throw new NotNowException(facts.id(), "fee", facts.state);
        }
        var promise = facts.promise(policies);
        var rules = new DecisionRules(facts, promise);
        var fee = promise.fee().orElseThrow(() -> refused(NO_FEE, List.of()));
        rules.requirePerson(order, command.roles(), fee.value().decidedBy());
        // whoever quotes says yes for that price
        rules.requireRole(command.roles(), DecisionRules.acting(rules.approvedBy()));
        requireGround(fee.value(), command.ground());
        requireCount(promise, fee.value(), command.earlier());
        if (facts.feeQuoted) {
            throw refused(FEE_QUOTED_BEFORE, List.of());
        }
        var clock = promise.clock(ClockName.FEE).orElseThrow(() -> refused(NO_CLOCK, List.of()));
        var now = timeOf(order);
        var until = Clocks.endOfWait(facts, promise, clock.value(), StopReason.FEE_QUOTED, now);
        if (!until.isAfter(now)) {
            throw refused(TOO_LATE, List.of());
        }
        quote(command, new Deadline(ClockKind.FEE, now, until, clock.rule()), fee.rule());
        clocks.stop(StopReason.FEE_QUOTED, facts.terms(policies), now);
    }

    private void requireGround(FeeRules fee, String ground) {
        var grounds = fee.grounds().stream().map(Name::text).toList();
        if (!grounds.contains(ground)) {
            throw refused(GROUND_UNKNOWN, grounds);
        }
    }

    private void requireCount(Promise promise, FeeRules fee, List<EarlierRequest> earlier) {
        var beyond = fee.beyond();
        if (beyond != null && !limits.isPastFeeCount(promise, beyond, earlier)) {
            throw refused(COUNT_NOT_PASSED, List.of(beyond.toString()));
        }
    }

    private void quote(QuoteFee command, Deadline clock, String rule) {
        var received = facts.received();
        happens(
                new FeeQuoted(
                        facts.id(),
                        received.reference(),
                        received.right(),
                        received.language(),
                        facts.contact(),
                        received.replyTo(),
                        command.ground(),
                        command.amount(),
                        command.currency(),
                        command.reason(),
                        clock,
                        rule),
                rule);
    }

    /** Yes lets the work begin; no, with or without the reason for asking again, brings it back to whoever quoted. */
    @CommandHandler
    void handle(AnswerFee command, Policies policies, MetaData order) {
        if (facts.state != State.AWAITING_FEE) {
            if (command.fingerprint().equals(facts.feeAnswer)) {
                ignoreLateOrRepeated();
                return;
            }
            throw new NotNowException(facts.id(), "answer to a fee", facts.state);
        }
        var now = timeOf(order);
        var terms = facts.terms(policies);
        if (command.accepted()) {
            happens(new FeeAccepted(facts.id(), command.fingerprint()));
            clocks.resume(StopReason.FEE_QUOTED, terms, now);
            goOn(terms, now);
        } else {
            happens(new FeeDeclined(facts.id(), command.reason(), command.fingerprint()));
            clocks.resume(StopReason.FEE_QUOTED, terms, now);
        }
    }

    private void goOn(Terms terms, Instant now) {
        if (decisions.isCarriedOut(terms)) {
            assessment.afterReview(terms, now);
        } else {
            assessment.reviewAgain(terms);
        }
    }

    /** What counts only after a fee does not count once the fee is accepted, nor while a reason for asking again stands unanswered. */
    static void requireNoReason(RequestFacts facts, GroundRules ground, @Nullable SealedField note) {
        if (!Boolean.TRUE.equals(ground.onlyAfterFee())) {
            return;
        }
        if (facts.feeAccepted) {
            throw new DecisionRefusedException(facts.id(), FEE_ACCEPTED, List.of());
        }
        if (facts.reasonGiven && note == null) {
            throw new DecisionRefusedException(facts.id(), REASON_TO_ANSWER, List.of());
        }
    }

    private DecisionRefusedException refused(DecisionRefusedException.Reason reason, List<String> allowed) {
        return new DecisionRefusedException(facts.id(), reason, allowed);
    }
}
