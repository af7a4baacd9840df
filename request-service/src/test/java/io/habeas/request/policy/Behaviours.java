// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import io.habeas.contracts.Right;
import io.habeas.request.calendars.Reckoning.Stop;
import io.habeas.request.policy.Terms.Course;
import io.habeas.request.policy.Terms.Deadline;
import io.habeas.request.policy.language.ClockName;
import io.habeas.request.policy.language.ComplaintRules;
import io.habeas.request.policy.language.GroundRules;
import io.habeas.request.policy.language.Origin;
import io.habeas.request.standing.AskingAgain;
import io.habeas.request.standing.Uses;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the service does because of one profile, in sentences: when an answer is due, who decides, on which grounds, what intake needs, what stands while
 * a person is silent. It asks as the service asks, through {@link Terms}, {@link Promise} and {@link Uses}, and never looks at a leaf; what no
 * line here depends on, nothing acts on.
 */
final class Behaviours {

    /** Before the Spring Festival in China, and before Thanksgiving in California. */
    private static final List<Instant> RECEIPTS =
            List.of(Instant.parse("2026-02-06T04:00:00Z"), Instant.parse("2026-11-20T04:00:00Z"));

    private static final Duration UNTIL_PROOF = Duration.ofDays(5);

    /** Beside every country: parts of some, the union, and everywhere. */
    private static final List<String> PLACES = List.of("EU", "ANY", "US-CA", "US-TX", "CN-GD", "HK");

    private final Profile profile;
    private final SequencedMap<String, TreeSet<String>> said = new LinkedHashMap<>();

    private Behaviours(Profile profile) {
        this.profile = profile;
    }

    /** One sentence a line, each with the rights that it holds for. */
    static List<String> of(Profile profile) {
        var behaviours = new Behaviours(profile);
        behaviours.wholePolicy();
        profile.policy().jurisdictions().keySet().forEach(it -> behaviours.place(it.text()));
        return behaviours.said.entrySet().stream()
                .map(it -> it.getKey() + (it.getValue().isEmpty() ? "" : " | " + String.join(" ", it.getValue())))
                .toList();
    }

    private void say(String place, String topic, Object answer) {
        said.computeIfAbsent(place + " | " + topic + ": " + answer, _ -> new TreeSet<>());
    }

    private void say(Promise promise, String topic, Object answer) {
        said.computeIfAbsent(promise.place() + " | " + topic + ": " + answer, _ -> new TreeSet<>())
                .add(promise.right().name());
    }

    private void wholePolicy() {
        say("*", "requests name", profile.address());
        say("*", "holds from", profile.inForce() + " in " + profile.zone());
        say(
                "*",
                "a version that comes late says",
                String.valueOf(profile.policy().pastForce()));
        say("*", "data lies in", profile.region());
        say("*", "written in", profile.languages());
        say("*", "to be reached", profile.contact());
        say("*", "older terms are kept without a yes to less", profile.isKeptWithoutConsentToLess());
        places();
    }

    private void places() {
        var covered = new TreeMap<String, TreeSet<String>>();
        var declared = new ArrayList<>(List.of(Locale.getISOCountries()));
        declared.addAll(PLACES);
        for (var place : declared) {
            covered.computeIfAbsent(profile.placeOf(place).orElse("nowhere"), _ -> new TreeSet<>())
                    .add(place);
        }
        covered.forEach((place, people) ->
                say(place, "people from", people.size() > 60 ? "everywhere else" : String.join(" ", people)));
    }

    private void place(String place) {
        var filed = profile.jurisdiction(place).orElseThrow();
        say(place, "is called", new TreeMap<>(filed.names()));
        uses(new Uses(profile, place), place);
        for (var right : Right.values()) {
            profile.promise(place, right).ifPresent(promise -> {
                var terms = filed.rights().get(right);
                intake(promise, terms);
                clocks(promise, terms);
                decisions(promise, terms);
                fulfillment(promise, terms);
            });
        }
    }

