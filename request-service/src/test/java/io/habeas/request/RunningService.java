// SPDX-License-Identifier: Apache-2.0
package io.habeas.request;

import io.habeas.messaging.FreePorts;
import io.habeas.request.policy.SamplePolicies;
import io.habeas.request.register.DescribedStatus;
import io.habeas.service.ApiContract;
import io.habeas.service.ApiDescription;
import io.habeas.service.LegalClock;
import io.habeas.service.LegalTimeOffset;
import io.habeas.service.TestIssuer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.context.WebApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole service on a real PostgreSQL, with no broker to talk to: intake and status must not need one. */
final class RunningService implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final ApiContract CONTRACT = ApiContract.of("request-service");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Legal time that tests can move forward. */
    @Configuration(proxyBeanMethods = false)
    static class MovedTime {

        static final AtomicReference<Duration> OFFSET = new AtomicReference<>(Duration.ZERO);

        @Bean
        LegalTimeOffset legalTimeOffset() {
            return OFFSET::get;
        }
    }

    record Answer(int status, JsonNode body, Map<String, List<String>> headers) {

        String text(String pointer) {
            return body.at(pointer).asString();
        }

        String header(String name) {
            return headers.getOrDefault(name, List.of("")).getFirst();
        }
    }

    final TestIssuer issuer;
    private final Path data;
    private final int port;
    private final String broker;
    private final List<String> more;
    private final Path home;
    private EmbeddedPostgres database;
    private ConfigurableApplicationContext context;

    private RunningService(Path folder, String broker, List<String> more) {
        this.broker = broker;
        this.more = more;
        this.home = folder.resolve("home");
        this.data = folder.resolve("pg");
        this.port = FreePorts.one();
        this.issuer = TestIssuer.start(folder.resolve("issuer"));
        this.database = startDatabase();
    }

    static RunningService start(Path folder) {
        return start(folder, "127.0.0.1:1");
    }

    /** @param broker where Kafka is @param more arguments of the process */
    static RunningService start(Path folder, String broker, String... more) {
        try {
            var service = new RunningService(folder, broker, List.of(more));
            service.prepareHome();
            for (var name : List.of("habeas_request", "habeas_keys")) {
                service.execute("postgres", "create database " + name);
            }
            service.startContext();
            return service;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void prepareHome() throws IOException {
        var controller = home.resolve("controllers/smallrig");
        Files.createDirectories(controller.resolve("profiles"));
        Files.createDirectories(home.resolve("secrets"));
        for (var file : List.of("controller.yaml", "profiles/2021-06.yaml")) {
            Files.copy(SamplePolicies.FOLDER.resolve("smallrig").resolve(file), controller.resolve(file));
        }
        for (var name : List.of(
                "request-ids",
                "audit-request",
                "audit-verification",
                "audit-fulfillment",
                "audit-notification",
                "audit-signer")) {
            var secret = new byte[32];
            new SecureRandom().nextBytes(secret);
            var file = Files.writeString(
                    home.resolve("secrets").resolve(name),
                    java.util.HexFormat.of().formatHex(secret));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
    }

    private void startContext() {
        MovedTime.OFFSET.set(Duration.ZERO);
        var arguments = new ArrayList<String>();
        issuer.properties().forEach((key, value) -> arguments.add("--" + key + "=" + value));
        ApiDescription.properties().forEach((key, value) -> arguments.add("--" + key + "=" + value));
        arguments.addAll(List.of(
                "--server.port=0",
                "--habeas.access.revocations.young=100ms",
                "--management.server.port=0",
                "--spring.datasource.url=" + url("habeas_request"),
                "--spring.datasource.username=postgres",
                "--spring.datasource.password=",
                "--habeas.home=" + home,
                "--habeas.keys.url=" + url("habeas_keys"),
                "--habeas.keys.username=postgres",
                "--habeas.keys.password=",
                "--habeas.keys.kek-directory=" + home.resolve("keks"),
                "--habeas.messaging.bootstrap-servers=" + broker,
                "--habeas.audit.push.directory=" + home.resolve("checkpoints"),
                "--habeas.audit.push.every=200ms",
                "--habeas.metrics.every=200ms",
                "--logging.level.org.apache.kafka=ERROR"));
        arguments.addAll(more);
        context = SpringApplication.run(
                new Class<?>[] {RequestServiceApplication.class, MovedTime.class, DescribedStatus.class},
                arguments.toArray(String[]::new));
    }

    private EmbeddedPostgres startDatabase() {
        try {
            return EmbeddedPostgres.builder()
                    .setPort(port)
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setServerConfig("max_connections", "100")
                    .setPGStartupWait(Duration.ofMinutes(1))
                    .start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    void stopDatabase() {
        try {
            database.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    void startDatabaseAgain() {
        database = startDatabase();
    }

    void restart() {
        context.close();
        startContext();
    }

    Path home() {
        return home;
    }

    /** The bytes of an answer, and its status in front. */
    HttpResponse<byte[]> bytes(String path, String token) {
        try {
            return CONTRACT.require(HTTP.send(
                    HttpRequest.newBuilder(address(path))
                            .header("authorization", "Bearer " + token)
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    int managementPort() {
        return Integer.parseInt(context.getEnvironment().getRequiredProperty("local.management.port"));
    }

    WebApplicationContext context() {
        return (WebApplicationContext) context;
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    <T> T bean(String name, Class<T> type) {
        return context.getBean(name, type);
    }

    /** Moves legal time forward, as the test controls do. */
    void advance(Duration by) {
        MovedTime.OFFSET.updateAndGet(before -> before.plus(by));
        bean(LegalClock.class).jumped();
    }

    Connection connection(String name) throws SQLException {
        return database.getDatabase("postgres", name).getConnection();
    }

    void execute(String name, String sql) {
        try (var connection = connection(name);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Rows as text, columns parted by a bar. */
    List<String> rows(String sql) {
        try (var connection = connection("habeas_request");
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var result = new ArrayList<String>();
            while (rows.next()) {
                var row = new StringBuilder();
                for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                    row.append(column == 1 ? "" : "|").append(rows.getString(column));
                }
                result.add(row.toString());
            }
            return result;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    Answer post(String path, String idempotencyKey, String token, String body) {
        var request = HttpRequest.newBuilder(address(path))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!idempotencyKey.isEmpty()) {
            request.header("Idempotency-Key", idempotencyKey);
        }
        return send(request, token);
    }

    /** @param headers names and values by turns */
    Answer postWith(String path, String idempotencyKey, String token, String body, String... headers) {
        var request = HttpRequest.newBuilder(address(path))
                .header("content-type", "application/json")
                .header("Idempotency-Key", idempotencyKey)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request, token);
    }

    Answer get(String path, String token, String... headers) {
        var request = HttpRequest.newBuilder(address(path)).GET();
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request, token);
    }

    private static Answer send(HttpRequest.Builder request, String token) {
        if (!token.isEmpty()) {
            request.header("authorization", "Bearer " + token);
        }
        try {
            var response = CONTRACT.require(
                    HTTP.send(request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString()));
            var body = response.body().isBlank() ? JSON.createObjectNode() : JSON.readTree(response.body());
            return new Answer(response.statusCode(), body, response.headers().map());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private URI address(String path) {
        var local = context.getEnvironment().getRequiredProperty("local.server.port");
        return URI.create("http://127.0.0.1:" + local + path);
    }

    private String url(String name) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + name + "?logServerErrorDetail=false";
    }

    static String freshKey() {
        return UUID.randomUUID().toString();
    }

    @Override
    public void close() {
        context.close();
        issuer.close();
        stopDatabase();
    }
}
