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
import io.habeas.request.policy.Promise;
import io.habeas.request.policy.Terms;
import io.habeas.request.policy.language.ClockName;
import io.habeas.request.policy.language.JurisdictionRules;
import io.habeas.request.policy.language.Name;
import io.habeas.request.policy.language.PlaceCode;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a person can ask for, as anybody may read it. Who asks for something else is told this, and how to reach a person. */
public final class Offers {

    private Offers() {}

    /**
     * @param jurisdictions where something can be filed today
     * @param promised all that the policy promises, whether it can be filed today or not; a person of the controller does the rest
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
            List<PromisedPlace> promised,
            @Nullable String jurisdiction,
            @Nullable List<RightOffer> rights,
            @Nullable List<String> complaint) {}

    record Place(String code, Map<String, String> name, Collection<Right> rights) {}

    record PromisedPlace(String code, List<PromisedRight> rights) {}

    /**
     * @param within how long the answer may take
     * @param notFiledBecause why it can not be filed today; absent where it can
     * @param forAPersonBecause why a person decides it and no machine; absent where a machine may grant it
     * @param rule the address of the right in the profile
     */
    record PromisedRight(
            Right right,
            String within,
            @Nullable String notFiledBecause,
            @Nullable String forAPersonBecause,
            String rule) {}

    /** @param byMachine whether a machine may grant it to the person itself; if not, a person of the controller decides */
    record RightOffer(
            Right right,
            List<Scope> scopes,
            List<CapacityOffer> capacities,
            List<IdentifierKind> identifiers,
            Proof proof,
            Needs needs,
            boolean byMachine,
            Terms.Confirmation confirmation,
            List<ClockOffer> clocks,
            @Nullable String lookBack,
            Collection<String> keepGrounds,
            Map<String, Map<String, String>> texts,
            String rule) {}

    /**
     * @param method absent where nothing has to be proved
     * @param otherMethod that serves as well; absent where there is none
     */
    record Proof(
            @Nullable ProofMethod method,
            ProofLevel level,
            @Nullable ProofMethod otherMethod) {}

    /**
     * @param evidence each of them is needed
     * @param evidenceOneOf one of them is needed
     */
    record CapacityOffer(Capacity capacity, List<String> evidence, List<String> evidenceOneOf) {}

    /**
     * What a request for it has to say beside who it is about.
     *
     * @param kinds one of them, where there are any
     * @param purposes at least one of them, where there are any
     * @param grounds one of them may be stated
     * @param ground whether one must be
     * @param categories some of them may be named
     * @param corrections whether fields and their right values are needed
     * @param details whether it must be said what it is about
     */
    record Needs(
            List<KindOffer> kinds,
            List<String> purposes,
            List<String> grounds,
            boolean ground,
            List<String> categories,
            boolean corrections,
            boolean details) {}

    /** @param channels those that can be named one by one */
    record KindOffer(String kind, Proof proof, List<String> channels) {}

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
                promised(profile, null),
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

    /** Where the policy makes promises and nothing can be filed today. */
    static Offer promised(Controller controller, Profile profile, String place) {
        return new Offer(
                controller.id(),
                controller.name(),
                profile.address(),
                profile.inForce(),
                profile.languages(),
                profile.contact(),
                of(controller, profile, null).jurisdictions(),
                promised(profile, place),
                place,
                List.of(),
                profile.rules(place)
                        .map(JurisdictionRules::complaint)
                        .map(it -> it.next().stream().map(Name::text).toList())
                        .orElse(List.of()));
    }

    private static List<PromisedPlace> promised(Profile profile, @Nullable String only) {
        return profile.policy().jurisdictions().entrySet().stream()
                .filter(it -> only == null || it.getKey().text().equals(only))
                .map(it -> new PromisedPlace(
                        it.getKey().text(),
                        it.getValue().rights().keySet().stream()
                                .flatMap(right -> profile.promise(it.getKey().text(), right).stream())
                                .map(Offers::promised)
                                .toList()))
                .toList();
    }

