// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.Right;
import io.habeas.contracts.Scope;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Controller;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Profile;
import io.habeas.request.policy.Terms;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a person can ask for, as anybody may read it. Who asks for something else is told this, and how to reach a person. */
final class Offers {

    private Offers() {}

    /**
     * @param rights with all they need, for one jurisdiction; absent when none was named
     * @param complaint the next steps of complaint, in order
     */
    record Offer(
            String controller,
            String name,
            String profile,
            LocalDate inForce,
            List<String> languages,
            Map<String, String> contact,
            List<Place> jurisdictions,
            @Nullable String jurisdiction,
            @Nullable List<RightOffer> rights,
            @Nullable List<String> complaint) {}

    record Place(String code, Map<String, String> name, Collection<Right> rights) {}

    record RightOffer(
            Right right,
            List<Scope> scopes,
            List<Capacity> capacities,
            List<IdentifierKind> identifiers,
            Proof proof,
            Terms.Confirmation confirmation,
            List<ClockOffer> clocks,
            @Nullable String lookBack,
            Collection<String> keepGrounds,
            Map<String, Map<String, String>> texts,
            String rule) {}

    record Proof(ProofMethod method, ProofLevel level) {}

    record ClockOffer(
            ClockKind clock, String within, @Nullable String extension, String rule) {}

    static Offer of(Controller controller, Profile profile, Profile.@Nullable Jurisdiction jurisdiction) {
        var places = profile.jurisdictions().values().stream()
                .map(it -> new Place(it.code(), it.names(), it.rights().keySet()))
                .toList();
        return new Offer(
                controller.id(),
                controller.name(),
                profile.address(),
                profile.inForce(),
                profile.languages(),
                profile.contact(),
                places,
                jurisdiction == null ? null : jurisdiction.code(),
                jurisdiction == null
                        ? null
                        : jurisdiction.rights().values().stream()
                                .map(Offers::offer)
                                .toList(),
                jurisdiction == null
                        ? null
                        : jurisdiction.rights().firstEntry().getValue().complaint());
    }

    private static RightOffer offer(Terms terms) {
        var clocks = terms.clocks().values().stream()
                .sorted(java.util.Comparator.comparing(Terms.ClockTerms::kind))
                .map(it -> new ClockOffer(
                        it.kind(),
                        it.within().toString(),
                        it.extension() == null ? null : it.extension().toString(),
                        it.rule()))
                .toList();
        return new RightOffer(
                terms.right(),
                terms.scopes(),
                terms.capacities(),
                terms.identifiers(),
                new Proof(terms.proofMethod(), terms.proofLevel()),
                terms.confirmation(),
                clocks,
                terms.lookBack() == null ? null : terms.lookBack().toString(),
                terms.keepGrounds().keySet(),
                terms.texts(),
                terms.address());
    }

    static ProblemException unknownController(Policies policies) {
        return new ProblemException(Problem.UNKNOWN_CONTROLLER, "see onOffer for those that are known")
                .with("onOffer", policies.known());
    }

    static ProblemException unknownJurisdiction(Profile profile) {
        return new ProblemException(
                        Problem.UNKNOWN_JURISDICTION,
                        "/jurisdiction: see onOffer for those that the policy names, or write to the contact",
                        List.of(new ProblemException.Invalid(
                                "/jurisdiction",
                                "one of "
                                        + String.join(
                                                ", ", profile.jurisdictions().keySet()))))
                .with("onOffer", profile.jurisdictions().keySet())
                .with("contact", profile.contact());
    }

    static ProblemException rightNotOnOffer(Profile profile, Profile.Jurisdiction jurisdiction) {
        var rights = jurisdiction.rights().keySet().stream().map(Right::name).toList();
        return new ProblemException(
                        Problem.RIGHT_NOT_ON_OFFER,
                        "/right: see onOffer for what can be asked for here, or write to the contact and a person will look",
                        List.of(new ProblemException.Invalid("/right", "one of " + String.join(", ", rights))))
                .with("onOffer", rights)
                .with("contact", profile.contact());
    }
}
