// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.standardwebhooks.Webhook;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** The mailing provider of the sample shop. One test moves legal time by days, so this comes among the last. */
@Order(91)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class RecipientTest {

    private static final InstantSource REAL = InstantSource.system();
    private static final String OTHER_SECRET = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void speakAgain() throws Exception {
        mode("ANSWERING");
    }

    @Test
    @DisplayName(
            "[SR-10] the mailing provider is told, takes the address off its list, and its signed word is graded ATTESTED")
    void a_recipient_that_signs_is_attested(Suite suite) throws IOException {
        var person = suite.somebody();
        assertThat(list(suite)).contains(person.email().toLowerCase(Locale.ROOT));

        var journey = suite.journey("ERASURE", person, "en");
        var status = journey.run();

        assertThat(gradeOf(status)).isEqualTo("ATTESTED");
        assertThat(list(suite)).doesNotContain(person.email().toLowerCase(Locale.ROOT));
        assertThat(suite.mailbox()
                        .awaitLetter(person.email(), journey.reference(), "ANSWERED")
                        .text())
                .contains("mailer: confirmed by the recipient; we could not look ourselves.");
    }

    @Test
    @DisplayName(
            "[CIC-04, S53] a silent recipient is reminded, then UNCONFIRMED by its clock; what others sign changes nothing")
    void a_silent_recipient_is_unconfirmed(Suite suite) throws Exception {
        mode("SILENT");
        var person = suite.somebody();
        var journey = suite.journey("ERASURE", person, "en");
        journey.submit();
        journey.prove();
        journey.awaitState("AWAITING_CONFIRMATION");
        journey.confirm();
        var task = awaitTold(suite, journey);

        assertThat(answer(task, "a-1", OTHER_SECRET, REAL.instant(), "done")).isEqualTo(401);
        assertThat(answer(task, "a-2", secret(suite), REAL.instant().minusSeconds(360), "done"))
                .isEqualTo(401);
        assertThat(answer(UUID.randomUUID(), "a-3", secret(suite), REAL.instant(), "done"))
                .isEqualTo(401);
        assertThat(answer(task, "a-4", secret(suite), REAL.instant(), "accepted"))
                .isEqualTo(204);
        assertThat(answer(task, "a-4", secret(suite), REAL.instant(), "done"))
                .as("an id that was taken before")
                .isEqualTo(410);
        assertThat(journey.state()).isEqualTo("IN_FULFILLMENT");

        suite.advance(Duration.ofDays(4));
        await("the reminder shows that the recipient is silent")
                .atMost(Journey.PATIENCE)
                .until(() -> journey.status().at("/remaining").valueStream().anyMatch(it -> it.path("reason")
                        .asString("")
                        .equals("recipient-silent")));
        assertThat(journey.state()).isEqualTo("IN_FULFILLMENT");

        suite.advance(Duration.ofDays(7));
        var status = journey.awaitState("ANSWERED", "CLOSED");

        assertThat(gradeOf(status)).isEqualTo("UNCONFIRMED");
        assertThat(suite.mailbox()
                        .awaitLetter(person.email(), journey.reference(), "ANSWERED")
                        .text())
                .contains("mailer: told, not confirmed.")
                .contains("Not all of it is confirmed")
                .doesNotContain("mailer: confirmed");
        assertThat(answer(task, "a-5", secret(suite), REAL.instant(), "done")).isEqualTo(410);
        assertThat(gradeOf(journey.status())).isEqualTo("UNCONFIRMED");
    }

    /** The provider has taken the notice when its clock runs and both stores are done. */
    private static UUID awaitTold(Suite suite, Journey journey) {
        await("both stores are done and the recipient is told")
                .atMost(Journey.PATIENCE)
                .until(() -> journey.status().at("/outcomes").size() == 2 && isTold(suite, journey));
        return journey.status()
                .at("/plan/tasks")
                .valueStream()
                .filter(it -> it.path("store").asString("").equals("mailer"))
                .map(it -> UUID.fromString(it.path("taskId").asString("")))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isTold(Suite suite, Journey journey) throws Exception {
        try (var connection = java.sql.DriverManager.getConnection("jdbc:postgresql://127.0.0.1:"
                        + (15_432 + Suite.offset()) + "/habeas_fulfillment?user=postgres");
                var statement = connection.prepareStatement(
                        "select exists (select from notice n join task t on t.task_id = n.task_id where t.request_id = ?"
                                + " and n.told_at is not null)")) {
            statement.setObject(1, UUID.fromString(journey.requestId()));
            try (var row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private static String gradeOf(JsonNode status) {
        return status.at("/outcomes")
                .valueStream()
                .filter(it -> it.path("store").asString("").equals("mailer"))
                .map(it -> it.path("grade").asString(""))
                .findFirst()
                .orElse("");
    }

    private static List<String> list(Suite suite) throws IOException {
        return Files.readAllLines(suite.home().resolve("data/mailer/subscribers.txt"));
    }

    private static String secret(Suite suite) throws IOException {
        return Files.readString(suite.home().resolve("secrets/mailer-signing")).strip();
    }

    private int answer(UUID task, String id, String secret, Instant at, String said) throws Exception {
        var body = "{\"taskId\":\"" + task + "\",\"status\":\"" + said + "\"}";
        long seconds = at.getEpochSecond();
        return http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + (8080 + Suite.offset())
                                        + "/api/v1/recipients/" + task + "/answers"))
                                .header("content-type", "application/json")
                                .header("webhook-id", id)
                                .header("webhook-timestamp", Long.toString(seconds))
                                .header("webhook-signature", new Webhook(secret).sign(id, seconds, body))
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private void mode(String mode) throws Exception {
        var uri = URI.create("http://127.0.0.1:" + (8095 + Suite.offset()) + "/mode");
        var answer = http.send(
                HttpRequest.newBuilder(uri)
                        .POST(HttpRequest.BodyPublishers.ofString("{\"mode\":\"" + mode + "\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
}
