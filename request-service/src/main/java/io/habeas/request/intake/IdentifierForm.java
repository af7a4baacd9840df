// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import io.habeas.service.ProblemException.Invalid;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an identifier must look like, whoever sends it. */
public final class IdentifierForm {

    private IdentifierForm() {}

    /**
     * @param pointer to the place in the body
     * @param invalid gets what is wrong with it, never with its value
     * @return the identifier without blanks around it; nothing where it is wrong
     */
    public static Optional<Identifier> read(
            String pointer, @Nullable String kind, @Nullable String value, List<Invalid> invalid) {
        var known = Arrays.stream(IdentifierKind.values())
                .filter(it -> it.name().equals(kind))
                .findFirst();
        if (known.isEmpty()) {
            invalid.add(new Invalid(
                    pointer + "/kind",
                    "one of "
                            + Arrays.stream(IdentifierKind.values())
                                    .map(Enum::name)
                                    .collect(Collectors.joining(", "))));
            return Optional.empty();
        }
        var text = value == null ? "" : value.strip();
        var wrong = wrong(known.get(), text);
        wrong.ifPresent(says -> invalid.add(new Invalid(pointer + "/value", says)));
        return wrong.isPresent() ? Optional.empty() : Optional.of(new Identifier(known.get(), text));
    }

    private static Optional<String> wrong(IdentifierKind kind, String value) {
        if (value.isEmpty()) {
            return Optional.of("needed");
        }
        if (value.length() > IntakeCheck.LONGEST_VALUE) {
            return Optional.of("at most " + IntakeCheck.LONGEST_VALUE + " characters");
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            return Optional.of("no control characters");
        }
        return switch (kind) {
            case EMAIL ->
                IntakeCheck.EMAIL.matcher(value).matches()
                        ? Optional.empty()
                        : Optional.of("an e-mail address, such as name@example.org");
            case PHONE ->
                IntakeCheck.PHONE.matcher(value).matches()
                        ? Optional.empty()
                        : Optional.of("a phone number: digits, and a plus before the country");
            case CUSTOMER_ID, ACCOUNT_NAME, DEVICE_ID, COOKIE_ID -> Optional.empty();
        };
    }
}
