// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.Right;
import io.habeas.contracts.Scope;
import io.habeas.request.policy.Terms.ClockTerms;
import io.habeas.request.policy.Terms.Confirmation;
import io.habeas.request.policy.Terms.Retention;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads one profile, whole or not at all. */
final class ProfileLoader {

    private static final String NAME = "[A-Z][A-Z0-9_]{1,63}";
    private static final String NAME_FORM = "a name in capitals, such as LEGAL_OBLIGATION";

    private final Map<String, String> leaves = new TreeMap<>();
    private String address = "";
    private ZoneId zone = ZoneId.of("UTC");
    private List<String> languages = List.of();
    private @Nullable Retention retention;

    private ProfileLoader() {}

    /** @throws PolicyException naming file, line, column and field */
    static Profile load(Path file) {
        return new ProfileLoader().read(YamlSpot.rootOf(file));
    }

    private Profile read(YamlSpot root) {
        var fields = root.fields(
                "profile",
                "version",
                "inForce",
                "region",
                "timeZone",
                "languages",
                "contact",
                "neverDisclosed",
                "retention",
                "jurisdictions");
        var id =
                root.required(fields, "profile").matching("[a-z][a-z0-9-]{0,39}", "lower-case letters, digits, dashes");
        var version = root.required(fields, "version").matching("[0-9]{4}-[0-9]{2}(-[0-9]{2})?", "like 2021-06");
        address = id + "@" + version;
        var inForce = date(root.required(fields, "inForce"));
        var region = leaf(root.required(fields, "region"), region(root.required(fields, "region")));
        zone = zone(root.required(fields, "timeZone"));
        languages = leaf(
                root.required(fields, "languages"),
                root.required(fields, "languages").list(ProfileLoader::language));
        var contact = contact(root.required(fields, "contact"));
        var neverDisclosed = leaf(
                root.required(fields, "neverDisclosed"),
                root.required(fields, "neverDisclosed").list(kind -> kind.matching(NAME, NAME_FORM)));
        var ofCases = root.required(fields, "retention")
                .required(root.required(fields, "retention").fields("case"), "case");
        retention = new Retention(term(ofCases), addressOf(ofCases));
        var jurisdictions = new LinkedHashMap<String, Profile.Jurisdiction>();
        root.required(fields, "jurisdictions").entries().forEach((code, spot) -> {
            if (!code.matches("[A-Z]{2}(-[A-Z0-9]{1,3})?")) {
                throw spot.wrong("a jurisdiction is a country or a part of one, such as CN or US-CA");
            }
            jurisdictions.put(code, jurisdiction(code, spot));
        });
        return new Profile(
                id,
                version,
                inForce,
                region,
                zone,
                languages,
                contact,
                neverDisclosed,
                Collections.unmodifiableSequencedMap(jurisdictions),
                Map.copyOf(leaves));
    }

    private SequencedMap<String, String> contact(YamlSpot spot) {
        var ways = new LinkedHashMap<String, String>();
        spot.fields("email", "phone", "post").forEach((way, value) -> ways.put(way, leaf(value, value.text())));
        if (ways.isEmpty()) {
            throw spot.wrong("at least one of email, phone, post is needed: a person must be reachable");
        }
        return Collections.unmodifiableSequencedMap(ways);
    }

    private Profile.Jurisdiction jurisdiction(String code, YamlSpot spot) {
        var fields = spot.fields(
                "name", "counting", "decidedBy", "capacities", "identifiers", "proof", "complaint", "rights");
        var names = translated(spot.required(fields, "name"));
        var common = new Common(
                code,
                oneOf(spot.required(fields, "counting"), Term.Counting.class),
                enums(spot.required(fields, "capacities"), Capacity.class),
                enums(spot.required(fields, "identifiers"), IdentifierKind.class),
                proof(spot.required(fields, "proof")),
                complaint(spot.required(fields, "complaint")),
                machineAlone(spot.required(fields, "decidedBy")));
        onlySubjects(spot.required(fields, "capacities"), common.capacities());
        var rights = new LinkedHashMap<Right, Terms>();
        spot.required(fields, "rights").entries().forEach((name, right) -> {
            var which = Stream.of(Right.values())
                    .filter(it -> it.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> right.wrong("no such right; allowed: "
                            + Stream.of(Right.values()).map(Enum::name).collect(Collectors.joining(", "))));
            rights.put(which, terms(common, which, right));
        });
        return new Profile.Jurisdiction(code, names, Collections.unmodifiableSequencedMap(rights));
    }

