// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.habeas.contracts.KeyClass;
import io.habeas.sealeddata.KeyDestroyedException;
import io.habeas.sealeddata.KeyRefusedException;
import io.habeas.sealeddata.KeyService;
import io.habeas.sealeddata.KeyStore;
import io.habeas.sealeddata.KeyUnavailableException;
import io.habeas.sealeddata.RemoteKeyService;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.TestIssuer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.json.JsonMapper;

/** The real door, the real store, the real client: over HTTP, with tokens of an issuer. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class KeyEndpointsTest {

    private static final String ACME = "acme";

    @TempDir
    static Path home;

    private static EmbeddedPostgres postgres;
    private static TestIssuer issuer;
    private static ConfigurableApplicationContext application;
    private static KeyStore store;
    private static URI url;

    private final UUID request = UUID.randomUUID();

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            exclude = {DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class},
            excludeName = {
                "org.axonframework.springboot.autoconfig.AxonAutoConfiguration",
                "org.axonframework.springboot.autoconfig.EventProcessingAutoConfiguration",
                "org.axonframework.springboot.autoconfig.InfraConfiguration",
                "org.axonframework.springboot.autoconfig.InterceptorAutoConfiguration",
                "org.axonframework.springboot.autoconfig.UpdateCheckerAutoConfiguration",
                "org.axonframework.springboot.autoconfig.AxonTimeoutAutoConfiguration",
                "org.axonframework.springboot.autoconfig.TransactionAutoConfiguration",
                "org.axonframework.springboot.autoconfig.NoOpTransactionAutoConfiguration"
            })
    @Import({KeyConfiguration.class, KeyController.class, KeyAdvice.class})
    static class Application {}

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(1))
                .start();
        issuer = TestIssuer.start(home.resolve("issuer"));
        var arguments = new ArrayList<String>();
        issuer.properties().forEach((name, value) -> arguments.add("--" + name + "=" + value));
        arguments.addAll(List.of(
                "--spring.config.name=none",
                "--spring.main.banner-mode=off",
                "--server.port=0",
                "--habeas.keys.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                "--habeas.keys.username=postgres",
                "--habeas.keys.password=",
                "--habeas.keys.pool=2",
                "--habeas.keys.kek-directory=" + home.resolve("keks")));
        application = SpringApplication.run(Application.class, arguments.toArray(String[]::new));
        store = application.getBean(KeyStore.class);
        url = URI.create("http://127.0.0.1:" + application.getEnvironment().getProperty("local.server.port"));
        // the first call is slow, and a client of keys does not wait for long
        var warm = UUID.randomUUID();
        var key = store.allot(ACME, warm, KeyClass.CASE);
        await().atMost(Duration.ofMinutes(2))
                .ignoreExceptions()
                .until(() -> as("notification").key(ACME, warm, key).keyClass() == KeyClass.CASE);
    }

    @AfterAll
    static void stop() throws IOException {
        application.close();
        issuer.close();
        postgres.close();
    }

    private static KeyService as(String service) {
        return new RemoteKeyService(url, () -> issuer.serviceToken(service), JsonMapper.shared());
    }

    @Test
    void what_one_service_seals_another_opens_until_the_key_is_destroyed() {
        var keys = store.allotRequestKeys(ACME);
        var sealed = new Sealer(as("verification"), JsonMapper.shared())
                .seal(ACME, request, "challenge", keys.identity(), "1234-5678");
        assertThat(new Sealer(as("notification"), JsonMapper.shared())
                        .open(ACME, request, "challenge", sealed, String.class))
                .isEqualTo("1234-5678");
        store.destroy(ACME, keys.identity());
        assertThatThrownBy(() -> new Sealer(as("notification"), JsonMapper.shared())
                        .open(ACME, request, "challenge", sealed, String.class))
                .isInstanceOf(KeyDestroyedException.class);
    }

    @Test
    void fulfillment_makes_opens_and_destroys_the_keys_of_its_packages() {
        var fulfillment = as("fulfillment");
        var keyId = fulfillment.allot(ACME, request, KeyClass.PACKAGE);
        assertThat(fulfillment.key(ACME, request, keyId).export())
                .isEqualTo(store.key(ACME, request, keyId).export());
        fulfillment.destroy(ACME, keyId);
        fulfillment.destroy(ACME, keyId);
        assertThatThrownBy(() -> fulfillment.key(ACME, request, keyId)).isInstanceOf(KeyDestroyedException.class);
    }

    @Test
    void a_service_without_the_entitlement_is_told_the_class_and_no_more() {
        var packageKey = store.allot(ACME, request, KeyClass.PACKAGE);
        var caseKey = store.allot(ACME, request, KeyClass.CASE);
        for (var service : List.of("verification", "notification", "gateway")) {
            assertThatThrownBy(() -> as(service).key(ACME, request, packageKey))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("PACKAGE");
            assertThatThrownBy(() -> as(service).destroy(ACME, packageKey)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> as(service).allot(ACME, request, KeyClass.CASE))
                    .isInstanceOf(IllegalStateException.class);
        }
        for (var service : List.of("verification", "notification", "fulfillment", "request")) {
            assertThatThrownBy(() -> as(service).destroy(ACME, caseKey)).isInstanceOf(IllegalStateException.class);
        }
        assertThatCode(() -> store.key(ACME, request, caseKey)).doesNotThrowAnyException();
        assertThatCode(() -> store.key(ACME, request, packageKey)).doesNotThrowAnyException();
    }

    @Test
    void another_controllers_or_requests_key_is_not_there() {
        var keyId = store.allot(ACME, request, KeyClass.CASE);
        assertThatThrownBy(() -> as("fulfillment").key("other", request, keyId))
                .isInstanceOf(KeyRefusedException.class);
        assertThatThrownBy(() -> as("fulfillment").key(ACME, UUID.randomUUID(), keyId))
                .isInstanceOf(KeyRefusedException.class);
        assertThatThrownBy(() -> as("fulfillment").key(ACME, request, UUID.randomUUID()))
                .isInstanceOf(KeyRefusedException.class);
    }

    @Test
    void nobody_but_a_service_comes_in() throws Exception {
        var keyId = store.allot(ACME, request, KeyClass.CASE);
        var body = "{\"controller\": \"acme\", \"requestId\": \"" + request + "\"}";
        var path = "/internal/v1/keys/" + keyId + "/openings";
        assertThat(post(path, body, null).statusCode()).isEqualTo(401);
        assertThat(post(path, body, issuer.staffToken(List.of("operator"), List.of(ACME)))
                        .statusCode())
                .isEqualTo(403);
        assertThat(post(path, body, issuer.requesterToken(ACME, request)).statusCode())
                .isEqualTo(403);
        var allowed = post(path, body, issuer.serviceToken("fulfillment"));
        assertThat(allowed.statusCode()).isEqualTo(200);
        assertThat(allowed.headers().firstValue("cache-control")).hasValue("no-store");
    }

    @Test
    void a_malformed_body_is_the_callers_fault() throws Exception {
        var path = "/internal/v1/keys/" + UUID.randomUUID() + "/openings";
        var token = issuer.serviceToken("fulfillment");
        assertThat(post(path, "{}", token).statusCode()).isEqualTo(422);
        assertThat(post(path, "{\"controller\": \"a|b\", \"requestId\": \"" + request + "\"}", token)
                        .statusCode())
                .isEqualTo(422);
        assertThat(post("/internal/v1/keys/x/openings", "{}", token).statusCode())
                .isBetween(400, 499);
    }

    @Test
    void an_opening_is_logged_with_ids_and_without_the_key() {
        var log = (Logger) LoggerFactory.getLogger(KeyController.class);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        log.addAppender(lines);
        var keyId = store.allot(ACME, request, KeyClass.CASE);
        as("notification").key(ACME, request, keyId);
        log.detachAppender(lines);
        assertThat(lines.list).singleElement().satisfies(line -> {
            assertThat(line.getMessage()).isEqualTo("key opened");
            assertThat(line.getKeyValuePairs().stream().map(pair -> pair.key + "=" + pair.value))
                    .containsExactly(
                            "keyId=" + keyId,
                            "keyClass=CASE",
                            "controller=acme",
                            "requestId=" + request,
                            "client=notification");
        });
    }

    @Test
    void the_key_database_is_no_data_source_of_the_service() {
        assertThat(application.getBeansOfType(DataSource.class)).isEmpty();
    }

    @Test
    void without_their_database_keys_are_unavailable_and_health_says_so() throws Exception {
        var keyId = store.allot(ACME, request, KeyClass.CASE);
        var health = application.getBean("keysHealthIndicator", HealthIndicator.class);
        assertThat(String.valueOf(health.health().getStatus())).isEqualTo("UP");
        rename("key_encryption_key", "away");
        try {
            assertThatThrownBy(() -> as("fulfillment").key(ACME, request, keyId))
                    .isInstanceOf(KeyUnavailableException.class);
            var answer = post(
                    "/internal/v1/keys/" + keyId + "/openings",
                    "{\"controller\": \"acme\", \"requestId\": \"" + request + "\"}",
                    issuer.serviceToken("fulfillment"));
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("retry-after")).isPresent();
            assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
            assertThat(String.valueOf(health.health().getStatus())).isEqualTo("DOWN");
        } finally {
            rename("away", "key_encryption_key");
        }
    }

    private static void rename(String from, String to) throws Exception {
        try (var connection = postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("ALTER TABLE " + from + " RENAME TO " + to);
        }
    }

    private static HttpResponse<String> post(String path, String body, String token) throws Exception {
        var request = HttpRequest.newBuilder(url.resolve(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
