// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.RequestFacts.happens;
import static io.habeas.request.lifecycle.RequestFacts.ignoreLateOrRepeated;

import io.habeas.contracts.SealedField;
import io.habeas.contracts.Standings;
import io.habeas.request.lifecycle.RequestCommand.RecordStanding;
import io.habeas.request.lifecycle.RequestEvent.StandingOrdered;
import io.habeas.request.lifecycle.RequestEvent.StandingRecorded;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Terms;
import java.time.Instant;
import java.util.List;
import org.axonframework.commandhandling.CommandHandler;

/**
 * Rights by which something stands: opt-outs, objections, withdrawals of consent, restrictions. First it is ordered, then it stands, and only
 * then the request goes on: to the recipients that are to be told, or to the answer.
 */
final class Standing {

    private final RequestFacts facts;
    private final Granting granting;

    Standing(RequestFacts facts, Granting granting) {
        this.facts = facts;
        this.granting = granting;
    }

    /** It was granted. What stands already, since it stood while a person looked, is not ordered again. */
    void grant(Terms terms, Instant now) {
        if (facts.ordered == null) {
            order(terms, now, false);
        } else if (facts.recorded != null) {
            goOn(terms);
        }
    }

    /** It stands at no until a person has decided. */
    void whileUnderReview(Terms terms, Instant now) {
        if (facts.ordered == null) {
            order(terms, now, true);
        }
    }

    private void order(Terms terms, Instant now, boolean interim) {
        var standings = terms.effects().standings(facts.asked(), now);
        var rule = standings.stands().isEmpty()
                ? terms.address()
                : standings.stands().getFirst().rule();
        happens(new StandingOrdered(facts.id(), standings, interim, rule), rule);
    }

    @CommandHandler
    void handle(RecordStanding command, Policies policies) {
        var ordered = facts.ordered;
        if (ordered == null) {
            throw new ContradictionException(facts.id(), "standing-without-order");
        }
        if (facts.recorded != null || facts.state.isEnd()) {
            ignoreLateOrRepeated();
            return;
        }
        happens(new StandingRecorded(facts.id(), command.facts(), command.named()), ordered.rule());
        if (!ordered.interim() || facts.granted) {
            goOn(facts.terms(policies));
        }
    }

    /** Whoever is to be told of it hears it from fulfillment; where nobody is, that is the answer. */
    private void goOn(Terms terms) {
        Standings standings = granting.standings();
        if (granting.telling(terms, standings) == null) {
            granting.answer(terms, List.of(), null);
        } else {
            granting.approve(terms, person());
        }
    }

    private SealedField person() {
        var named = facts.recorded == null ? null : facts.recorded.named();
        return facts.proof == null && named != null ? named : facts.verified().proved();
    }
}
