// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.RequestFacts.happens;
import static io.habeas.request.lifecycle.RequestFacts.ignoreLateOrRepeated;
import static io.habeas.request.lifecycle.RequestFacts.timeOf;

import io.habeas.request.lifecycle.RequestCommand.AcceptProof;
import io.habeas.request.lifecycle.RequestCommand.AskIdentity;
import io.habeas.request.lifecycle.RequestCommand.EndUnverified;
import io.habeas.request.lifecycle.RequestCommand.Version;
import io.habeas.request.lifecycle.RequestEvent.IdentityAsked;
import io.habeas.request.lifecycle.RequestEvent.IdentityProved;
import io.habeas.request.policy.Policies;
import java.time.Instant;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.messaging.MetaData;

/** Who asks: what the identity verification found out, and what it does to a request. */
final class Identity {

    private final RequestFacts facts;
    private final Clocks clocks;
    private final Assessment assessment;
    private final Ending ending;
    private final Limits limits;
    private final Binding binding;

    Identity(RequestFacts facts, Clocks clocks, Assessment assessment, Ending ending, Limits limits, Binding binding) {
        this.facts = facts;
        this.clocks = clocks;
        this.assessment = assessment;
        this.ending = ending;
        this.limits = limits;
        this.binding = binding;
    }

    /**
     * Before the proof a code asks who is there. After the decision it proves afresh that the same person still is, which a package wants;
     * such a code is sealed under the CASE key. What comes sealed under the IDENTITY key then is a code of the first proof that is late.
     */
    @CommandHandler
    void handle(AskIdentity command) {
        switch (facts.state.phase()) {
            case UNPROVED -> ask(command);
            case UNDECIDED, HELD, WORKED_ON, ANSWERED, CLOSED -> {
                if (isUnderTheCase(command)) {
                    ask(command);
                }
            }
            case ENDED_EARLY -> {
                // a complaint wants the proof of whoever was refused
                if (facts.state == State.REFUSED && facts.proof != null && isUnderTheCase(command)) {
                    ask(command);
                }
            }
        }
    }

    private boolean isUnderTheCase(AskIdentity command) {
        var caseKey = facts.received().keys().caseKey();
        return command.challenge().key().equals(caseKey) && !facts.destroyed.contains(caseKey);
    }

    private void ask(AskIdentity command) {
        if (command.number() > facts.challenges) {
            var received = facts.received();
            happens(new IdentityAsked(
                    facts.id(),
                    received.reference(),
                    received.right(),
                    received.language(),
                    command.challenge(),
                    command.expiresAt(),
                    command.number()));
        }
    }

    @CommandHandler
    void handle(AcceptProof command, Policies policies, MetaData order) {
        switch (facts.state.phase()) {
            case UNPROVED -> {
                facts.requireSeen(command.seen());
                if (command.level().compareTo(facts.received().proofLevel()) < 0) {
                    throw new ContradictionException(facts.id(), "proof-too-weak");
                }
                happens(new IdentityProved(
                        facts.id(),
                        command.method(),
                        command.level(),
                        command.proved(),
                        command.contact(),
                        command.account(),
                        command.provedAt()));
                bind(command, policies, timeOf(order));
            }
            case UNDECIDED, HELD, WORKED_ON, ANSWERED, CLOSED, ENDED_EARLY -> ignoreLateOrRepeated();
        }
    }

    /** Which version holds is known only now, since nobody may learn before the proof what a person has said yes to. */
    private void bind(AcceptProof command, Policies policies, Instant now) {
        var told = facts.terms(policies);
        if (command.version() instanceof Version.Kept kept) {
            binding.keep(kept, told, policies, facts.verified().provedAt(), now);
        } else {
            clocks.verified(told);
        }
        limits.count(facts.promise(policies), command.earlier());
        if (command.version() instanceof Version.NotGiven other) {
            assessment.reviewNotGiven(other.rule(), facts.terms(policies), now);
        } else {
            assessment.assess(facts.terms(policies), now);
        }
    }

    @CommandHandler
    void handle(EndUnverified command, Policies policies, MetaData order) {
        switch (facts.state.phase()) {
            case UNPROVED -> ending.endUnverified(command.reason(), facts.terms(policies), timeOf(order));
            case UNDECIDED, HELD, WORKED_ON, ANSWERED, CLOSED, ENDED_EARLY -> ignoreLateOrRepeated();
        }
    }
}
