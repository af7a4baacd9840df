// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.NOT_REOPENED_HERE;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.NO_COMPLAINT;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.OWN_DECISION;
import static io.habeas.request.lifecycle.RequestFacts.happens;
import static io.habeas.request.lifecycle.RequestFacts.ignoreLateOrRepeated;
import static io.habeas.request.lifecycle.RequestFacts.timeOf;

import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.Right;
import io.habeas.journal.JournalMetadata;
import io.habeas.request.lifecycle.RequestCommand.AnswerComplaint;
import io.habeas.request.lifecycle.RequestCommand.Complain;
import io.habeas.request.lifecycle.RequestEvent.ClockStarted;
import io.habeas.request.lifecycle.RequestEvent.ComplaintAnswered;
import io.habeas.request.lifecycle.RequestEvent.ComplaintReceived;
import io.habeas.request.lifecycle.RequestEvent.RequestReopened;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Promise;
import io.habeas.request.policy.Ruled;
import io.habeas.request.policy.Terms.Certainty;
import io.habeas.request.policy.Terms.Deadline;
import io.habeas.request.policy.language.ClockName;
import io.habeas.request.policy.language.ClockRules;
import io.habeas.request.policy.language.ComplaintRules;
import io.habeas.request.policy.language.Decider;
import io.habeas.request.policy.language.Name;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.messaging.MetaData;
import org.jspecify.annotations.Nullable;

/**
 * A person is not satisfied. A complaint about a request belongs to it, has a clock of its own, and is looked at by somebody who did not
 * decide; it may open the request again. One that is filed as a request of its own is answered here, too.
 */
final class Complaints {

    private final RequestFacts facts;
    private final Assessment assessment;
    private final Ending ending;

    Complaints(RequestFacts facts, Assessment assessment, Ending ending) {
        this.facts = facts;
        this.assessment = assessment;
        this.ending = ending;
    }

    /** At any time, and also when all is over; one at a time. */
    @CommandHandler
    void handle(Complain command, Policies policies, MetaData order) {
        if (facts.complaints.contains(command.complaintId())) {
            ignoreLateOrRepeated();
            return;
        }
        if (facts.complaint != null) {
            throw new NotNowException(facts.id(), "second complaint", facts.state);
        }
        var promise = facts.promise(policies);
        var clock = clock(promise, timeOf(order)).orElseThrow(() -> refused(NO_COMPLAINT));
        happens(
                new ComplaintReceived(facts.id(), command.complaintId(), command.text(), clock, clock.rule()),
                clock.rule());
        if (facts.state.isEnd()) {
            // what is sealed is still needed
            ending.retain(facts.terms(policies), clock.dueAt());
        }
    }

    /**
     * From when the complaint came: whoever complains has proved who asks before, or never had to. Where the steps of complaint have no clock
     * of their own, that of the right to complain holds, or that of the request itself.
     */
    static Optional<Deadline> clock(Promise promise, Instant from) {
        return rules(promise).map(clock -> {
            var reckoning = promise.reckoning();
            var last = reckoning.lastDay(clock.value().within(), reckoning.dayOf(from));
            var due = reckoning.endOf(last.day());
            var warnings = clock.value().warnings().stream()
                    .map(term -> reckoning.startBefore(term, due))
                    .filter(it -> it.isAfter(from))
                    .sorted()
                    .toList();
            return new Deadline(
                    ClockKind.COMPLAINT,
                    from,
                    due,
                    clock.rule(),
                    last.provisional() ? Certainty.PROVISIONAL : null,
                    warnings.isEmpty() ? null : warnings);
        });
    }

    private static Optional<Ruled<ClockRules>> rules(Promise promise) {
        return promise.complaint().flatMap(complaint -> {
            var own = complaint.value().respond();
            if (own != null) {
                return Optional.of(new Ruled<>(own, complaint.rule() + ".respond"));
            }
            return promise.profile()
                    .promise(promise.place(), Right.COMPLAINT)
                    .flatMap(it -> it.clock(ClockName.RESPOND))
                    .or(() -> promise.clock(ClockName.RESPOND));
        });
    }

    @CommandHandler
    void handle(AnswerComplaint command, Policies policies, MetaData order) {
        var open = facts.complaint;
        boolean itself = facts.received().right() == Right.COMPLAINT && facts.state == State.UNDER_REVIEW;
        if (open == null && !itself) {
            throw new NotNowException(facts.id(), "answer to a complaint", facts.state);
        }
        var promise = facts.promise(policies);
        var rules = new DecisionRules(facts, promise);
        var complaint = promise.complaint().orElseThrow(() -> refused(NO_COMPLAINT));
        var named = complaint.value().decidedBy();
        rules.requirePerson(order, command.roles(), named == null ? Decider.REVIEWER : named);
        if (facts.deciders.contains(String.valueOf(order.get(JournalMetadata.ACTOR)))) {
            throw refused(OWN_DECISION);
        }
        if (command.reopened()) {
            requireReopenable(complaint.value(), open != null);
        }
        answer(command, promise, complaint, open == null ? null : open.complaintId());
        if (open == null) {
            return;
        }
        if (command.reopened()) {
            reopen(open.complaintId(), policies, complaint.rule() + ".mayReopen", timeOf(order));
        } else if (facts.state.isEnd()) {
            ending.retain(facts.terms(policies), timeOf(order));
        }
    }

    /**
     * What has no proof, or was taken back by the person, is asked for anew instead; so is what can only be read under the IDENTITY key, once
     * that is gone with the decision.
     */
    private void requireReopenable(ComplaintRules complaint, boolean aboutARequest) {
        if (!Boolean.TRUE.equals(complaint.mayReopen())) {
            throw refused(NOT_REOPENED_HERE);
        }
        boolean known = facts.proof != null || facts.received().proofLevel() == ProofLevel.NONE;
        boolean over = facts.state == State.REFUSED || facts.state == State.CLOSED || facts.state == State.LAPSED;
        boolean readable = !facts.destroyed.contains(facts.received().keys().identity())
                || facts.proof != null && facts.received().right() != Right.CORRECTION;
        if (!aboutARequest || !known || !over || !readable) {
            throw new NotNowException(facts.id(), "reopening", facts.state);
        }
    }

    private void answer(
            AnswerComplaint command, Promise promise, Ruled<ComplaintRules> complaint, @Nullable UUID complaintId) {
        var received = facts.received();
        var rule = rules(promise).map(Ruled::rule).orElse(complaint.rule());
        happens(
                new ComplaintAnswered(
                        facts.id(),
                        received.reference(),
                        received.right(),
                        received.language(),
                        facts.contact(),
                        received.replyTo(),
                        complaintId,
                        command.upheld(),
                        command.reopened(),
                        command.answer(),
                        complaint.value().next().stream().map(Name::text).toList(),
                        complaint.value().source(),
                        rule),
                rule);
    }

    /** A person decides anew, and the time for the answer begins again. */
    private void reopen(UUID complaintId, Policies policies, String rule, Instant now) {
        happens(new RequestReopened(facts.id(), complaintId), rule);
        var terms = facts.terms(policies);
        terms.deadline(ClockKind.RESPOND, now)
                .ifPresent(clock -> happens(new ClockStarted(facts.id(), clock), clock.rule()));
        assessment.reviewReopened(rule);
    }

    private DecisionRefusedException refused(DecisionRefusedException.Reason reason) {
        return new DecisionRefusedException(facts.id(), reason, List.of());
    }
}
