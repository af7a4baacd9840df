// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.habeas.quickstart.postgres.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The broker, then the databases, are set back to what they were a while ago, as a restored backup does. */
@Order(97)
@Tag("restarts")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class RestoredTest {

    @RegisterExtension
    static final BeforeAllCallback ALONE = RunningSuite::stop;

    private static final String INBOX =
            "select sequence from inbox where source = 'habeas.request.v1' and request_id = ?::uuid";

    private static Suite suite;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        suite = Suite.start();
    }

    @AfterAll
    static void close() {
        suite.close();
    }

    @Test
    @Order(1)
    void a_broker_that_lost_the_tail_of_everything_is_filled_up_again_and_nobody_waits_for_ever() throws Exception {
        var before = suite.journey("ACCESS", suite.somebody(), "en");
        before.run();
        var across = suite.journey("ERASURE", suite.somebody(), "en");
        across.submit();
        suite.stop();
        var kafka = suite.home().resolve("data/kafka");
        copy(kafka, folder.resolve("kafka"));

        suite.startAgain();
        across.prove();
        across.awaitState("AWAITING_CONFIRMATION");
        var done = suite.journey("ACCESS", suite.somebody(), "en");
        done.run();
        done.awaitState("CLOSED");
        suite.stop();
        delete(kafka);
        copy(folder.resolve("kafka"), kafka);

        suite.startAgain();
        across.confirm();
        across.awaitState("CLOSED");
        var after = suite.journey("ERASURE", suite.somebody(), "en");
        after.run();
        after.awaitState("CLOSED");

        for (var journey : List.of(before, across, done, after)) {
            await().atMost(Journey.PATIENCE).untilAsserted(() -> assertThat(AuditTest.logged(suite, journey).stream()
                            .map(entry -> entry.service() + " " + entry.sequence() + " " + entry.event())
                            .toList())
                    .containsExactlyInAnyOrderElementsOf(AuditTest.journaled(journey)));
            assertThat(suite.mailbox().different(journey.email(), journey.reference(), "ANSWERED"))
                    .isOne();
        }
        assertThat(Files.readString(suite.home().resolve("logs/request.log")))
                .contains("the broker lost the end of partitions; the relay goes back");
        var verdict = AuditCopy.fetch(suite, folder.resolve("log")).verify();
        assertThat(verdict.status()).as(verdict.said()).isZero();
    }

    @Test
    @Order(2)
    void restored_databases_are_refused_until_a_generation_is_begun_and_contradictions_are_parked_with_an_alarm()
            throws Exception {
        var person = suite.somebody();
        var held = suite.stores().holdings(person);
        var contradicted = suite.journey("ERASURE", person, "en");
        contradicted.submit();
        contradicted.prove();
        contradicted.awaitState("AWAITING_CONFIRMATION");
        suite.stop();
        inCluster("create database kept template habeas_request");

        suite.startAgain();
        contradicted.withdraw();
        contradicted.awaitState("WITHDRAWN");
        var withdrawn = count("habeas_request", "select max(sequence) from event where stream = ?::uuid", contradicted);
        await().atMost(Journey.PATIENCE)
                .until(() -> count("habeas_fulfillment", INBOX, contradicted) == withdrawn
                        && count("habeas_notification", INBOX, contradicted) == withdrawn);
        suite.stop();
        inCluster(
                "drop database habeas_request",
                "alter database kept rename to habeas_request",
                "alter database habeas_request owner to habeas_request");
        // what a restore from a base backup ends with: recovery, then a timeline of its own
        var cluster = suite.home().resolve("data/postgres");
        Files.writeString(
                cluster.resolve("postgresql.auto.conf"),
                "\nrestore_command = '/bin/false'\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        Files.createFile(cluster.resolve("recovery.signal"));

        assertThat(suite.refusal())
                .contains("it was restored or promoted", "timeline 2", "request: ", "fulfillment: ")
                .contains("./habeas generation begin --service <name>");
        assertThat(suite.command("generation", "show", "--service", "request")).contains("timeline 2");
        assertThat(suite.command(
                        "generation",
                        "begin",
                        "--service",
                        "all",
                        "--by",
                        "operator-7",
                        "--reason",
                        "disk of the night"))
                .contains("generation 2 has begun");

        suite.startAgain();
        var fresh = suite.journey("ERASURE", suite.somebody(), "en");
        fresh.run();
        fresh.awaitState("CLOSED");
        assertThat(contradicted.state()).isEqualTo("AWAITING_CONFIRMATION");
        contradicted.confirm();

        await().atMost(Journey.PATIENCE).untilAsserted(() -> assertThat(parked("habeas_fulfillment", contradicted))
                .contains("sequence-conflict"));
        await().atMost(Journey.PATIENCE)
                .untilAsserted(() -> assertThat(ask(9083, "/actuator/health")).contains("DEGRADED"));
        assertThat(ask(9083, "/actuator/metrics/habeas.messages.parked")).doesNotContain("\"value\":0.0");
        assertThat(suite.stores().holdings(person))
                .as("erased by an order that contradicts")
                .isEqualTo(held);
        await().atMost(Journey.PATIENCE)
                .untilAsserted(() -> assertThat(AuditTest.logged(suite, fresh)).anyMatch(it -> it.generation() == 2));
        var verdict = AuditCopy.fetch(suite, folder.resolve("log")).verify();
        assertThat(verdict.status()).as(verdict.said()).isZero();
        assertThat(verdict.said()).contains("request began generation 2 by the word of operator-7");
    }

    private static void inCluster(String... statements) throws IOException {
        try (var cluster = Cluster.start(
                suite.home().resolve("data/postgres"),
                suite.home().resolve("binaries"),
                15_432 + Suite.offset(),
                "64MB")) {
            for (var statement : statements) {
                cluster.execute("postgres", statement);
            }
        }
    }

    private static long count(String database, String sql, Journey journey) throws SQLException {
        var url = "jdbc:postgresql://127.0.0.1:" + (15_432 + Suite.offset()) + "/" + database + "?user=postgres";
        try (var connection = DriverManager.getConnection(url);
                var select = connection.prepareStatement(sql)) {
            select.setString(1, journey.requestId());
            try (var rows = select.executeQuery()) {
                return rows.next() ? rows.getLong(1) : -1;
            }
        }
    }

    private static List<String> parked(String database, Journey journey) throws Exception {
        var url = "jdbc:postgresql://127.0.0.1:" + (15_432 + Suite.offset()) + "/" + database + "?user=postgres";
        var reasons = new ArrayList<String>();
        try (var connection = DriverManager.getConnection(url);
                var select = connection.prepareStatement(
                        "select reason from parked_message where request_id = ?::uuid order by number")) {
            select.setString(1, journey.requestId());
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    reasons.add(rows.getString(1));
                }
            }
        }
        return reasons;
    }

    private static String ask(int port, String path) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + (port + Suite.offset()) + path))
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var all = Files.walk(from)) {
            for (var path : all.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
        }
    }
}
