// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.delivery;

import io.habeas.contracts.RequestAnnouncement;
import io.habeas.messaging.AnnouncementCodec;
import io.habeas.messaging.Announcements;
import io.habeas.messaging.RepeatedTransaction;
import io.habeas.messaging.RequestTraces;
import io.habeas.messaging.Sample;
import io.habeas.messaging.Subscription;
import io.habeas.notification.letters.LetterWriter;
import io.habeas.sealeddata.Hmac;
import io.habeas.sealeddata.KeyService;
import io.habeas.sealeddata.RemoteKeyService;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.AccessRules;
import io.habeas.service.LegalClock;
import io.habeas.service.ServiceTokens;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.UnsupportedEncodingException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.util.List;
import java.util.Properties;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class DeliveryConfiguration {

    /** @param publicUrl the address under which people reach the gateway; links begin with it */
    @ConfigurationProperties("habeas")
    record Surroundings(URI publicUrl, Services services) {

        /** @param request base address of the request-service, which holds the keys */
        record Services(URI request) {}
    }

    @Bean
    AccessRules notificationRules() {
        return new AccessRules()
                .services(HttpMethod.GET, "/internal/v1/feed")
                .staff(HttpMethod.GET, "/api/v1/desk/letters", "operator")
                .staff(HttpMethod.POST, "/api/v1/desk/letters/{id}/retry", "operator")
                .staff(HttpMethod.GET, "/api/v1/desk/dead-letters", "operator")
                .staff(HttpMethod.POST, "/api/v1/desk/dead-letters/{id}/redrive", "operator");
    }

    @Bean
    @ConditionalOnMissingBean
    KeyService keyService(Surroundings surroundings, ServiceTokens tokens, JsonMapper json) {
        return new RemoteKeyService(surroundings.services().request(), tokens, json);
    }

    @Bean
    LetterOutbox letterOutbox(JdbcClient jdbc) {
        return new LetterOutbox(jdbc, new AnnouncementCodec());
    }

    @Bean
    MailCap mailCap(JdbcClient jdbc, RecipientProperties recipients, MailProperties mail) {
        return new MailCap(jdbc, Hmac.ofFile(recipients.recipientSecretFile()), mail.perRecipient());
    }

    @Bean
    LetterWriter letterWriter(Surroundings surroundings) {
        return new LetterWriter(surroundings.publicUrl());
    }

    @Bean
    JavaMailSender mailRelay(MailProperties mail) {
        var relay = new JavaMailSenderImpl();
        relay.setHost(mail.host());
        relay.setPort(mail.port());
        relay.setProtocol("smtp");
        relay.setDefaultEncoding("UTF-8");
        var password = mail.passwordFile();
        if (password != null) {
            relay.setUsername(mail.username());
            try {
                relay.setPassword(Files.readString(password).strip());
            } catch (IOException unreadable) {
                throw new UncheckedIOException("habeas.mail.password-file can not be read", unreadable);
            }
        }
        relay.setJavaMailProperties(sessionProperties(mail));
        return relay;
    }

    static Properties sessionProperties(MailProperties mail) {
        var millis = Long.toString(mail.timeout().toMillis());
        var session = new Properties();
        session.setProperty("mail.smtp.connectiontimeout", millis);
        session.setProperty(
                "mail.smtp.timeout", Long.toString(mail.answerTimeout().toMillis()));
        session.setProperty("mail.smtp.writetimeout", millis);
        session.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        session.setProperty("mail.smtp.auth", Boolean.toString(mail.username() != null));
        session.setProperty("mail.smtp.ehlo", "true");
        switch (mail.tls()) {
            case NONE -> {}
            case IMPLICIT -> session.setProperty("mail.smtp.ssl.enable", "true");
            case STARTTLS -> requireStartTls(session);
            case AUTO -> {
                if (!isThisMachine(mail.host())) {
                    requireStartTls(session);
                }
            }
        }
        return session;
    }

    private static void requireStartTls(Properties session) {
        session.setProperty("mail.smtp.starttls.enable", "true");
        session.setProperty("mail.smtp.starttls.required", "true");
    }

    private static boolean isThisMachine(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException _) {
            return false;
        }
    }

    @Bean
    Delivery delivery(
            LetterOutbox outbox,
            MailCap cap,
            JavaMailSender relay,
            LetterWriter writer,
            KeyService keys,
            JsonMapper json,
            Announcements announcements,
            TransactionTemplate transactions,
            LegalClock clock,
            MailProperties mail)
            throws MessagingException, UnsupportedEncodingException {
        var from = Postman.sender(mail.from(), mail.fromName());
        return new Delivery(
                outbox,
                cap,
                new Postman(relay, from, clock),
                writer,
                new Sealer(keys, json),
                announcements,
                new RepeatedTransaction(transactions),
                clock,
                new Patience(mail.firstPause(), mail.longestPause()),
                mail.from().substring(mail.from().indexOf('@') + 1));
    }

    @Bean
    DeliveryLoop deliveryLoop(
            LetterOutbox outbox, MailCap cap, Delivery delivery, RequestTraces traces, MailProperties mail) {
        return new DeliveryLoop(outbox, cap, delivery, traces, mail);
    }

    @Bean
    Sample lettersByState(JdbcClient jdbc) {
        return Sample.counted(
                "habeas.letters",
                "",
                "letters that are not sent yet, and those that could not be",
                List.of(Sample.Label.of("state", "waiting", "sending", "unknown", "undeliverable")),
                jdbc,
                """
                select state, count(*) from letter where state in ('WAITING', 'SENDING', 'UNKNOWN') group by state
                union all
                select 'UNDELIVERABLE', count(*) from letter where state = 'UNDELIVERABLE'""");
    }

    @Bean
    Sample oldestLetter(JdbcClient jdbc) {
        return Sample.of(
                "habeas.letters.age", "seconds", "age of the oldest letter that is not sent yet", () -> jdbc.sql("""
                        select coalesce(extract(epoch from now() - min(created_at)), 0)
                          from letter where state in ('WAITING', 'SENDING', 'UNKNOWN')""")
                        .query(Double.class)
                        .single());
    }

    @Bean
    Subscription<RequestAnnouncement> requestAnnouncements(LetterOutbox outbox, DeliveryLoop loop) {
        return Subscription.transactional(
                RequestAnnouncement.class, RequestAnnouncement.TOPIC, new LetterReceiver(outbox, loop));
    }
}
