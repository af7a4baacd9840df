// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.BY_MACHINE;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.NOTHING_LEFT;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.NOT_IN_PART;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.NOT_PROVED;
import static io.habeas.request.lifecycle.RequestFacts.happens;

import io.habeas.contracts.ProofLevel;
import io.habeas.request.lifecycle.RequestCommand.CarryOut;
import io.habeas.request.lifecycle.RequestEvent.RefusedField;
import io.habeas.request.lifecycle.RequestEvent.RequestCarriedOut;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Ruled;
import io.habeas.request.policy.language.RefusalRules;
import io.habeas.request.policy.language.RefusalRules.Partial;
import java.util.ArrayList;
import java.util.List;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.messaging.MetaData;

/** What no machine carries out a person does, and states it; of a correction, field by field. */
final class ByHand {

    private final RequestFacts facts;
    private final Granting granting;
    private final Decisions decisions;
    private final Limits limits;

    ByHand(RequestFacts facts, Granting granting, Decisions decisions, Limits limits) {
        this.facts = facts;
        this.granting = granting;
        this.decisions = decisions;
        this.limits = limits;
    }

    /** By the role that approves, and where a field is refused, by the role that refuses, too; never what a machine carries out. */
    @CommandHandler
    void handle(CarryOut command, Policies policies, MetaData order) {
        if (facts.state != State.UNDER_REVIEW) {
            throw new NotNowException(facts.id(), "statement of what was done", facts.state);
        }
        var terms = facts.terms(policies);
        var rules = new DecisionRules(facts, facts.promise(policies));
        rules.requirePerson(order, command.roles(), rules.approvedBy());
        limits.waivedBy(facts.promise(policies))
                .ifPresent(it -> rules.requireRole(command.roles(), DecisionRules.acting(it.value())));
        if (facts.proof == null && facts.received().proofLevel() != ProofLevel.NONE) {
            throw refused(NOT_PROVED);
        }
        if (decisions.isCarriedOut(terms)) {
            throw refused(BY_MACHINE);
        }
        var refused = new ArrayList<RefusedField>();
        for (var named : command.grounds()) {
            requireInPart(policies);
            var ground = rules.refusalGround(named);
            rules.requirePerson(order, command.roles(), rules.refusedBy(ground.value()));
            rules.requireUsable(ground.value(), false, false);
            Fee.requireNoReason(facts, ground.value(), command.note());
            refused.add(new RefusedField(named, ground.rule()));
        }
        if (!refused.isEmpty() && refused.size() >= command.fields()) {
            throw refused(NOTHING_LEFT);
        }
        var rule = rules.decisionRule();
        happens(new RequestCarriedOut(facts.id(), command.done(), List.copyOf(refused), command.note(), rule), rule);
        granting.answer(terms, List.of(), null);
    }

    private void requireInPart(Policies policies) {
        var partial = facts.promise(policies)
                .refusalOf(facts.received().kindAsked())
                .map(Ruled::value)
                .map(RefusalRules::partial);
        if (partial.filter(it -> it == Partial.FIELD_BY_FIELD).isEmpty()) {
            throw refused(NOT_IN_PART);
        }
    }

    private DecisionRefusedException refused(DecisionRefusedException.Reason reason) {
        return new DecisionRefusedException(facts.id(), reason, List.of());
    }
}
