// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.RequestFacts.happens;

import io.habeas.contracts.FulfillmentAnnouncement.PlannedTask;
import io.habeas.contracts.TaskOutcome;
import io.habeas.request.lifecycle.RequestCommand.EndFulfillment;
import io.habeas.request.lifecycle.RequestCommand.RecordDelay;
import io.habeas.request.lifecycle.RequestCommand.RecordOutcomes;
import io.habeas.request.lifecycle.RequestCommand.RecordPlan;
import io.habeas.request.lifecycle.RequestEvent.FulfillmentDelayed;
import io.habeas.request.lifecycle.RequestEvent.FulfillmentEnded;
import io.habeas.request.lifecycle.RequestEvent.FulfillmentPlanned;
import io.habeas.request.lifecycle.RequestEvent.OutcomesRecorded;
import io.habeas.request.lifecycle.RequestEvent.RequestAnswered;
import io.habeas.request.policy.Policies;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.axonframework.commandhandling.CommandHandler;

/** What becomes of an approved request in the stores, until the answer. */
final class Fulfillment {

    private final RequestFacts facts;

    Fulfillment(RequestFacts facts) {
        this.facts = facts;
    }

    @CommandHandler
    void handle(RecordPlan command) {
        if (isUnderWay("plan-without-approval")) {
            var plan = facts.plan;
            if (plan == null) {
                happens(new FulfillmentPlanned(facts.id(), command.planId(), command.dataMap(), command.tasks()));
            } else if (!plan.planId().equals(command.planId())) {
                throw new ContradictionException(facts.id(), "second-plan");
            }
        }
    }

    @CommandHandler
    void handle(RecordDelay command) {
        if (isUnderWay("delay-without-approval")) {
            var next = new FulfillmentDelayed(
                    facts.id(), command.taskId(), command.store(), command.reason(), command.parked());
            if (!next.equals(facts.delay)) {
                happens(next);
            }
        }
    }

    @CommandHandler
    void handle(RecordOutcomes command, Policies policies) {
        if (isUnderWay("outcome-without-approval")) {
            command.outcomes().forEach(this::requirePlanned);
            var fresh = command.outcomes().stream()
                    .filter(outcome -> !facts.outcomes.containsKey(outcome.taskId()))
                    .toList();
            if (!fresh.isEmpty()) {
                happens(new OutcomesRecorded(facts.id(), fresh));
                answerIfDone(policies);
            }
        }
    }

    @CommandHandler
    void handle(EndFulfillment command, Policies policies) {
        if (isUnderWay("completion-without-approval") && facts.ended == null) {
            var plan = facts.plan;
            if (plan == null || !plan.planId().equals(command.planId())) {
                throw new ContradictionException(facts.id(), "completion-of-no-plan");
            }
            happens(new FulfillmentEnded(facts.id(), command.planId(), command.packageUntil()));
            answerIfDone(policies);
        }
    }

    /** Whether there is something to do: yes, no longer, or it can not be. */
    private boolean isUnderWay(String contradiction) {
        return switch (facts.state) {
            case IN_FULFILLMENT -> true;
            case ANSWERED, CLOSED, WITHDRAWN -> false;
            default -> throw new ContradictionException(facts.id(), contradiction);
        };
    }

    private void requirePlanned(TaskOutcome outcome) {
        Predicate<PlannedTask> same = task -> task.taskId().equals(outcome.taskId())
                && task.store().equals(outcome.store())
                && task.kind() == outcome.kind();
        var plan = facts.plan;
        if (plan == null || plan.tasks().stream().noneMatch(same)) {
            throw new ContradictionException(facts.id(), "outcome-of-no-planned-task");
        }
    }

    /** Being told that all is done is not enough: the outcome of every planned task must be there. */
    private void answerIfDone(Policies policies) {
        var plan = facts.plan;
        var ended = facts.ended;
        if (facts.proof == null || plan == null || ended == null) {
            return;
        }
        var answers = new ArrayList<TaskOutcome>();
        for (var task : plan.tasks()) {
            var outcome = facts.outcomes.get(task.taskId());
            if (outcome == null) {
                return;
            }
            answers.add(outcome);
        }
        var received = facts.received();
        var terms = facts.terms(policies);
        var rule = terms.rule("clocks.respond");
        happens(
                new RequestAnswered(
                        facts.id(),
                        received.reference(),
                        received.right(),
                        received.profile(),
                        received.jurisdiction(),
                        received.language(),
                        facts.verified().contact(),
                        List.copyOf(answers),
                        ended.packageUntil(),
                        terms.complaint(),
                        rule),
                rule);
    }
}
