// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import io.habeas.contracts.Identifier;
import java.net.IDN;
import java.text.Normalizer.Form;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Brings identifiers into the one form under which they are compared and hashed. A form, once published, is for ever:
 * a change is a new {@link #VERSION}, and what was hashed before keeps the old one.
 */
public final class Normalizer {

    /** Stands in front of every keyed hash. */
    public static final int VERSION = 1;

    private static final Pattern CHINESE_MOBILE = Pattern.compile("1[3-9][0-9]{9}");
    private static final Pattern CHINESE_MOBILE_WITH_CODE = Pattern.compile("861[3-9][0-9]{9}");

    public int version() {
        return VERSION;
    }

    /** Total: what fits no form comes back trimmed, and matches nothing but itself. */
    public String normalize(Identifier identifier) {
        var value = nfkc(identifier.value()).strip();
        return switch (identifier.kind()) {
            case EMAIL -> email(value);
            case PHONE -> phone(value);
            case CUSTOMER_ID -> identifier.value().strip();
            case ACCOUNT_NAME, DEVICE_ID, COOKIE_ID -> value;
        };
    }

    private static String email(String value) {
        var at = value.lastIndexOf('@');
        if (at < 1 || at == value.length() - 1) {
            return value.toLowerCase(Locale.ROOT);
        }
        return nfkc(value.substring(0, at).toLowerCase(Locale.ROOT)) + '@' + domain(value.substring(at + 1));
    }

    private static String domain(String value) {
        var lower = value.toLowerCase(Locale.ROOT);
        try {
            return IDN.toASCII(lower, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException _) {
            return lower;
        }
    }

    /** Digits of any script become ASCII; {@code 00} in front means {@code +}. */
    private static String phone(String value) {
        var digits = new StringBuilder();
        value.codePoints().filter(Character::isDigit).forEach(digit -> digits.append(Character.digit(digit, 10)));
        var number = digits.toString();
        if (number.isEmpty()) {
            return value;
        }
        if (value.startsWith("+")) {
            return '+' + number;
        }
        if (number.startsWith("00") && number.length() > 2) {
            return '+' + number.substring(2);
        }
        if (CHINESE_MOBILE.matcher(number).matches()) {
            return "+86" + number;
        }
        if (CHINESE_MOBILE_WITH_CODE.matcher(number).matches()) {
            return '+' + number;
        }
        return number;
    }

    private static String nfkc(String value) {
        return java.text.Normalizer.normalize(value, Form.NFKC);
    }
}
