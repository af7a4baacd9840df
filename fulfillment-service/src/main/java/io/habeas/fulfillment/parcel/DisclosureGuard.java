// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.parcel;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The last look at what leaves: card numbers, IBANs and hashes of passwords, wherever they stand. No map can allow them; source:
 * California Code of Regulations, title 11, section 7024(d).
 */
final class DisclosureGuard {

    /** What was recognised. */
    enum Hit {
        CARD_NUMBER,
        IBAN,
        PASSWORD_HASH
    }

    private static final Pattern DIGITS = Pattern.compile("(?<![0-9A-Za-z])[0-9](?:[ -]?[0-9]){12,18}(?![0-9A-Za-z])");
    private static final Pattern CARD = Pattern.compile("4(?:\\d{12}|\\d{15}|\\d{18})"
            + "|(?:5[1-5]\\d{2}|222[1-9]|22[3-9]\\d|2[3-6]\\d{2}|27[01]\\d|2720)\\d{12}"
            + "|3[47]\\d{13}"
            + "|3(?:0[0-5]|[689]\\d)\\d{11}"
            + "|6(?:011|5\\d{2}|4[4-9]\\d)\\d{12,15}"
            + "|62\\d{14,17}"
            + "|35(?:2[89]|[3-8]\\d)\\d{12,15}");
    private static final Pattern IBAN =
            Pattern.compile("(?<![0-9A-Za-z])([A-Z]{2}[0-9]{2}(?: ?[0-9A-Z]){11,30})(?![0-9A-Za-z])");
    private static final Pattern HASH = Pattern.compile("\\$2[abxy]?\\$\\d{2}\\$[./A-Za-z0-9]{53}"
            + "|\\$argon2(?:id|i|d)\\$"
            + "|\\$(?:1|5|6|7|y|gy|sha1|scrypt|s0|md5)\\$[^\\s$]{1,}\\$?[./A-Za-z0-9$]{16,}"
            + "|pbkdf2(?:_sha\\d+|:sha\\d+:|-sha\\d+)[$:]"
            + "|scrypt:\\d+:\\d+:\\d+\\$"
            + "|\\{(?:S?SHA(?:256|512)?|S?MD5|CRYPT|PBKDF2[^}]*|bcrypt|argon2|scrypt|noop)\\}\\S{8,}");

    private DisclosureGuard() {}

    /** The first thing found in a value, in what it holds, or in a name inside it. */
    static Optional<Hit> look(@Nullable Object value) {
        return switch (value) {
            case null -> Optional.empty();
            case String text -> lookAt(text);
            case Number number -> lookAt(number.toString());
            case List<?> several ->
                several.stream()
                        .map(DisclosureGuard::look)
                        .flatMap(Optional::stream)
                        .findFirst();
            case Map<?, ?> nested ->
                nested.values().stream()
                        .map(DisclosureGuard::look)
                        .flatMap(Optional::stream)
                        .findFirst();
            default -> Optional.empty();
        };
    }

    private static Optional<Hit> lookAt(String text) {
        if (HASH.matcher(text).find()) {
            return Optional.of(Hit.PASSWORD_HASH);
        }
        var digits = DIGITS.matcher(text);
        while (digits.find()) {
            var number = digits.group().replaceAll("[ -]", "");
            if (CARD.matcher(number).matches() && luhn(number)) {
                return Optional.of(Hit.CARD_NUMBER);
            }
        }
        var ibans = IBAN.matcher(text);
        while (ibans.find()) {
            if (iban(ibans.group(1))) {
                return Optional.of(Hit.IBAN);
            }
        }
        return Optional.empty();
    }

    private static boolean luhn(String number) {
        int sum = 0;
        for (int i = 0; i < number.length(); i++) {
            int digit = number.charAt(number.length() - 1 - i) - '0';
            int doubled = i % 2 == 1 ? digit * 2 : digit;
            sum += doubled > 9 ? doubled - 9 : doubled;
        }
        return sum % 10 == 0;
    }

    /** ISO 13616: moved, spelled in digits, one modulo 97. Words may follow after a space, so shorter ones are tried too. */
    private static boolean iban(String found) {
        var text = found;
        while (true) {
            var compact = text.replace(" ", "");
            if (compact.length() >= 15 && compact.length() <= 34 && oneModulo97(compact)) {
                return true;
            }
            int space = text.lastIndexOf(' ');
            if (space < 0) {
                return false;
            }
            text = text.substring(0, space);
        }
    }

    private static boolean oneModulo97(String iban) {
        var spelled = new StringBuilder();
        (iban.substring(4) + iban.substring(0, 4))
                .chars()
                .forEach(character -> spelled.append(Character.digit(character, 36)));
        return new BigInteger(spelled.toString()).mod(BigInteger.valueOf(97)).intValue() == 1;
    }
}
