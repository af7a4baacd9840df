// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Takes one person after the other through an erasure. From a loopback address of its own, since the gateway limits each address. */
final class EraseCaller implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int PROBES = 40;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient http;
    private final String base;
    private final Letters letters;

    EraseCaller(int number, int gateway, Letters letters) throws IOException {
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .localAddress(InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) (2 + number)}))
                .build();
        this.base = "http://127.0.0.1:" + gateway;
        this.letters = letters;
    }

    /** Returns when the person has the answer. @throws IOException if a step was not taken as expected */
    void erase(String email) throws Exception {
        var filed = post("/api/v1/controllers/smallrig/requests", null, """
                {"right": "ERASURE", "jurisdiction": "US-CA", "language": "en", \
                "subject": {"identifiers": [{"kind": "EMAIL", "value": "%s"}]}}""".formatted(email), 202);
        var reference = filed.path("reference").asString("");
        var request = "/api/v1/requests/" + filed.path("requestId").asString("");
        var code = letters.code(reference, PATIENCE);
        var proved =
                post(request + "/verification", filed.path("token").asString(""), "{\"code\":\"" + code + "\"}", 200);
        var token = proved.path("token").asString("");
        confirm(request, token);
        letters.answer(reference, PATIENCE);
    }

    /** Whether proof is known to the request-service yet shows in its answer: 409 until then. */
    private void confirm(String request, String token) throws IOException, InterruptedException {
        var key = UUID.randomUUID().toString();
        for (int i = 0; ; i++) {
            var answer =
                    send(request + "/confirmation", token, key, "{\"confirmed\":true,\"delivery\":\"ELECTRONIC\"}");
            if (answer.statusCode() == 202) {
                return;
            }
            if (answer.statusCode() != 409 || i == PROBES) {
                throw new IOException("the confirmation was answered with " + answer.statusCode());
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private JsonNode post(String path, @Nullable String token, String body, int expected)
            throws IOException, InterruptedException {
        var answer = send(path, token, UUID.randomUUID().toString(), body);
        if (answer.statusCode() != expected) {
            throw new IOException("a step was answered with " + answer.statusCode() + " in place of " + expected);
        }
        return JSON.readTree(answer.body());
    }

    private java.net.http.HttpResponse<byte[]> send(String path, @Nullable String token, String key, String body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(30))
                .header("content-type", "application/json")
                .header("idempotency-key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (token != null) {
            request.header("authorization", "Bearer " + token);
        }
        return http.send(request.build(), BodyHandlers.ofByteArray());
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
