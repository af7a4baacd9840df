// SPDX-License-Identifier: Apache-2.0
package io.habeas.request;

import static io.habeas.request.RunningService.freshKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.habeas.auditlog.Checkpoint;
import io.habeas.auditlog.GrowingTree;
import io.habeas.auditlog.Hashing;
import io.habeas.auditlog.LogEntry;
import io.habeas.auditlog.LogProof;
import io.habeas.auditlog.NoteSigner;
import io.habeas.auditlog.NoteVerifier;
import io.habeas.contracts.ControllerAnnouncement;
import io.habeas.contracts.FulfillmentAnnouncement;
import io.habeas.contracts.ProofLevel;
import io.habeas.journal.EventJournal;
import io.habeas.messaging.KafkaBroker;
import io.habeas.messaging.TrailSource;
import io.habeas.service.MetricsPage;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import tools.jackson.databind.json.JsonMapper;

/** From the journal over Kafka into the log, and back out as tiles and proofs; with a real broker and a real database. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@TestMethodOrder(OrderAnnotation.class)
class AuditTrailTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String ERASURE = """
            {"right": "ERASURE", "jurisdiction": "US-CA", "language": "en",
             "subject": {"name": "Zaphod Mark", "identifiers": [{"kind": "EMAIL", "value": "zaphod.mark@example.org"}]}}""";

    @TempDir
    static Path folder;

    private static KafkaBroker kafka;
    private static RunningService service;
    private static String auditor;

    @BeforeAll
    static void start() {
        kafka = KafkaBroker.start();
        service = RunningService.start(folder, kafka.bootstrapServers());
        auditor = service.issuer.staffToken(List.of("auditor"), List.of("smallrig"));
    }

    @AfterAll
    static void stop() {
        service.close();
        kafka.close();
    }

    private static UUID file() {
        var answer = service.post("/api/v1/controllers/smallrig/requests", freshKey(), "", ERASURE);
        assertThat(answer.status()).isEqualTo(202);
        return UUID.fromString(answer.text("/requestId"));
    }

    private static NoteVerifier verifier() throws Exception {
        var seed = Files.readString(service.home().resolve("secrets/audit-signer"));
        return NoteVerifier.of(
                NoteSigner.ofSeed("habeas.local/audit", HexFormat.of().parseHex(seed))
                        .verifierKey());
    }

    private static String proofPath(UUID request) {
        return "/api/v1/audit/requests/" + request + "/proof";
    }

    private static void awaitLogged(UUID request) {
        await().atMost(PATIENCE)
                .until(() -> service.get(proofPath(request), auditor).status() == 200);
    }

    private static byte[] tile(String path) {
        var answer = service.bytes("/api/v1/audit/tile/" + path, auditor);
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return answer.body();
    }

    private static String named(long number, int width) {
        return "%03d".formatted(number) + (width == 256 ? "" : ".p/" + width);
    }

    /** All entries, as an auditor downloads them. */
    private static List<byte[]> entries(long size) {
        var entries = new ArrayList<byte[]>();
        for (long number = 0; number * 256 < size; number++) {
            int width = (int) Math.min(256, size - number * 256);
            var bundle = tile("entries/" + named(number, width));
            for (int at = 0; at < bundle.length; ) {
                int length = (bundle[at] & 0xff) << 8 | bundle[at + 1] & 0xff;
                entries.add(Arrays.copyOfRange(bundle, at + 2, at + 2 + length));
                at += 2 + length;
            }
        }
        return entries;
    }

    private static Checkpoint checkpoint() throws Exception {
        return checkpoint(service.bytes("/api/v1/audit/checkpoint", auditor));
    }

    private static Checkpoint checkpoint(HttpResponse<byte[]> answer) throws Exception {
        assertThat(answer.statusCode()).isEqualTo(200);
        return Checkpoint.parse(verifier().open(new String(answer.body(), StandardCharsets.UTF_8)));
    }

    @Test
    void what_an_auditor_downloads_gives_the_signed_root_and_names_nobody() throws Exception {
        for (int i = 0; i < 40; i++) {
            file();
        }
        awaitLogged(file());

        var checkpoint = checkpoint();
        var entries = entries(checkpoint.size());

        var tree = new GrowingTree(0, (_, _, _) -> Optional.empty());
        tree.append(entries.stream().map(Hashing::leaf).toList());
        assertThat(tree.root()).isEqualTo(checkpoint.root());
        int width = (int) Math.min(256, checkpoint.size());
        assertThat(tile("0/" + named(0, width))).startsWith(Hashing.leaf(entries.getFirst()));
        assertThat(entries).allSatisfy(entry -> assertThat(new String(entry, StandardCharsets.UTF_8))
                .doesNotContainIgnoringCase("zaphod"));
        var next = new java.util.HashMap<UUID, Long>();
        for (var bytes : entries) {
            var entry = LogEntry.parse(bytes);
            assertThat(entry.service()).isEqualTo("request");
            assertThat(entry.commitment()).hasSize(32);
            assertThat(entry.sequence()).isEqualTo(next.merge(entry.request(), 1L, Long::sum) - 1);
        }
    }

    @Test
    void a_person_with_a_proof_gets_proofs_that_verify_and_nobody_else_does() throws Exception {
        var request = file();
        awaitLogged(request);
        var proved = service.issuer.requesterToken("smallrig", request, ProofLevel.STANDARD, Instant.now());
        var unproved = service.issuer.requesterToken("smallrig", request, ProofLevel.NONE, Instant.now());
        var stranger = service.issuer.staffToken(List.of("auditor"), List.of("other"));

        var answer = service.get(proofPath(request), proved);

        assertThat(answer.status()).isEqualTo(200);
        var item = answer.body().at("/items/0");
        var entry = Base64.getDecoder().decode(item.path("entry").asString());
        var under = LogProof.parse(item.path("proof").asString()).verify(entry, verifier());
        assertThat(under.size()).isGreaterThan(item.path("index").asLong());
        assertThat(LogEntry.parse(entry).request()).isEqualTo(request);
        assertThat(LogEntry.parse(entry).type()).isEqualTo("request.received");
        var event = LogEntry.parse(entry).event();
        assertThat(service.get(proofPath(request) + "?event=" + event, service.issuer.serviceToken("fulfillment"))
                        .status())
                .isEqualTo(200);
        assertThat(service.get(proofPath(request) + "?event=" + UUID.randomUUID(), proved)
                        .status())
                .isEqualTo(404);
        assertThat(service.get(proofPath(request), unproved).status()).isEqualTo(403);
        assertThat(service.get(proofPath(request), stranger).status()).isEqualTo(404);
        assertThat(service.get("/api/v1/audit/checkpoint", proved).status()).isEqualTo(403);
        assertThat(service.get("/api/v1/requests/" + request + "/receipt", proved)
                        .status())
                .as("no answer yet")
                .isEqualTo(404);
    }

    @Test
    void a_record_that_somebody_else_wrote_is_refused_and_alarms() throws Exception {
        var request = file();
        awaitLogged(request);
        var before = service.rows("select count(*) from audit_entry where request_id = '" + request + "'");
        var forged =
                """
                {"service":"fulfillment","generation":1,"request":"%s","sequence":0,"event":"%s","type":"fulfillment.completed",\
                "revision":1,"time":"2026-11-22T10:15:30Z","controller":"smallrig","actor":"service:fulfillment",\
                "digest":"%s"}""".formatted(request, UUID.randomUUID(), Base64.getEncoder().encodeToString(new byte[32]));
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (var value : List.of(forged, "nonsense", forged.replace("\"fulfillment\"", "\"stranger\""))) {
                var record = new ProducerRecord<byte[], byte[]>(
                        "habeas.audit.v1",
                        request.toString().getBytes(StandardCharsets.UTF_8),
                        value.getBytes(StandardCharsets.UTF_8));
                record.headers().add("mac", new byte[32]);
                producer.send(record);
            }
        }

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(service.rows(
                        "select reason from audit_refused where reason <> 'not-in-the-journal'" + " order by reason"))
                .containsExactly("not-readable", "unknown-service", "wrong-mac"));
        awaitLogged(file());
        assertThat(service.rows("select count(*) from audit_entry where request_id = '" + request + "'"))
                .isEqualTo(before);
        assertThat(health().getDetails()).extractingByKey("refused").isNotEqualTo(0L);
    }

    @Test
    void whoever_holds_the_secret_can_not_commit_the_log_to_another_payload_of_our_own_rows() throws Exception {
        var request = file();
        awaitLogged(request);
        var journal = service.bean("eventJournal", EventJournal.class);
        var row = journal.readStream(request, 0, 1).getFirst();
        var honest = service.bean("trailSource", TrailSource.class).own("request", row);
        var forged = JsonMapper.shared()
                .writeValueAsString(honest)
                .replace(
                        Base64.getEncoder().encodeToString(honest.digest()),
                        Base64.getEncoder().encodeToString(new byte[32]));
        sendSigned("request", request, forged);

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(service.rows("select reason from audit_refused"))
                .contains("not-in-the-journal"));
    }

    /** As the relay of that service does. */
    private static void sendSigned(String from, UUID key, String entry) throws Exception {
        var value = entry.getBytes(StandardCharsets.UTF_8);
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Files.readAllBytes(service.home().resolve("secrets/audit-" + from)), "HmacSHA256"));
        var record = new ProducerRecord<byte[], byte[]>(
                "habeas.audit.v1", key.toString().getBytes(StandardCharsets.UTF_8), value);
        record.headers().add("mac", mac.doFinal(value));
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(record).get();
        }
    }

    @Test
    @Order(Integer.MAX_VALUE - 1)
    void who_approved_a_data_map_stands_in_the_log_under_its_controller_alone() throws Exception {
        var maps = FulfillmentAnnouncement.dataMapsOf("smallrig");
        int refusedBefore = refusedAsUnknown();
        var approved =
                """
                {"service":"fulfillment","generation":1,"request":"%s","sequence":0,"event":"%s","type":"fulfillment.data-map-approved",\
                "revision":1,"time":"2026-11-22T10:15:30Z","controller":"smallrig","actor":"staff:bob","rule":"data-map@3-1f",\
                "digest":"%s"}""".formatted(maps, UUID.randomUUID(), Base64.getEncoder().encodeToString(new byte[32]));

        sendSigned("fulfillment", maps, approved.replace("smallrig", "other"));
        sendSigned("fulfillment", maps, approved.replace("fulfillment.data-map-approved", "fulfillment.completed"));
        sendSigned("notification", maps, approved.replace("\"fulfillment\"", "\"notification\""));
        sendSigned("fulfillment", maps, approved);

        awaitLogged(maps);
        assertThat(refusedAsUnknown() - refusedBefore).isEqualTo(3);
        assertThat(logged(maps)).containsExactly("1 fulfillment.data-map-approved");
        var entry = LogEntry.parse(Base64.getDecoder()
                .decode(service.get(proofPath(maps), auditor)
                        .body()
                        .at("/items/0/entry")
                        .asString()));
        assertThat(entry.rule()).isEqualTo("data-map@3-1f");
        assertThat(entry.actor()).isEqualTo("staff:bob");
        assertThat(service.get(proofPath(maps), service.issuer.staffToken(List.of("auditor"), List.of("other")))
                        .status())
                .isEqualTo(404);
    }

    @Test
    @Order(Integer.MAX_VALUE - 1)
    void which_data_map_counts_stands_in_the_log_under_its_controller_alone() throws Exception {
        var maps = ControllerAnnouncement.dataMapOf("smallrig");
        var file = """
                {"service":"fulfillment","generation":1,"request":"%s","sequence":0,"event":"%s","type":"controller.data-map-took-effect",\
                "revision":1,"time":"2026-11-22T10:15:30Z","controller":"smallrig","actor":"service:fulfillment","rule":"data-map@4-2a",\
                "digest":"%s"}""".formatted(maps, UUID.randomUUID(), Base64.getEncoder().encodeToString(new byte[32]));
        int refusedBefore = refusedAsUnknown();

        sendSigned("fulfillment", maps, file.replace("smallrig", "other"));
        sendSigned("fulfillment", maps, file.replace("controller.data-map-took-effect", "fulfillment.completed"));
        sendSigned("notification", maps, file.replace("\"fulfillment\"", "\"notification\""));
        sendSigned("fulfillment", maps, file);

        awaitLogged(maps);
        assertThat(refusedAsUnknown() - refusedBefore).isEqualTo(3);
        assertThat(logged(maps)).containsExactly("1 controller.data-map-took-effect");
        var entry = LogEntry.parse(Base64.getDecoder()
                .decode(service.get(proofPath(maps), auditor)
                        .body()
                        .at("/items/0/entry")
                        .asString()));
        assertThat(entry.rule()).isEqualTo("data-map@4-2a");
        assertThat(entry.actor()).isEqualTo("service:fulfillment");
    }

    private static int refusedAsUnknown() {
        return service.rows("select reason from audit_refused where reason = 'unknown-request'")
                .size();
    }

    @Test
    void checkpoints_are_dropped_outside_and_fit_the_key() throws Exception {
        awaitLogged(file());
        var outside = service.home().resolve("checkpoints");

        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            try (var files = Files.list(outside)) {
                assertThat(files.filter(it -> it.toString().endsWith(".checkpoint")))
                        .isNotEmpty();
            }
        });

        try (var files = Files.list(outside)) {
            for (var file :
                    files.filter(it -> it.toString().endsWith(".checkpoint")).toList()) {
                assertThat(Checkpoint.parse(verifier().open(Files.readString(file)))
                                .origin())
                        .isEqualTo("habeas.local/audit");
            }
        }
    }

    @Test
    void a_restart_goes_on_where_the_log_ends_and_a_changed_entry_stops_it() throws Exception {
        var first = file();
        awaitLogged(first);
        service.restart();
        auditor = service.issuer.staffToken(List.of("auditor"), List.of("smallrig"));
        var second = file();
        awaitLogged(second);
        assertThat(service.rows("select count(*) - count(distinct (request_id, event_id)) from audit_entry"))
                .containsExactly("0");

        service.execute(
                "habeas_request",
                "update audit_entry set entry = entry || 'x'::bytea where request_id = '" + first + "'");
        service.restart();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(health().getDetails())
                .extractingByKey("refusesToAppend")
                .isEqualTo("entries-do-not-fit-tiles"));
        var third = file();
        assertThat(service.get(proofPath(third), auditor).status()).isEqualTo(404);
        service.execute(
                "habeas_request",
                "update audit_entry set entry = substring(entry from 1 for length(entry) - 1) where request_id = '"
                        + first + "'");
        service.restart();
        awaitLogged(third);
    }

    /** The last one: what it leaves in the log is no straight story any more. */
    @Test
    @Order(Integer.MAX_VALUE)
    void what_a_restored_journal_tells_anew_stands_beside_what_it_said_before_and_the_verifier_names_the_seam()
            throws Exception {
        var request = file();
        awaitLogged(request);
        var withdrawal = "/api/v1/requests/" + request + "/withdrawal";
        var token = service.issuer.requesterToken("smallrig", request, ProofLevel.NONE, Instant.now());
        assertThat(service.post(withdrawal, freshKey(), token, "{}").status()).isEqualTo(202);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(logged(request))
                .contains("1 request.withdrawn", "1 request.key-destroyed"));

        // as a database does that was restored from a backup of before the withdrawal
        service.execute("habeas_request", "delete from event where stream = '" + request + "' and sequence > 0");
        service.execute(
                "habeas_request",
                "insert into generation (generation, system_identifier, timeline, began_by, reason)"
                        + " select 2, system_identifier, timeline, 'operator-7', 'backup of the night' from generation");
        service.restart();
        auditor = service.issuer.staffToken(List.of("auditor"), List.of("smallrig"));
        token = service.issuer.requesterToken("smallrig", request, ProofLevel.NONE, Instant.now());
        assertThat(service.post(withdrawal, freshKey(), token, "{}").status()).isEqualTo(202);

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(logged(request))
                .contains("1 request.withdrawn", "2 request.withdrawn"));
        var said = verified();
        assertThat(said)
                .startsWith("GOOD")
                .contains("request began generation 2 by the word of operator-7", "is told anew in generation 2");
    }

    /** Generation and type of each entry of a request. */
    private static List<String> logged(UUID request) {
        return service
                .rows("select encode(entry, 'escape') from audit_entry where request_id = '" + request
                        + "' order by index")
                .stream()
                .map(entry -> LogEntry.parse(entry.getBytes(StandardCharsets.UTF_8)))
                .map(entry -> entry.generation() + " " + entry.type())
                .toList();
    }

    /** What the auditor's program says of the log as the auditor downloads it. */
    private static String verified() throws Exception {
        var log = Files.createTempDirectory(folder, "log");
        var note = service.bytes("/api/v1/audit/checkpoint", auditor);
        Files.write(log.resolve("checkpoint"), note.body());
        Files.writeString(log.resolve("keys.txt"), verifierKey() + "\n");
        // of the same note: the log may have grown since
        long size = checkpoint(note).size();
        for (var level : List.of("0", "entries")) {
            for (long number = 0; number * 256 < size; number++) {
                var path = level + "/" + named(number, (int) Math.min(256, size - number * 256));
                var file = log.resolve("tile").resolve(path);
                Files.createDirectories(file.getParent());
                Files.write(file, tile(path));
            }
        }
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "../audit-log/verifier/HabeasVerifier.java",
                        log.toString())
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String verifierKey() throws Exception {
        var seed = Files.readString(service.home().resolve("secrets/audit-signer"));
        return NoteSigner.ofSeed("habeas.local/audit", HexFormat.of().parseHex(seed))
                .verifierKey();
    }

    private static Health health() {
        return (Health) java.util.Objects.requireNonNull(
                service.bean("auditHealthIndicator", HealthIndicator.class).health());
    }

    @Test
    void prometheus_gets_what_the_page_for_operations_promises() {
        awaitLogged(file());

        MetricsPage.read().requireShownBy("request", service.managementPort());

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(shown("habeas_clocks", "clock", "respond", "due", "later"))
                        .isPositive());
        assertThat(shown("habeas_clocks", "due", "past")).isZero();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(shown("habeas_audit_entries")).isPositive());
        assertThat(shown("habeas_keys_ready")).isPositive();
        await("the log has taken everything in").atMost(PATIENCE).until(() -> shown("habeas_audit_lag") == 0);
    }

    @Test
    void a_refusal_at_intake_is_counted_under_its_name() {
        var refused = ERASURE.replace("US-CA", "XX-YY");
        assertThat(service.post("/api/v1/controllers/smallrig/requests", freshKey(), "", refused)
                        .text("/type"))
                .isEqualTo("urn:habeas:problem:unknown-jurisdiction");

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(shown(
                        "http_server_requests_seconds_count",
                        "uri",
                        "/api/v1/controllers/{c}/requests",
                        "problem",
                        "unknown-jurisdiction"))
                .isEqualTo(1));
    }

    /** @param labels names and values in turn */
    private static double shown(String name, String... labels) {
        var wanted = new HashMap<String, String>();
        for (int i = 0; i < labels.length; i += 2) {
            wanted.put(labels[i], labels[i + 1]);
        }
        return MetricsPage.scrape(service.managementPort()).stream()
                .filter(line -> line.name().equals(name))
                .filter(line -> line.labels().entrySet().containsAll(wanted.entrySet()))
                .mapToDouble(MetricsPage.Line::value)
                .sum();
    }
}
