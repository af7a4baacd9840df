// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.RequestFacts.happens;
import static org.axonframework.modelling.command.AggregateCreationPolicy.ALWAYS;

import io.habeas.request.lifecycle.RequestCommand.Receive;
import io.habeas.request.lifecycle.RequestEvent.RequestReceived;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Terms;
import io.habeas.request.policy.Terms.Deadline;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
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

    @AggregateMember
    private final Ending ending = new Ending(facts);

    @AggregateMember
    private final Assessment assessment = new Assessment(facts);

    @AggregateMember
    private final Identity identity = new Identity(facts, assessment, ending);

    @AggregateMember
    private final Fulfillment fulfillment = new Fulfillment(facts);

    @AggregateMember
    private final Correspondence correspondence = new Correspondence(facts, ending);

    @AggregateMember
    private final Decisions decisions = new Decisions(facts, assessment, ending);

    @AggregateMember
    private final Waiting waiting = new Waiting(facts);

    @AggregateMember
    private final Clocks clocks = new Clocks(facts, assessment, ending);

    @CommandHandler
    @CreationPolicy(ALWAYS)
    void handle(Receive command, Policies policies) {
        var terms = policies.terms(command.controller(), command.profile(), command.jurisdiction(), command.right());
        var running = Stream.of(ClockKind.CONFIRM_RECEIPT, ClockKind.RESPOND, ClockKind.IDENTITY)
                .map(kind -> terms.deadline(kind, command.receivedAt()).map(clock -> inTime(clock, terms, command)))
                .flatMap(Optional::stream)
                .toList();
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
                terms.proofMethod(),
                terms.proofLevel(),
                command.keys(),
                command.claims(),
                command.replyTo(),
                command.receivedAt(),
                command.fingerprint(),
                running,
                command.entry());
        happens(received, terms.rule("clocks.respond"));
    }

    /** The law's clocks run from the receipt however late it is entered. What the person has to do can not be over before it could begin. */
    private static Deadline inTime(Deadline clock, Terms terms, Receive command) {
        var entry = command.entry();
        if (entry == null || clock.kind() != ClockKind.IDENTITY || clock.dueAt().isAfter(entry.enteredAt())) {
            return clock;
        }
        return terms.deadline(clock.kind(), entry.enteredAt()).orElse(clock);
    }

    @EventSourcingHandler
    void on(RequestEvent event) {
        if (event instanceof RequestReceived first) {
            id = first.requestId();
        }
        facts.on(event);
    }
}
