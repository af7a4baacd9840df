// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.delivery;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.net.IDN;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** One address of one mailbox. Lives in memory, for as long as one letter is sent. */
final class MailAddress {

    /** Dot-atoms in ASCII and a host name, which may be an international one: no quotes, comments, groups, lists, routes, address literals or control characters. */
    private static final Pattern FORM = Pattern.compile(
            "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@"
                    + "[\\p{L}\\p{N}]([\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?(\\.[\\p{L}\\p{N}]([\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?)+");

    private static final int LONGEST = 254;
    private static final int LONGEST_LOCAL = 64;

    private final InternetAddress address;

    private MailAddress(InternetAddress address) {
        this.address = address;
    }

    /** Empty if it is not exactly one plain address. */
    static Optional<MailAddress> of(String text) {
        if (text.length() > LONGEST
                || text.indexOf('@') > LONGEST_LOCAL
                || !FORM.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            int at = text.indexOf('@');
            var ascii = text.substring(0, at + 1) + IDN.toASCII(text.substring(at + 1), IDN.USE_STD3_ASCII_RULES);
            return Optional.of(new MailAddress(new InternetAddress(ascii, true)));
        } catch (AddressException | IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    InternetAddress asRecipient() {
        return address;
    }

    /** The same for all ways of writing one mailbox that are common: case, and what follows a plus sign. */
    String mailbox() {
        var text = address.getAddress().toLowerCase(Locale.ROOT);
        int at = text.lastIndexOf('@');
        int plus = text.indexOf('+');
        return plus > 0 && plus < at ? text.substring(0, plus) + text.substring(at) : text;
    }

    @Override
    public String toString() {
        return "MailAddress[]";
    }
}
