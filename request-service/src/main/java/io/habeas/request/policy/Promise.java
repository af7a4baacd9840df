// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.Right;
import io.habeas.request.calendars.Counting;
import io.habeas.request.calendars.Reckoning;
import io.habeas.request.policy.language.BackupRules;
import io.habeas.request.policy.language.CapacityRules;
import io.habeas.request.policy.language.ClockName;
import io.habeas.request.policy.language.ClockRules;
import io.habeas.request.policy.language.ComplaintRules;
import io.habeas.request.policy.language.Decider;
import io.habeas.request.policy.language.DeliveryRules;
import io.habeas.request.policy.language.ExclusionRules;
import io.habeas.request.policy.language.FeeRules;
import io.habeas.request.policy.language.GroundRules;
import io.habeas.request.policy.language.JurisdictionRules;
import io.habeas.request.policy.language.KeepRules;
import io.habeas.request.policy.language.Language;
import io.habeas.request.policy.language.LimitRules;
import io.habeas.request.policy.language.Name;
import io.habeas.request.policy.language.ProofRules;
import io.habeas.request.policy.language.Rate;
import io.habeas.request.policy.language.RecipientRules;
import io.habeas.request.policy.language.RefusalRules;
import io.habeas.request.policy.language.RightRules;
import io.habeas.request.policy.language.SignalRules;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one right means for the people of one place: the rules of the right, and where it says nothing those of the place, and where that says
 * nothing those of the whole policy. Each comes with the address of the leaf that says it.
 *
 * @param place the code in the profile
 */
public record Promise(Profile profile, String place, JurisdictionRules rules, Right right, RightRules own) {

    /** The address of the right; the addresses of its leaves begin with it. */
    public String address() {
        return ofPlace("rights." + right);
    }

    /** Why it can not be filed today; nothing where it can. */
    public Optional<String> notFiledBecause() {
        return CarriedOut.missing(this);
    }

    /** Why a person of the controller has to decide it, even where everything is proved; nothing where a machine may grant it. */
    public Optional<String> forAPersonBecause() {
        return CarriedOut.forAPerson(this);
    }

    /** All clocks: the right's own, and those of the place for what the right does not clock. */
    public SequencedMap<ClockName, Ruled<ClockRules>> clocks() {
        var clocks = new LinkedHashMap<ClockName, Ruled<ClockRules>>();
        rules.clocks()
                .forEach((name, clock) -> clocks.put(name, new Ruled<>(clock, ofPlace("clocks." + name.written()))));
        own.clocks()
                .forEach((name, clock) -> clocks.put(name, new Ruled<>(clock, ofRight("clocks." + name.written()))));
        return Collections.unmodifiableSequencedMap(clocks);
    }

    public Optional<Ruled<ClockRules>> clock(ClockName name) {
        return Optional.ofNullable(clocks().get(name));
    }

    /** The zone in which days are counted for these people. */
    public ZoneId zone() {
        return rules.timeZone() == null ? profile.zone() : rules.timeZone();
    }

    public Counting counting() {
        return rules.counting() == null ? Counting.FIRST_DAY_IS_NEXT : rules.counting();
    }

    public Reckoning reckoning() {
        return new Reckoning(zone(), counting(), profile.calendars());
    }

    /** The first is used where the requester names none. */
    public List<String> languages() {
        return rules.languages().isEmpty()
                ? profile.languages()
                : rules.languages().stream().map(Language::text).toList();
    }

    /** Who approves; a machine only where the requester is the person. A reviewer where nothing is said. */
    public Optional<Ruled<Decider>> approvedBy() {
        return first(ruled(own.decidedBy(), ofRight("decidedBy")), ruled(rules.decidedBy(), ofPlace("decidedBy")));
    }

    /** Who may refuse, and how finely. */
    public Optional<Ruled<RefusalRules>> refusal() {
        return first(
                ruled(own.refusal(), ofRight("refusal")),
                ruled(rules.refusal(), ofPlace("refusal")),
                ruled(profile.policy().refusal(), ofPolicy("refusal")));
    }

