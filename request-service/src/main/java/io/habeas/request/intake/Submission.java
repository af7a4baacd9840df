// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of a request as it comes in: nothing of it is believed or checked yet. */
record Submission(
        @Nullable String right,
        @Nullable String jurisdiction,
        @Nullable String scope,
        @Nullable String capacity,
        @Nullable String language,
        @Nullable Subject subject,
        @Nullable ReplyTo replyTo) {

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
        return parts.toArray(String[]::new);
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
