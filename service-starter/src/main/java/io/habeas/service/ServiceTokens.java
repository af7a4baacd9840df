// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The bearer token by which this service shows itself to the others: client credentials, fetched when needed and kept until shortly before its end. */
public final class ServiceTokens implements Supplier<String> {

    private static final Duration MARGIN = Duration.ofSeconds(60);

    private record Held(String token, long untilNanos) {}

    private final AccessProperties.Client client;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();
    private final JsonMapper json;
    private final ReentrantLock fetching = new ReentrantLock();
    private volatile @Nullable Held held;

    ServiceTokens(AccessProperties.Client client, JsonMapper json) {
        this.client = client;
        this.json = json;
    }

    /** @throws ProblemException UNAVAILABLE if the issuer does not answer */
    @Override
    public String get() {
        var known = held;
        if (known != null && known.untilNanos() - System.nanoTime() > 0) {
            return known.token();
        }
        fetching.lock();
        try {
            known = held;
            if (known != null && known.untilNanos() - System.nanoTime() > 0) {
                return known.token();
            }
            var fetched = fetch();
            held = fetched;
            return fetched.token();
        } finally {
            fetching.unlock();
        }
    }

    private Held fetch() {
        var form = "grant_type=client_credentials&client_id=" + encoded(client.id()) + "&client_secret="
                + encoded(KeyFiles.text(client.secretFile()));
        var request = HttpRequest.newBuilder(client.tokenUri())
                .timeout(Duration.ofSeconds(5))
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        try {
            var answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new ProblemException(
                        Problem.UNAVAILABLE, "the issuer answered " + answer.statusCode() + " to this service");
            }
            var body = json.readTree(answer.body());
            long seconds = Math.max(1, body.path("expires_in").asLong(300) - MARGIN.toSeconds());
            return new Held(
                    body.path("access_token").asString(),
                    System.nanoTime() + Duration.ofSeconds(seconds).toNanos());
        } catch (IOException away) {
            throw new ProblemException(Problem.UNAVAILABLE, "the issuer of service tokens does not answer");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ProblemException(Problem.UNAVAILABLE, "interrupted while asking for a service token");
        }
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
