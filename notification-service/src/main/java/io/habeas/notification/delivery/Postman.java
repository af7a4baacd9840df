// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.delivery;

import io.habeas.notification.letters.WrittenLetter;
import io.habeas.service.LegalClock;
import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.UnsupportedEncodingException;
import java.util.Date;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.jspecify.annotations.Nullable;
import org.springframework.mail.MailAuthenticationException;
import org.springframework.mail.MailException;
import org.springframework.mail.MailSendException;
import org.springframework.mail.javamail.JavaMailSender;

/** Hands one letter for one mailbox to the relay, and says what became of it. */
class Postman {

    private final JavaMailSender relay;
    private final InternetAddress from;
    private final LegalClock clock;

    Postman(JavaMailSender relay, InternetAddress from, LegalClock clock) {
        this.relay = relay;
        this.from = from;
        this.clock = clock;
    }

    /** @throws UnsupportedEncodingException never: UTF-8 is always there */
    static InternetAddress sender(String address, @Nullable String name)
            throws UnsupportedEncodingException, MessagingException {
        var sender = new InternetAddress(address, true);
        if (name != null) {
            sender.setPersonal(name, "UTF-8");
        }
        return sender;
    }

    /** @param messageId the same at every try, so that a mail program can tell a repeat */
    SendOutcome send(MailAddress to, String messageId, WrittenLetter letter) {
        MimeMessage message;
        try {
            message = message(to, messageId, letter);
        } catch (MessagingException malformed) {
            throw new IllegalStateException("a letter can not be put into a message");
        }
        try {
            relay.send(message);
            return new SendOutcome.Taken();
        } catch (MailAuthenticationException _) {
            return new SendOutcome.NotNow("relay-login-refused");
        } catch (MailSendException failed) {
            return outcomeOf(failed);
        } catch (MailException _) {
            return new SendOutcome.NotNow("relay-failed");
        }
    }

    private MimeMessage message(MailAddress to, String messageId, WrittenLetter letter) throws MessagingException {
        var message = relay.createMimeMessage();
        message.setFrom(from);
        message.setRecipients(Message.RecipientType.TO, new Address[] {to.asRecipient()});
        message.setSubject(letter.subject(), "UTF-8");
        message.setSentDate(Date.from(clock.instant()));
        message.setHeader("Message-ID", messageId);
        // no answers by machines: RFC 3834
        message.setHeader("Auto-Submitted", "auto-generated");
        message.setHeader("X-Auto-Response-Suppress", "All");
        var plain = new MimeBodyPart();
        plain.setText(letter.text(), "UTF-8", "plain");
        var html = new MimeBodyPart();
        html.setText(letter.html(), "UTF-8", "html");
        var both = new MimeMultipart("alternative");
        both.addBodyPart(plain);
        both.addBodyPart(html);
        message.setContent(both);
        message.setDisposition(Part.INLINE);
        return message;
    }

    private static SendOutcome outcomeOf(MailSendException failed) {
        var exceptions = failed.getMessageExceptions();
        // Spring gives a cause where connecting or closing failed, and only then
        boolean connected = failed.getCause() == null;
        if (exceptions.length == 0) {
            return connected ? new SendOutcome.Unknown() : new SendOutcome.Taken();
        }
        Throwable cause = exceptions[0];
        for (@Nullable Throwable at = cause; at != null; at = next(at)) {
            switch (at) {
                case SMTPAddressFailedException address -> {
                    return answered(address.getReturnCode(), "address");
                }
                case SMTPSenderFailedException _ -> {
                    // our own address is at fault, not this letter: mended by an operator, not by giving the letter up
                    return new SendOutcome.NotNow("sender-refused");
                }
                case SMTPSendFailedException send
                when send.getNextException() == null -> {
                    return answered(send.getReturnCode(), "letter");
                }
                case AuthenticationFailedException _ -> {
                    return new SendOutcome.NotNow("relay-login-refused");
                }
                default -> {}
            }
        }
        return connected ? new SendOutcome.Unknown() : new SendOutcome.NotNow("relay-unreachable");
    }

    private static @Nullable Throwable next(Throwable at) {
        var inner = at instanceof MessagingException messaging ? messaging.getNextException() : null;
        return inner == null ? at.getCause() : inner;
    }

    /** Replies of RFC 5321: 4yz may pass, 5yz will not; without a reply the connection broke. */
    private static SendOutcome answered(int code, String what) {
        if (code >= 500) {
            return new SendOutcome.Refused(what + "-refused");
        }
        return code >= 400 ? new SendOutcome.NotNow(what + "-deferred") : new SendOutcome.Unknown();
    }
}
