// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.Scope;
import io.habeas.contracts.Sealed;
import io.habeas.request.policy.Profile;
import io.habeas.request.policy.Terms;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import io.habeas.service.ProblemException.Invalid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads one submission against the profile; collects everything that is wrong, and never repeats what was sent. */
final class IntakeCheck {

    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_DETAILS = 4_000;
    static final int LONGEST_VALUE = 254;
    private static final int MOST_IDENTIFIERS = 10;
    /** Possessive, so that no input makes it slow. */
    static final Pattern EMAIL = Pattern.compile(
            "[^\\s\\p{Cntrl}\\p{Cf}@<>()\\[\\],;:\\\\\"]{1,64}+@(?:[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,62}+)\\.)++[\\p{L}\\p{N}][\\p{L}\\p{N}-]{1,62}+");

    static final Pattern PHONE = Pattern.compile("\\+?[0-9 ().\\-/]{5,30}+");

    /** What is left when all is well. */
    record Checked(
            Profile profile,
            Terms terms,
            @Nullable Scope scope,
            Capacity capacity,
            String language,
            Sealed.Claims claims,
            Sealed.Contact replyTo) {}

    private final Profile profile;
    private final Submission submission;
    private final List<Invalid> invalid = new ArrayList<>();

    private IntakeCheck(Profile profile, Submission submission) {
        this.profile = profile;
        this.submission = submission;
    }

    /** @throws ProblemException naming what is on offer, or every field that does not fit */
    static Checked check(Profile profile, Submission submission) {
        return new IntakeCheck(profile, submission).checked();
    }

    private Checked checked() {
        var terms = terms();
        var scope = scope(terms);
        var capacity = capacity(terms);
        var language = language();
        var identifiers = identifiers(terms);
        var subject = submission.subject();
        var name = subject == null ? null : text("/subject/name", subject.name(), LONGEST_NAME, false);
        var details = subject == null ? null : text("/subject/details", subject.details(), LONGEST_DETAILS, true);
        var replyTo = replyTo(name, identifiers);
        if (!invalid.isEmpty() || replyTo == null) {
            throw new ProblemException(
                    Problem.INVALID_FIELDS,
                    "look at " + invalid.stream().map(Invalid::pointer).collect(Collectors.joining(", ")),
                    invalid);
        }
        return new Checked(
                profile, terms, scope, capacity, language, new Sealed.Claims(name, identifiers, details), replyTo);
    }

    private Terms terms() {
        var jurisdiction = Optional.ofNullable(submission.jurisdiction())
                .flatMap(profile::jurisdiction)
                .orElseThrow(() -> Offers.unknownJurisdiction(profile));
        return jurisdiction.rights().entrySet().stream()
                .filter(offer -> offer.getKey().name().equals(submission.right()))
                .findFirst()
                .orElseThrow(() -> Offers.rightNotOnOffer(profile, jurisdiction))
                .getValue();
    }

    private @Nullable Scope scope(Terms terms) {
        if (terms.scopes().isEmpty()) {
            if (submission.scope() != null) {
                refuse("/scope", "this right has no scopes; leave it out");
            }
            return null;
        }
        if (submission.scope() == null) {
            return terms.scopes().getFirst();
        }
        return oneOf("/scope", submission.scope(), terms.scopes()).orElse(null);
    }

    private Capacity capacity(Terms terms) {
        if (submission.capacity() == null) {
            return Capacity.SUBJECT;
        }
        return oneOf("/capacity", submission.capacity(), terms.capacities()).orElse(Capacity.SUBJECT);
    }

    private String language() {
        var language = submission.language();
        if (language == null) {
            return profile.languages().getFirst();
        }
        if (!profile.languages().contains(language)) {
            refuse("/language", "one of " + String.join(", ", profile.languages()));
        }
        return language;
    }

