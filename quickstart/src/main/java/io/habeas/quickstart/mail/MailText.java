// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Finds the readable part of a mail. */
final class MailText {

    private MailText() {}

    /** @return null if the mail has no part of that kind */
    static @Nullable String of(Part part, String type) throws IOException {
        try {
            if (part.isMimeType(type) && part.getContent() instanceof String text) {
                return text;
            }
            if (part.getContent() instanceof Multipart parts) {
                for (int i = 0; i < parts.getCount(); i++) {
                    String found = of(parts.getBodyPart(i), type);
                    if (found != null) {
                        return found;
                    }
                }
            }
            return null;
        } catch (MessagingException unreadable) {
            throw new IOException("a kept mail cannot be read", unreadable);
        }
    }
}
