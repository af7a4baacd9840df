// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.delivery;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The relay that mail is handed to, and how patiently.
 *
 * @param from the sender; one plain address
 * @param fromName shown beside it
 * @param tls how the connection is protected
 * @param username where the relay wants a login
 * @param passwordFile holds the password of that login, and nothing else
 * @param timeout for connecting, and for sending on
 * @param answerTimeout for each answer of the relay. Minutes (RFC 5321, 4.5.3.2, has 2 to 10): a relay may look through a letter
 *     before it says that it took it, and where nobody waits for that word the letter is sent again
 * @param connections how many letters one copy sends at the same time
 * @param poll how often the outbox is looked at
 * @param firstPause between the first failure and the second try; doubled each time
 * @param longestPause the pause never grows over it
 * @param giveUpAfter when a letter that no relay took is called undeliverable
 * @param perRecipient how many codes before a proof one mailbox gets from one controller in 24 hours, as many letters to it as a
 *     proved address, as many that staff cause to be written to it as a claimed one, and half as many of each other sort to that
 */
@ConfigurationProperties("habeas.mail")
record MailProperties(
        String host,
        @DefaultValue("25") int port,
        String from,
        @Nullable String fromName,
        @DefaultValue("AUTO") Tls tls,
        @Nullable String username,
        @Nullable Path passwordFile,
        @DefaultValue("10s") Duration timeout,
        @DefaultValue("2m") Duration answerTimeout,
        @DefaultValue("4") int connections,
        @DefaultValue("200ms") Duration poll,
        @DefaultValue("1s") Duration firstPause,
        @DefaultValue("1h") Duration longestPause,
        @DefaultValue("3d") Duration giveUpAfter,
        @DefaultValue("20") int perRecipient) {

    /** Whether, and how, the connection to the relay is encrypted. */
    enum Tls {
        /** None to this machine itself, STARTTLS to any other. */
        AUTO,
        NONE,
        STARTTLS,
        IMPLICIT
    }

    MailProperties {
        if (MailAddress.of(from).isEmpty()) {
            throw new IllegalArgumentException("habeas.mail.from must be one plain address");
        }
        if (perRecipient < 2) {
            throw new IllegalArgumentException("habeas.mail.per-recipient must be at least 2");
        }
        if (connections < 1) {
            throw new IllegalArgumentException("habeas.mail.connections must be at least 1");
        }
        if ((username == null) != (passwordFile == null)) {
            throw new IllegalArgumentException(
                    "habeas.mail.username and habeas.mail.password-file come together or not at all");
        }
    }
}