    private void intake(Promise promise, Terms terms) {
        say(promise, "is on offer as", promise.right());
        terms.texts().forEach((language, texts) -> say(promise, "reads in " + language, new TreeMap<>(texts)));
        say(promise, "languages", terms.languages());
        say(promise, "scopes", terms.scopes());
        terms.capacities()
                .forEach((capacity, it) -> say(
                        promise,
                        "may be asked for by " + capacity,
                        "with " + it.evidence() + " or one of " + it.evidenceOneOf()));
        say(promise, "the person is named by", terms.identifiers());
        say(promise, "proof", terms.proof());
        var needs = terms.needs();
        needs.kinds().forEach((kind, it) -> {
            say(
                    promise,
                    "kind " + kind + " is decided by machine",
                    it.decision().byMachine());
            say(promise, "kind " + kind + " needs proof", it.proof());
            say(promise, "kind " + kind + " has channels", it.channels());
        });
        say(promise, "purposes", needs.purposes());
        say(promise, "may be asked for on", needs.grounds() + (needs.ground() ? ", one of them is needed" : ""));
        say(promise, "categories", needs.categories());
        var written = terms.written();
        say(
                promise,
                "a written statement is asked for",
                written == null
                        ? "never"
                        : (written.always() ? "always" : "by staff") + ", signed " + written.signature());
    }

    private void clocks(Promise promise, Terms terms) {
        for (var receipt : RECEIPTS) {
            var day = promise.reckoning().dayOf(receipt);
            for (var kind : ClockKind.values()) {
                var clock = terms.clocks().get(kind);
                if (clock == null) {
                    continue;
                }
                var proved = receipt.plus(UNTIL_PROOF);
                var waited = clock.stops().isEmpty() ? List.<Stop>of() : List.of(new Stop(receipt, proved));
                var ends = clock.from() == Origin.RECEIPT || clock.from() == Origin.VERIFICATION
                        ? terms.deadline(kind, new Course(receipt, proved, waited))
                        : terms.deadline(kind, receipt);
                ends.ifPresent(it -> say(
                        promise,
                        kind + " from " + day + ", proved five days later",
                        ended(promise, it)
                                + (clock.stops().isEmpty() ? "" : ", stopped by " + new TreeSet<>(clock.stops()))));
                if (clock.from() != Origin.RECEIPT && clock.from() != Origin.VERIFICATION) {
                    say(promise, kind + " begins with", clock.from());
                }
            }
            promise.clock(ClockName.DETAILS)
                    .ifPresent(it -> say(
                            promise,
                            "details asked for on " + day + " are waited for until",
                            promise.reckoning()
                                    .dayOf(promise.reckoning()
                                            .endAfter(it.value().within(), receipt))));
            promise.clock(ClockName.RESPOND).ifPresent(it -> {
                var longer = it.value().extension();
                say(
                        promise,
                        "an answer due on " + day + " can be put off to",
                        longer == null
                                ? "no later day"
                                : promise.reckoning()
                                        .extended(new io.habeas.request.calendars.Reckoning.LastDay(day, false), longer)
                                        .day());
            });
        }
    }

    private static String ended(Promise promise, Deadline deadline) {
        var reckoning = promise.reckoning();
        return reckoning.dayOf(deadline.dueAt()) + (deadline.certainty() == null ? "" : " (provisional)") + ", warned "
                + deadline.warnings().stream().map(reckoning::dayOf).toList();
    }

