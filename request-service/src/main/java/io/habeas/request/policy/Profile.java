// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import io.habeas.contracts.Right;
import io.habeas.request.calendars.Calendars;
import io.habeas.request.policy.language.ChangeRules.Reduction;
import io.habeas.request.policy.language.JurisdictionRules;
import io.habeas.request.policy.language.Language;
import io.habeas.request.policy.language.Name;
import io.habeas.request.policy.language.PlaceCode;
import io.habeas.request.policy.language.PublishedPolicy;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * One version of a published policy, loaded and checked.
 *
 * @param policy everything that it promises
 * @param leaves every rule with its place, by its address
 * @param jurisdictions what can be filed today: the part of the promise that is carried out here
 */
public record Profile(
        PublishedPolicy policy,
        SequencedMap<String, Leaf> leaves,
        SequencedMap<String, Jurisdiction> jurisdictions,
        Calendars calendars,
        Path file) {

    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());
    private static final PlaceCode ANYWHERE = new PlaceCode("ANY");

    /**
     * @param names by language
     * @param rights what can be filed here
     */
    public record Jurisdiction(String code, Map<String, String> names, SequencedMap<Right, Terms> rights) {}

    public String id() {
        return policy.profile().text();
    }

    public String version() {
        return policy.version().text();
    }

    /** The first day on which it holds, in its time zone. */
    public LocalDate inForce() {
        return policy.inForce();
    }

    /** Where the data may be processed. */
    public String region() {
        return policy.region().text();
    }

    public ZoneId zone() {
        return policy.timeZone();
    }

    /** The first is used where the requester names none. */
    public List<String> languages() {
        return policy.languages().stream().map(Language::text).toList();
    }

    /** How a person of the controller is reached: by kind, such as {@code email}. */
    public SequencedMap<String, String> contact() {
        return policy.contact() == null
                ? new LinkedHashMap<>()
                : policy.contact().ways();
    }

    /** Kinds of fields that no package and no letter may hold. */
    public List<String> neverDisclosed() {
        return policy.neverDisclosed().stream().map(Name::text).toList();
    }

    /** {@code id@version}. */
    public String address() {
        return policy.address();
    }

    /** What can be filed there today. */
    public Optional<Jurisdiction> jurisdiction(String code) {
        return Optional.ofNullable(jurisdictions.get(code));
    }

    /**
     * The place of this policy under which somebody falls: the one that is called so, the one that covers it, the country around it, or ANY.
     *
     * @return its code; none if the policy promises nothing there
     */
    public Optional<String> placeOf(String declared) {
        if (!isPlace(declared)) {
            return Optional.empty();
        }
        var places = policy.jurisdictions();
        var country = declared.contains("-") ? declared.substring(0, declared.indexOf('-')) : declared;
        for (var code : List.of(declared, country)) {
            if (places.containsKey(new PlaceCode(code))) {
                return Optional.of(code);
            }
            for (var place : places.entrySet()) {
                if (place.getValue().covers().contains(new PlaceCode(code))) {
                    return Optional.of(place.getKey().text());
                }
            }
        }
        return places.containsKey(ANYWHERE) ? Optional.of(ANYWHERE.text()) : Optional.empty();
    }

    /** A country, a part of one, the union, or ANY itself. */
    public static boolean isPlace(String declared) {
        return declared.matches("[A-Z]{2}(-[A-Z0-9]{1,3})?") && COUNTRIES.contains(declared.substring(0, 2))
                || declared.equals("EU")
                || declared.equals("ANY");
    }

    /**
     * What somebody who asks for that right loses who falls under another part, of this version or of another; nothing where it gives as much.
     *
     * @param here a place of this version
     * @param other the same version or another
     * @param there a place of the other
     */
    public List<Difference> lostBetween(String here, Profile other, String there, Right right) {
        return Differences.concerning(this, here, other, there, right);
    }

    /** Whether this version promises that nobody's rights are cut who has not said yes to it. */
    public boolean isKeptWithoutConsentToLess() {
        return policy.changes() != null && policy.changes().reduction() == Reduction.NEEDS_EXPLICIT_CONSENT;
    }

    /** @param place as {@link #placeOf} gives it */
    public Optional<JurisdictionRules> rules(String place) {
        return Optional.ofNullable(policy.jurisdictions().get(new PlaceCode(place)));
    }

    /** What the policy promises to somebody of that place, whether it can be filed today or not. */
    public Optional<Promise> promise(String place, Right right) {
        return rules(place).flatMap(rules -> Optional.ofNullable(rules.rights().get(right))
                .map(it -> new Promise(this, place, rules, right, it)));
    }
}