    /** The same for one kind of the right, which may have a word of its own. */
    public Optional<Ruled<RefusalRules>> refusalOf(@Nullable String kind) {
        var own = own().kinds().entrySet().stream()
                .filter(it -> it.getKey().text().equals(kind))
                .findFirst();
        return first(
                own.flatMap(it -> ruled(it.getValue().refusal(), ofRight("kinds." + it.getKey() + ".refusal"))),
                refusal());
    }

    /** The only grounds on which this right may be refused as a whole. */
    public List<Ruled<GroundRules>> refusalGrounds() {
        var refusal = refusal().map(Ruled::value).orElse(null);
        if (refusal != null && refusal.decidedBy() == Decider.NOBODY) {
            return List.of();
        }
        var grounds = new ArrayList<Ruled<GroundRules>>();
        if (own.refusal() != null) {
            grounds.addAll(grounds(own.refusal().grounds(), ofRight("refusal.grounds")));
        }
        if (own.refusal() == null || !Boolean.FALSE.equals(own.refusal().also())) {
            grounds.addAll(grounds(rules.refusalGrounds(), ofPlace("refusalGrounds")));
        }
        return List.copyOf(grounds);
    }

    /** Grounds on which no answer is owed; a neutral letter goes out all the same. */
    public List<Ruled<GroundRules>> noAnswerGrounds() {
        return grounds(rules.noAnswerGrounds(), ofPlace("noAnswerGrounds"));
    }

    /** Grounds on which single items may be kept back. */
    public List<Ruled<GroundRules>> withholdingGrounds() {
        var grounds = new ArrayList<>(grounds(own.withholdingGrounds(), ofRight("withholdingGrounds")));
        grounds.addAll(grounds(rules.withholdingGrounds(), ofPlace("withholdingGrounds")));
        return List.copyOf(grounds);
    }

    /** The only grounds on which single items are kept against an erasure. */
    public SequencedMap<Name, Ruled<KeepRules>> keepGrounds() {
        var grounds = new LinkedHashMap<Name, Ruled<KeepRules>>();
        rules.keepGrounds()
                .forEach((name, keep) -> grounds.put(name, new Ruled<>(keep, ofPlace("keepGrounds." + name))));
        own.keepGrounds().forEach((name, keep) -> grounds.put(name, new Ruled<>(keep, ofRight("keepGrounds." + name))));
        return Collections.unmodifiableSequencedMap(grounds);
    }

    /** What of a person's data the policy does not cover for this right, today or until its day. */
    public List<Ruled<ExclusionRules>> exclusions() {
        return rules.exclusions().stream()
                .filter(it -> it.rights().isEmpty() || it.rights().contains(right))
                .map(it -> new Ruled<>(it, ofPlace("exclusions." + it.what())))
                .toList();
    }

    /** Who may ask for this right, with what each has to show; the person alone where nothing is said. */
    public SequencedMap<Capacity, Ruled<CapacityRules>> capacities() {
        var capacities = new LinkedHashMap<Capacity, Ruled<CapacityRules>>();
        var mine = !own.capacities().isEmpty();
        for (var each : mine ? own.capacities() : rules.capacities()) {
            if (each.rights().isEmpty() || each.rights().contains(right)) {
                var leaf = "capacities." + each.capacity();
                capacities.put(each.capacity(), new Ruled<>(each, mine ? ofRight(leaf) : ofPlace(leaf)));
            }
        }
        return Collections.unmodifiableSequencedMap(capacities);
    }

    /** Kinds by which a person can be named. */
    public List<IdentifierKind> identifiers() {
        return own.identifiers().isEmpty() ? rules.identifiers() : own.identifiers();
    }

    public Optional<Ruled<ProofRules>> proof() {
        return first(ruled(own.proof(), ofRight("proof")), ruled(rules.proof(), ofPlace("proof")));
    }

    public Optional<Ruled<ComplaintRules>> complaint() {
        return ruled(rules.complaint(), ofPlace("complaint"));
    }

    public Optional<Ruled<FeeRules>> fee() {
        return first(ruled(own.fee(), ofRight("fee")), ruled(rules.fee(), ofPlace("fee")));
    }

