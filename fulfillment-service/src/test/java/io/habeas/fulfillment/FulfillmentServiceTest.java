// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.habeas.contracts.ControllerAnnouncement;
import io.habeas.contracts.DirectoryLookup;
import io.habeas.contracts.FulfillmentAnnouncement;
import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.RequestAnnouncement;
import io.habeas.contracts.RequestAnnouncement.Approved;
import io.habeas.contracts.RequestKeys;
import io.habeas.contracts.Right;
import io.habeas.contracts.Sealed;
import io.habeas.fulfillment.parcel.Unpacked;
import io.habeas.journal.EventJournal;
import io.habeas.messaging.AnnouncementCodec;
import io.habeas.messaging.Inbound;
import io.habeas.messaging.Subscription;
import io.habeas.sealeddata.KeyStore;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.AccessWalk;
import io.habeas.service.ApiContract;
import io.habeas.service.ApiDescription;
import io.habeas.service.LegalClock;
import io.habeas.service.MetricsPage;
import io.habeas.service.TestIssuer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.context.WebApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole service behind its door, without a broker: messages are handed to the receiver as the consumer would. */
@SpringBootTest(
        classes = {FulfillmentServiceApplication.class, FulfillmentServiceTest.Keys.class},
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@DisplayNameGeneration(ReplaceUnderscores.class)
class FulfillmentServiceTest {

    private static final ApiContract CONTRACT = ApiContract.of("fulfillment-service");
    private static final Stores STORES = Stores.start();
    private static final ServedLog LOG = ServedLog.start();
    private static final TestIssuer ISSUER = TestIssuer.start(STORES.home().resolve("issuer"));

    @TestConfiguration(proxyBeanMethods = false)
    static class Keys {
        @Bean
        @Primary
        KeyStore keyStore(LegalClock clock) {
            return new KeyStore(STORES.keys(), STORES.home().resolve("kek"), clock);
        }
    }

    @DynamicPropertySource
    static void properties(DynamicPropertyRegistry registry) {
        registry.add(
                "spring.datasource.url",
                () -> "jdbc:postgresql://localhost:" + STORES.port() + "/fulfillment?logServerErrorDetail=false");
        registry.add("spring.datasource.username", () -> "postgres");
        registry.add("spring.datasource.password", () -> "postgres");
        registry.add("management.server.port", () -> "0");
        registry.add("habeas.home", () -> STORES.home().toString());
        registry.add(
                "habeas.packages.directory",
                () -> STORES.home().resolve("packages").toString());
        registry.add(
                "habeas.services.request",
                () -> "http://127.0.0.1:" + LOG.server().getAddress().getPort());
        registry.add("habeas.audit.verifier-key-file", () -> LOG.keyFile().toString());
        registry.add("habeas.messaging.bootstrap-servers", () -> "127.0.0.1:1");
        registry.add("habeas.audit.enabled", () -> "false");
        registry.add("habeas.metrics.every", () -> "200ms");
        ISSUER.properties().forEach((name, value) -> registry.add(name, () -> value));
        ApiDescription.properties().forEach((name, value) -> registry.add(name, () -> value));
    }

    @AfterAll
    static void stop() {
        ISSUER.close();
        LOG.close();
    }

    @LocalServerPort
    int port;

    @LocalManagementPort
    int managementPort;

    @Autowired
    KeyStore keys;

    @Autowired
    Sealer sealer;

    @Autowired
    EventJournal journal;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    PlatformTransactionManager transactions;

    @Autowired
    Subscription<RequestAnnouncement> requests;

    @Autowired
    JsonMapper json;

    private final HttpClient http = HttpClient.newHttpClient();

    @Autowired
    WebApplicationContext context;

    @Test
    void what_is_written_of_the_api_is_what_the_controllers_offer() throws Exception {
        ApiDescription.requireCommitted(
                context,
                "fulfillment-service",
                Map.of(
                        "post /api/v1/desk/plans/{requestId}/retry", "202",
                        "post /api/v1/desk/tasks/{id}/retry", "202",
                        "get /api/v1/requests/{id}/package", "200 application/zip",
                        "put /api/v1/desk/controllers/{c}/data-map", "202",
                        "post /api/v1/requests/{id}/package/links", "201"));
    }

    @Test
    void prometheus_gets_what_the_page_for_operations_promises() throws Exception {
        send("GET", "/api/v1/desk/tasks", ISSUER.staffToken(List.of("operator"), List.of("acme")), "");

        // the broker is away, so nobody knows how far its records were read
        MetricsPage.read().requireShownBy("fulfillment", managementPort, "habeas_consumer_lag");
    }

    @TestFactory
    Stream<DynamicTest> every_route_is_walked_by_everybody() {
        STORES.customer(801, "person801@example.org");
        var requestId = approve(Right.ERASURE, 801);
        awaitCompleted(requestId);
        return AccessWalk.through(context, ISSUER, "fulfillment-service", "acme", requestId)
                .withDeadLetters(context.getBean(DataSource.class))
                .with("/api/v1/desk/plans/{requestId}", () -> requestId)
                .with("/api/v1/desk/plans/{requestId}/retry", () -> requestId)
                .with("/api/v1/desk/tasks/{id}/retry", () -> jdbc.sql(
                                "select task_id from task where request_id = ? limit 1")
                        .param(requestId)
                        .query(UUID.class)
                        .single())
                .tests();
    }

    private HttpResponse<byte[]> send(String method, String path, String token, String body, String... headers)
            throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("authorization", "Bearer " + token)
                .header("content-type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return CONTRACT.require(http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
    }

    private JsonNode read(HttpResponse<byte[]> answer) {
        return json.readTree(answer.body());
    }

    private UUID approve(Right right, long person) {
        var requestId = UUID.randomUUID();
        var pair = keys.allotRequestKeys("acme");
        keys.bind(pair.caseKey(), "acme", requestId);
        var proved = new Sealed.Proved(List.of(new Identifier(IdentifierKind.CUSTOMER_ID, Long.toString(person))));
        var approved = new Approved(
                requestId,
                UUID.randomUUID(),
                "HB-TEST-0001",
                "acme@1",
                "US-CA",
                right,
                null,
                "en",
                new RequestKeys(pair.identity(), pair.caseKey()),
                sealer.seal("acme", requestId, "proved", pair.caseKey(), proved),
                Instant.now(),
                null,
                List.of("TRANSACTION_RECORDS"),
                null,
                "acme@1#ACCESS");
        var payload = new AnnouncementCodec().payload(approved);
        var message = new Inbound<>(UUID.randomUUID(), requestId, "acme", 0, Instant.now(), null, approved, payload);
        LOG.log().add(TestLog.entryOf(message, keys));
        new TransactionTemplate(transactions).executeWithoutResult(_ -> {
            try {
                requests.receiver()
                        .on(new Inbound<>(
                                message.eventId(), requestId, "acme", 0, message.time(), null, approved, payload));
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        });
        return requestId;
    }

    private void awaitCompleted(UUID requestId) {
        await().atMost(Duration.ofSeconds(120))
                .untilAsserted(() -> assertThat(jdbc.sql("select type from event where stream = ? order by sequence")
                                .param(requestId)
                                .query(String.class)
                                .list())
                        .containsSubsequence(
                                "fulfillment.planned",
                                "fulfillment.outcomes-recorded",
                                "fulfillment.outcomes-recorded",
                                "fulfillment.completed"));
    }

    @Test
    void an_access_ends_with_a_package_that_only_a_fresh_proof_opens() throws Exception {
        STORES.customer(501, "person501@example.org");
        var requestId = approve(Right.ACCESS, 501);
        awaitCompleted(requestId);
        var stale = ISSUER.requesterToken(
                "acme", requestId, ProofLevel.STANDARD, Instant.now().minusSeconds(660));
        var fresh = ISSUER.requesterToken("acme", requestId, ProofLevel.STANDARD, Instant.now());
        var links = "/api/v1/requests/" + requestId + "/package/links";

        var refused = send("POST", links, stale, "");
        var link = send("POST", links, fresh, "");

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(read(refused).get("type").asString()).isEqualTo("urn:habeas:problem:fresh-proof-needed");
        assertThat(link.statusCode()).isEqualTo(201);
        assertThat(read(link).get("downloadsLeft").asInt()).isEqualTo(5);
        var zip = send(
                "GET",
                "/api/v1/requests/" + requestId + "/package",
                fresh,
                "",
                "Habeas-Package-Link",
                read(link).get("link").asString());
        assertThat(zip.statusCode()).isEqualTo(200);
        assertThat(zip.headers().firstValue("cache-control")).hasValue("no-store, private");
        assertThat(Unpacked.open(zip.body(), read(link).get("passphrase").asString()))
                .containsKeys("index.html", "data/shop/customers.json");
        assertThat(send("POST", links, ISSUER.staffToken(List.of("operator"), List.of("acme")), "")
                        .statusCode())
                .isIn(403, 404);
    }

    @Test
    void the_directory_answers_one_none_and_many() throws Exception {
        STORES.customer(601, "person601@example.org");
        STORES.customer(602, "person602@example.org");
        var requestId = UUID.randomUUID();
        var pair = keys.allotRequestKeys("acme");
        keys.bind(pair.identity(), "acme", requestId);

        var one = look(requestId, pair.identity(), " Person601@EXAMPLE.org");
        var none = look(requestId, pair.identity(), "nobody@example.org");
        var many = look(requestId, pair.identity(), "person601@example.org", "person602@example.org");

        assertThat(one.match()).isEqualTo(DirectoryLookup.Match.ONE);
        var person = sealer.open(
                "acme",
                requestId,
                "person",
                java.util.Objects.requireNonNull(one.person()),
                Sealed.DirectoryPerson.class);
        assertThat(person.email()).isEqualTo("person601@example.org");
        assertThat(person.identifiers())
                .containsExactly(
                        new Identifier(IdentifierKind.CUSTOMER_ID, "601"),
                        new Identifier(IdentifierKind.EMAIL, "person601@example.org"));
        assertThat(none.match()).isEqualTo(DirectoryLookup.Match.NONE);
        assertThat(many.match()).isEqualTo(DirectoryLookup.Match.MANY);
    }

    private DirectoryLookup.Answer look(UUID requestId, UUID key, String... emails) throws Exception {
        var claims = new Sealed.Claims(
                null,
                java.util.Arrays.stream(emails)
                        .map(it -> new Identifier(IdentifierKind.EMAIL, it))
                        .toList(),
                null);
        var query = new DirectoryLookup.Query(requestId, sealer.seal("acme", requestId, "claims", key, claims));
        var answer = send(
                "POST",
                "/internal/v1/controllers/acme/directory/lookups",
                ISSUER.serviceToken("verification"),
                json.writeValueAsString(query));
        assertThat(answer.statusCode()).isEqualTo(200);
        return json.readValue(answer.body(), DirectoryLookup.Answer.class);
    }

    private String betaMap() throws IOException {
        return Files.readString(STORES.home().resolve("controllers/acme/data-map.yaml"))
                .replace("controller: acme", "controller: beta");
    }

    private static String staff(String who, String... roles) {
        return ISSUER.staffTokenOf(who, List.of(roles), List.of("beta"));
    }

    private HttpResponse<byte[]> propose(String token, String map) throws Exception {
        return http.send(
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + port + "/api/v1/desk/controllers/beta/data-map"))
                        .header("authorization", "Bearer " + token)
                        .header("content-type", "application/yaml")
                        .PUT(HttpRequest.BodyPublishers.ofString(map))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> approveMap(String token, String version) throws Exception {
        return send(
                "POST",
                "/api/v1/desk/controllers/beta/data-map/approvals",
                token,
                "{\"version\": \"" + version + "\"}");
    }

    private String inForce() throws Exception {
        return read(send("GET", "/api/v1/desk/controllers/beta/data-map", staff("ann", "operator"), ""))
                .path("version")
                .asString("");
    }

    private String versionOf(HttpResponse<byte[]> proposed) {
        assertThat(proposed.statusCode()).as(new String(proposed.body())).isEqualTo(202);
        return read(proposed).at("/change/version").asString("");
    }

    private List<String> journaled(UUID stream) {
        return journal.readStream(stream, 0, 100).stream()
                .map(row -> row.event().type() + " " + row.event().actor() + " "
                        + row.event().rule())
                .toList();
    }

    @Test
    void one_person_proposes_a_data_map_and_another_approves_it() throws Exception {
        Files.createDirectories(STORES.home().resolve("controllers/beta"));
        STORES.map(betaMap(), "beta");
        var before = inForce();

        var first = versionOf(propose(staff("ada", "integrator"), betaMap() + "# first\n"));
        var second = versionOf(propose(staff("ada", "integrator"), betaMap() + "# second\n"));

        assertThat(inForce()).isEqualTo(before);
        var own = approveMap(staff("ada", "integrator", "approver"), first);
        assertThat(own.statusCode()).isEqualTo(403);
        assertThat(read(own).path("type").asString("")).isEqualTo("urn:habeas:problem:own-proposal");
        assertThat(approveMap(ISSUER.staffTokenOf("eve", List.of("approver"), List.of("acme")), first)
                        .statusCode())
                .isEqualTo(404);
        assertThat(approveMap(staff("bob", "integrator"), first).statusCode()).isEqualTo(403);
        assertThat(inForce()).isEqualTo(before);

        assertThat(approveMap(staff("bob", "approver"), first).statusCode()).isEqualTo(200);
        assertThat(approveMap(staff("bob", "approver"), first).statusCode()).isEqualTo(200);

        assertThat(inForce()).isEqualTo(first);
        assertThat(approveMap(staff("bob", "approver"), second).statusCode())
                .as("it was to replace a map that is not in force any more")
                .isEqualTo(404);
        var versions =
                read(send("GET", "/api/v1/desk/controllers/beta/data-map/versions", staff("carl", "auditor"), ""));
        assertThat(versions.path("items")
                        .valueStream()
                        .map(it -> it.path("version").asString("") + " "
                                + it.path("state").asString("") + " "
                                + it.path("proposedBy").asString("") + " "
                                + it.path("approvedBy").asString("")))
                .contains(first + " IN_FORCE staff:ada staff:bob", second + " OVERTAKEN staff:ada ");
        assertThat(versions.path("auditId").asString(""))
                .isEqualTo(FulfillmentAnnouncement.dataMapsOf("beta").toString());
        assertThat(journaled(FulfillmentAnnouncement.dataMapsOf("beta")))
                .as("for the audit log; a repeat and what is refused leave nothing")
                .endsWith(
                        "fulfillment.data-map-proposed staff:ada data-map@" + first,
                        "fulfillment.data-map-proposed staff:ada data-map@" + second,
                        "fulfillment.data-map-approved staff:bob data-map@" + first);
        assertThat(journaled(ControllerAnnouncement.dataMapOf("beta")))
                .as("with the approval, and not at the next look")
                .endsWith("controller.data-map-took-effect staff:bob data-map@" + first)
                .filteredOn(it -> it.endsWith(first))
                .hasSize(1);
        assertThat(versions.path("inEffectAuditId").asString(""))
                .isEqualTo(ControllerAnnouncement.dataMapOf("beta").toString());
        for (var version : List.of(before, first)) {
            assertThat(new String(send(
                                    "GET",
                                    "/api/v1/desk/controllers/beta/data-map/versions/" + version,
                                    staff("carl", "auditor"),
                                    "")
                            .body()))
                    .contains("controller: beta");
        }
    }

    @Test
    void a_data_map_that_is_wrong_is_refused_with_its_place_and_nothing_of_it_is_kept() throws Exception {
        Files.createDirectories(STORES.home().resolve("controllers/beta"));
        STORES.map(betaMap(), "beta");
        var integrator = staff("ada", "integrator");

        var unknown = propose(integrator, betaMap().replace("timeZone: UTC", "timezone: UTC"));
        var missing = propose(integrator, betaMap().replace("phone: PHONE", "fax: PHONE"));
        var foreign = propose(integrator, betaMap().replace("controller: beta", "controller: acme"));

        assertThat(unknown.statusCode()).isEqualTo(422);
        assertThat(read(unknown).at("/errors/0/detail").asString("")).contains("line 2");
        assertThat(missing.statusCode()).isEqualTo(422);
        assertThat(new String(missing.body())).contains("fax");
        assertThat(foreign.statusCode()).isEqualTo(422);
    }

    @Test
    void a_new_connection_is_not_tried_before_another_person_has_approved_it() throws Exception {
        // the other store is looked at: it needs a document to have a collection
        STORES.customer(751, "person751@example.org");
        Files.createDirectories(STORES.home().resolve("controllers/beta"));
        STORES.map(betaMap(), "beta");
        try (var elsewhere = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            var moved = betaMap()
                    .replace("localhost:" + STORES.port() + "/shop", "127.0.0.1:" + elsewhere.getLocalPort() + "/shop");

            // and may need a moment
            var proposed = await().atMost(Duration.ofSeconds(120))
                    .until(() -> propose(staff("ada", "integrator"), moved), it -> it.statusCode() != 503);

            assertThat(proposed.statusCode()).as(new String(proposed.body())).isEqualTo(202);
            assertThat(read(proposed).path("unchecked").valueStream().map(JsonNode::asString))
                    .containsExactly("shop");
            elsewhere.setSoTimeout(1);
            assertThatThrownBy(elsewhere::accept).isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    @Test
    void staff_sees_map_plan_and_tasks_without_a_value() throws Exception {
        STORES.customer(701, "person701@example.org");
        var requestId = approve(Right.ERASURE, 701);
        awaitCompleted(requestId);
        var operator = ISSUER.staffToken(List.of("operator"), List.of("acme"));
        var stranger = ISSUER.staffToken(List.of("operator"), List.of("other"));

        var map = send("GET", "/api/v1/desk/controllers/acme/data-map", operator, "");
        var check = send("POST", "/api/v1/desk/controllers/acme/data-map/checks", operator, "");
        var plan = send("GET", "/api/v1/desk/plans/" + requestId, operator, "");
        var tasks = send("GET", "/api/v1/desk/tasks?state=DONE", operator, "");

        assertThat(new String(map.body())).contains("shop-db").doesNotContain("shop-secret");
        assertThat(read(check).get("state").asString()).isEqualTo("FITS");
        assertThat(read(plan).get("tasks").size()).isEqualTo(2);
        assertThat(new String(plan.body())).contains("TRANSACTION_RECORDS").doesNotContain("701@");
        assertThat(read(tasks).get("items").size()).isPositive();
        assertThat(read(send("GET", "/api/v1/desk/tasks?state=WAITING", operator, ""))
                        .get("items")
                        .valueStream()
                        .filter(it ->
                                requestId.toString().equals(it.path("requestId").asString()))
                        .map(it -> it.path("kind").asString() + " "
                                + it.path("store").asString()))
                .as("two orders are kept until a day")
                .containsExactly("FOLLOW_UP shop", "FOLLOW_UP shop");
        assertThat(send("GET", "/api/v1/desk/plans/" + requestId, stranger, "").statusCode())
                .isEqualTo(404);
        assertThat(read(send("GET", "/api/v1/desk/tasks", stranger, ""))
                        .get("items")
                        .size())
                .isZero();
    }
}
