// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The public REST API, as a person's browser would use it. What may be repeated is repeated, under the same Idempotency-Key. */
final class PublicApi {

    private static final Set<Integer> AGAIN = Set.of(429, 502, 503, 504);
    private static final int TRIES = 40;
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final String gateway;
    private final JsonMapper json = JsonMapper.builder().build();
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    PublicApi(String gateway) {
        this.gateway = gateway;
    }

    JsonNode post(String path, Map<String, ?> body, @Nullable String token) throws IOException, InterruptedException {
        String key = UUID.randomUUID().toString();
        return read(send(
                request(path, token)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", key)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body)))
                        .build(),
                HttpResponse.BodyHandlers.ofString()));
    }

    JsonNode get(String path, @Nullable String token) throws IOException, InterruptedException {
        return read(send(request(path, token).build(), HttpResponse.BodyHandlers.ofString()));
    }

    /** A text that may take a moment to be there. */
    String awaitText(String path, @Nullable String token) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            var answer = send(request(path, token).build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                return answer.body();
            }
            if (answer.statusCode() != 404 || attempt == TRIES) {
                throw new DemoException("GET " + path + " was answered with " + answer.statusCode());
            }
            Thread.sleep(PAUSE);
        }
    }

    /** @return how many bytes came */
    HttpResponse<Path> download(String path, String token, String link, Path target)
            throws IOException, InterruptedException {
        var answer = send(
                request(path, token).header("Habeas-Package-Link", link).build(),
                HttpResponse.BodyHandlers.ofFile(target));
        if (answer.statusCode() != 200) {
            throw new DemoException("the package was refused with status " + answer.statusCode());
        }
        return answer;
    }

    private HttpRequest.Builder request(String path, @Nullable String token) {
        var request = HttpRequest.newBuilder(URI.create(gateway + path)).timeout(Duration.ofSeconds(60));
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            var answer = client.send(request, handler);
            if (!AGAIN.contains(answer.statusCode()) || attempt == TRIES) {
                return answer;
            }
            Thread.sleep(PAUSE);
        }
    }

    private JsonNode read(HttpResponse<String> answer) {
        if (answer.statusCode() >= 300) {
            throw new DemoException(answer.request().method() + " "
                    + answer.uri().getPath() + " was answered with " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body().isEmpty() ? json.createObjectNode() : json.readTree(answer.body());
    }
}
