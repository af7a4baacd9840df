// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.NEVER_REFUSED;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.NOT_CARRIED_OUT;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.NOT_PROVED;
import static io.habeas.request.lifecycle.RequestFacts.happens;
import static io.habeas.request.lifecycle.RequestFacts.ignoreLateOrRepeated;
import static io.habeas.request.lifecycle.RequestFacts.timeOf;

import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.Right;
import io.habeas.request.lifecycle.RequestCommand.Approve;
import io.habeas.request.lifecycle.RequestCommand.OrderReview;
import io.habeas.request.lifecycle.RequestCommand.RecordReading;
import io.habeas.request.lifecycle.RequestCommand.Refuse;
import io.habeas.request.lifecycle.RequestEvent.FileRead;
import io.habeas.request.lifecycle.RequestEvent.RequestGranted;
import io.habeas.request.lifecycle.RequestEvent.RequestRefused;
import io.habeas.request.lifecycle.RequestEvent.ReviewOrdered;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Ruled;
import io.habeas.request.policy.Terms;
import io.habeas.request.policy.language.Name;
import java.util.List;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.messaging.MetaData;

/** What a person of the controller decides. A refusal happens here and nowhere else, so no machine refuses. */
final class Decisions {

    private final RequestFacts facts;
    private final Assessment assessment;
    private final Ending ending;
    private final Limits limits;

    Decisions(RequestFacts facts, Assessment assessment, Ending ending, Limits limits) {
        this.facts = facts;
        this.assessment = assessment;
        this.ending = ending;
        this.limits = limits;
    }

    /** Until it is decided, a reviewer may find a ground, also where a machine would have approved. */
    @CommandHandler
    void handle(Refuse command, Policies policies, MetaData order) {
        if (isRefusedAlike(command)) {
            ignoreLateOrRepeated();
            return;
        }
        if (!facts.state.isUndecided()) {
            throw new NotNowException(facts.id(), "refusal", facts.state);
        }
        var promise = facts.promise(policies);
        var rules = new DecisionRules(facts, promise);
        var ground = rules.refusalGround(command.ground());
        rules.requirePerson(order, command.roles(), rules.refusedBy(ground.value()));
        rules.requireUsable(ground.value(), command.evidence() != null, command.secret());
        Fee.requireNoReason(facts, ground.value(), command.note());
        var againFrom = limits.requireReached(promise, ground.value(), command.earlier());
        var received = facts.received();
        var complaint = promise.complaint();
        happens(
                new RequestRefused(
                        facts.id(),
                        received.reference(),
                        received.right(),
                        received.profile(),
                        received.jurisdiction(),
                        received.language(),
                        facts.contact(),
                        received.replyTo(),
                        command.ground(),
                        !command.secret(),
                        rules.isAnswerOwed(ground.value()),
                        command.evidence(),
                        command.note(),
                        complaint
                                .map(it -> it.value().next().stream()
                                        .map(Name::text)
                                        .toList())
                                .orElse(List.of()),
                        complaint.map(it -> it.value().source()).orElse(null),
                        ground.rule(),
                        againFrom),
                // the trail is open to the person: it names no ground that may not be told
                command.secret() ? rules.refusalRule() : ground.rule());
        ending.retain(facts.terms(policies), timeOf(order));
    }

    private boolean isRefusedAlike(Refuse command) {
        var refused = facts.refused;
        return refused != null
                && refused.ground().equals(command.ground())
                && refused.groundShown() != command.secret();
    }

    /** Never without a proof of who asks, and never for what nothing here carries out. */
    @CommandHandler
    void handle(Approve command, Policies policies, MetaData order) {
        if (facts.state != State.UNDER_REVIEW) {
            throw new NotNowException(facts.id(), "approval", facts.state);
        }
        var promise = facts.promise(policies);
        var rules = new DecisionRules(facts, promise);
        rules.requirePerson(order, command.roles(), rules.approvedBy());
        var waiver = limits.waivedBy(promise);
        waiver.ifPresent(it -> rules.requireRole(command.roles(), DecisionRules.acting(it.value())));
        command.withheld().forEach(it -> rules.requireWithholdingGround(it.ground()));
        if (facts.proof == null && facts.received().proofLevel() != ProofLevel.NONE) {
            throw new DecisionRefusedException(facts.id(), NOT_PROVED, List.of());
        }
        boolean inPart = !command.withheld().isEmpty();
        if (!isCarriedOut(facts.terms(policies)) || inPart && facts.received().right() != Right.ACCESS) {
            throw new DecisionRefusedException(facts.id(), NOT_CARRIED_OUT, List.of());
        }
        // what is beyond a limit passes because somebody waives it
        var rule = waiver.map(Ruled::rule).orElseGet(rules::decisionRule);
        happens(new RequestGranted(facts.id(), command.withheld(), command.note(), rule), rule);
        assessment.afterReview(facts.terms(policies), timeOf(order));
    }

    /** Whether what follows an approval is done here by itself. */
    boolean isCarriedOut(Terms terms) {
        var received = facts.received();
        var review = facts.review;
        boolean open = review == null
                || switch (review.reason()) {
                    // what ran once does not run again by itself
                    case REOPENED -> facts.plan == null && facts.ordered == null;
                    case RIGHT_NOT_CARRIED_OUT, SCOPE_NOT_CARRIED_OUT -> false;
                    case DECIDED_BY_A_REVIEWER,
                            AUTHORITY_TO_CHECK,
                            LIMIT_REACHED,
                            COUNT_PASSED,
                            COMPLAINT,
                            NOT_GIVEN_ANY_MORE,
                            ORDERED_BY_STAFF,
                            STATEMENT_TO_READ,
                            WITHHELD_NOT_IN_THE_MAP,
                            QUESTION_REACHED_NOBODY -> true;
                };
        boolean known = facts.proof != null || terms.effects().makeStand();
        return open && known && terms.decision().carriedOut() && terms.carriesOut(received.scope());
    }

    /** Before the proof it is a wish that waits for it; nothing is decided by a machine any more. */
    @CommandHandler
    void handle(OrderReview command, Policies policies, MetaData order) {
        DecisionRules.requirePerson(facts, order);
        var effects = facts.terms(policies).effects();
        if (effects.makeStand() && effects.isNeverRefused(facts.received().kindAsked())) {
            throw new DecisionRefusedException(facts.id(), NEVER_REFUSED, List.of());
        }
        switch (facts.state) {
            case RECEIVED, AWAITING_IDENTITY, AWAITING_CONFIRMATION -> {
                if (!facts.reviewOrdered) {
                    happens(new ReviewOrdered(facts.id()));
                }
            }
            default -> throw new NotNowException(facts.id(), "review", facts.state);
        }
    }

    /** Whoever reads what a person wrote leaves a trace, whatever the state. */
    @CommandHandler
    void handle(RecordReading command, MetaData order) {
        DecisionRules.requirePerson(facts, order);
        happens(new FileRead(facts.id(), command.parts()));
    }
}
