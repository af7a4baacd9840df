// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.delivery;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.habeas.contracts.Announcement;
import io.habeas.contracts.RequestAnnouncement;
import io.habeas.contracts.Sealed;
import io.habeas.contracts.SealedField;
import io.habeas.journal.EventJournal;
import io.habeas.journal.JournalWakeup;
import io.habeas.journal.NewEvent;
import io.habeas.messaging.AnnouncementCodec;
import io.habeas.messaging.Announcements;
import io.habeas.messaging.Cause;
import io.habeas.messaging.Inbound;
import io.habeas.messaging.RequestTraces;
import io.habeas.messaging.Subscription;
import io.habeas.notification.NotificationServiceApplication;
import io.habeas.sealeddata.RemoteKeyService;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.ApiContract;
import io.habeas.service.LegalTimeOffset;
import io.habeas.service.TestIssuer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.ResolvableType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** The whole service on a real database, with keys over HTTP and a relay of the test's choice. */
final class NotificationHarness implements AutoCloseable {

    static final String CONTROLLER = "smallrig";
    static final Duration PATIENCE = Duration.ofMinutes(2);

    @Configuration(proxyBeanMethods = false)
    static class Test {

        static final AtomicReference<Duration> OFFSET = new AtomicReference<>(Duration.ZERO);

        @Bean
        LegalTimeOffset movedTime() {
            return OFFSET::get;
        }

        @Bean
        EventJournal journal(DataSource dataSource) {
            return new EventJournal(dataSource, new JournalWakeup());
        }

        @Bean
        RequestTraces traces(DataSource dataSource) {
            return new RequestTraces(dataSource, () -> List.of("habeas.request.v1"));
        }

        /** Into the real journal, as the starter does; the broker is not part of these tests. */
        @Bean
        Announcements announcements(DataSource dataSource, EventJournal journal) {
            var codec = new AnnouncementCodec();
            return (announcement, cause) -> {
                var connection = DataSourceUtils.getConnection(dataSource);
                journal.append(connection, List.of(eventOf(codec, journal, connection, announcement, cause)));
            };
        }

        private static NewEvent eventOf(
                AnnouncementCodec codec,
                EventJournal journal,
                Connection connection,
                Announcement announcement,
                Cause cause) {
            return new NewEvent(
                    announcement.requestId(),
                    journal.nextSequence(connection, announcement.requestId()),
                    UUID.randomUUID(),
                    codec.type(announcement),
                    codec.revision(announcement),
                    Instant.now(),
                    cause.messageId(),
                    0,
                    cause.controller(),
                    cause.actor(),
                    cause.rule(),
                    codec.payload(announcement),
                    "{}".getBytes(StandardCharsets.UTF_8));
        }
    }

    final WireMockServer keys = new WireMockServer(options().dynamicPort());
    final JdbcClient jdbc;
    private final EmbeddedPostgres postgres;
    private final TestIssuer issuer;
    private final ApiContract contract = ApiContract.of("notification-service");
    private final ConfigurableApplicationContext context;
    private final JsonMapper json = JsonMapper.builder().build();
    private final AnnouncementCodec codec = new AnnouncementCodec();

