// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.delivery;

import io.habeas.contracts.MailableAddress;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.util.Locale;
import java.util.Optional;

/** One address of one mailbox. Lives in memory, for as long as one letter is sent. */
final class MailAddress {

    private final InternetAddress address;

    private MailAddress(InternetAddress address) {
        this.address = address;
    }

    /** Empty if it is not exactly one plain address. */
    static Optional<MailAddress> of(String text) {
        return MailableAddress.ascii(text).flatMap(MailAddress::parsed);
    }

    private static Optional<MailAddress> parsed(String ascii) {
        try {
            return Optional.of(new MailAddress(new InternetAddress(ascii, true)));
        } catch (AddressException malformed) {
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
