// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What one call leads to is found in the logs of all services under the trace id that its caller chose. */
@Order(40)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class TraceTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> SERVICES =
            List.of("gateway", "request", "verification", "fulfillment", "notification");

    @Test
    void one_request_is_followed_through_all_services(Suite suite) {
        var whenFiled = traceId();
        var whenProved = traceId();
        var person = suite.somebody();
        var filing = new Journey(suite.api().traced(whenFiled), suite.mailbox(), "ACCESS", person.email(), "en");
        filing.submit();
        var proving = filing.continuedBy(suite.api().traced(whenProved));
        proving.prove();
        proving.awaitState("CLOSED");

        for (var trace : List.of(whenFiled, whenProved)) {
            await("every service logs under " + trace).atMost(PATIENCE).untilAsserted(() -> {
                for (var service : SERVICES) {
                    assertThat(linesOf(suite, service, trace)).as(service).isNotEmpty();
                }
            });
        }
        // what a service does on threads of its own still belongs to the call that led to it
        assertThat(takenIn(suite, "request", whenFiled)).contains("verification.challenge-issued");
        assertThat(takenIn(suite, "notification", whenFiled)).contains("request.identity-asked");
        assertThat(takenIn(suite, "request", whenProved)).contains("verification.passed", "fulfillment.completed");
        assertThat(takenIn(suite, "notification", whenProved)).contains("request.answered");
    }

    @Test
    void every_line_of_a_service_is_one_json_object_with_its_name_and_level(Suite suite) {
        for (var service : SERVICES) {
            assertThat(lines(suite, service)).as(service).isNotEmpty().allSatisfy(line -> {
                assertThat(line.path("service").path("name").asString())
                        .startsWith(service.equals("verification") ? "identity-verification" : service);
                assertThat(line.path("log").path("level").asString()).isNotBlank();
                assertThat(line.path("message").asString()).isNotBlank();
            });
        }
    }

    private static String traceId() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    private static List<String> takenIn(Suite suite, String service, String trace) {
        return linesOf(suite, service, trace).stream()
                .filter(line -> line.path("message").asString().equals("a message was taken in"))
                .map(line -> line.path("type").asString())
                .toList();
    }

    private static List<JsonNode> linesOf(Suite suite, String service, String trace) {
        return lines(suite, service).stream()
                .filter(line -> line.path("trace").path("id").asString("").equals(trace))
                .toList();
    }

    private static List<JsonNode> lines(Suite suite, String service) {
        try {
            var log = Files.readString(suite.home().resolve("logs").resolve(service + ".log"));
            // the last line may be half written; the JVM says a few things of its own before logging is there
            return log.substring(0, log.lastIndexOf('\n') + 1)
                    .lines()
                    .filter(line -> line.startsWith("{"))
                    .map(JSON::readTree)
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
