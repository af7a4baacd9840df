// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.RequestFacts.happens;
import static org.axonframework.modelling.command.AggregateCreationPolicy.ALWAYS;

import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.journal.JournalMetadata;
import io.habeas.request.lifecycle.RequestCommand.Receive;
import io.habeas.request.lifecycle.RequestEvent.RequestReceived;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.language.StopReason;
import java.util.UUID;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.MetaData;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateMember;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;

/**
 * One request, from receipt to its end: the only process manager. Nothing is fulfilled here that was not verified.
 *
 * <p>What can be asked of it stands with its topic, in a member for each; all of them decide by the same facts.
 */
@Aggregate(commandTargetResolver = "requestOfACommand")
@SuppressWarnings("UnusedVariable") // Axon reads the members and the id
class DataSubjectRequest {

    @AggregateIdentifier
    private UUID id;

    private final RequestFacts facts = new RequestFacts();

    private final Limits limits = new Limits(facts);

    @AggregateMember
    private final Ending ending = new Ending(facts);

    private final Granting granting = new Granting(facts);

    @AggregateMember
    private final Standing standing = new Standing(facts, granting);

    @AggregateMember
    private final Assessment assessment = new Assessment(facts, granting, standing);

    @AggregateMember
    private final Clocks clocks = new Clocks(facts, assessment, ending);

    @AggregateMember
    private final Statement statement = new Statement(facts, clocks, assessment);

    @AggregateMember
    private final Binding binding = new Binding(facts, clocks, assessment, limits);

    @AggregateMember
    private final Identity identity = new Identity(facts, clocks, assessment, ending, limits, binding);

    @AggregateMember
    private final Fulfillment fulfillment = new Fulfillment(facts, granting, assessment, ending);

    @AggregateMember
    private final Correspondence correspondence = new Correspondence(facts, ending);

    @AggregateMember
    private final Decisions decisions = new Decisions(facts, assessment, ending, limits);

    @AggregateMember
    private final Fee fee = new Fee(facts, clocks, assessment, decisions, limits);

    @AggregateMember
    private final Complaints complaints = new Complaints(facts, assessment, ending);

    @AggregateMember
    private final Questions questions = new Questions(facts, ending);

    @AggregateMember
    private final ByHand byHand = new ByHand(facts, granting, decisions, limits);

    @AggregateMember
    private final Waiting waiting = new Waiting(facts, clocks);

    @CommandHandler
    @CreationPolicy(ALWAYS)
    void handle(Receive command, Policies policies) {
        var terms = policies.terms(command.controller(), command.profile(), command.jurisdiction(), command.right());
        var kind = command.asked() == null ? null : command.asked().kind();
        var proof = terms.proofOf(command.capacity(), kind);
        var received = new RequestReceived(
                command.requestId(),
                command.controller(),
                command.reference(),
                command.profile(),
                command.jurisdiction(),
                command.right(),
                command.scope(),
                command.capacity(),
                command.language(),
                proof.method() == null ? ProofMethod.CONTACT_ON_FILE : proof.method(),
                proof.level(),
                command.keys(),
                command.claims(),
                command.replyTo(),
                command.receivedAt(),
                command.fingerprint(),
                Clocks.fromReceipt(terms, command.receivedAt(), proof.level(), command.entry()),
                command.asked(),
                command.entry(),
                proof.otherMethod(),
                command.declared());
        happens(received, terms.clockRule(ClockKind.RESPOND));
        // nobody was asked for anything before staff had entered it
        var from =
                command.entry() == null ? command.receivedAt() : command.entry().enteredAt();
        if (proof.level() == ProofLevel.NONE) {
            assessment.assess(terms, from);
        } else {
            clocks.stop(StopReason.PROOF_ASKED, terms, from);
        }
    }

    @EventSourcingHandler
    void on(RequestEvent event, MetaData metadata) {
        if (event instanceof RequestReceived first) {
            id = first.requestId();
        }
        facts.on(event, metadata.get(JournalMetadata.ACTOR));
    }
}
