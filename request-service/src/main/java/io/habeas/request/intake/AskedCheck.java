// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

import io.habeas.contracts.Sealed;
import io.habeas.request.lifecycle.RequestEvent.Asked;
import io.habeas.request.policy.Terms;
import io.habeas.request.policy.Terms.CapacityTerms;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what a right needs beside the person: its kind, purposes, grounds, categories, corrections, evidence. */
final class AskedCheck {

    private static final int LONGEST_FIELD = 100;
    private static final int LONGEST_VALUE = 1_000;
    private static final int MOST = 50;

    private final Terms terms;
    private final Submission submission;
    private final Findings findings;

    AskedCheck(Terms terms, Submission submission, Findings findings) {
        this.terms = terms;
        this.submission = submission;
        this.findings = findings;
    }

    /** Absent where the right says it all. */
    @Nullable
    Asked asked() {
        var needs = terms.needs();
        var kind = kind();
        var channels = channels(kind);
        var purposes = names("/purposes", submission.purposes(), needs.purposes(), "purposes");
        if (!needs.purposes().isEmpty() && purposes.isEmpty() && submission.purposes() == null) {
            findings.refuse("/purposes", "at least one is needed, of " + String.join(", ", needs.purposes()));
        }
        var ground = ground();
        var categories = names("/categories", submission.categories(), needs.categories(), "categories");
        var asked = new Asked(kind, orNone(purposes), orNone(channels), ground, orNone(categories));
        return asked.equals(new Asked(null, null, null, null, null)) ? null : asked;
    }

    private @Nullable String kind() {
        var kinds = List.copyOf(terms.needs().kinds().keySet());
        var given = submission.kind();
        if (kinds.isEmpty()) {
            if (given != null) {
                findings.refuse("/kind", "this right has no kinds; leave it out");
            }
            return null;
        }
        if (given == null && kinds.size() == 1) {
            return kinds.getFirst();
        }
        if (given == null || !kinds.contains(given)) {
            findings.refuse("/kind", "one of " + String.join(", ", kinds));
            return null;
        }
        return given;
    }

    private List<String> channels(@Nullable String kind) {
        var terms = kind == null ? null : this.terms.needs().kinds().get(kind);
        return names("/channels", submission.channels(), terms == null ? List.of() : terms.channels(), "channels");
    }

    private @Nullable String ground() {
        var needs = terms.needs();
        var given = submission.ground();
        if (given == null) {
            if (needs.ground()) {
                findings.refuse("/ground", "one of " + String.join(", ", needs.grounds()));
            }
            return null;
        }
        if (needs.grounds().isEmpty()) {
            findings.refuse("/ground", "this right needs no ground; leave it out");
            return null;
        }
        if (!needs.grounds().contains(given)) {
            findings.refuse("/ground", "one of " + String.join(", ", needs.grounds()));
            return null;
        }
        return given;
    }

    private List<String> names(
            String pointer, @Nullable List<@Nullable String> given, List<String> allowed, String what) {
        if (given == null) {
            return List.of();
        }
        if (allowed.isEmpty()) {
            findings.refuse(pointer, "there are no " + what + " to name here; leave it out");
            return List.of();
        }
        if (given.isEmpty()) {
            findings.refuse(pointer, "at least one, or leave it out: " + String.join(", ", allowed));
        }
        var names = new LinkedHashSet<String>();
        for (int index = 0; index < given.size(); index++) {
            var name = given.get(index);
            if (name == null || !allowed.contains(name)) {
                findings.refuse(pointer + "/" + index, "one of " + String.join(", ", allowed));
            } else {
                names.add(name);
            }
        }
        return List.copyOf(names);
    }

    /** What is wrong, and how it should be. */
    @Nullable
    List<Sealed.Correction> corrections() {
        var given = submission.corrections();
        if (!terms.needs().corrections()) {
            if (given != null) {
                findings.refuse("/corrections", "only a correction has them; leave it out");
            }
            return null;
        }
        if (given == null || given.isEmpty() || given.size() > MOST) {
            findings.refuse("/corrections", "1 to " + MOST + " are needed, each with field and value");
            return null;
        }
        var corrections = new ArrayList<Sealed.Correction>();
        for (int index = 0; index < given.size(); index++) {
            var place = "/corrections/" + index;
            var next = given.get(index);
            if (next == null || next.field() == null || next.value() == null) {
                findings.refuse(place, "field and value are needed");
                continue;
            }
            var field = findings.text(place + "/field", next.field(), LONGEST_FIELD, false);
            var value = findings.text(place + "/value", next.value(), LONGEST_VALUE, true);
            if (field != null && value != null) {
                corrections.add(new Sealed.Correction(field, value));
            }
        }
        return List.copyOf(corrections);
    }

    /** What shows that somebody may ask for another; whether it does is for a person to see. */
    @Nullable
    List<Sealed.Evidence> evidence(CapacityTerms capacity) {
        var known = Stream.concat(capacity.evidence().stream(), capacity.evidenceOneOf().stream())
                .toList();
        var given = submission.evidence();
        if (known.isEmpty()) {
            if (given != null) {
                findings.refuse("/evidence", "none is needed in this capacity; leave it out");
            }
            return null;
        }
        var evidence = new ArrayList<Sealed.Evidence>();
        var each = given == null ? List.<Submission.@Nullable ShownEvidence>of() : given;
        if (each.size() > MOST) {
            findings.refuse("/evidence", "at most " + MOST);
            return null;
        }
        for (int index = 0; index < each.size(); index++) {
            var place = "/evidence/" + index;
            var next = each.get(index);
            if (next == null || next.kind() == null || !known.contains(next.kind())) {
                findings.refuse(place + "/kind", "one of " + String.join(", ", known));
                continue;
            }
            var says = next.says() == null ? null : findings.text(place + "/says", next.says(), LONGEST_VALUE, true);
            if (says == null) {
                findings.refuse(place + "/says", "what it is, and where it can be seen");
            } else {
                evidence.add(new Sealed.Evidence(next.kind(), says));
            }
        }
        requireEnough(capacity, evidence);
        return List.copyOf(evidence);
    }

    private void requireEnough(CapacityTerms capacity, List<Sealed.Evidence> evidence) {
        var kinds = evidence.stream().map(Sealed.Evidence::kind).toList();
        var missing =
                capacity.evidence().stream().filter(it -> !kinds.contains(it)).toList();
        if (!missing.isEmpty()) {
            findings.refuse("/evidence", "needed: " + String.join(", ", missing));
        }
        var choice = capacity.evidenceOneOf();
        if (!choice.isEmpty() && choice.stream().noneMatch(kinds::contains)) {
            findings.refuse("/evidence", "needed: one of " + String.join(", ", choice));
        }
    }

    private static @Nullable List<String> orNone(List<String> names) {
        return names.isEmpty() ? null : names;
    }
}
