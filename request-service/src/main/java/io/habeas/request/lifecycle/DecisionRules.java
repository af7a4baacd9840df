// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.EVIDENCE_MISSING;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.FEE_FIRST;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.GROUND_UNKNOWN;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.NEVER_REFUSED;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.NOT_A_PERSON;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.NOT_SECRET;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.OTHER_ROLE;
import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.OWN_ENTRY;

import io.habeas.journal.JournalMetadata;
import io.habeas.request.policy.Promise;
import io.habeas.request.policy.Ruled;
import io.habeas.request.policy.language.Decider;
import io.habeas.request.policy.language.GroundRules;
import io.habeas.request.policy.language.RefusalRules;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.axonframework.messaging.MetaData;

/** What the profile says about who may decide one request, and on which grounds. */
final class DecisionRules {

    private static final String STAFF = "staff:";

    private final RequestFacts facts;
    private final Promise promise;

    DecisionRules(RequestFacts facts, Promise promise) {
        this.facts = facts;
        this.promise = promise;
    }

    /** @throws DecisionRefusedException naming every ground that this profile has for this right in this place */
    Ruled<GroundRules> refusalGround(String named) {
        if (refusedByProfile() == Decider.NOBODY) {
            throw refused(NEVER_REFUSED, List.of());
        }
        var grounds = Stream.concat(promise.refusalGrounds().stream(), promise.noAnswerGrounds().stream())
                .toList();
        return grounds.stream()
                .filter(it -> it.value().ground().text().equals(named))
                .findFirst()
                .orElseThrow(() -> refused(GROUND_UNKNOWN, names(grounds)));
    }

    /** @throws DecisionRefusedException naming every ground on which single items may be kept back */
    void requireWithholdingGround(String named) {
        var grounds = promise.withholdingGrounds();
        if (grounds.stream().noneMatch(it -> it.value().ground().text().equals(named))) {
            throw refused(GROUND_UNKNOWN, names(grounds));
        }
    }

    private static List<String> names(List<Ruled<GroundRules>> grounds) {
        return grounds.stream().map(it -> it.value().ground().text()).distinct().toList();
    }

    boolean isAnswerOwed(GroundRules ground) {
        return promise.refusalGrounds().stream().anyMatch(it -> it.value().equals(ground));
    }

    void requireUsable(GroundRules ground, boolean evidence, boolean secret) {
        if (ground.evidence() == GroundRules.Evidence.REQUIRED && !evidence) {
            throw refused(EVIDENCE_MISSING, List.of());
        }
        if (Boolean.TRUE.equals(ground.onlyAfterFee()) && !facts.feeQuoted) {
            throw refused(FEE_FIRST, List.of());
        }
        if (secret && ground.shown() != GroundRules.Shown.UNLESS_SECRET) {
            throw refused(NOT_SECRET, List.of());
        }
    }

    /** What the ground says, else the right, else the place; a reviewer where nothing is said. */
    Decider refusedBy(GroundRules ground) {
        return ground.decidedBy() == null ? refusedByProfile() : ground.decidedBy();
    }

    private Decider refusedByProfile() {
        return refusal().map(Ruled::value).map(RefusalRules::decidedBy).orElse(Decider.REVIEWER);
    }

    private Optional<Ruled<RefusalRules>> refusal() {
        return promise.refusalOf(facts.received().kindAsked());
    }

    /** The leaf that says who refuses. */
    String refusalRule() {
        return refusal().map(Ruled::rule).orElse(promise.address());
    }

    Decider approvedBy() {
        return promise.approvedBy().map(Ruled::value).orElse(Decider.REVIEWER);
    }

    /** The leaf that says who approves. */
    String decisionRule() {
        return promise.approvedBy().map(Ruled::rule).orElse(promise.address());
    }

    /** Those who may act where the profile names one: what is a clerk's a reviewer may do too. */
    static Set<Decider> acting(Decider named) {
        return switch (named) {
            case CLERK -> EnumSet.of(Decider.CLERK, Decider.REVIEWER);
            // a machine does by itself what it may; what comes here comes from a person
            case MACHINE, REVIEWER -> EnumSet.of(Decider.REVIEWER);
            case CHILDRENS_DATA_OFFICER -> EnumSet.of(Decider.CHILDRENS_DATA_OFFICER);
            case NOBODY -> EnumSet.noneOf(Decider.class);
        };
    }

    void requirePerson(MetaData order, Set<Decider> roles, Decider named) {
        requirePerson(facts, order);
        requireRole(roles, acting(named));
        requireAnother(order);
    }

    void requireRole(Set<Decider> roles, Set<Decider> acting) {
        if (roles.stream().noneMatch(acting::contains)) {
            throw refused(OTHER_ROLE, acting.stream().map(Enum::name).toList());
        }
    }

    private void requireAnother(MetaData order) {
        var entry = facts.received().entry();
        if (entry != null && entry.actor().equals(order.get(JournalMetadata.ACTOR))) {
            throw refused(OWN_ENTRY, List.of());
        }
    }

    static void requirePerson(RequestFacts facts, MetaData order) {
        if (!String.valueOf(order.get(JournalMetadata.ACTOR)).startsWith(STAFF)) {
            throw new DecisionRefusedException(facts.id(), NOT_A_PERSON, List.of());
        }
    }

    private DecisionRefusedException refused(DecisionRefusedException.Reason reason, List<String> allowed) {
        return new DecisionRefusedException(facts.id(), reason, allowed);
    }
}
