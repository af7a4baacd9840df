// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.RequestFacts.happens;
import static io.habeas.request.lifecycle.RequestFacts.timeOf;

import io.habeas.request.lifecycle.RequestCommand.FindNoRequest;
import io.habeas.request.lifecycle.RequestEvent.NoRequestFound;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Ruled;
import io.habeas.request.policy.language.ComplaintRules;
import io.habeas.request.policy.language.Decider;
import io.habeas.request.policy.language.Name;
import java.util.List;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.messaging.MetaData;

/** What came in as a request and is a question, or something else that no right is asked for with. It is closed as such, and nobody is refused. */
final class Questions {

    private final RequestFacts facts;
    private final Ending ending;

    Questions(RequestFacts facts, Ending ending) {
        this.facts = facts;
        this.ending = ending;
    }

    /** Until it is decided, by a clerk or a reviewer who did not enter it; the person is told how to ask all the same. */
    @CommandHandler
    void handle(FindNoRequest command, Policies policies, MetaData order) {
        if (!facts.state.isUndecided()) {
            throw new NotNowException(facts.id(), "closing as no request", facts.state);
        }
        var promise = facts.promise(policies);
        var rules = new DecisionRules(facts, promise);
        rules.requirePerson(order, command.roles(), Decider.CLERK);
        var received = facts.received();
        var complaint = promise.complaint();
        happens(
                new NoRequestFound(
                        facts.id(),
                        received.reference(),
                        received.right(),
                        received.language(),
                        facts.contact(),
                        received.replyTo(),
                        command.note(),
                        complaint
                                .map(it -> it.value().next().stream()
                                        .map(Name::text)
                                        .toList())
                                .orElse(List.of()),
                        complaint.map(Ruled::value).map(ComplaintRules::source).orElse(null),
                        promise.address()),
                promise.address());
        ending.retain(facts.terms(policies), timeOf(order));
    }
}
