// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.NOT_GIVEN_THERE;
import static io.habeas.request.lifecycle.RequestFacts.happens;
import static io.habeas.request.lifecycle.RequestFacts.ignoreLateOrRepeated;
import static io.habeas.request.lifecycle.RequestFacts.timeOf;

import io.habeas.contracts.ProofLevel;
import io.habeas.request.lifecycle.RequestCommand.BindAnew;
import io.habeas.request.lifecycle.RequestCommand.Version.Kept;
import io.habeas.request.lifecycle.RequestEvent.RequestBoundAnew;
import io.habeas.request.lifecycle.RequestEvent.RequestBoundAnew.Why;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Terms;
import io.habeas.request.policy.Terms.Deadline;
import io.habeas.request.policy.language.Decider;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.messaging.MetaData;

/**
 * Which rules hold for a request, after its receipt: a reviewer corrects the jurisdiction, or the proof shows that the person keeps an older
 * version. What was done under the old rules stays done; everything that is still to come follows the new ones.
 */
final class Binding {

    private final RequestFacts facts;
    private final Clocks clocks;
    private final Assessment assessment;
    private final Limits limits;

    Binding(RequestFacts facts, Clocks clocks, Assessment assessment, Limits limits) {
        this.facts = facts;
        this.clocks = clocks;
        this.assessment = assessment;
        this.limits = limits;
    }

    /** As long as nothing is carried out. */
    @CommandHandler
    void handle(BindAnew command, Policies policies, MetaData order) {
        requireNothingCarriedOut();
        var promise = facts.promise(policies);
        new DecisionRules(facts, promise).requirePerson(order, command.roles(), Decider.REVIEWER);
        var received = facts.received();
        facts.requireSeen(command.seen());
        if (command.profile().equals(received.profile())
                && command.jurisdiction().equals(received.jurisdiction())
                && Objects.equals(command.declared(), received.declared())) {
            ignoreLateOrRepeated();
            return;
        }
        var terms = policies.found(received.controller(), command.profile(), command.jurisdiction(), received.right())
                .filter(received::isGivenBy)
                .orElseThrow(() -> new DecisionRefusedException(facts.id(), NOT_GIVEN_THERE, List.of()));
        var now = timeOf(order);
        happens(
                new RequestBoundAnew(
                        facts.id(),
                        Why.CORRECTED,
                        terms.profile(),
                        terms.jurisdiction(),
                        command.declared(),
                        proofLevel(terms),
                        clocks.anew(terms, proofLevel(terms), clocks.stood(terms, now), now),
                        clocks.stood(terms, now),
                        command.reason(),
                        terms.address()),
                terms.address());
        clocks.stopAgain(terms, now);
        if (facts.proof != null) {
            limits.count(facts.promise(policies), command.earlier());
        }
        assessment.anew(terms, now);
    }

    private void requireNothingCarriedOut() {
        boolean open =
                switch (facts.state) {
                    case RECEIVED,
                            AWAITING_IDENTITY,
                            UNDER_REVIEW,
                            AWAITING_STATEMENT,
                            AWAITING_DETAILS,
                            AWAITING_FEE,
                            AWAITING_CONFIRMATION,
                            HOLD_WINDOW -> true;
                    case ASSESSMENT,
                            IN_FULFILLMENT,
                            ANSWERED,
                            CLOSED,
                            REFUSED,
                            NO_REQUEST,
                            NOT_VERIFIED,
                            WITHDRAWN,
                            LAPSED -> false;
                };
        if (!open) {
            throw new NotNowException(facts.id(), "correction of the jurisdiction", facts.state);
        }
    }

    /** What had to be proved has to be; where nothing had to be nobody is asked any more, and nothing where the new rules ask for nothing. */
    private ProofLevel proofLevel(Terms terms) {
        var received = facts.received();
        var wanted = terms.proofOf(received.capacity(), received.kindAsked()).level();
        return wanted == ProofLevel.NONE && facts.proof == null ? ProofLevel.NONE : received.proofLevel();
    }

    /**
     * The person proved to be one who keeps an older version that gives more. No clock ends later for it than was promised before.
     *
     * @param rules as they were told until now
     */
    void keep(Kept kept, Terms rules, Policies policies, Instant provedAt, Instant now) {
        var received = facts.received();
        var terms = policies.terms(received.controller(), kept.profile(), kept.jurisdiction(), received.right());
        var promised = clocks.anew(rules, received.proofLevel(), clocks.stood(rules, provedAt), now);
        var stood = clocks.stood(terms, provedAt);
        var anew = new ArrayList<>(clocks.anew(terms, received.proofLevel(), stood, now).stream()
                .map(it -> earlier(it, promised))
                .toList());
        promised.stream()
                .filter(it -> anew.stream().noneMatch(clock -> clock.kind() == it.kind()))
                .forEach(anew::add);
        happens(
                new RequestBoundAnew(
                        facts.id(),
                        Why.VERSION_KEPT,
                        terms.profile(),
                        terms.jurisdiction(),
                        received.declared(),
                        received.proofLevel(),
                        List.copyOf(anew),
                        stood,
                        null,
                        terms.address()),
                terms.address());
        clocks.stopAgain(terms, now);
    }

    private static Deadline earlier(Deadline clock, List<Deadline> promised) {
        return promised.stream()
                .filter(it -> it.kind() == clock.kind() && it.dueAt().isBefore(clock.dueAt()))
                .findFirst()
                .orElse(clock);
    }
}
