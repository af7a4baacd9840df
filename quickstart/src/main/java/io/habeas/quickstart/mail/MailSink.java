// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.mail;

import com.icegreen.greenmail.mail.MailAddress;
import com.icegreen.greenmail.mail.MovingMessage;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/** Takes every mail over SMTP, for any recipient, and shows it on a page. Nothing leaves this machine. */
public final class MailSink implements AutoCloseable {

    private final GreenMail server;
    private final MailPages pages;

    public MailSink(Path folder, int smtpPort, int pagePort, Clock clock) throws IOException {
        var store = new MailStore(folder, clock);
        server = new GreenMail(new ServerSetup(smtpPort, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.getUserManager().setMessageDeliveryHandler((_, recipient) -> new Letterbox(store, recipient));
        server.start();
        pages = new MailPages(store, pagePort);
    }

    @Override
    public void close() {
        pages.close();
        server.stop();
    }

    /** GreenMail's own boxes live in memory and end with it; this one writes to disk before the sender hears "ok". */
    private record Letterbox(MailStore store, MailAddress recipient) implements GreenMailUser {

        @Override
        public void deliver(MovingMessage message) {
            store.add(message.getMessage(), recipient.getEmail());
        }

        @Override
        public void deliver(MimeMessage message) {
            store.add(message, recipient.getEmail());
        }

        @Override
        public String getEmail() {
            return recipient.getEmail();
        }

        @Override
        public String getLogin() {
            return recipient.getEmail();
        }

        @Override
        public String getPassword() {
            return "";
        }

        @Override
        public String getQualifiedMailboxName() {
            return recipient.getEmail();
        }

        @Override
        public void create() {
            // there is nothing to make: every recipient has a box
        }

        @Override
        public void delete() {
            throw new UnsupportedOperationException("mails are kept");
        }

        @Override
        public void setPassword(String password) {
            throw new UnsupportedOperationException("nobody logs in here");
        }

        @Override
        public void authenticate(String password) {
            throw new UnsupportedOperationException("nobody logs in here");
        }
    }
}