    private void decisions(Promise promise, Terms terms) {
        say(
                promise,
                "a machine grants it",
                terms.decision().byMachine() && terms.decision().carriedOut());
        say(
                promise,
                "staff grant it as",
                decider(promise.approvedBy().map(Ruled::value).orElse(null)));
        say(
                promise,
                "staff refuse it as",
                decider(promise.refusal().map(it -> it.value().decidedBy()).orElse(null)));
        promise.own()
                .kinds()
                .keySet()
                .forEach(kind -> say(
                        promise,
                        "staff refuse kind " + kind + " as",
                        decider(promise.refusalOf(kind.text())
                                .map(it -> it.value().decidedBy())
                                .orElse(null))));
        grounds(promise, "refused on", promise.refusalGrounds());
        grounds(promise, "left without an answer on", promise.noAnswerGrounds());
        promise.withholdingGrounds()
                .forEach(it -> say(promise, "items are kept back on", it.value().ground()));
        say(promise, "whoever is not satisfied goes to", terms.complaint());
        say(
                promise,
                "by the law",
                promise.complaint()
                        .map(Ruled::value)
                        .map(ComplaintRules::source)
                        .orElse("of the policy"));
        for (var account : List.of(true, false)) {
            say(promise, "is confirmed " + (account ? "with" : "without") + " an account", terms.confirms(account));
        }
    }

    private static Object decider(@Nullable Object named) {
        return named == null ? "REVIEWER where nothing is said" : named;
    }

    private void grounds(Promise promise, String topic, List<Ruled<GroundRules>> grounds) {
        grounds.forEach(it -> say(
                promise,
                topic + " " + it.value().ground(),
                (it.value().evidence() == null ? "" : "with evidence ")
                        + (Boolean.TRUE.equals(it.value().onlyAfterFee()) ? "after a fee " : "")
                        + (it.value().shown() == null
                                ? ""
                                : "shown " + it.value().shown() + " ")
                        + (it.value().decidedBy() == null
                                ? ""
                                : "by " + it.value().decidedBy())));
    }

    private void fulfillment(Promise promise, Terms terms) {
        var receipt = RECEIPTS.getFirst();
        var since = terms.collectedSince(receipt);
        say(
                promise,
                "covers what was collected since",
                since == null ? "ever" : promise.reckoning().dayOf(since));
        terms.keepGrounds().forEach((ground, covers) -> say(promise, "a machine keeps on " + ground, covers));
        for (var year : List.of("2020-06-01", "2026-06-01")) {
            var left = terms.exclusionsAt(
                    LocalDate.parse(year).atStartOfDay(promise.zone()).toInstant());
            say(
                    promise,
                    "not covered in " + year,
                    left == null
                            ? "nothing"
                            : left.stream()
                                    .map(it -> it.what() + " (ask: " + it.ask() + ")")
                                    .toList());
        }
        say(
                promise,
                "a case that ended on that day is kept until",
                promise.reckoning().dayOf(terms.retainedUntil(receipt)));
    }

    private void uses(Uses uses, String place) {
        for (var use : Uses.known(profile)) {
            say(place, "while silent, " + use + " is allowed", uses.silence(use).value());
            say(
                    place,
                    use + " is stopped by a word",
                    uses.stoppedByAWord(use, null).isPresent());
            for (var channel : uses.channels(use)) {
                say(
                        place,
                        use + " is stopped in channel " + channel,
                        uses.stoppedByAWord(use, channel).isPresent());
            }
            say(
                    place,
                    "after a no to " + use + " it may be asked again",
                    uses.askingAgain(use).map(Behaviours::again).orElse("at any time"));
            var consent = uses.consents().get(use);
            if (consent != null) {
                say(
                        place,
                        "consent to " + use + " is withdrawn",
                        String.valueOf(consent.value().withdrawal()));
            }
        }
        for (var recipient : Uses.Recipient.values()) {
            say(place, "recipients for " + recipient + " stand behind", new TreeSet<>(uses.behind(recipient)));
        }
        say(place, "Sec-GPC means", uses.gpc().map(it -> it.value().name()).orElse("nothing"));
        say(place, "DNT means", uses.dnt().map(it -> it.value().name()).orElse("nothing"));
        say(
                place,
                "steps back into sale",
                uses.stepsBackIntoSale().map(it -> it.value().toString()).orElse("none"));
    }

    private static String again(AskingAgain again) {
        return switch (again) {
            case AskingAgain.Never _ -> "never";
            case AskingAgain.After after -> "after " + after.term();
        };
    }
}