    /** What all rights of a jurisdiction share. */
    private record Common(
            String code,
            Term.Counting counting,
            List<Capacity> capacities,
            List<IdentifierKind> identifiers,
            Proof proof,
            List<String> complaint,
            String decisionRule) {}

    private record Proof(ProofMethod method, ProofLevel level) {}

    private Terms terms(Common common, Right right, YamlSpot spot) {
        var fields = spot.fields("scopes", "clocks", "confirmation", "lookBack", "keepGrounds", "texts");
        if (right != Right.ACCESS && right != Right.ERASURE) {
            throw spot.wrong("this version carries out ACCESS and ERASURE only");
        }
        var confirmation = YamlSpot.optional(fields, "confirmation")
                .map(it -> oneOf(it, Confirmation.class))
                .orElse(Confirmation.NOT_ASKED);
        var clocks = clocks(spot.required(fields, "clocks"), right, confirmation);
        return new Terms(
                address,
                common.code(),
                right,
                addressOf(spot),
                common.decisionRule(),
                zone,
                common.counting(),
                YamlSpot.optional(fields, "scopes")
                        .map(it -> enums(it, Scope.class))
                        .orElse(List.of()),
                common.capacities(),
                common.identifiers(),
                common.proof().method(),
                common.proof().level(),
                Map.copyOf(clocks),
                confirmation,
                YamlSpot.optional(fields, "lookBack").map(this::term).orElse(null),
                YamlSpot.optional(fields, "keepGrounds").map(this::grounds).orElse(new LinkedHashMap<>()),
                Objects.requireNonNull(retention, "retention is read before the rights"),
                common.complaint(),
                texts(spot.required(fields, "texts")));
    }

    private Map<ClockKind, ClockTerms> clocks(YamlSpot spot, Right right, Confirmation confirmation) {
        var clocks = new EnumMap<ClockKind, ClockTerms>(ClockKind.class);
        spot.entries().forEach((name, clock) -> {
            var kind = ClockKind.ofProfile(name)
                    .orElseThrow(() -> clock.wrong("no such clock; allowed: "
                            + Stream.of(ClockKind.values())
                                    .map(ClockKind::inProfile)
                                    .collect(Collectors.joining(", "))));
            if (kind == ClockKind.HOLD && right != Right.ERASURE) {
                throw clock.wrong("nothing is destroyed by this right: a hold window belongs to ERASURE");
            }
            clocks.put(kind, clock(kind, clock));
        });
        var respond = needed(spot, clocks, ClockKind.RESPOND);
        var waiting = needed(spot, clocks, ClockKind.IDENTITY).within().longestInDays();
        if (confirmation != Confirmation.NOT_ASKED) {
            waiting += needed(spot, clocks, ClockKind.CONFIRMATION).within().longestInDays();
        }
        var hold = clocks.get(ClockKind.HOLD);
        if (hold != null) {
            // its first day is the one after the decision
            waiting += hold.within().longestInDays() + 1;
        }
        // a person may use the last day of each wait, and the answer is due all the same
        if (waiting >= respond.within().longestInDays()) {
            throw spot.wrong("identity, confirmation and hold together may take " + waiting
                    + " days: they must end before respond does, which takes " + respond.within());
        }
        return clocks;
    }

    private static ClockTerms needed(YamlSpot spot, Map<ClockKind, ClockTerms> clocks, ClockKind kind) {
        var clock = clocks.get(kind);
        if (clock == null) {
            throw spot.wrong("the clock '" + kind.inProfile() + "' is missing");
        }
        return clock;
    }

    private ClockTerms clock(ClockKind kind, YamlSpot spot) {
        var fields = spot.fields("from", "within", "extension");
        var from = spot.required(fields, "from");
        var expected =
                switch (kind) {
                    case CONFIRM_RECEIPT, RESPOND, IDENTITY -> "RECEIPT";
                    case CONFIRMATION -> "VERIFICATION";
                    case HOLD -> "DECISION";
                };
        if (!from.text().equals(expected)) {
            throw from.wrong("this clock runs from " + expected);
        }
        var within = spot.required(fields, "within").term();
        var extension = YamlSpot.optional(fields, "extension");
        if (kind != ClockKind.RESPOND) {
            extension.ifPresent(it -> {
                throw it.wrong("only respond can be extended");
            });
        }
        leaf(spot, from.text() + " " + within);
        return new ClockTerms(kind, within, extension.map(this::term).orElse(null), addressOf(spot));
    }