    private List<Identifier> identifiers(Terms terms) {
        var claimed = submission.subject() == null ? null : submission.subject().identifiers();
        if (claimed == null || claimed.isEmpty()) {
            refuse(
                    "/subject/identifiers",
                    "at least one is needed, of kind " + joined(terms.identifiers(), IdentifierKind::name));
            return List.of();
        }
        if (claimed.size() > MOST_IDENTIFIERS) {
            refuse("/subject/identifiers", "at most " + MOST_IDENTIFIERS);
            return List.of();
        }
        var identifiers = new ArrayList<Identifier>();
        for (int index = 0; index < claimed.size(); index++) {
            var place = "/subject/identifiers/" + index;
            var next = claimed.get(index);
            if (next == null || next.kind() == null || next.value() == null) {
                refuse(place, "kind and value are needed");
                continue;
            }
            var value = text(place + "/value", next.value(), LONGEST_VALUE, false);
            oneOf(place + "/kind", next.kind(), terms.identifiers())
                    .flatMap(kind -> Optional.ofNullable(value).map(it -> identifier(place, kind, it)))
                    .ifPresent(identifiers::add);
        }
        return List.copyOf(identifiers);
    }

    private Identifier identifier(String place, IdentifierKind kind, String value) {
        switch (kind) {
            case EMAIL -> requireEmail(place + "/value", value);
            case PHONE -> {
                if (!PHONE.matcher(value).matches()) {
                    refuse(place + "/value", "a phone number: digits, and a plus before the country");
                }
            }
            case CUSTOMER_ID, ACCOUNT_NAME, DEVICE_ID, COOKIE_ID -> {}
        }
        return new Identifier(kind, value);
    }

    private Sealed.@Nullable Contact replyTo(@Nullable String subjectName, List<Identifier> identifiers) {
        var given = submission.replyTo();
        if (given == null) {
            var email = identifiers.stream()
                    .filter(it -> it.kind() == IdentifierKind.EMAIL)
                    .findFirst();
            if (email.isEmpty()) {
                refuse("/replyTo", "needed where no identifier is an EMAIL");
                return null;
            }
            return new Sealed.Contact(subjectName, email.get().value());
        }
        var name = text("/replyTo/name", given.name(), LONGEST_NAME, false);
        var email = text("/replyTo/email", given.email(), LONGEST_VALUE, false);
        if (email == null) {
            refuse("/replyTo/email", "needed");
            return null;
        }
        requireEmail("/replyTo/email", email);
        return new Sealed.Contact(name, email);
    }

    private void requireEmail(String pointer, String value) {
        if (!EMAIL.matcher(value).matches()) {
            refuse(pointer, "an e-mail address, such as name@example.org");
        }
    }

    /** The text without blanks around it; nothing where there is none, or where it was refused. */
    private @Nullable String text(String pointer, @Nullable String value, int longest, boolean lines) {
        if (value == null) {
            return null;
        }
        var text = value.strip();
        if (text.isEmpty()) {
            refuse(pointer, "must not be empty; leave it out instead");
            return null;
        }
        if (text.length() > longest) {
            refuse(pointer, "at most " + longest + " characters");
            return null;
        }
        boolean controls =
                text.chars().anyMatch(it -> Character.isISOControl(it) && !(lines && (it == '\n' || it == '\t')));
        if (controls) {
            refuse(pointer, "no control characters");
            return null;
        }
        return text;
    }

    private <E extends Enum<E>> Optional<E> oneOf(String pointer, String value, List<E> allowed) {
        var found = allowed.stream().filter(it -> it.name().equals(value)).findFirst();
        if (found.isEmpty()) {
            refuse(pointer, "one of " + joined(allowed, Enum::name));
        }
        return found;
    }

    private static <E> String joined(List<E> values, Function<E, String> name) {
        return values.stream().map(name).collect(Collectors.joining(", "));
    }

    private void refuse(String pointer, String detail) {
        invalid.add(new Invalid(pointer, detail));
    }
}