    NotificationHarness(Path directory, int smtpPort) throws IOException {
        postgres = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(1))
                .start();
        issuer = TestIssuer.start(directory);
        keys.start();
        var secret = directory.resolve("notification-recipients");
        Files.writeString(secret, "0123456789abcdef0123456789abcdef");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        var properties = new HashMap<String, Object>(issuer.properties());
        properties.put("server.port", "0");
        properties.put("management.server.port", "0");
        properties.put("habeas.home", directory.toString());
        properties.put("habeas.public-url", "https://privacy.example.org");
        properties.put("habeas.notification.recipient-secret-file", secret.toString());
        properties.put("habeas.mail.host", "127.0.0.1");
        properties.put("habeas.mail.port", Integer.toString(smtpPort));
        properties.put("habeas.mail.from", "privacy@smallrig.example");
        properties.put("habeas.mail.from-name", "隐私 SmallRig");
        properties.put("habeas.mail.first-pause", "50ms");
        properties.put("habeas.mail.longest-pause", "100ms");
        properties.put("habeas.mail.poll", "20ms");
        properties.put("habeas.mail.timeout", "60s");
        properties.put("habeas.services.request", keys.baseUrl());
        properties.put(
                "spring.datasource.url", postgres.getJdbcUrl("postgres", "postgres") + "&logServerErrorDetail=false");
        properties.put("spring.main.banner-mode", "off");
        Test.OFFSET.set(Duration.ZERO);
        var application = new SpringApplication(NotificationServiceApplication.class, Test.class);
        context = application.run(properties.entrySet().stream()
                .map(it -> "--" + it.getKey() + "=" + it.getValue())
                .toArray(String[]::new));
        jdbc = context.getBean(JdbcClient.class);
    }

    void setLegalTime(Instant instant) {
        Test.OFFSET.set(Duration.between(Instant.now(), instant));
    }

    UUID key() {
        var id = UUID.randomUUID();
        var material = new byte[32];
        RandomGenerator.getDefault().nextBytes(material);
        keys.stubFor(post(urlPathEqualTo("/internal/v1/keys/" + id + "/openings"))
                .willReturn(okJson("{\"keyId\":\"%s\",\"keyClass\":\"CASE\",\"material\":\"%s\"}"
                        .formatted(id, Base64.getUrlEncoder().withoutPadding().encodeToString(material)))));
        return id;
    }

    void keyAnswers(UUID key, int status) {
        keys.stubFor(post(urlPathEqualTo("/internal/v1/keys/" + key + "/openings"))
                .willReturn(aResponse().withStatus(status)));
    }

    SealedField contact(UUID requestId, String field, UUID key, String email) {
        return sealer().seal(CONTROLLER, requestId, field, key, new Sealed.Contact(null, email));
    }

    SealedField note(UUID requestId, String field, UUID key, String text) {
        return sealer().seal(CONTROLLER, requestId, field, key, new Sealed.Note(text));
    }

    SealedField challenge(UUID requestId, UUID key, String email, String code) {
        return challengeOf(CONTROLLER, requestId, key, email, code);
    }

    SealedField challengeOf(String controller, UUID requestId, UUID key, String email, String code) {
        return sealer().seal(controller, requestId, "challenge", key, new Sealed.Challenge(email, code));
    }

    private Sealer sealer() {
        return new Sealer(new RemoteKeyService(URI.create(keys.baseUrl()), () -> "test", json), json);
    }

    UUID receive(RequestAnnouncement announcement) {
        return receive(CONTROLLER, announcement);
    }

    UUID receive(String controller, RequestAnnouncement announcement) {
        var eventId = UUID.randomUUID();
        var type = ResolvableType.forClassWithGenerics(Subscription.class, RequestAnnouncement.class);
        @SuppressWarnings("unchecked")
        var subscription = (Subscription<RequestAnnouncement>)
                context.getBeanProvider(type).getObject();
        var message = new Inbound<RequestAnnouncement>(
                eventId, announcement.requestId(), controller, 0, Instant.now(), null, announcement, new byte[0]);
        context.getBean(TransactionTemplate.class).executeWithoutResult(_ -> {
            try {
                subscription.receiver().on(message);
            } catch (RuntimeException refused) {
                throw refused;
            } catch (Exception checked) {
                throw new IllegalStateException(checked);
            }
        });
        return eventId;
    }

    List<Announcement> announced(UUID requestId) {
        return context.getBean(EventJournal.class).readStream(requestId, 0, 200).stream()
                .map(it -> codec.read(
                        it.event().type(), it.event().revision(), it.event().payload()))
                .toList();
    }

    HttpResponse<String> asOperatorOf(String controller, String method, String path) {
        var call = HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                        + context.getEnvironment().getProperty("local.server.port") + "/api/v1/desk/letters" + path))
                .header("authorization", "Bearer " + issuer.staffToken(List.of("operator"), List.of(controller)))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        try (var http = HttpClient.newHttpClient()) {
            return contract.require(http.send(call, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() throws IOException {
        context.close();
        keys.stop();
        issuer.close();
        postgres.close();
    }
}