    /** How often it may be used; a kind of it may say so for itself. */
    public Optional<Ruled<LimitRules>> limit(@Nullable String kind) {
        var named = own.kinds().entrySet().stream()
                .filter(it -> it.getKey().text().equals(kind))
                .findFirst();
        return first(
                named.flatMap(it -> ruled(it.getValue().limit(), ofRight("kinds." + it.getKey() + ".limit"))),
                ruled(own.limit(), ofRight("limit")));
    }

    /** Every limit of the right and of its kinds. */
    public Stream<Ruled<LimitRules>> limits() {
        return Stream.concat(
                        Stream.of(limit(null)), own.kinds().keySet().stream().map(kind -> limit(kind.text())))
                .flatMap(Optional::stream)
                .distinct();
    }

    /** Everything by which requests for this right are counted: limits of its own, those that others share with it, and a fee beyond a count. */
    public List<Rate> rates() {
        var shared = rules.rights().values().stream()
                .map(RightRules::limit)
                .filter(Objects::nonNull)
                .filter(it -> it.together().contains(right));
        var fee = fee().map(it -> it.value().beyond()).stream();
        return Stream.concat(Stream.concat(limits().map(Ruled::value), shared).map(LimitRules::most), fee)
                .distinct()
                .toList();
    }

    public Optional<Ruled<DeliveryRules>> delivery() {
        return first(
                ruled(rules.delivery(), ofPlace("delivery")),
                ruled(profile.policy().delivery(), ofPolicy("delivery")));
    }

    public Optional<Ruled<RecipientRules>> recipients() {
        return first(
                ruled(own.recipients(), ofRight("recipients")),
                ruled(rules.recipients(), ofPlace("recipients")),
                ruled(profile.policy().recipients(), ofPolicy("recipients")));
    }

    /** The same for one kind of the right, which may have a word of its own. */
    public Optional<Ruled<RecipientRules>> recipientsOf(@Nullable String kind) {
        var own = own().kinds().entrySet().stream()
                .filter(it -> it.getKey().text().equals(kind))
                .findFirst();
        return first(
                own.flatMap(it -> ruled(it.getValue().recipients(), ofRight("kinds." + it.getKey() + ".recipients"))),
                recipients());
    }

    public Optional<Ruled<BackupRules>> backups() {
        return first(
                ruled(own.backups(), ofRight("backups")),
                ruled(rules.backups(), ofPlace("backups")),
                ruled(profile.policy().backups(), ofPolicy("backups")));
    }

    public Optional<Ruled<SignalRules.Meaning>> dnt() {
        return signal(
                rules.signals() == null ? null : rules.signals().dnt(),
                profile.policy().signals() == null
                        ? null
                        : profile.policy().signals().dnt(),
                "signals.dnt");
    }

    public Optional<Ruled<SignalRules.Meaning>> gpc() {
        return signal(
                rules.signals() == null ? null : rules.signals().gpc(),
                profile.policy().signals() == null
                        ? null
                        : profile.policy().signals().gpc(),
                "signals.gpc");
    }

    private Optional<Ruled<SignalRules.Meaning>> signal(
            SignalRules.@Nullable Meaning here, SignalRules.@Nullable Meaning everywhere, String leaf) {
        return first(ruled(here, ofPlace(leaf)), ruled(everywhere, ofPolicy(leaf)));
    }

    private List<Ruled<GroundRules>> grounds(List<GroundRules> grounds, String at) {
        return grounds.stream()
                .filter(it -> it.rights().isEmpty() || it.rights().contains(right))
                .map(it -> new Ruled<>(it, at + "." + it.ground()))
                .toList();
    }

    private static <T> Optional<Ruled<T>> ruled(@Nullable T value, String rule) {
        return value == null ? Optional.empty() : Optional.of(new Ruled<>(value, rule));
    }

    @SafeVarargs
    private static <T> Optional<Ruled<T>> first(Optional<Ruled<T>>... nearestFirst) {
        for (var each : nearestFirst) {
            if (each.isPresent()) {
                return each;
            }
        }
        return Optional.empty();
    }

    private String ofRight(String leaf) {
        return address() + "." + leaf;
    }

    private String ofPlace(String leaf) {
        return profile.address() + "#" + place + "." + leaf;
    }

    private String ofPolicy(String leaf) {
        return profile.address() + "#" + leaf;
    }
}
