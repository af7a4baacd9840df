// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.mail;

import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outside of a mail.
 *
 * @param n counted from 1, in order of arrival
 * @param receivedAt by the machine's clock
 * @param to the recipient of the envelope
 */
record Mail(
        int n,
        Instant receivedAt,
        String from,
        List<String> to,
        String subject,
        @Nullable String messageId,
        @Nullable String language) {

    static Mail of(int number, Instant receivedAt, MimeMessage message) throws IOException {
        try {
            return new Mail(
                    number,
                    receivedAt,
                    first(message.getFrom()),
                    List.of(message.getHeader("X-Envelope-To")[0]),
                    message.getSubject() == null ? "" : message.getSubject(),
                    message.getMessageID(),
                    message.getContentLanguage() == null ? null : message.getContentLanguage()[0]);
        } catch (MessagingException unreadable) {
            throw new IOException("mail " + number + " cannot be read", unreadable);
        }
    }

    private static String first(Address @Nullable [] addresses) {
        return addresses == null || addresses.length == 0 ? "" : addresses[0].toString();
    }

    @Override
    public String toString() {
        return "Mail[" + n + ']';
    }
}
