// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.habeas.contracts.RequestAnnouncement;
import io.habeas.journal.AlreadyCausedException;
import io.habeas.journal.EventJournal;
import io.habeas.journal.JournalDatabase;
import io.habeas.tracing.TraceContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A service whose broker is away: it starts, stores what it announces, and serves its feed. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class EndpointsTest {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Service {

        @Bean
        VisibleControllers visibleControllers() {
            return () -> visible;
        }
    }

    private static volatile Set<String> visible = Set.of("acme");

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static ConfigurableApplicationContext service;
    private static HttpClient http;

    @BeforeAll
    static void start() throws Exception {
        var database = JournalDatabase.fresh(List.of());
        http = HttpClient.newHttpClient();
        service = new SpringApplicationBuilder(Service.class)
                .web(WebApplicationType.SERVLET)
                .properties(Map.ofEntries(
                        Map.entry("spring.application.name", "request-service"),
                        Map.entry("server.port", "0"),
                        Map.entry(
                                "spring.datasource.url",
                                "jdbc:postgresql://localhost:" + database.port() + "/" + database.name()
                                        + "?logServerErrorDetail=false"),
                        Map.entry("spring.datasource.username", "postgres"),
                        Map.entry("spring.datasource.hikari.maximum-pool-size", "5"),
                        Map.entry("spring.flyway.locations", "classpath:db/journal,classpath:db/messaging"),
                        Map.entry("habeas.messaging.bootstrap-servers", "127.0.0.1:1"),
                        Map.entry("habeas.audit.secret-file", Kit.secretFile().toString())))
                .run();
    }

    @AfterAll
    static void stop() {
        service.close();
        http.close();
    }

    @Test
    void the_feed_shows_what_is_on_the_topic_in_pages_and_by_request() throws Exception {
        var request = UUID.randomUUID();
        for (int i = 0; i < 3; i++) {
            announce(request, UUID.randomUUID());
        }

        var page = json(get("/internal/v1/feed?stream=" + request + "&from=1"));
        assertThat(page.path("events").size()).isEqualTo(2);
        var second = page.path("events").get(0);
        assertThat(second.path("sequence").asInt()).isEqualTo(1);
        assertThat(second.path("type").asString()).isEqualTo("request.closed");
        assertThat(second.path("revision").asInt()).isEqualTo(1);
        assertThat(second.path("generation").asInt()).isEqualTo(1);
        assertThat(second.path("controller").asString()).isEqualTo("acme");
        assertThat(second.path("rule").asString()).isEqualTo("acme@1#US");
        assertThat(second.path("traceparent").asString()).isEqualTo(TRACE);
        assertThat(second.path("payload").path("requestId").asString()).isEqualTo(request.toString());

        var first = json(get("/internal/v1/feed?limit=2"));
        var rest = json(get("/internal/v1/feed?after=" + first.path("next").asString()));
        assertThat(first.path("events").size()).isEqualTo(2);
        assertThat(rest.path("events").get(0).path("position").asString())
                .isNotEqualTo(first.path("next").asString());
        assertThat(json(get("/internal/v1/feed?after=" + rest.path("next").asString()))
                        .path("events")
                        .isEmpty())
                .isTrue();
    }

    @Test
    void nonsense_in_the_feeds_parameters_is_the_callers_fault() throws Exception {
        for (var query : List.of("after=x", "after=1.2", "stream=x", "from=y&stream=" + UUID.randomUUID(), "limit=z")) {
            var answer = get("/internal/v1/feed?" + query);
            assertThat(answer.statusCode()).as(query).isEqualTo(400);
            assertThat(json(answer).path("type").asString()).startsWith("urn:habeas:problem:");
        }
    }

    @Test
    void dead_letters_are_listed_without_their_content_and_can_be_redriven() throws Exception {
        var parking = service.getBean(Parking.class);
        var request = UUID.randomUUID();
        parking.add(Arrival.of("habeas.verification.v1", Kit.wire(request, 4)), "hole");

        var page = json(get("/api/v1/desk/dead-letters?limit=10"));
        var item = page.path("items").get(0);
        assertThat(item.path("requestId").asString()).isEqualTo(request.toString());
        assertThat(item.path("reason").asString()).isEqualTo("hole");
        assertThat(item.path("sequence").asInt()).isEqualTo(4);
        assertThat(item.has("payload")).isFalse();

        var redriven = post("/api/v1/desk/dead-letters/" + item.path("id").asString() + "/redrive");
        assertThat(redriven.statusCode()).isEqualTo(200);
        assertThat(json(redriven).path("remaining").asInt()).isEqualTo(1);
        assertThat(post("/api/v1/desk/dead-letters/" + UUID.randomUUID() + "/redrive")
                        .statusCode())
                .isEqualTo(404);
        parking.remove(UUID.fromString(item.path("id").asString()));
    }

    @Test
    void dead_letters_that_the_broker_does_not_take_hold_no_transaction_open() {
        var parking = service.getBean(Parking.class);
        var jdbc = service.getBean(JdbcClient.class);
        parking.add(Arrival.of("habeas.verification.v1", Kit.wire(UUID.randomUUID(), 4)), "bad-payload");

        // longer than the pause between two rounds, so that one of them is waiting for the broker
        await().during(Duration.ofSeconds(9))
                .atMost(Kit.PATIENCE)
                .failFast(() -> jdbc.sql("""
                                select exists (select from pg_stat_activity
                                                where datname = current_database() and state = 'idle in transaction'
                                                  and xact_start < clock_timestamp() - interval '5 seconds')""").query(Boolean.class).single())
                .until(() -> parking.count() > 0);
        jdbc.sql("delete from parked_message").update();
    }

    @Test
    void operators_see_and_redrive_the_dead_letters_of_their_own_controllers_only() throws Exception {
        var parking = service.getBean(Parking.class);
        var event = Kit.wire(UUID.randomUUID(), 4);
        var headers = event.headers("feed");
        var key = event.requestId().toString();
        var topic = "habeas.verification.v1";
        parking.add(new Arrival(topic, key, Kit.with(headers, "ce_controller", "a"), event.payload()), "no-of-a");
        parking.add(new Arrival(topic, key, Kit.with(headers, "ce_controller", "b"), event.payload()), "no-of-b");
        parking.add(new Arrival(topic, null, Kit.without(headers, "ce_controller"), null), "no-of-nobody");
        var all = service.getBean(ParkedMessages.class).list(0, 10);

        try {
            assertThat(shownTo("a")).containsExactly("no-of-a");
            assertThat(shownTo("a", "b")).containsExactly("no-of-a", "no-of-b");
            assertThat(shownTo("*")).containsExactly("no-of-nobody");
            assertThat(shownTo()).isEmpty();
            visible = Set.of("b");
            assertThat(all.stream().map(one -> redriveStatus(one.id()))).containsExactly(404, 200, 404);
        } finally {
            visible = Set.of("acme");
            all.forEach(one -> parking.remove(one.id()));
        }
    }

    @Test
    void what_may_be_seen_is_what_the_token_says() {
        var controllers = new TokenControllers();
        assertThat(controllers.ofCaller()).isEmpty();
        try {
            var token = Jwt.withTokenValue("t")
                    .header("alg", "ES256")
                    .claim("controllers", List.of("a", "b"))
                    .build();
            SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken(token, null));
            assertThat(controllers.ofCaller()).containsExactlyInAnyOrder("a", "b");
        } finally {
            SecurityContextHolder.clearContext();
        }
    }

    @Test
    void a_connection_that_is_lost_before_an_announcement_is_trouble_of_the_database() {
        var request = UUID.randomUUID();

        var told = new AtomicReference<Throwable>();

        // what is thrown inside is covered by the rollback, which fails as well
        assertThatThrownBy(() -> transaction().executeWithoutResult(_ -> {
                    loseTheConnection();
                    told.set(catchThrowable(() -> service.getBean(Announcements.class)
                            .announce(
                                    new RequestAnnouncement.Noted(request),
                                    new Cause(UUID.randomUUID(), "acme", "request", null))));
                }))
                .isInstanceOf(TransactionException.class);
        assertThat(told.get()).isInstanceOf(DataAccessException.class);
    }

    private static void loseTheConnection() {
        assertThatThrownBy(() -> service.getBean(JdbcClient.class)
                        .sql("select pg_terminate_backend(pg_backend_pid())")
                        .query(Boolean.class)
                        .single())
                .isInstanceOf(DataAccessException.class);
    }

    @Test
    void announcing_needs_a_transaction_and_a_cause_has_one_effect() {
        var announcements = service.getBean(Announcements.class);
        var request = UUID.randomUUID();
        var message = UUID.randomUUID();
        var cause = new Cause(message, "acme", "request", null);

        assertThatThrownBy(() -> announcements.announce(new RequestAnnouncement.Closed(request), cause))
                .isInstanceOf(IllegalStateException.class);
        announce(request, message);
        assertThatThrownBy(() -> announce(request, message)).isInstanceOf(AlreadyCausedException.class);
        transaction().executeWithoutResult(status -> {
            var other = new Cause(UUID.randomUUID(), "acme", "request", null);
            announcements.announce(new RequestAnnouncement.Noted(request), other);
            announcements.announce(new RequestAnnouncement.Closed(request), other);
        });

        assertThat(service.getBean(EventJournal.class).readStream(request, 0, 10).stream()
                        .map(stored ->
                                stored.event().sequence() + " " + stored.event().causeIndex()))
                .containsExactly("0 0", "1 0", "2 1");
    }

    @Test
    void a_broker_that_is_away_does_not_make_the_service_unhealthy_enough_to_be_killed() {
        var health = service.getBean("messagingHealthIndicator", HealthIndicator.class)
                .health();

        assertThat(health).isNotNull();
        assertThat(health.getStatus().getCode()).isIn("UP", "DEGRADED");
        assertThat(health.getDetails()).containsKeys("relay", "lagSeconds", "parked");
    }

    private static List<String> shownTo(String... controllers) throws Exception {
        visible = Set.of(controllers);
        var reasons = new ArrayList<String>();
        json(get("/api/v1/desk/dead-letters"))
                .path("items")
                .forEach(item -> reasons.add(item.path("reason").asString()));
        return reasons;
    }

    private static int redriveStatus(UUID id) {
        try {
            return post("/api/v1/desk/dead-letters/" + id + "/redrive").statusCode();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void announce(UUID request, UUID message) {
        try (var _ = TraceContext.enter(TRACE)) {
            transaction().executeWithoutResult(status -> service.getBean(Announcements.class)
                    .announce(
                            new RequestAnnouncement.Closed(request),
                            new Cause(message, "acme", "request", "acme@1#US")));
        }
    }

    private static TransactionTemplate transaction() {
        return new TransactionTemplate(service.getBean(PlatformTransactionManager.class));
    }

    private static HttpResponse<byte[]> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static HttpResponse<byte[]> post(String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri(path))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private static URI uri(String path) {
        return URI.create("http://localhost:" + service.getEnvironment().getProperty("local.server.port") + path);
    }

    private static JsonNode json(HttpResponse<byte[]> answer) {
        return JSON.readTree(answer.body());
    }
}
