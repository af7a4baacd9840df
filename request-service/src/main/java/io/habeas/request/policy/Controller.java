// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.Right;
import io.habeas.request.calendars.Calendars;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/**
 * One organisation that answers for personal data, with every version of its policy.
 *
 * @param profiles from the newest to the oldest
 */
public record Controller(String id, String name, String region, List<Profile> profiles) {

    /** The version that is in force at that moment; none if all come into force later. */
    public Optional<Profile> profileAt(Instant moment) {
        return profiles.stream()
                .filter(it -> !it.inForce().isAfter(moment.atZone(it.zone()).toLocalDate()))
                .findFirst();
    }

    /** The version that is in force on a day of its time zone; none if all come into force later. */
    public Optional<Profile> profileOn(LocalDate day) {
        return profiles.stream().filter(it -> !it.inForce().isAfter(day)).findFirst();
    }

    /** The last day of a version; none for the newest. */
    public Optional<LocalDate> lastDayOf(Profile profile) {
        return profiles.stream()
                .map(Profile::inForce)
                .filter(it -> it.isAfter(profile.inForce()))
                .min(Comparator.naturalOrder())
                .map(it -> it.minusDays(1));
    }

    /** The versions that came before another, from the newest to the oldest. */
    public List<Profile> before(Profile profile) {
        return profiles.stream()
                .filter(it -> it.inForce().isBefore(profile.inForce()))
                .toList();
    }

    /** What a version takes away against the one before it; nothing for the first. */
    public List<Difference> reductions(Profile profile) {
        int at = profiles.indexOf(profile);
        return at < 0 || at + 1 == profiles.size() ? List.of() : Differences.between(profiles.get(at + 1), profile);
    }

    /**
     * What applies to a right.
     *
     * @param declared the jurisdiction that the person names, or several with commas between
     * @return nothing if no version was in force on that day, or its policy promises nothing there
     */
    public Optional<Explanation> explain(Right right, String declared, Capacity capacity, LocalDate date) {
        return profileOn(date).flatMap(profile -> placeOf(profile, right, declared, capacity, date)
                .map(place -> Explaining.explain(
                        profile, lastDayOf(profile).orElse(null), declared, place, right, capacity, date)));
    }

    /** Of several, the one that gives most; where none gives the right, the first that the policy knows. */
    private static Optional<Favoured> placeOf(
            Profile profile, Right right, String declared, Capacity capacity, LocalDate date) {
        var named = List.of(declared.split(","));
        var receivedAt = date.atStartOfDay(profile.zone()).toInstant();
        return Favoured.among(
                        profile, named, right, receivedAt, it -> it.capacities().containsKey(capacity))
                .or(() -> named.stream()
                        .flatMap(it -> profile.placeOf(it).stream())
                        .map(it -> new Favoured(it, null))
                        .findFirst());
    }

    /** @param address {@code id@version} */
    public Optional<Profile> profile(String address) {
        return profiles.stream().filter(it -> it.address().equals(address)).findFirst();
    }

    /**
     * @param folder holds {@code controller.yaml} and is called like the controller
     * @throws PolicyException naming file, line, column and field
     */
    static Controller load(Path folder, Calendars calendars) {
        var file = folder.resolve("controller.yaml");
        var root = YamlSpot.rootOf(file);
        var fields = root.fields("controller", "name", "region", "profiles");
        var named = root.required(fields, "controller");
        var id = named.text();
        if (!id.equals(String.valueOf(folder.getFileName()))) {
            throw named.wrong("must be called like its folder, '" + folder.getFileName() + "'");
        }
        var region = root.required(fields, "region");
        var place = root.required(fields, "profiles");
        var inside = folder.resolve(place.text()).normalize();
        if (!inside.startsWith(folder.normalize())) {
            throw place.wrong("must lie inside the controller's folder");
        }
        var profiles = profilesIn(place, inside, calendars);
        for (var profile : profiles) {
            if (!profile.region().equals(region.text())) {
                throw region.wrong("the profile " + profile.address() + " is bound to " + profile.region());
            }
        }
        return new Controller(id, root.required(fields, "name").text(), region.text(), profiles);
    }

    private static List<Profile> profilesIn(YamlSpot place, Path folder, Calendars calendars) {
        var files = new ArrayList<Path>();
        try (var found = Files.list(folder)) {
            found.filter(it -> it.toString().endsWith(".yaml")).sorted().forEach(files::add);
        } catch (IOException unreadable) {
            throw place.wrong("there is no such folder");
        }
        var byDay = new HashMap<LocalDate, Path>();
        var byAddress = new HashMap<String, Path>();
        var profiles = new ArrayList<Profile>();
        for (var file : files) {
            var profile = ProfileLoader.load(file, calendars);
            refuseTwins(file, byDay.put(profile.inForce(), file), "comes into force on the same day as ");
            refuseTwins(file, byAddress.put(profile.address(), file), "has the same name and version as ");
            profiles.add(profile);
        }
        if (profiles.isEmpty()) {
            throw place.wrong("holds no profile; a profile is a file ending in .yaml");
        }
        profiles.sort(Comparator.comparing(Profile::inForce).reversed());
        return List.copyOf(profiles);
    }

    private static void refuseTwins(Path file, @org.jspecify.annotations.Nullable Path twin, String how) {
        if (twin != null) {
            throw new PolicyException(file, how + twin);
        }
    }
}