    private static PromisedRight promised(Promise promise) {
        var respond = promise.clock(ClockName.RESPOND).orElseThrow().value();
        return new PromisedRight(
                promise.right(),
                respond.summary(),
                promise.notFiledBecause().orElse(null),
                promise.forAPersonBecause().orElse(null),
                promise.address());
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
                terms.capacities().entrySet().stream()
                        .filter(it -> it.getKey() != Capacity.STAFF_ON_BEHALF)
                        .map(it -> new CapacityOffer(
                                it.getKey(),
                                it.getValue().evidence(),
                                it.getValue().evidenceOneOf()))
                        .toList(),
                terms.identifiers(),
                proof(terms.proof()),
                needs(terms.needs()),
                terms.decision().byMachine() && terms.decision().carriedOut(),
                terms.confirmation(),
                clocks,
                terms.lookBack() == null ? null : terms.lookBack().toString(),
                terms.keepGrounds().keySet(),
                terms.texts(),
                terms.address());
    }

    private static Proof proof(Terms.ProofTerms proof) {
        return new Proof(proof.method(), proof.level(), proof.otherMethod());
    }

    private static Needs needs(Terms.Needs needs) {
        return new Needs(
                needs.kinds().entrySet().stream()
                        .map(it -> new KindOffer(
                                it.getKey(),
                                proof(it.getValue().proof()),
                                it.getValue().channels()))
                        .toList(),
                needs.purposes(),
                needs.grounds(),
                needs.ground(),
                needs.categories(),
                needs.corrections(),
                needs.details());
    }

    static ProblemException unknownController(Policies policies) {
        return new ProblemException(Problem.UNKNOWN_CONTROLLER, "see onOffer for those that are known")
                .with("onOffer", policies.known());
    }

    /** @param pointer to the place that was named */
    static ProblemException unknownJurisdiction(Profile profile, String pointer) {
        return new ProblemException(
                        Problem.UNKNOWN_JURISDICTION,
                        pointer + ": see onOffer for those that the policy names, or write to the contact",
                        List.of(new ProblemException.Invalid(
                                pointer,
                                "one of "
                                        + String.join(
                                                ", ", profile.jurisdictions().keySet()))))
                .with("onOffer", profile.jurisdictions().keySet())
                .with("contact", profile.contact());
    }

    /** The policy promises nothing to people of the place that was named, or none was named. */
    public static ProblemException nowhere(Profile profile) {
        var places = profile.policy().jurisdictions().keySet().stream()
                .map(PlaceCode::text)
                .toList();
        return new ProblemException(
                        Problem.UNKNOWN_JURISDICTION,
                        "/jurisdiction: see onOffer for the parts of the policy; name one of them, or a country",
                        List.of(new ProblemException.Invalid("/jurisdiction", "one of " + String.join(", ", places))))
                .with("onOffer", places)
                .with("contact", profile.contact());
    }

    /**
     * Nobody is refused: what there is instead, and how to reach a person.
     *
     * @param declared where the person lives; what any of these places gives is on offer
     */
    public static ProblemException notGiven(Profile profile, List<String> declared, String pointer) {
        var rights = declared.stream()
                .flatMap(it -> profile.placeOf(it).flatMap(profile::jurisdiction).stream())
                .flatMap(it -> it.rights().keySet().stream())
                .distinct()
                .map(Right::name)
                .toList();
        if (rights.isEmpty()) {
            return unknownJurisdiction(profile, "/jurisdiction");
        }
        return new ProblemException(
                        Problem.RIGHT_NOT_ON_OFFER,
                        pointer
                                + ": see onOffer for what can be asked for here, or write to the contact and a person will look",
                        List.of(new ProblemException.Invalid(pointer, "one of " + String.join(", ", rights))))
                .with("onOffer", rights)
                .with("contact", profile.contact());
    }
}
