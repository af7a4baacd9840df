// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

import static java.util.Objects.requireNonNull;

import io.habeas.contracts.Identifier;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.Right;
import io.habeas.contracts.Sealed;
import io.habeas.contracts.SealedField;
import io.habeas.request.lifecycle.RequestEvent.RequestReceived;
import io.habeas.request.policy.Controller;
import io.habeas.request.policy.Favoured;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Profile;
import io.habeas.request.policy.Terms;
import io.habeas.request.register.RequestFile;
import io.habeas.request.standing.StandingAnswers;
import io.habeas.sealeddata.KeyDestroyedException;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.LegalClock;
import io.habeas.service.ProblemException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which version and which part of a policy hold for a request: of the version in force at its receipt the part that gives most of those under
 * which the person falls; and an older version where it gives more and the person keeps it. Kept is the version to which the person said yes
 * last, and one that promises to cut nobody's rights without a yes, as long as there is none.
 *
 * <p>What a person said yes to is looked up when it is proved who asks, and never before: what is answered to a fresh request is the same
 * for everybody who is named. Nobody is looked up where no older version gives more.
 */
public final class BoundVersion {

    /**
     * What is asked for.
     *
     * @param declared where the person lives, as it was said
     * @param gives whether terms give all of it
     * @param proof whether they want to know who asks
     */
    public record Asking(List<String> declared, Right right, Predicate<Terms> gives, Predicate<Terms> proof) {

        /** What a request asks for that is there. */
        static Asking of(RequestReceived received, List<String> declared) {
            return new Asking(
                    declared,
                    received.right(),
                    received::isGivenBy,
                    it -> it.proofOf(received.capacity(), received.kindAsked()).level() != ProofLevel.NONE);
        }
    }

    /** @param favoured its part */
    public record Bound(Profile profile, Favoured favoured) {

        /** Whether all of what a request asks for can be filed there. */
        public boolean gives(RequestReceived received) {
            return received.isGivenBy(terms(received.right()));
        }

        /** Whether it is older than what a request is bound to, and gives more: nothing else takes its place with the proof. */
        public boolean takesThePlaceOf(Profile bound, RequestReceived received) {
            return profile.inForce().isBefore(bound.inForce())
                    && !profile.lostBetween(favoured.place(), bound, received.jurisdiction(), received.right())
                            .isEmpty();
        }

        /** The terms of a right that can be filed there. */
        Terms terms(Right right) {
            return requireNonNull(profile.jurisdiction(favoured.place())
                    .orElseThrow()
                    .rights()
                    .get(right));
        }
    }

    private final Policies policies;
    private final StandingAnswers standing;
    private final Sealer sealer;
    private final LegalClock clock;

    BoundVersion(Policies policies, StandingAnswers standing, Sealer sealer, LegalClock clock) {
        this.policies = policies;
        this.standing = standing;
        this.sealer = sealer;
        this.clock = clock;
    }

    /**
     * What holds for a request that is there.
     *
     * @param declared where the person lives
     * @param proved who was proved to ask, sealed under the CASE key; absent where nobody is
     * @return nothing where it is not given
     * @throws ProblemException while nobody can say
     */
    public Optional<Bound> forRequest(RequestFile file, List<String> declared, @Nullable SealedField proved) {
        var controller = policies.controller(file.controller()).orElseThrow();
        var received = file.received();
        var asking = Asking.of(received, declared);
        return proved == null
                ? atReceipt(controller, asking, received.receivedAt())
                : forProved(controller, asking, received.receivedAt(), () -> person(file, proved));
    }

    private List<Identifier> person(RequestFile file, SealedField proved) {
        try {
            var id = file.received().requestId();
            return sealer.open(file.controller(), id, "proved", proved, Sealed.Proved.class)
                    .identifiers();
        } catch (KeyDestroyedException gone) {
            // its case is over for good
            return List.of();
        }
    }

    /**
     * What is told at the receipt: the version in force then. Where it does not give the right, or nobody has to prove who asks so that nothing is
     * known later, what whoever has said nothing keeps.
     *
     * @return nothing where none gives the right
     */
    static Optional<Bound> atReceipt(Controller controller, Asking asking, Instant receivedAt) {
        var inForce = inForce(controller, asking, receivedAt);
        if (inForce.isPresent() && asking.proof().test(inForce.get().terms(asking.right()))) {
            return inForce;
        }
        return kept(controller, asking, receivedAt, inForce.orElse(null), null);
    }

    /**
     * What holds for whoever was proved to ask.
     *
     * @param proved opened only where it matters
     * @return nothing where the person said yes to a version that does not give the right
     */
    private Optional<Bound> forProved(
            Controller controller, Asking asking, Instant receivedAt, Supplier<List<Identifier>> proved) {
        var inForce = inForce(controller, asking, receivedAt);
        if (older(controller, receivedAt).stream().noneMatch(it -> part(it, asking, receivedAt)
                .filter(there -> givesMore(there, inForce.orElse(null), asking))
                .isPresent())) {
            return inForce;
        }
        var person = proved.get();
        var consented = person.isEmpty()
                ? null
                : standing.versionConsentedTo(controller.id(), person, receivedAt, clock.instant())
                        .flatMap(controller::profile)
                        .orElse(null);
        return kept(controller, asking, receivedAt, inForce.orElse(null), consented);
    }

    private static Optional<Bound> inForce(Controller controller, Asking asking, Instant receivedAt) {
        return controller.profileAt(receivedAt).flatMap(it -> part(it, asking, receivedAt));
    }

    private static Optional<Bound> part(Profile profile, Asking asking, Instant receivedAt) {
        return Favoured.among(profile, asking.declared(), asking.right(), receivedAt, asking.gives())
                .map(it -> new Bound(profile, it));
    }

    private static List<Profile> older(Controller controller, Instant receivedAt) {
        return controller.profileAt(receivedAt).map(controller::before).orElse(List.of());
    }

    private static Optional<Bound> kept(
            Controller controller,
            Asking asking,
            Instant receivedAt,
            @Nullable Bound inForce,
            @Nullable Profile consented) {
        var bound = inForce;
        for (var before : older(controller, receivedAt)) {
            if (consented != null && before.inForce().isBefore(consented.inForce())) {
                break;
            }
            boolean kept = before.equals(consented) || before.isKeptWithoutConsentToLess();
            var there = part(before, asking, receivedAt).orElse(null);
            if (kept && there != null && givesMore(there, bound, asking)) {
                bound = there;
            }
        }
        return Optional.ofNullable(bound);
    }

    /** One that lacks a part of what is asked for gives less, whatever else it has. */
    private static boolean givesMore(Bound before, @Nullable Bound bound, Asking asking) {
        if (bound == null) {
            return true;
        }
        var right = asking.right();
        boolean lacks =
                asking.gives().test(bound.terms(right)) && !asking.gives().test(before.terms(right));
        return !lacks
                && !before.profile()
                        .lostBetween(
                                before.favoured().place(),
                                bound.profile(),
                                bound.favoured().place(),
                                right)
                        .isEmpty();
    }
}
