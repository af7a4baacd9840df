// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.Right;
import io.habeas.request.policy.Difference;
import io.habeas.request.policy.Explanation;
import io.habeas.request.policy.Leaf;
import io.habeas.request.policy.Profile;
import io.habeas.service.LegalClock;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import io.habeas.service.ProblemException.Invalid;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What a policy promises: on offer today, line by line for one right, and every version that there ever was. */
@RestController
@RequestMapping("/api/v1/controllers/{c}/profile")
class ProfileController {

    /**
     * @param until its last day; absent for the newest
     * @param reductions what it takes away against the version before it
     */
    record Version(
            String profile, LocalDate inForce, @Nullable LocalDate until, List<Difference> reductions) {}

    /** @param rules every rule of the version, in the order of its file */
    record WholeVersion(
            String profile, LocalDate inForce, @Nullable LocalDate until, Collection<Leaf> rules) {}

    private final Published published;
    private final LegalClock clock;

    ProfileController(Published published, LegalClock clock) {
        this.published = published;
        this.clock = clock;
    }

    @GetMapping
    Offers.Offer profile(@PathVariable String c, @RequestParam(required = false) @Nullable String jurisdiction) {
        var controller = published.controller(c);
        var profile = controller
                .profileAt(clock.instant())
                .orElseGet(() -> controller.profiles().getLast());
        if (jurisdiction == null) {
            return Offers.of(controller, profile, null);
        }
        var place = profile.placeOf(jurisdiction).flatMap(profile::jurisdiction);
        if (place.isPresent()) {
            return Offers.of(controller, profile, place.get());
        }
        return profile.placeOf(jurisdiction)
                .map(it -> Offers.promised(controller, profile, it))
                .orElseThrow(() -> Offers.unknownJurisdiction(profile, "/jurisdiction"));
    }

    @GetMapping("/explanation")
    Explanation explanation(
            @PathVariable String c,
            @RequestParam(required = false) @Nullable String right,
            @RequestParam(required = false) @Nullable String jurisdiction,
            @RequestParam(required = false) @Nullable String capacity,
            @RequestParam(required = false) @Nullable String date) {
        var controller = published.controller(c);
        var today = controller
                .profileAt(clock.instant())
                .orElseGet(() -> controller.profiles().getLast());
        var invalid = new ArrayList<Invalid>();
        var asked = oneOf(Right.class, "/right", right, invalid);
        var who = capacity == null
                ? Optional.of(Capacity.SUBJECT)
                : oneOf(Capacity.class, "/capacity", capacity, invalid);
        var day =
                date == null ? Optional.of(clock.instant().atZone(today.zone()).toLocalDate()) : day(date, invalid);
        if (asked.isEmpty() || who.isEmpty() || day.isEmpty()) {
            throw new ProblemException(
                    Problem.INVALID_FIELDS,
                    "look at " + invalid.stream().map(Invalid::pointer).collect(Collectors.joining(", ")),
                    invalid);
        }
        var inForce = controller
                .profileOn(day.get())
                .orElseThrow(() -> new ProblemException(
                        Problem.INVALID_FIELDS,
                        "/date: no policy of this controller was in force before "
                                + controller.profiles().getLast().inForce(),
                        List.of(new Invalid("/date", "a day on which a policy was in force"))));
        return Optional.ofNullable(jurisdiction)
                .flatMap(it -> controller.explain(asked.get(), it, who.get(), day.get()))
                .orElseThrow(() -> Offers.nowhere(inForce));
    }

    @GetMapping("/versions")
    List<Version> versions(@PathVariable String c) {
        var controller = published.controller(c);
        return controller.profiles().stream()
                .map(it -> new Version(
                        it.address(), it.inForce(), controller.lastDayOf(it).orElse(null), controller.reductions(it)))
                .toList();
    }

    @GetMapping("/versions/{version}")
    WholeVersion version(@PathVariable String c, @PathVariable String version) {
        var controller = published.controller(c);
        return controller.profiles().stream()
                .filter(it -> it.version().equals(version))
                .findFirst()
                .map(it -> new WholeVersion(
                        it.address(),
                        it.inForce(),
                        controller.lastDayOf(it).orElse(null),
                        it.leaves().values()))
                .orElseThrow(() -> new ProblemException(
                                Problem.NOT_FOUND, "see .../profile/versions for those that are there")
                        .with(
                                "onOffer",
                                controller.profiles().stream()
                                        .map(Profile::version)
                                        .toList()));
    }

    private static <E extends Enum<E>> Optional<E> oneOf(
            Class<E> closed, String pointer, @Nullable String text, List<Invalid> invalid) {
        var found = Arrays.stream(closed.getEnumConstants())
                .filter(it -> it.name().equals(text))
                .findFirst();
        if (found.isEmpty()) {
            invalid.add(new Invalid(
                    pointer,
                    "one of "
                            + Arrays.stream(closed.getEnumConstants())
                                    .map(Enum::name)
                                    .collect(Collectors.joining(", "))));
        }
        return found;
    }

    private static Optional<LocalDate> day(String text, List<Invalid> invalid) {
        try {
            return Optional.of(LocalDate.parse(text));
        } catch (DateTimeException wrong) {
            invalid.add(new Invalid("/date", "a day, such as 2026-11-26"));
            return Optional.empty();
        }
    }
}
