// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.evidence;

import io.habeas.fulfillment.plan.Orders.Evidence;
import io.habeas.messaging.RequestTraces;
import io.habeas.service.ProblemException;
import io.habeas.tracing.TraceContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Asks the request-service, which keeps the log. */
public final class AuditLogClient implements ProofSource {

    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final URI requestService;
    private final Supplier<String> token;
    private final JsonMapper json;
    private final RequestTraces traces;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    public AuditLogClient(URI requestService, Supplier<String> token, JsonMapper json, RequestTraces traces) {
        this.requestService = requestService;
        this.token = token;
        this.json = json;
        this.traces = traces;
    }

    @Override
    public Optional<Evidence> of(UUID requestId, UUID event) throws IOException {
        try (var _ = traces.working("prove an approval", requestId)) {
            var path = "/api/v1/audit/requests/" + requestId + "/proof?event=" + event;
            var request = HttpRequest.newBuilder(requestService.resolve(path))
                    .timeout(ANSWER)
                    .header("authorization", "Bearer " + token.get())
                    .header("accept", "application/json");
            HttpResponse<byte[]> answer;
            try (var _ = TraceContext.calling("ask for a proof", request)) {
                answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            }
            return switch (answer.statusCode()) {
                case 200 -> Optional.of(evidence(answer.body()));
                case 404 -> Optional.empty();
                default -> throw new IOException("the audit log answered " + answer.statusCode());
            };
        } catch (ProblemException noToken) {
            throw new IOException("no token for the audit log can be had");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while asking the audit log");
        }
    }

    /** Nonsense is handed on as it is: the gate refuses it and says so. */
    private Evidence evidence(byte[] body) {
        try {
            var item = json.readTree(body).path("items").path(0);
            return new Evidence(
                    item.path("entry").binaryValue(), item.path("proof").asString(""));
        } catch (JacksonException | NullPointerException nonsense) {
            return new Evidence(new byte[0], "");
        }
    }
}
