// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
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

/** Two copies of every service: what is asked of them is done once, also when those that lead die under load. */
@Order(96)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class CopiesTest {

    private static final int REQUESTS = 12;
    private static final int AT_ONCE = 6;
    private static final String RECEIVED = "select count(*) from event where type = 'request.received'";
    private static final List<String> SERVICES =
            List.of("request", "verification", "fulfillment", "notification", "gateway");

    @RegisterExtension
    static final BeforeAllCallback ALONE = RunningSuite::stop;

    private static Suite suite;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        suite = Suite.start("--copies", "2");
    }

    @AfterAll
    static void close() {
        suite.close();
    }

    @Test
    @Order(1)
    void access_and_erasure_end_and_both_copies_are_listed() {
        var access = suite.journey("ACCESS", suite.somebody(), "en");
        var person = suite.somebody();
        var erasure = suite.journey("ERASURE", person, "en");

        access.run();
        erasure.run();

        assertThat(suite.stores().traces(person)).isEmpty();
        assertThat(access.fetch(folder.resolve("package.zip")).zip()).isNotEmptyFile();
        assertThat(suite.status().path("processes").findValuesAsString("name"))
                .contains("request", "request-2", "fulfillment-2", "gateway-2");
    }

    @Test
    @Order(2)
    void when_the_leading_relay_and_the_leading_sequencer_die_under_load_every_request_is_completed_once()
            throws Exception {
        var people = new ArrayList<Stores.Customer>();
        var journeys = new ArrayList<Journey>();
        for (int i = 0; i < REQUESTS; i++) {
            people.add(suite.somebody());
            journeys.add(suite.journey(i % 2 == 0 ? "ACCESS" : "ERASURE", people.getLast(), "en"));
        }
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            var running = journeys.stream()
                    .map(journey -> CompletableFuture.runAsync(journey::run, threads))
                    .toList();
            await().atMost(Journey.PATIENCE).until(() -> running.stream().anyMatch(CompletableFuture::isDone));
            suite.process(leading("habeas.relay.leading"), "kill");
            suite.process(sequencing(), "kill");
            running.forEach(CompletableFuture::join);
        }
        suite.awaitAllReady();

        for (int i = 0; i < REQUESTS; i++) {
            var journey = journeys.get(i);
            journey.awaitState("CLOSED");
            assertThat(suite.mailbox().different(journey.email(), journey.reference(), "ANSWERED"))
                    .as("letter to " + people.get(i))
                    .isOne();
            if (i % 2 == 1) {
                assertThat(suite.stores().traces(people.get(i)))
                        .as("of " + people.get(i))
                        .isEmpty();
            }
            await().atMost(Journey.PATIENCE).untilAsserted(() -> assertThat(AuditTest.logged(suite, journey).stream()
                            .map(entry -> entry.service() + " " + entry.sequence() + " " + entry.event())
                            .toList())
                    .containsExactlyInAnyOrderElementsOf(AuditTest.journaled(journey)));
        }
        assertThat(parked()).isZero();
        var verdict = AuditCopy.fetch(suite, folder.resolve("log")).verify();
        assertThat(verdict.said()).startsWith("GOOD");
    }

    /** The bound stands in docs/operations.md, "Several copies". */
    @Test
    @Order(3)
    @Tag("restarts")
    void during_a_rolling_restart_of_everything_no_request_is_refused_beyond_the_bound() throws Exception {
        long before = count(RECEIVED);
        var whole = new ArrayList<Journey>();
        try (var load = new IntakeLoad(suite, 2);
                var threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 4; i++) {
                whole.add(suite.journey(i % 2 == 0 ? "ACCESS" : "ERASURE", suite.somebody(), "en"));
            }
            var running = whole.stream()
                    .map(journey -> CompletableFuture.runAsync(journey::run, threads))
                    .toList();
            for (var service : SERVICES) {
                for (var copy : List.of(service, service + "-2")) {
                    suite.process(copy, "restart");
                    suite.awaitAllReady();
                }
            }
            load.end();
            running.forEach(CompletableFuture::join);

            var said = load.accepted().size() + " accepted, " + load.refusals().size() + " called again: "
                    + load.refusals();
            suite.ledger().write("rolling restart", said);
            assertThat(load.beyond()).as(said).isEmpty();
            assertThat(load.accepted()).doesNotHaveDuplicates();
            assertThat(load.refusals().size())
                    .as(said)
                    .isLessThanOrEqualTo(load.accepted().size() / 20);
            assertThat(count(RECEIVED) - before).isEqualTo(load.accepted().size() + whole.size());
        }
        assertThat(parked()).isZero();
    }

    @Test
    @Order(4)
    void what_is_due_happens_once_however_many_copies_look() throws Exception {
        var journeys = new ArrayList<Journey>();
        for (int i = 0; i < 6; i++) {
            journeys.add(suite.journey("ERASURE", suite.somebody(), "en"));
            journeys.getLast().submit();
        }

        suite.advance(Duration.ofDays(31));

        for (var journey : journeys) {
            journey.awaitState("NOT_VERIFIED");
            suite.mailbox().awaitLetter(journey.email(), journey.reference(), "NOT_VERIFIED");
            assertThat(suite.mailbox().different(journey.email(), journey.reference(), "NOT_VERIFIED"))
                    .isOne();
            assertThat(count("select count(*) from event where stream = '" + journey.requestId()
                            + "' and type = 'request.not-verified'"))
                    .isOne();
        }
    }

    private static long parked() throws Exception {
        long all = 0;
        for (var service : List.of("request", "verification", "fulfillment", "notification")) {
            all += count("habeas_" + service, "select count(*) from parked_message");
        }
        return all;
    }

    private static long count(String sql) throws Exception {
        return count("habeas_request", sql);
    }

    private static long count(String database, String sql) throws Exception {
        var url = "jdbc:postgresql://127.0.0.1:" + (15_432 + Suite.offset()) + "/" + database + "?user=postgres";
        try (var connection = DriverManager.getConnection(url);
                var rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** The copy of the request-service that leads by that metric. */
    private static String leading(String metric) throws Exception {
        return await().atMost(Journey.PATIENCE)
                .until(() -> copyWhose("/actuator/metrics/" + metric, "\"value\":1"), found -> !found.isEmpty());
    }

    private static String sequencing() throws Exception {
        return await().atMost(Journey.PATIENCE)
                .until(() -> copyWhose("/actuator/health", "\"sequencer\":\"appending\""), found -> !found.isEmpty());
    }

    private static String copyWhose(String path, String says) throws InterruptedException {
        for (int copy = 0; copy < 2; copy++) {
            int port = 9081 + Suite.offset() + 20 * copy;
            try (var client = HttpClient.newHttpClient()) {
                var answer = client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .timeout(Duration.ofSeconds(5))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                if (answer.body().replace(" ", "").contains(says)) {
                    return copy == 0 ? "request" : "request-2";
                }
            } catch (IOException down) {
                // it was killed a moment ago and comes back
            }
        }
        return "";
    }
}
