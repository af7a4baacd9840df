// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.MailableAddress;
import io.habeas.contracts.Scope;
import io.habeas.contracts.Sealed;
import io.habeas.request.lifecycle.RequestEvent.Asked;
import io.habeas.request.policy.Profile;
import io.habeas.request.policy.Terms;
import io.habeas.service.ProblemException;
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
    static final int MOST_IDENTIFIERS = 10;
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
            Sealed.Contact replyTo,
            @Nullable Asked asked) {}

    private final Profile profile;
    private final Submission submission;
    private final Findings findings = new Findings();

    private IntakeCheck(Profile profile, Submission submission) {
        this.profile = profile;
        this.submission = submission;
    }

    /**
     * @param terms under which it is taken
     * @throws ProblemException naming every field that does not fit
     */
    static Checked check(Profile profile, Terms terms, Submission submission) {
        return new IntakeCheck(profile, submission).checked(terms);
    }

    private Checked checked(Terms terms) {
        var scope = scope(terms);
        var capacity = capacity(terms);
        var language = language(terms);
        var asking = new AskedCheck(terms, submission, findings);
        var asked = asking.asked();
        var identifiers = identifiers(terms);
        var subject = submission.subject();
        var name = subject == null ? null : findings.text("/subject/name", subject.name(), LONGEST_NAME, false);
        var details = details(terms, subject);
        var corrections = asking.corrections();
        var authority = terms.capacities().get(capacity);
        var evidence = authority == null ? null : asking.evidence(authority);
        var replyTo = replyTo(capacity, name, identifiers);
        if (!findings.isEmpty() || replyTo == null) {
            throw findings.problem();
        }
        return new Checked(
                profile,
                terms,
                scope,
                capacity,
                language,
                new Sealed.Claims(name, identifiers, details, corrections, evidence),
                replyTo,
                asked);
    }

    private @Nullable String details(Terms terms, Submission.@Nullable Subject subject) {
        var given = subject == null ? null : subject.details();
        if (given == null && terms.needs().details()) {
            findings.refuse("/subject/details", "needed: what it is about, in your own words");
        }
        return findings.text("/subject/details", given, LONGEST_DETAILS, true);
    }

    private @Nullable Scope scope(Terms terms) {
        if (terms.scopes().isEmpty()) {
            if (submission.scope() != null) {
                findings.refuse("/scope", "this right has no scopes; leave it out");
            }
            return null;
        }
        if (submission.scope() == null) {
            return terms.scopes().contains(Scope.SPECIFIC_PIECES)
                    ? Scope.SPECIFIC_PIECES
                    : terms.scopes().getFirst();
        }
        return oneOf("/scope", submission.scope(), terms.scopes()).orElse(null);
    }

    /** Staff do not come in by this door. */
    private Capacity capacity(Terms terms) {
        var offered = terms.capacities().keySet().stream()
                .filter(it -> it != Capacity.STAFF_ON_BEHALF)
                .toList();
        return submission.capacity() == null
                ? Capacity.SUBJECT
                : oneOf("/capacity", submission.capacity(), offered).orElse(Capacity.SUBJECT);
    }

    private String language(Terms terms) {
        var language = submission.language();
        if (language == null) {
            return terms.languages().getFirst();
        }
        if (!terms.languages().contains(language) && !profile.languages().contains(language)) {
            findings.refuse("/language", "one of " + String.join(", ", terms.languages()));
        }
        return language;
    }

    private List<Identifier> identifiers(Terms terms) {
        var claimed = submission.subject() == null ? null : submission.subject().identifiers();
        if (claimed == null || claimed.isEmpty()) {
            findings.refuse(
                    "/subject/identifiers",
                    "at least one is needed, of kind " + joined(terms.identifiers(), IdentifierKind::name));
            return List.of();
        }
        if (claimed.size() > MOST_IDENTIFIERS) {
            findings.refuse("/subject/identifiers", "at most " + MOST_IDENTIFIERS);
            return List.of();
        }
        var identifiers = new ArrayList<Identifier>();
        for (int index = 0; index < claimed.size(); index++) {
            var place = "/subject/identifiers/" + index;
            var next = claimed.get(index);
            if (next == null || next.kind() == null || next.value() == null) {
                findings.refuse(place, "kind and value are needed");
                continue;
            }
            var value = findings.text(place + "/value", next.value(), LONGEST_VALUE, false);
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
                    findings.refuse(place + "/value", "a phone number: digits, and a plus before the country");
                }
            }
            case CUSTOMER_ID, ACCOUNT_NAME, DEVICE_ID, COOKIE_ID -> {}
        }
        return new Identifier(kind, value);
    }

    private Sealed.@Nullable Contact replyTo(
            Capacity capacity, @Nullable String subjectName, List<Identifier> identifiers) {
        var given = submission.replyTo();
        if (given == null && capacity != Capacity.SUBJECT) {
            findings.refuse("/replyTo", "needed: who asks for another is written to at an address of their own");
            return null;
        }
        if (given == null) {
            var email = identifiers.stream()
                    .filter(it -> it.kind() == IdentifierKind.EMAIL)
                    .findFirst();
            if (email.isEmpty()) {
                findings.refuse("/replyTo", "needed where no identifier is an EMAIL");
                return null;
            }
            requireMailable(placeOfFirstEmail(), email.get().value(), "give another one in /replyTo");
            return new Sealed.Contact(subjectName, email.get().value());
        }
        var name = findings.text("/replyTo/name", given.name(), LONGEST_NAME, false);
        var email = findings.text("/replyTo/email", given.email(), LONGEST_VALUE, false);
        if (email == null) {
            findings.refuse("/replyTo/email", "needed");
            return null;
        }
        requireEmail("/replyTo/email", email);
        requireMailable("/replyTo/email", email, "give another one");
        return new Sealed.Contact(name, email);
    }

    /** Where the address stands that letters go to when none is named for them. */
    private String placeOfFirstEmail() {
        var claimed = submission.subject() == null ? null : submission.subject().identifiers();
        int index = 0;
        while (claimed != null
                && index < claimed.size()
                && (claimed.get(index) == null
                        || !IdentifierKind.EMAIL
                                .name()
                                .equals(claimed.get(index).kind()))) {
            index++;
        }
        return "/subject/identifiers/" + index + "/value";
    }

    /** What is only looked for may have any form that a store holds; letters go to a plain address alone. */
    private void requireMailable(String pointer, String value, String cure) {
        if (EMAIL.matcher(value).matches() && MailableAddress.ascii(value).isEmpty()) {
            findings.refuse(
                    pointer,
                    "letters can not be sent to it: before the @ only a-z, digits and !#$%&'*+/=?^_`{|}~- are possible, with single"
                            + " dots between them; " + cure);
        }
    }

    private void requireEmail(String pointer, String value) {
        if (!EMAIL.matcher(value).matches()) {
            findings.refuse(pointer, "an e-mail address, such as name@example.org");
        }
    }

    private <E extends Enum<E>> Optional<E> oneOf(String pointer, String value, List<E> allowed) {
        var found = allowed.stream().filter(it -> it.name().equals(value)).findFirst();
        if (found.isEmpty()) {
            findings.refuse(pointer, "one of " + joined(allowed, Enum::name));
        }
        return found;
    }

    private static <E> String joined(List<E> values, Function<E, String> name) {
        return values.stream().map(name).collect(Collectors.joining(", "));
    }
}