    private Proof proof(YamlSpot spot) {
        var fields = spot.fields("method", "level");
        var level = spot.required(fields, "level");
        var proof =
                new Proof(oneOf(spot.required(fields, "method"), ProofMethod.class), oneOf(level, ProofLevel.class));
        if (proof.level() == ProofLevel.NONE) {
            throw level.wrong("nothing may be answered without proof");
        }
        return proof;
    }

    private String machineAlone(YamlSpot spot) {
        if (!leaf(spot, spot.text()).equals("MACHINE")) {
            throw spot.wrong("this version decides by machine only: MACHINE");
        }
        return addressOf(spot);
    }

    private static void onlySubjects(YamlSpot spot, List<Capacity> capacities) {
        if (!capacities.equals(List.of(Capacity.SUBJECT))) {
            throw spot.wrong("this version takes requests by the person only: [SUBJECT]");
        }
    }

    private List<String> complaint(YamlSpot spot) {
        var next = spot.required(spot.fields("next"), "next");
        return leaf(next, next.list(step -> step.matching(NAME, NAME_FORM)));
    }

    private SequencedMap<String, List<String>> grounds(YamlSpot spot) {
        var grounds = new LinkedHashMap<String, List<String>>();
        spot.entries().forEach((name, ground) -> {
            if (!name.matches(NAME)) {
                throw ground.wrong("a ground is " + NAME_FORM);
            }
            var covers = YamlSpot.optional(ground.fields("covers"), "covers");
            var covered = covers.map(it -> it.list(each -> each.matching(NAME, NAME_FORM)))
                    .orElse(List.of());
            grounds.put(name, leaf(ground, covered));
        });
        return Collections.unmodifiableSequencedMap(grounds);
    }

    private Map<String, Map<String, String>> texts(YamlSpot spot) {
        var texts = new LinkedHashMap<String, Map<String, String>>();
        spot.entries().forEach((language, said) -> {
            var fields = said.fields("title", "needs", "next");
            var sentences = new LinkedHashMap<String, String>();
            for (var name : List.of("title", "needs", "next")) {
                var sentence = said.required(fields, name);
                sentences.put(name, leaf(sentence, sentence.text()));
            }
            texts.put(language, Collections.unmodifiableMap(sentences));
        });
        return inEveryLanguage(spot, texts);
    }

    private Map<String, String> translated(YamlSpot spot) {
        var names = new LinkedHashMap<String, String>();
        spot.entries().forEach((language, name) -> names.put(language, leaf(name, name.text())));
        return inEveryLanguage(spot, names);
    }

    private <T> Map<String, T> inEveryLanguage(YamlSpot spot, Map<String, T> said) {
        if (!said.keySet().equals(java.util.Set.copyOf(languages))) {
            throw spot.wrong("must be there once in each of the languages " + String.join(", ", languages));
        }
        return Collections.unmodifiableMap(said);
    }

    private static String language(YamlSpot spot) {
        return spot.matching("[a-z]{2}(-[A-Z]{2})?", "a language, such as en or zh-CN");
    }

    private static String region(YamlSpot spot) {
        return spot.matching("[A-Z]{2}", "a region of two letters, such as US or CN");
    }

    private LocalDate date(YamlSpot spot) {
        try {
            return leaf(spot, LocalDate.parse(spot.text()));
        } catch (DateTimeException wrong) {
            throw spot.wrong("must be a day, such as 2021-06-30");
        }
    }

    private ZoneId zone(YamlSpot spot) {
        if (!ZoneId.getAvailableZoneIds().contains(spot.text())) {
            throw spot.wrong("must be a time zone of the IANA list, such as America/Los_Angeles");
        }
        return leaf(spot, ZoneId.of(spot.text()));
    }

    private Term term(YamlSpot spot) {
        return leaf(spot, spot.term());
    }

    private <E extends Enum<E>> E oneOf(YamlSpot spot, Class<E> closed) {
        return leaf(spot, spot.oneOf(closed));
    }

    private <E extends Enum<E>> List<E> enums(YamlSpot spot, Class<E> closed) {
        return leaf(spot, spot.list(item -> item.oneOf(closed)));
    }

    private <T> T leaf(YamlSpot spot, T value) {
        leaves.put(addressOf(spot), value.toString());
        return value;
    }

    /** {@code smallrig@2021-06#US-CA.rights.ERASURE.clocks.respond}. */
    private String addressOf(YamlSpot spot) {
        var field = spot.field();
        var root = "jurisdictions.";
        return address + "#" + (field.startsWith(root) ? field.substring(root.length()) : field);
    }
}
