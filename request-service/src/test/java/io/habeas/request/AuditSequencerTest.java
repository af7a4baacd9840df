// SPDX-License-Identifier: Apache-2.0
package io.habeas.request;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static io.habeas.request.RunningService.freshKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.habeas.auditlog.Checkpoint;
import io.habeas.auditlog.NoteSigner;
import io.habeas.auditlog.NoteVerifier;
import io.habeas.messaging.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the sequencer makes of rows of another service: holes, doubles, contradictions, and who may append. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class AuditSequencerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String ERASURE = """
            {"right": "ERASURE", "jurisdiction": "US-CA", "language": "en",
             "subject": {"identifiers": [{"kind": "EMAIL", "value": "zaphod.mark@example.org"}]}}""";

    @TempDir
    static Path folder;

    private static KafkaBroker kafka;
    private static WireMockServer others;
    private static RunningService service;
    private static KafkaProducer<byte[], byte[]> producer;

    @BeforeAll
    static void start() {
        kafka = KafkaBroker.start();
        others = new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));
        others.start();
        // the first that hears of a checkpoint is not well
        others.stubFor(post("/checkpoints")
                .inScenario("checkpoints")
                .whenScenarioStateIs("Started")
                .willReturn(aResponse().withStatus(500))
                .willSetStateTo("well"));
        others.stubFor(post("/checkpoints")
                .inScenario("checkpoints")
                .whenScenarioStateIs("well")
                .willReturn(aResponse().withStatus(204)));
        service = RunningService.start(
                folder,
                kafka.bootstrapServers(),
                "--habeas.services.verification=" + others.baseUrl(),
                "--habeas.audit.push.webhook=" + others.baseUrl() + "/checkpoints");
        producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        producer.close();
        service.close();
        others.stop();
        kafka.close();
    }

    @Test
    void an_older_row_with_another_event_is_refused_and_alarms_and_a_double_is_not() throws Exception {
        var request = file();
        var rows = List.of(row(request, 0), row(request, 1), row(request, 2));
        for (var row : rows) {
            send(request, row);
        }
        awaitEntries(request, 3);
        long before = refused();

        send(request, rows.getFirst());
        send(request, row(request, 0));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(refused()).isEqualTo(before + 1));
        send(request, rows.get(1));
        send(request, row(request, 3));
        awaitEntries(request, 4);
        assertThat(refused()).isEqualTo(before + 1);
    }

    @Test
    void a_hole_is_filled_from_the_feed_of_the_service_before_what_follows_it() throws Exception {
        var request = file();
        var first = row(request, 0);
        var second = row(request, 1);
        others.stubFor(get(urlPathEqualTo("/internal/v1/feed"))
                .withQueryParam("trail", equalTo("true"))
                .withQueryParam("stream", equalTo(request.toString()))
                .willReturn(aResponse().withStatus(503)));

        send(request, row(request, 2));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        others.findAll(com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor(
                                urlPathEqualTo("/internal/v1/feed"))))
                .isNotEmpty());
        assertThat(entries(request)).isEmpty();
        others.stubFor(get(urlPathEqualTo("/internal/v1/feed"))
                .withQueryParam("trail", equalTo("true"))
                .withQueryParam("stream", equalTo(request.toString()))
                .willReturn(okJson(page(first, second))));

        awaitEntries(request, 3);
        assertThat(sequences(request)).containsExactly("0", "1", "2");
    }

    @Test
    void a_copy_that_lost_its_lease_writes_nothing_and_takes_over_when_the_other_is_not_heard_of() throws Exception {
        var request = file();
        send(request, row(request, 0));
        awaitEntries(request, 1);
        long epoch = epoch();

        // another copy leads, and is never heard of again
        service.execute("habeas_request", """
                update audit_lease set holder = gen_random_uuid(), epoch = epoch + 1,
                       expires_at = clock_timestamp() + interval '5 seconds'""");
        var second = row(request, 1);
        send(request, second);
        send(request, second);
        send(request, row(request, 2));

        awaitEntries(request, 3);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        service.rows("select count(*) from audit_lease where expires_at > clock_timestamp()"))
                .containsExactly("1"));
        assertThat(epoch()).isGreaterThanOrEqualTo(epoch + 2);
        assertThat(sequences(request)).containsExactly("0", "1", "2");
    }

    @Test
    void a_copy_that_loses_its_lease_between_the_look_and_the_append_writes_nothing() throws Exception {
        var appending =
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like 'with held%'";
        var request = file();
        send(request, row(request, 0));
        awaitEntries(request, 1);
        try (var other = service.connection("habeas_request");
                var statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("""
                    update audit_lease set holder = gen_random_uuid(), epoch = epoch + 1,
                           expires_at = clock_timestamp() + interval '1 hour'""");
            send(request, row(request, 1));
            // it has seen its own epoch, and now waits for the row that the other one holds
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.rows(appending)).containsExactly("1"));
            other.commit();
        }

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(service.rows(appending)).containsExactly("0"));
        assertThat(entries(request)).hasSize(1);
        service.execute("habeas_request", "update audit_lease set expires_at = '-infinity'");
        awaitEntries(request, 2);
    }

    @Test
    void a_checkpoint_that_was_not_taken_outside_is_told_again_and_fits_the_key() throws Exception {
        var request = file();
        send(request, row(request, 0));
        awaitEntries(request, 1);

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(service.rows("select size from audit_push where target = 'webhook'"))
                        .isEqualTo(service.rows("select max(size) from audit_checkpoint")));
        var told = others.findAll(postRequestedFor(urlEqualTo("/checkpoints")));
        assertThat(told).hasSizeGreaterThan(1);
        var seed = HexFormat.of().parseHex(Files.readString(service.home().resolve("secrets/audit-signer")));
        var verifier =
                NoteVerifier.of(NoteSigner.ofSeed("habeas.local/audit", seed).verifierKey());
        for (var checkpoint : told) {
            assertThat(Checkpoint.parse(verifier.open(checkpoint.getBodyAsString()))
                            .size())
                    .isPositive();
        }
    }

    private static UUID file() {
        var answer = service.post("/api/v1/controllers/smallrig/requests", freshKey(), "", ERASURE);
        assertThat(answer.status()).isEqualTo(202);
        return UUID.fromString(answer.text("/requestId"));
    }

    /** What the relay of identity-verification-service would tell of one of its rows. */
    private static byte[] row(UUID request, long sequence) {
        return """
                {"service":"verification","generation":1,"request":"%s","sequence":%d,"event":"%s","type":"verification.noted",\
                "revision":1,"time":"2026-11-22T10:15:30Z","controller":"smallrig","actor":"service:verification",\
                "digest":"%s"}""".formatted(
                        request,
                        sequence,
                        UUID.randomUUID(),
                        Base64.getEncoder().encodeToString(new byte[32]))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] mac(byte[] row) throws Exception {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(
                Files.readAllBytes(service.home().resolve("secrets/audit-verification")), "HmacSHA256"));
        return mac.doFinal(row);
    }

    private static void send(UUID request, byte[] row) throws Exception {
        var record = new ProducerRecord<byte[], byte[]>(
                "habeas.audit.v1", request.toString().getBytes(StandardCharsets.UTF_8), row);
        record.headers().add("mac", mac(row));
        producer.send(record).get();
    }

    private static String page(byte[]... rows) throws Exception {
        var items = new StringBuilder();
        for (var row : rows) {
            items.append(items.isEmpty() ? "" : ",")
                    .append("{\"value\":\"")
                    .append(Base64.getEncoder().encodeToString(row))
                    .append("\",\"mac\":\"")
                    .append(Base64.getEncoder().encodeToString(mac(row)))
                    .append("\"}");
        }
        return "{\"records\":[" + items + "]}";
    }

    private static List<String> entries(UUID request) {
        return service.rows("select event_id from audit_entry where type = 'verification.noted' and request_id = '"
                + request + "' order by index");
    }

    private static List<String> sequences(UUID request) {
        return service.rows("select (convert_from(entry, 'UTF8')::jsonb ->> 'sequence') from audit_entry"
                + " where type = 'verification.noted' and request_id = '" + request + "' order by index");
    }

    private static void awaitEntries(UUID request, int many) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(entries(request)).hasSize(many));
    }

    private static long refused() {
        return Long.parseLong(service.rows("select count(*) from audit_refused where reason = 'contradicts-the-log'")
                .getFirst());
    }

    private static long epoch() {
        return Long.parseLong(service.rows("select epoch from audit_lease").getFirst());
    }
}
