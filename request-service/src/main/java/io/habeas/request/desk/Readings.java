// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.desk;

import io.habeas.contracts.KeyClass;
import io.habeas.contracts.Sealed;
import io.habeas.contracts.SealedField;
import io.habeas.request.lifecycle.RequestEvent.FileRead.Part;
import io.habeas.request.register.RequestFile;
import io.habeas.sealeddata.Sealer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens what is sealed in a case, for whoever left a trace of reading it. */
final class Readings {

    /**
     * What the person wrote. Never printed.
     *
     * @param claims whom the person says the request is about; not proved, and gone after the decision
     * @param replyTo the address that came with the request; not proved
     * @param contact the proved address
     * @param details what the person added when asked
     * @param statement what the person wrote where a written request was asked for
     * @param complaints what the person complained about
     */
    record Opened(
            Sealed.@Nullable Claims claims,
            Sealed.@Nullable Contact replyTo,
            Sealed.@Nullable Contact contact,
            List<Sealed.Note> details,
            Sealed.@Nullable WrittenStatement statement,
            List<Sealed.Note> complaints) {
        @Override
        public String toString() {
            return "Opened[]";
        }
    }

    private final Sealer sealer;

    Readings(Sealer sealer) {
        this.sealer = sealer;
    }

    /** What is there and not yet erased. */
    static List<Part> readable(RequestFile file) {
        var parts = new ArrayList<Part>();
        if (!file.isErased(KeyClass.IDENTITY)) {
            parts.add(Part.CLAIMS);
        }
        if (file.isErased(KeyClass.CASE)) {
            return parts;
        }
        parts.add(Part.REPLY_TO);
        if (file.contact() != null) {
            parts.add(Part.CONTACT);
        }
        if (!file.details().isEmpty()) {
            parts.add(Part.DETAILS);
        }
        if (file.statement() != null) {
            parts.add(Part.STATEMENT);
        }
        if (!file.complaintTexts().isEmpty()) {
            parts.add(Part.COMPLAINTS);
        }
        return List.copyOf(parts);
    }

    Opened open(RequestFile file, List<Part> parts) {
        var received = file.received();
        var contact = file.contact();
        var statement = file.statement();
        return new Opened(
                parts.contains(Part.CLAIMS) ? open(file, "claims", received.claims(), Sealed.Claims.class) : null,
                parts.contains(Part.REPLY_TO) ? open(file, "replyTo", received.replyTo(), Sealed.Contact.class) : null,
                parts.contains(Part.CONTACT) && contact != null
                        ? open(file, "contact", contact, Sealed.Contact.class)
                        : null,
                parts.contains(Part.DETAILS)
                        ? file.details().stream()
                                .map(it -> open(file, "details", it, Sealed.Note.class))
                                .toList()
                        : List.of(),
                parts.contains(Part.STATEMENT) && statement != null
                        ? open(file, "statement", statement, Sealed.WrittenStatement.class)
                        : null,
                parts.contains(Part.COMPLAINTS)
                        ? file.complaintTexts().stream()
                                .map(it -> open(file, "complaint", it, Sealed.Note.class))
                                .toList()
                        : List.of());
    }

    private <T> T open(RequestFile file, String field, SealedField sealed, Class<T> type) {
        return sealer.open(file.controller(), file.received().requestId(), field, sealed, type);
    }
}
