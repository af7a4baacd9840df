// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.habeas.messaging.Announcements;
import io.habeas.service.AccessWalk;
import io.habeas.service.ApiDescription;
import io.habeas.service.MetricsPage;
import io.habeas.service.TestIssuer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.context.WebApplicationContext;

/** As it is put together in production, with nothing but a database within reach. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class StartTest {

    @TempDir
    static Path home;

    private static EmbeddedPostgres postgres;
    private static TestIssuer issuer;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(1))
                .start();
        issuer = TestIssuer.start(home);
    }

    @AfterAll
    static void stop() throws IOException {
        issuer.close();
        postgres.close();
    }

    @Test
    void it_starts_while_the_broker_is_away_and_opens_no_door_that_is_not_listed() throws Exception {
        secret();

        try (var service = run(Map.of())) {
            assertThat(service.getBean(Announcements.class)).isNotNull();
            var operator = issuer.staffToken(List.of("operator"), List.of());
            var auditor = issuer.staffToken(List.of("auditor"), List.of());
            assertThat(status(service, "/api/v1/desk/dead-letters", operator)).isEqualTo(200);
            assertThat(status(service, "/api/v1/desk/dead-letters", auditor)).isEqualTo(403);
            assertThat(status(service, "/internal/v1/feed", issuer.serviceToken("request-service")))
                    .isEqualTo(200);
            assertThat(status(service, "/internal/v1/feed", operator)).isEqualTo(403);
            assertThat(status(service, "/actuator/env", operator)).isIn(403, 404);
        }
    }

    @Test
    void what_is_written_of_the_api_is_what_the_controllers_offer() throws Exception {
        secret();

        try (var service = run(ApiDescription.properties())) {
            ApiDescription.requireCommitted((WebApplicationContext) service, "notification-service", Map.of());
        }
    }

    @TestFactory
    Stream<DynamicTest> every_route_is_walked_by_everybody() throws IOException {
        secret();
        var service = run(Map.of());
        var database = service.getBean(DataSource.class);
        return AccessWalk.through(
                        (WebApplicationContext) service, issuer, "notification-service", "smallrig", UUID.randomUUID())
                .withDeadLetters(database)
                .with("/api/v1/desk/letters/{id}/retry", () -> undeliverable(database))
                .tests()
                .onClose(service::close);
    }

    @Test
    void prometheus_gets_what_the_page_for_operations_promises() throws Exception {
        secret();

        try (var service = run(Map.of("habeas.metrics.every", "2s"))) {
            status(service, "/api/v1/desk/dead-letters", issuer.staffToken(List.of("operator"), List.of()));
            var port = service.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
            // the broker is away, so nobody knows how far its records were read
            MetricsPage.read().requireShownBy("notification", port, "habeas_consumer_lag");
        }
    }

    @Test
    void without_its_secret_it_does_not_start_and_says_what_to_do() {
        assertThatThrownBy(() -> run(Map.of(
                        "habeas.notification.recipient-secret-file",
                        home.resolve("nowhere").toString())))
                .rootCause()
                .hasMessageContaining("nowhere")
                .hasMessageContaining("32");
    }

    private static void secret() throws IOException {
        Files.createDirectories(home.resolve("secrets"));
        var secret = home.resolve("secrets/notification-recipients");
        Files.writeString(secret, "0123456789abcdef0123456789abcdef");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    }

    private static UUID undeliverable(DataSource database) {
        var id = UUID.randomUUID();
        try (var connection = database.getConnection();
                var insert = connection.prepareStatement("""
                        insert into letter (id, event_id, request_id, controller, kind, standing, content, address_field,
                                            state, ended_at)
                        values (?, ?, ?, 'smallrig', 'ANSWERED', 'PROVED', '{}', 'contact', 'UNDELIVERABLE', now())""")) {
            insert.setObject(1, id);
            insert.setObject(2, UUID.randomUUID());
            insert.setObject(3, UUID.randomUUID());
            insert.executeUpdate();
            return id;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static ConfigurableApplicationContext run(Map<String, String> more) {
        var properties = new HashMap<String, Object>(issuer.properties());
        properties.put("server.port", "0");
        properties.put("management.server.port", "0");
        properties.put("habeas.home", home.toString());
        properties.put("habeas.public-url", "https://privacy.example.org");
        properties.put("habeas.services.request", "http://127.0.0.1:1");
        properties.put("habeas.services.fulfillment", "http://127.0.0.1:1");
        properties.put("habeas.messaging.bootstrap-servers", "127.0.0.1:1");
        properties.put("habeas.audit.enabled", "false");
        properties.put("habeas.mail.host", "127.0.0.1");
        properties.put("habeas.mail.port", "1");
        properties.put("habeas.mail.from", "privacy@smallrig.example");
        properties.put(
                "spring.datasource.url", postgres.getJdbcUrl("postgres", "postgres") + "&logServerErrorDetail=false");
        properties.put("spring.main.banner-mode", "off");
        properties.putAll(more);
        return new SpringApplication(NotificationServiceApplication.class)
                .run(properties.entrySet().stream()
                        .map(it -> "--" + it.getKey() + "=" + it.getValue())
                        .toArray(String[]::new));
    }

    private static int status(ConfigurableApplicationContext service, String path, String token) throws Exception {
        var port = service.getEnvironment().getProperty("local.server.port");
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("authorization", "Bearer " + token)
                .build();
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }
}
