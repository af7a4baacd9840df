// SPDX-License-Identifier: Apache-2.0
package io.habeas.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.habeas.service.AccessWalk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Who may call what, by docs/access/request-service.txt. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class AccessTest {

    private static final String REQUESTS = "/api/v1/controllers/smallrig/requests";
    private static final String ACCESS = """
            {"right": "ACCESS", "jurisdiction": "US-CA",
             "subject": {"identifiers": [{"kind": "EMAIL", "value": "ada@example.org"}]}}""";

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

    @TestFactory
    Stream<DynamicTest> every_route_is_walked_by_everybody() {
        var filed = service.post(REQUESTS, RunningService.freshKey(), "", ACCESS);
        assertThat(filed.status()).isEqualTo(202);
        var request = UUID.fromString(filed.text("/requestId"));
        return AccessWalk.through(service.context(), service.issuer, "request-service", "smallrig", request)
                .withDeadLetters(service.bean("dataSource", DataSource.class))
                .tests();
    }

    @Test
    void what_an_operator_revokes_stops_working_and_a_repeat_of_the_intake_gives_a_token_that_works() {
        var key = RunningService.freshKey();
        var filed = service.post(REQUESTS, key, "", ACCESS);
        var path = "/api/v1/requests/" + filed.text("/requestId");
        var token = filed.text("/token");
        var operator = service.issuer.staffToken(List.of("operator"), List.of("smallrig"));
        assertThat(service.get(path, token).status()).isEqualTo(200);

        var revoked = service.post(
                "/api/v1/desk/controllers/smallrig/revocations",
                "",
                operator,
                "{\"requestId\":\"%s\"}".formatted(filed.text("/requestId")));

        assertThat(revoked.status()).isEqualTo(202);
        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(
                        () -> assertThat(service.get(path, token).status()).isEqualTo(401));
        await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> assertThat(service.get(
                                path, service.post(REQUESTS, key, "", ACCESS).text("/token"))
                        .status())
                .isEqualTo(200));
    }

    @Test
    void staff_that_is_revoked_at_one_controller_is_listed_for_it_alone() {
        var operator = service.issuer.staffToken(List.of("operator"), List.of("smallrig"));

        service.post("/api/v1/desk/controllers/smallrig/revocations", "", operator, "{\"staff\":\"leaver-7\"}");
        var list = service.get("/internal/v1/revocations", service.issuer.serviceToken("verification"));

        assertThat(list.body().toString()).contains("leaver-7", "STAFF", "smallrig");
        assertThat(service.post("/api/v1/desk/controllers/smallrig/revocations", "", operator, "{}")
                        .status())
                .isEqualTo(422);
    }
}
