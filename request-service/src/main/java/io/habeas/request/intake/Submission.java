// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.Right;
import io.habeas.contracts.Scope;
import io.habeas.request.policy.Terms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request as it comes in: nothing of it is believed or checked yet.
 *
 * @param jurisdiction where the person lives
 * @param jurisdictions the same where they are several, beside it or in its place
 */
record Submission(
        @Nullable String right,
        @Nullable String jurisdiction,
        @Nullable List<@Nullable String> jurisdictions,
        @Nullable String scope,
        @Nullable String capacity,
        @Nullable String language,
        @Nullable String kind,
        @Nullable List<@Nullable String> purposes,
        @Nullable List<@Nullable String> channels,
        @Nullable String ground,
        @Nullable List<@Nullable String> categories,
        @Nullable List<@Nullable CorrectedField> corrections,
        @Nullable List<@Nullable ShownEvidence> evidence,
        @Nullable Subject subject,
        @Nullable ReplyTo replyTo) {

    record CorrectedField(@Nullable String field, @Nullable String value) {
        @Override
        public String toString() {
            return "CorrectedField[]";
        }
    }

    record ShownEvidence(@Nullable String kind, @Nullable String says) {
        @Override
        public String toString() {
            return "ShownEvidence[]";
        }
    }

    record Subject(
            @Nullable String name,
            @Nullable List<@Nullable ClaimedIdentifier> identifiers,
            @Nullable String details) {
        @Override
        public String toString() {
            return "Subject[]";
        }
    }

    record ClaimedIdentifier(
            @Nullable String kind, @Nullable String value) {
        @Override
        public String toString() {
            return "ClaimedIdentifier[" + kind + "]";
        }
    }

    record ReplyTo(@Nullable String name, @Nullable String email) {
        @Override
        public String toString() {
            return "ReplyTo[]";
        }
    }

    /** @param declared where the person lives */
    BoundVersion.Asking asking(Right asked, List<String> declared) {
        var who = named(Capacity.class, capacity).orElse(Capacity.SUBJECT);
        var much = named(Scope.class, scope).orElse(null);
        var uses = new ArrayList<String>();
        if (purposes != null) {
            for (var purpose : purposes) {
                if (purpose != null) {
                    uses.add(purpose);
                }
            }
        }
        return new BoundVersion.Asking(
                declared,
                asked,
                it -> it.gives(who, much, kind, uses),
                it -> it.proofOf(who, kindUnder(it)).level() != ProofLevel.NONE);
    }

    /** Where a right has one kind, that one is meant. */
    private @Nullable String kindUnder(Terms terms) {
        var kinds = terms.needs().kinds();
        return kind == null && kinds.size() == 1 ? kinds.firstEntry().getKey() : kind;
    }

    /** The right that is named; nothing where there is none of that name. */
    Optional<Right> rightNamed() {
        return named(Right.class, right);
    }

    private static <E extends Enum<E>> Optional<E> named(Class<E> closed, @Nullable String text) {
        return Arrays.stream(closed.getEnumConstants())
                .filter(it -> it.name().equals(text))
                .findFirst();
    }

    /** Everything that was said, in an order of ours: the same for bodies that differ only in layout. */
    String[] parts() {
        var parts = new ArrayList<String>();
        add(parts, right, jurisdiction, scope, capacity, language);
        if (subject != null) {
            add(parts, "subject", subject.name(), subject.details());
            if (subject.identifiers() != null) {
                for (var identifier : subject.identifiers()) {
                    add(
                            parts,
                            identifier == null ? null : identifier.kind(),
                            identifier == null ? null : identifier.value());
                }
            }
        }
        if (replyTo != null) {
            add(parts, "replyTo", replyTo.name(), replyTo.email());
        }
        added(parts);
        return parts.toArray(String[]::new);
    }

    /** What came later stands only where it was said, so that the parts of older bodies stay as they were. */
    private void added(List<String> parts) {
        if (kind != null || ground != null) {
            add(parts, "asked", kind, ground);
        }
        addAll(parts, "jurisdictions", jurisdictions);
        addAll(parts, "purposes", purposes);
        addAll(parts, "channels", channels);
        addAll(parts, "categories", categories);
        if (corrections != null) {
            add(parts, "corrections");
            corrections.forEach(it -> add(parts, it == null ? null : it.field(), it == null ? null : it.value()));
        }
        if (evidence != null) {
            add(parts, "evidence");
            evidence.forEach(it -> add(parts, it == null ? null : it.kind(), it == null ? null : it.says()));
        }
    }

    private static void addAll(List<String> parts, String name, @Nullable List<@Nullable String> values) {
        if (values != null) {
            add(parts, name);
            values.forEach(it -> add(parts, it));
        }
    }

    /** Something that is not there differs from something empty. */
    private static void add(List<String> parts, @Nullable String... values) {
        for (var value : values) {
            parts.add(value == null ? "-" : "+" + value);
        }
    }

    @Override
    public String toString() {
        return "Submission[]";
    }
}
