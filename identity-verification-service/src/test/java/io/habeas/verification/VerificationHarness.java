// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.matching.MatchResult;
import io.habeas.contracts.Announcement;
import io.habeas.contracts.Capacity;
import io.habeas.contracts.DirectoryLookup.Match;
import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.RequestAnnouncement;
import io.habeas.contracts.RequestKeys;
import io.habeas.contracts.Right;
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
import io.habeas.sealeddata.RemoteKeyService;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.ApiContract;
import io.habeas.service.ApiDescription;
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
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.ResolvableType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.context.WebApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole service on a real database, with a directory and a key service over HTTP; messages are handed in and read from the journal. */
public final class VerificationHarness implements AutoCloseable {

    public static final String CONTROLLER = "smallrig";
    public static final Duration PATIENCE = Duration.ofMinutes(2);
    public static final String ON_FILE = "ada@on-file.example";

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
                    Instant.now().plus(OFFSET.get()),
                    cause.messageId(),
                    0,
                    cause.controller(),
                    cause.actor(),
                    cause.rule(),
                    codec.payload(announcement),
                    "{}".getBytes(StandardCharsets.UTF_8));
        }
    }

    /** A request as it arrives, and what its requester holds. */
    public record Request(UUID id, RequestKeys keys, Instant identityBy, String token) {}

    public final WireMockServer others = new WireMockServer(options().dynamicPort());
    public final Sealer sealer;
    public final JdbcClient jdbc;
    private final EmbeddedPostgres postgres;
    private final TestIssuer issuer;
    /** The account systems of two controllers. */
    public final TestIssuer accounts;

    public final TestIssuer othersAccounts;
    private final ConfigurableApplicationContext context;
    private final HttpClient http = HttpClient.newHttpClient();
    private final ApiContract contract = ApiContract.of("identity-verification-service");
    private final JsonMapper json = JsonMapper.builder().build();
    private final AnnouncementCodec codec = new AnnouncementCodec();

    public VerificationHarness(Path directory) throws IOException {
        postgres = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(1))
                .start();
        issuer = TestIssuer.start(directory);
        accounts = TestIssuer.start(directory.resolve("accounts"));
        othersAccounts = TestIssuer.start(directory.resolve("others-accounts"));
        others.start();
        var secret = directory.resolve("verification-codes");
        Files.writeString(secret, "0123456789abcdef0123456789abcdef");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        var properties = new HashMap<String, Object>(issuer.properties());
        properties.putAll(ApiDescription.properties());
        properties.putAll(accountSystem(1, accounts, CONTROLLER));
        properties.putAll(accountSystem(2, othersAccounts, "cic"));
        properties.put("server.port", "0");
        properties.put("management.server.port", "0");
        properties.put("habeas.home", directory.toString());
        properties.put("habeas.verification.code-secret-file", secret.toString());
        properties.put("habeas.verification.codes.tick", "50ms");
        properties.put("habeas.verification.codes.first-pause", "100ms");
        properties.put("habeas.verification.codes.longest-pause", "200ms");
        properties.put("habeas.services.request", others.baseUrl());
        properties.put("habeas.services.fulfillment", others.baseUrl());
        properties.put(
                "spring.datasource.url", postgres.getJdbcUrl("postgres", "postgres") + "&logServerErrorDetail=false");
        properties.put("spring.main.banner-mode", "off");
        Test.OFFSET.set(Duration.ZERO);
        var application = new SpringApplication(VerificationServiceApplication.class, Test.class);
        application.setDefaultProperties(properties);
        context = application.run(properties.entrySet().stream()
                .map(it -> "--" + it.getKey() + "=" + it.getValue())
                .toArray(String[]::new));
        jdbc = context.getBean(JdbcClient.class);
        sealer = new Sealer(new RemoteKeyService(URI.create(others.baseUrl()), () -> "test", json), json);
    }

    private static Map<String, String> accountSystem(int number, TestIssuer issuer, String controller) {
        var at = "habeas.access.issuers[" + number + "].";
        return Map.of(
                at + "issuer",
                issuer.url(),
                at + "jwk-set-uri",
                issuer.url() + "/jwks",
                at + "audience",
                "privacy",
                at + "kinds",
                "ACCOUNT",
                at + "account.controller",
                controller);
    }

    public WebApplicationContext context() {
        return (WebApplicationContext) context;
    }

    public void advance(Duration by) {
        Test.OFFSET.accumulateAndGet(by, Duration::plus);
    }

    public Instant legalNow() {
        return Instant.now().plus(Test.OFFSET.get());
    }

    /** Its keys can be opened; what the directory says of it is told apart by its id. */
    public Request request(Match match) {
        var id = UUID.randomUUID();
        var keys = new RequestKeys(key(), key());
        answers(id, keys, match);
        return new Request(id, keys, legalNow().plus(Duration.ofDays(30)), issuer.requesterToken(CONTROLLER, id));
    }

    private UUID key() {
        var id = UUID.randomUUID();
        var material = new byte[32];
        RandomGenerator.getDefault().nextBytes(material);
        others.stubFor(post(urlPathEqualTo("/internal/v1/keys/" + id + "/openings"))
                .willReturn(okJson("{\"keyId\":\"%s\",\"keyClass\":\"CASE\",\"material\":\"%s\"}"
                        .formatted(id, Base64.getUrlEncoder().withoutPadding().encodeToString(material)))));
        return id;
    }

    public void answers(UUID id, RequestKeys keys, Match match) {
        var person = new Sealed.DirectoryPerson(
                ON_FILE,
                List.of(
                        new Identifier(IdentifierKind.EMAIL, ON_FILE),
                        new Identifier(IdentifierKind.CUSTOMER_ID, "c-42")),
                true);
        var body = new HashMap<String, Object>();
        body.put("match", match);
        if (match == Match.ONE) {
            body.put("person", sealerFor().seal(CONTROLLER, id, "person", keys.identity(), person));
        }
        others.stubFor(post(urlPathMatching("/internal/v1/controllers/.*/directory/lookups"))
                .withRequestBody(matchingJsonPath("$.requestId", equalTo(id.toString())))
                .willReturn(okJson(json.writeValueAsString(body))));
    }

    private Sealer sealerFor() {
        return new Sealer(new RemoteKeyService(URI.create(others.baseUrl()), () -> "test", json), json);
    }

    public void directoryIsDown(UUID id) {
        others.stubFor(post(urlPathMatching("/internal/v1/controllers/.*/directory/lookups"))
                .withRequestBody(matchingJsonPath("$.requestId", equalTo(id.toString())))
                .willReturn(aResponse().withStatus(503)));
    }

    public void arrives(Request request) {
        arrives(request, Capacity.SUBJECT, ProofMethod.CONTACT_ON_FILE);
    }

    public void arrives(Request request, Capacity capacity, ProofMethod method) {
        arrives(request, capacity, method, null);
    }

    /** Under a policy by which a login proves identity, too. */
    public void arrivesWithLogin(Request request) {
        arrives(request, Capacity.SUBJECT, ProofMethod.CONTACT_ON_FILE, ProofMethod.LOGIN);
    }

    /** Under a policy that asks for no proof of it. */
    public void arrivesWithoutProof(Request request) {
        arrives(request, Capacity.SUBJECT, ProofMethod.CONTACT_ON_FILE, null, ProofLevel.NONE);
    }

    private void arrives(Request request, Capacity capacity, ProofMethod method, @Nullable ProofMethod otherMethod) {
        arrives(request, capacity, method, otherMethod, ProofLevel.STANDARD);
    }

    private void arrives(
            Request request,
            Capacity capacity,
            ProofMethod method,
            @Nullable ProofMethod otherMethod,
            ProofLevel level) {
        var claims = sealer.seal(
                CONTROLLER,
                request.id(),
                "claims",
                request.keys().identity(),
                new Sealed.Claims(null, List.of(new Identifier(IdentifierKind.EMAIL, "eve@claimed.example")), null));
        receive(new RequestAnnouncement.Received(
                request.id(),
                "HB-7K2M-Q9XA",
                "smallrig@2021-06",
                "US-CA",
                Right.ERASURE,
                null,
                capacity,
                "en",
                method,
                level,
                request.keys(),
                claims,
                claims,
                legalNow(),
                legalNow().plus(Duration.ofDays(45)),
                request.identityBy(),
                otherMethod));
    }

    /** What the directory says of whoever logged in as that account for this request; of any other account: nobody. */
    public void holds(Request request, String account, boolean registered) {
        var person = new Sealed.DirectoryPerson(
                ON_FILE, List.of(new Identifier(IdentifierKind.CUSTOMER_ID, account)), registered);
        others.stubFor(post(urlPathMatching("/internal/v1/controllers/.*/directory/lookups"))
                .atPriority(1)
                .withRequestBody(
                        matchingJsonPath("$.requestId", equalTo(request.id().toString())))
                .withRequestBody(matchingJsonPath("$.account"))
                .andMatching(call ->
                        MatchResult.of(account.equals(accountIn(request, json.readTree(call.getBodyAsString())))))
                .willReturn(okJson(json.writeValueAsString(Map.of(
                        "match",
                        Match.ONE,
                        "person",
                        sealer.seal(
                                CONTROLLER,
                                request.id(),
                                "person",
                                request.keys().identity(),
                                person))))));
        others.stubFor(post(urlPathMatching("/internal/v1/controllers/.*/directory/lookups"))
                .atPriority(2)
                .withRequestBody(
                        matchingJsonPath("$.requestId", equalTo(request.id().toString())))
                .withRequestBody(matchingJsonPath("$.account"))
                .willReturn(okJson("{\"match\":\"NONE\"}")));
    }

    private String accountIn(Request request, JsonNode query) {
        var field = new SealedField(
                UUID.fromString(query.at("/account/key").asString()),
                query.at("/account/ciphertext").asString());
        return sealer.open(CONTROLLER, request.id(), "account", field, Sealed.Account.class)
                .identifier()
                .value();
    }

    /** How often the directory was asked for whoever logged in for a request. */
    public int askedForAccount(Request request) {
        return others.findAll(postRequestedFor(urlPathMatching("/internal/v1/controllers/.*/directory/lookups"))
                        .withRequestBody(matchingJsonPath(
                                "$.requestId", equalTo(request.id().toString())))
                        .withRequestBody(matchingJsonPath("$.account")))
                .size();
    }

    public HttpResponse<String> logIn(Request request, String token) {
        return call(request, "/verification", json.writeValueAsString(Map.of("login", token)));
    }

    public void receive(RequestAnnouncement announcement) {
        var type = ResolvableType.forClassWithGenerics(Subscription.class, RequestAnnouncement.class);
        @SuppressWarnings("unchecked")
        var subscription = (Subscription<RequestAnnouncement>)
                context.getBeanProvider(type).getObject();
        var message = new Inbound<RequestAnnouncement>(
                UUID.randomUUID(),
                announcement.requestId(),
                CONTROLLER,
                0,
                legalNow(),
                null,
                announcement,
                new byte[0]);
        context.getBean(TransactionTemplate.class).executeWithoutResult(_ -> {
            try {
                subscription.receiver().on(message);
            } catch (RuntimeException refused) {
                throw refused;
            } catch (Exception checked) {
                throw new IllegalStateException(checked);
            }
        });
    }

    /** What the service announced about a request. */
    public List<Announcement> announced(UUID requestId) {
        return context.getBean(EventJournal.class).readStream(requestId, 0, 100).stream()
                .map(it -> codec.read(
                        it.event().type(), it.event().revision(), it.event().payload()))
                .toList();
    }

    public <A extends Announcement> List<A> announced(UUID requestId, Class<A> type) {
        return announced(requestId).stream()
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    public HttpResponse<String> enter(Request request, String code) {
        return call(request, "/verification", json.writeValueAsString(Map.of("code", code)));
    }

    public HttpResponse<String> enterUnder(String key, Request request, String code) {
        return send(request.id(), request.token(), "/verification", json.writeValueAsString(Map.of("code", code)), key);
    }

    public HttpResponse<String> askForCode(Request request) {
        return call(request, "/verification/codes", "{}");
    }

    public HttpResponse<String> call(Request request, String path, String body) {
        return send(request.id(), request.token(), path, body);
    }

    /** The same call goes under the same key. */
    public HttpResponse<String> send(UUID requestId, String token, String path, String body) {
        var key = UUID.nameUUIDFromBytes((requestId + path + body).getBytes(StandardCharsets.UTF_8));
        return send(requestId, token, path, body, key.toString());
    }

    private HttpResponse<String> send(UUID requestId, String token, String path, String body, String key) {
        var port = context.getEnvironment().getProperty("local.server.port");
        var call = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/api/v1/requests/" + requestId + path))
                .header("authorization", "Bearer " + token)
                .header("content-type", "application/json")
                .header("idempotency-key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return contract.require(http.send(call, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    public JsonNode json(HttpResponse<String> response) {
        return json.readTree(response.body());
    }

    @Override
    public void close() throws IOException {
        context.close();
        others.stop();
        issuer.close();
        accounts.close();
        othersAccounts.close();
        postgres.close();
    }
}
