// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.signals;

import io.habeas.contracts.Identifier;
import io.habeas.request.intake.IdentifierForm;
import io.habeas.request.intake.Offers;
import io.habeas.request.intake.Published;
import io.habeas.request.policy.Controller;
import io.habeas.request.policy.Profile;
import io.habeas.request.standing.Uses;
import io.habeas.service.LegalClock;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import io.habeas.service.ProblemException.Invalid;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what every call about standing facts has in common against the profile in force; collects what is wrong, and never repeats what was sent. */
final class Asked {

    static final int MOST_IDENTIFIERS = 10;

    /** One identifier as it comes in. */
    record Claimed(@Nullable String kind, @Nullable String value) {
        @Override
        public String toString() {
            return "Claimed[" + kind + "]";
        }
    }

    /** The policy that holds for the people of one place, now. */
    record Here(Controller controller, Profile profile, Uses uses, Instant now) {}

    private final Published published;
    private final LegalClock clock;

    Asked(Published published, LegalClock clock) {
        this.published = published;
        this.clock = clock;
    }

    /** @throws ProblemException if there is no such controller, no policy yet, or none for people of that place */
    Here here(String controllerId, @Nullable String jurisdiction) {
        var controller = published.controller(controllerId);
        var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        var profile = controller.profileAt(now).orElseThrow(() -> new ProblemException(
                        Problem.UNAVAILABLE, "no policy of this controller is in force yet")
                .retryAfter(Duration.ofMinutes(1)));
        var place =
                Optional.ofNullable(jurisdiction).flatMap(profile::placeOf).orElseThrow(() -> Offers.nowhere(profile));
        return new Here(controller, profile, new Uses(profile, place), now);
    }

    static List<Identifier> identifiers(
            String pointer, @Nullable List<@Nullable Claimed> claimed, List<Invalid> invalid) {
        if (claimed == null || claimed.isEmpty() || claimed.size() > MOST_IDENTIFIERS) {
            invalid.add(new Invalid(pointer, "one to " + MOST_IDENTIFIERS));
            return List.of();
        }
        var identifiers = new ArrayList<Identifier>();
        for (int index = 0; index < claimed.size(); index++) {
            var next = claimed.get(index);
            IdentifierForm.read(
                            pointer + "/" + index,
                            next == null ? null : next.kind(),
                            next == null ? null : next.value(),
                            invalid)
                    .ifPresent(identifiers::add);
        }
        return identifiers.stream().distinct().toList();
    }

    /** A use that the policy knows somewhere. */
    static @Nullable String use(Here here, String pointer, @Nullable String use, List<Invalid> invalid) {
        var known = Uses.known(here.profile());
        if (use != null && known.contains(use)) {
            return use;
        }
        invalid.add(new Invalid(pointer, "one of " + String.join(", ", known)));
        return null;
    }

    static void requireNothing(List<Invalid> invalid) {
        if (!invalid.isEmpty()) {
            throw new ProblemException(
                    Problem.INVALID_FIELDS,
                    "look at " + invalid.stream().map(Invalid::pointer).collect(Collectors.joining(", ")),
                    invalid);
        }
    }
}
