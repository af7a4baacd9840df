// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.RequestFacts.happens;

import io.habeas.contracts.SealedField;
import io.habeas.contracts.Standings;
import io.habeas.contracts.TaskOutcome;
import io.habeas.contracts.Telling;
import io.habeas.request.lifecycle.RequestEvent.RequestAnswered;
import io.habeas.request.lifecycle.RequestEvent.RequestApproved;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Terms;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is said outside when a request is granted, and when it is answered. */
final class Granting {

    private final RequestFacts facts;

    Granting(RequestFacts facts) {
        this.facts = facts;
    }

    /** @param person whom it is about: sealed under the CASE key as what was proved, or as what was named where nothing had to be */
    void approve(Terms terms, SealedField person) {
        var received = facts.received();
        if (!terms.carriesOut(received.scope())) {
            throw new ContradictionException(facts.id(), "approval-of-what-is-not-carried-out");
        }
        var rule = terms.decisionOf(received.kindAsked()).rule();
        happens(
                new RequestApproved(
                        facts.id(),
                        DerivedIds.of(facts.id(), "approval"),
                        received.reference(),
                        received.profile(),
                        received.jurisdiction(),
                        received.right(),
                        received.scope(),
                        received.language(),
                        received.keys(),
                        person,
                        received.receivedAt(),
                        terms.collectedSince(received.receivedAt()),
                        terms.namesOfKeepGrounds(),
                        terms.exclusionsAt(received.receivedAt()),
                        rule,
                        telling(terms),
                        facts.withheld.isEmpty() ? null : List.copyOf(facts.withheld)),
                rule);
    }

    private @Nullable Telling telling(Terms terms) {
        return telling(terms, standings());
    }

    /** Which recipients are to be told; absent where the profile has none told. */
    @Nullable
    Telling telling(Terms terms, Standings standings) {
        var received = facts.received();
        var respond = facts.running.get(ClockKind.RESPOND);
        var respondBy = respond == null
                ? terms.deadline(ClockKind.RESPOND, facts.course(ClockKind.RESPOND))
                        .map(Terms.Deadline::dueAt)
                        .orElse(received.receivedAt())
                : respond.dueAt();
        return terms.effects()
                .telling(facts.asked(), standings, received.receivedAt(), respondBy)
                .orElse(null);
    }

    /** What stands by it; nothing for rights that make nothing stand. */
    Standings standings() {
        return facts.ordered == null ? new Standings(List.of(), List.of()) : facts.ordered.standings();
    }

    void answer(Terms terms, List<TaskOutcome> outcomes, @Nullable Instant packageUntil) {
        var received = facts.received();
        var rule = terms.clockRule(ClockKind.RESPOND);
        var contact = facts.contact();
        happens(
                new RequestAnswered(
                        facts.id(),
                        received.reference(),
                        received.right(),
                        received.profile(),
                        received.jurisdiction(),
                        received.language(),
                        contact,
                        List.copyOf(outcomes),
                        packageUntil,
                        terms.complaint(),
                        rule,
                        contact == null ? received.replyTo() : null,
                        // what a person did by hand may stand anywhere; what was ordered here before may have been
                        // taken back
                        facts.ordered == null || facts.carriedOut != null ? null : facts.ordered.standings(),
                        facts.carriedOut == null ? null : facts.carriedOut.done()),
                rule);
    }
}
