// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.habeas.auditlog.LogEntry;
import io.habeas.auditlog.LogProof;
import io.habeas.auditlog.NoteVerifier;
import io.habeas.auditlog.ProofException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Order(25)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class AuditTest {

    private static final Map<String, String> DATABASES = Map.of(
            "request", "habeas_request",
            "verification", "habeas_verification",
            "fulfillment", "habeas_fulfillment",
            "notification", "habeas_notification");

    @TempDir
    private Path folder;

    @Test
    void the_receipt_proves_the_answer_to_whoever_holds_the_key_of_the_log(Suite suite) throws Exception {
        var journey = suite.journey("ERASURE", suite.somebody(), "en");
        journey.run();
        var status = journey.awaitState("CLOSED");

        var link = status.at("/links/receipt").asString("");
        assertThat(link).isEqualTo(journey.path("/receipt"));
        var receipt = LogProof.parse(text(suite, link, journey.token()));
        var bytes = Objects.requireNonNull(receipt.extra());
        var checkpoint = receipt.verify(bytes, key(suite));

        var entry = LogEntry.parse(bytes);
        assertThat(receipt.index()).isLessThan(checkpoint.size());
        assertThat(entry.type()).isEqualTo("request.answered");
        assertThat(entry.service()).isEqualTo("request");
        assertThat(entry.request()).hasToString(journey.requestId());
        assertThat(entry.commitment()).isNotNull();
    }

    @Test
    void every_row_that_the_services_wrote_of_a_request_stands_in_the_log_with_its_proof(Suite suite) throws Exception {
        var journey = suite.journey("ERASURE", suite.somebody(), "en");
        journey.run();
        journey.awaitState("CLOSED");

        await().atMost(Journey.PATIENCE).untilAsserted(() -> assertThat(logged(suite, journey).stream()
                        .map(entry -> entry.service() + " " + entry.sequence() + " " + entry.event())
                        .toList())
                .containsExactlyInAnyOrderElementsOf(journaled(journey)));
        assertThat(logged(suite, journey).stream().map(LogEntry::type))
                .contains("request.received", "verification.passed", "request.approved", "request.answered");
    }

    @Test
    void an_auditor_fetches_the_whole_log_and_verifies_it_without_any_code_of_ours(Suite suite) throws Exception {
        var journey = suite.journey("ERASURE", suite.somebody(), "en");
        journey.run();
        await().atMost(Journey.PATIENCE)
                .untilAsserted(() -> assertThat(logged(suite, journey)).isNotEmpty());

        var log = AuditCopy.fetch(suite, folder);
        long size = log.size();
        var older = Files.createDirectories(folder.resolve("older-checkpoints"));
        try (var pushed = Files.list(suite.home().resolve("data/checkpoints"))) {
            for (var checkpoint : pushed.filter(file -> file.toString().endsWith(".checkpoint"))
                    .toList()) {
                if (Long.parseLong(Files.readString(checkpoint).split("\n", 3)[1]) <= size) {
                    Files.copy(
                            checkpoint, older.resolve(checkpoint.getFileName().toString()));
                }
            }
        }

        var verdict = log.verify();
        var said = verdict.said();

        assertThat(verdict.status()).as(said).isZero();
        assertThat(said).startsWith("GOOD").contains(size + " entries").doesNotContain("no older checkpoint was given");
    }

    @Test
    void who_proposed_a_data_map_and_who_approved_it_stand_in_the_log(Suite suite) throws Exception {
        var maps = "/api/v1/desk/controllers/zhiqi/data-map";
        var integrator = suite.staffToken("integrator", "ada");
        var inForce = suite.api().get(maps, integrator).text("/version");
        var text = text(suite, maps + "/versions/" + inForce, integrator) + "# looked through\n";

        var proposed = suite.api().putYaml(maps, integrator, text);
        assertThat(proposed.status()).isEqualTo(202);
        var version = proposed.text("/change/version");
        var approved = suite.api()
                .post(
                        maps + "/approvals",
                        suite.staffToken("approver", "bob"),
                        "approval-" + version,
                        "{\"version\":\"" + version + "\"}");
        assertThat(approved.status()).isEqualTo(200);

        var auditor = suite.staffToken("auditor");
        var under = suite.api().get(maps + "/versions", auditor).text("/auditId");
        await().atMost(Journey.PATIENCE).untilAsserted(() -> assertThat(acts(suite, under, auditor))
                .endsWith(
                        "fulfillment.data-map-proposed staff:ada data-map@" + version,
                        "fulfillment.data-map-approved staff:bob data-map@" + version));
        var effects = suite.api().get(maps + "/versions", auditor).text("/inEffectAuditId");
        await().atMost(Journey.PATIENCE).untilAsserted(() -> assertThat(acts(suite, effects, auditor))
                .as("what came as a file, and what took its place")
                .anyMatch(it -> it.startsWith("controller.data-map-took-effect service:fulfillment data-map@"))
                .endsWith("controller.data-map-took-effect staff:bob data-map@" + version));
    }

    private static List<String> acts(Suite suite, String under, String auditor) {
        return suite.api()
                .get("/api/v1/audit/requests/" + under + "/proof", auditor)
                .body()
                .path("items")
                .valueStream()
                .map(item -> LogEntry.parse(item.path("entry").binaryValue()))
                .map(entry -> entry.type() + " " + entry.actor() + " " + entry.rule())
                .toList();
    }

    /** The entries of the request, each after its proof was verified. */
    static List<LogEntry> logged(Suite suite, Journey journey) throws IOException, ProofException {
        var key = key(suite);
        var entries = new ArrayList<LogEntry>();
        var answer = suite.api().get("/api/v1/audit/requests/" + journey.requestId() + "/proof", journey.token());
        assertThat(answer.status()).isEqualTo(200);
        for (var item : answer.body().path("items")) {
            var proof = LogProof.parse(item.path("proof").asString());
            var entry = item.path("entry").binaryValue();
            proof.verify(entry, key);
            entries.add(LogEntry.parse(entry));
        }
        return entries;
    }

    static List<String> journaled(Journey journey) throws SQLException {
        var rows = new ArrayList<String>();
        for (var service : DATABASES.entrySet()) {
            var url = "jdbc:postgresql://127.0.0.1:" + (15_432 + Suite.offset()) + "/" + service.getValue()
                    + "?user=postgres";
            try (var connection = DriverManager.getConnection(url);
                    var select = connection.prepareStatement(
                            "select sequence, event_id from event where stream = ?::uuid")) {
                select.setString(1, journey.requestId());
                try (var found = select.executeQuery()) {
                    while (found.next()) {
                        rows.add(service.getKey() + " " + found.getLong(1) + " " + found.getString(2));
                    }
                }
            }
        }
        return rows;
    }

    static NoteVerifier key(Suite suite) throws IOException {
        return NoteVerifier.of(Files.readString(suite.home().resolve("secrets/audit-signer.pub"))
                .strip());
    }

    private static String text(Suite suite, String path, String token) throws IOException {
        try (var body = suite.api().stream(path, token, Map.of())) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
