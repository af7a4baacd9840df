// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DeliveryConfigurationTest {

    private static MailProperties mail(String name, String value) {
        var source = new MapConfigurationPropertySource(Map.of(
                "habeas.mail.host",
                "127.0.0.1",
                "habeas.mail.from",
                "privacy@smallrig.example",
                "habeas.mail." + name,
                value));
        return new Binder(source).bind("habeas.mail", MailProperties.class).get();
    }

    @Test
    void a_relay_that_is_slow_to_say_that_it_took_a_letter_is_waited_for_longer_than_one_that_is_not_there() {
        var session = DeliveryConfiguration.sessionProperties(mail("timeout", "7s"));

        assertThat(session)
                .containsEntry("mail.smtp.connectiontimeout", "7000")
                .containsEntry("mail.smtp.writetimeout", "7000")
                .containsEntry("mail.smtp.timeout", "120000");
    }

    @Test
    void how_long_is_a_setting() {
        assertThat(DeliveryConfiguration.sessionProperties(mail("answer-timeout", "10m")))
                .containsEntry("mail.smtp.connectiontimeout", "10000")
                .containsEntry("mail.smtp.timeout", "600000");
    }
}
