// SPDX-License-Identifier: Apache-2.0
package io.habeas.request;

import static io.habeas.request.RunningService.freshKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.habeas.request.RunningService.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The desk over HTTP, on a real database. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class DeskServiceTest {

    private static final String DESK = "/api/v1/desk/requests";
    private static final String EMAIL = "zaphod.desk@example.org";
    private static final String ACCESS = """
            {"right": "ACCESS", "jurisdiction": "US-CA", "language": "en",
             "subject": {"identifiers": [{"kind": "EMAIL", "value": "%s"}]}}""".formatted(EMAIL);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    static Path folder;

    private static RunningService service;

    @BeforeAll
    static void start() {
        service = RunningService.start(folder);
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static String staff(String role) {
        return service.issuer.staffToken(List.of(role), List.of("smallrig"));
    }

    private static UUID filed() {
        var answer = service.post("/api/v1/controllers/smallrig/requests", freshKey(), "", ACCESS);
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
        return UUID.fromString(answer.text("/requestId"));
    }

    private static Answer decide(UUID id, String key, String role, String body) {
        return service.post(DESK + "/" + id + "/decisions", key, staff(role), body);
    }

    @Test
    void the_queue_is_paged_in_the_order_of_what_is_due_and_shows_nothing_of_a_person() {
        var ids = List.of(filed(), filed(), filed());
        var reviewer = staff("reviewer");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        service.get(DESK + "?limit=200", reviewer).body().toString())
                .contains(ids.stream().map(UUID::toString).toList()));

        var first = service.get(DESK + "?state=AWAITING_IDENTITY&limit=2", reviewer);
        var second = service.get(DESK + "?state=AWAITING_IDENTITY&limit=2&after=" + first.text("/next"), reviewer);

        assertThat(first.body().path("items").size()).isEqualTo(2);
        assertThat(second.body().path("items").size()).isPositive();
        assertThat(second.body().toString()).doesNotContain(first.text("/items/0/requestId"));
        assertThat(first.text("/items/1/dueAt")).isLessThanOrEqualTo(second.text("/items/0/dueAt"));
        assertThat(first.body().toString()).doesNotContain(EMAIL);
        assertThat(service.get(DESK + "?dueBefore=2000-01-01T00:00:00Z", reviewer)
                        .body()
                        .path("items"))
                .isEmpty();
        assertThat(service.get(DESK + "?after=nonsense", reviewer).status()).isEqualTo(400);
        var stranger = service.issuer.staffToken(List.of("reviewer"), List.of("elsewhere"));
        assertThat(service.get(DESK, stranger).body().path("items")).isEmpty();
    }

    @Test
    void a_refusal_names_the_grounds_that_count_and_a_repeat_of_it_is_the_same() {
        var id = filed();
        var key = freshKey();

        var whim = decide(id, freshKey(), "reviewer", "{\"decision\":\"REFUSE\",\"ground\":\"WHIM\"}");
        var clerk = decide(id, freshKey(), "clerk", "{\"decision\":\"REFUSE\",\"ground\":\"NOT_VERIFIABLE\"}");
        var approval = decide(id, freshKey(), "reviewer", "{\"decision\":\"APPROVE\"}");
        var refused = decide(id, key, "reviewer", "{\"decision\":\"REFUSE\",\"ground\":\"NOT_VERIFIABLE\"}");
        var again = decide(id, key, "reviewer", "{\"decision\":\"REFUSE\",\"ground\":\"NOT_VERIFIABLE\"}");

        assertThat(whim.status()).isEqualTo(422);
        assertThat(whim.body().path("grounds").size()).isEqualTo(3);
        assertThat(clerk.status()).isEqualTo(403);
        assertThat(approval.status()).isEqualTo(409);
        assertThat(refused.status()).as("%s", refused.body()).isEqualTo(202);
        assertThat(refused.text("/state")).isEqualTo("REFUSED");
        assertThat(again.status()).isEqualTo(202);
        assertThat(service.rows("select actor from event where type = 'request.refused' and stream = '" + id + "'"))
                .singleElement()
                .asString()
                .startsWith("staff:");
    }

    @Test
    void a_key_that_was_sent_before_counts_for_the_same_words_of_the_same_person_alone() {
        var id = filed();
        var key = freshKey();

        var refused = decide(id, key, "reviewer", "{\"decision\":\"REFUSE\",\"ground\":\"NOT_VERIFIABLE\"}");
        var otherWords = decide(
                id, key, "reviewer", "{\"decision\":\"REFUSE\",\"ground\":\"NOT_VERIFIABLE\",\"note\":\"and this\"}");
        var another = service.issuer.staffTokenOf("staff-2", List.of("reviewer"), List.of("smallrig"));
        var otherPerson = service.post(
                DESK + "/" + id + "/decisions",
                key,
                another,
                "{\"decision\":\"REFUSE\",\"ground\":\"NOT_VERIFIABLE\"}");

        assertThat(refused.status()).isEqualTo(202);
        assertThat(List.of(otherWords, otherPerson)).allSatisfy(it -> {
            assertThat(it.status()).isEqualTo(422);
            assertThat(it.text("/type")).isEqualTo("urn:habeas:problem:idempotency-key-reused");
        });
    }

    @Test
    void what_was_read_is_a_fact_before_it_is_shown() {
        var id = filed();

        var read = service.post(DESK + "/" + id + "/readings", freshKey(), staff("reviewer"), "{}");

        assertThat(read.text("/claims/identifiers/0/value")).isEqualTo(EMAIL);
        assertThat(service.rows("select type from event where type = 'request.file-read' and stream = '" + id + "'"))
                .hasSize(1);
    }

    @Test
    void whoever_reads_leaves_a_trace_each_time_whatever_the_key() {
        var id = filed();
        var key = freshKey();

        service.post(DESK + "/" + id + "/readings", key, staff("reviewer"), "{}");
        service.post(DESK + "/" + id + "/readings", key, staff("reviewer"), "{}");
        var another = service.issuer.staffTokenOf("staff-2", List.of("clerk"), List.of("smallrig"));
        service.post(DESK + "/" + id + "/readings", key, another, "{}");

        assertThat(service.rows("select actor from event where type = 'request.file-read' and stream = '" + id + "'"))
                .containsExactlyInAnyOrder("staff:staff-1", "staff:staff-1", "staff:staff-2");
    }

    @Test
    void who_enters_a_request_does_not_decide_it_and_its_clock_runs_from_the_day_it_came() {
        var clerkAndReviewer = service.issuer.staffToken(List.of("clerk", "reviewer"), List.of("smallrig"));
        var entered = service.post(DESK, freshKey(), clerkAndReviewer, """
                {"controller": "smallrig", "channel": "POST", "receivedOn": "2026-01-05", "request": %s}""".formatted(ACCESS));

        assertThat(entered.status()).as("%s", entered.body()).isEqualTo(202);
        var one = service.get(DESK + "/" + entered.text("/requestId"), clerkAndReviewer);
        assertThat(one.text("/entry/channel")).isEqualTo("POST");
        // 45 days of which the day of receipt is the first, in Los Angeles
        assertThat(one.text("/dueAt")).isEqualTo("2026-02-19T07:59:59Z");
        var refused = service.post(
                DESK + "/" + entered.text("/requestId") + "/decisions",
                freshKey(),
                clerkAndReviewer,
                "{\"decision\":\"REFUSE\",\"ground\":\"NOT_VERIFIABLE\"}");
        assertThat(refused.text("/type")).isEqualTo("urn:habeas:problem:own-request");
    }
}
