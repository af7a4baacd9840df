// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

import java.net.IDN;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which addresses letters go to: one plain address of one mailbox, in the form that every mail server takes. Who takes an address for letters and
 * who sends them ask the same question here, so that nothing is taken that can not be answered.
 */
public final class MailableAddress {

    /**
     * Dot-atoms in ASCII and a host name, which may be an international one: no quotes, comments, groups, lists, routes, address literals or control
     * characters.
     */
    private static final Pattern FORM = Pattern.compile(
            "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@"
                    + "[\\p{L}\\p{N}]([\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?(\\.[\\p{L}\\p{N}]([\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?)+");

    private static final int LONGEST = 254;
    private static final int LONGEST_LOCAL = 64;

    private MailableAddress() {}

    /** The address with its host name in ASCII; empty if it is not exactly one plain address. */
    public static Optional<String> ascii(String text) {
        int at = text.indexOf('@');
        if (text.length() > LONGEST || at > LONGEST_LOCAL || !FORM.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            var ascii = text.substring(0, at + 1) + IDN.toASCII(text.substring(at + 1), IDN.USE_STD3_ASCII_RULES);
            return ascii.length() > LONGEST ? Optional.empty() : Optional.of(ascii);
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }
}
