// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.RequestFacts.happens;

import io.habeas.contracts.FulfillmentAnnouncement.PlannedTask;
import io.habeas.contracts.TaskOutcome;
import io.habeas.request.lifecycle.RequestCommand.EndFulfillment;
import io.habeas.request.lifecycle.RequestCommand.GiveBack;
import io.habeas.request.lifecycle.RequestCommand.RecordDelay;
import io.habeas.request.lifecycle.RequestCommand.RecordFollowUp;
import io.habeas.request.lifecycle.RequestCommand.RecordOutcomes;
import io.habeas.request.lifecycle.RequestCommand.RecordPlan;
import io.habeas.request.lifecycle.RequestEvent.FollowUpRecorded;
import io.habeas.request.lifecycle.RequestEvent.FulfillmentDelayed;
import io.habeas.request.lifecycle.RequestEvent.FulfillmentEnded;
import io.habeas.request.lifecycle.RequestEvent.FulfillmentPlanned;
import io.habeas.request.lifecycle.RequestEvent.OutcomesRecorded;
import io.habeas.request.policy.Policies;
import java.util.ArrayList;
import java.util.function.Predicate;
import org.axonframework.commandhandling.CommandHandler;

/** What becomes of an approved request in the stores, until the answer and after it. */
final class Fulfillment {

    private final RequestFacts facts;
    private final Granting granting;
    private final Assessment assessment;
    private final Ending ending;

    Fulfillment(RequestFacts facts, Granting granting, Assessment assessment, Ending ending) {
        this.facts = facts;
        this.granting = granting;
        this.assessment = assessment;
        this.ending = ending;
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
        if (isOfAFollowUp(command)) {
            // its operator sees to it; the answer does not wait for it
            return;
        }
        if (isUnderWay("delay-without-approval")) {
            var next = new FulfillmentDelayed(
                    facts.id(), command.taskId(), command.store(), command.reason(), command.parked());
            if (!next.equals(facts.delay)) {
                happens(next);
            }
        }
    }

    /** Nobody but a person can say what is to be kept back instead. */
    @CommandHandler
    void handle(GiveBack command, Policies policies) {
        if (isUnderWay("given-back-without-approval")) {
            if (facts.plan != null) {
                throw new ContradictionException(facts.id(), "given-back-with-a-plan");
            }
            switch (command.reason()) {
                case WITHHELD_NOT_IN_THE_MAP -> assessment.reviewGivenBack(facts.terms(policies));
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

    private boolean isOfAFollowUp(RecordDelay command) {
        var plan = facts.plan;
        return plan != null
                && command.taskId() != null
                && plan.tasks().stream().noneMatch(it -> it.taskId().equals(command.taskId()));
    }

    /** Whatever has become of the request since: it stands in it for good that the records are gone. */
    @CommandHandler
    void handle(RecordFollowUp command, Policies policies) {
        var plan = facts.plan;
        if (plan == null
                || plan.tasks().stream()
                        .noneMatch(it -> it.taskId().equals(command.taskId())
                                && it.store().equals(command.store())
                                && it.kind() == TaskOutcome.Kind.ERASE)) {
            throw new ContradictionException(facts.id(), "follow-up-of-no-planned-erasure");
        }
        var next = new FollowUpRecorded(
                facts.id(),
                command.taskId(),
                command.store(),
                command.until(),
                command.collections(),
                command.doneAt(),
                command.next());
        var before = facts.followUps.recorded(command.taskId(), command.until());
        if (before.filter(it -> it.next() == null || it.equals(next)).isPresent()) {
            return;
        }
        happens(next);
        if (command.next() != null) {
            ending.retainAfter(command.next(), facts.terms(policies));
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
            case UNDER_REVIEW -> {
                // reopened: what ran before its end says so late
                if (facts.plan == null && !facts.givenBack) {
                    throw new ContradictionException(facts.id(), contradiction);
                }
                yield false;
            }
            default -> {
                // what was given back says so once more
                if (!facts.givenBack) {
                    throw new ContradictionException(facts.id(), contradiction);
                }
                yield false;
            }
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
        if (plan == null || ended == null) {
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
        granting.answer(facts.terms(policies), answers, ended.packageUntil());
    }
}
