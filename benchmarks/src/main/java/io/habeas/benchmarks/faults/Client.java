// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The public door, called as a careful client does: with a key on every POST, again while the outcome is unknown; every call is in the ledger. */
final class Client implements AutoCloseable {

    /** @param status of HTTP; 0 where nothing came back */
    record Answer(int status, JsonNode body, @Nullable String retryAfter) {

        String text(String pointer) {
            return body.at(pointer).asString("");
        }

        boolean isFinal() {
            return status > 0 && status < 500 && status != 429;
        }
    }

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final String base;
    private final Ledger ledger;

    Client(int port, Ledger ledger) {
        this.base = "http://127.0.0.1:" + port;
        this.ledger = ledger;
    }

    /** One call, no second try. @param what how the ledger names it @param key of the POST, null for a GET */
    Answer once(String what, String path, @Nullable String token, @Nullable String key, @Nullable String body)
            throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(20));
        if (token != null) {
            request.header("authorization", "Bearer " + token);
        }
        if (key != null) {
            request.header("idempotency-key", key);
        }
        if (body != null) {
            request.header("content-type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
        }
        var answer = new Answer(0, JSON.createObjectNode(), null);
        try {
            var came = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            var text = came.body().strip();
            answer = new Answer(
                    came.statusCode(),
                    text.startsWith("{") || text.startsWith("[") ? JSON.readTree(text) : JSON.createObjectNode(),
                    came.headers().firstValue("retry-after").orElse(null));
        } catch (IOException lost) {
            // the outcome is unknown; the status says so
        }
        if (key != null) {
            ledger.write(LedgerEntry.call(key, what, outcome(answer.status()), answer.text("/requestId")));
        }
        return answer;
    }

    private static String outcome(int status) {
        if (status == 0) {
            return "unknown";
        }
        return status < 300 ? "ok" : "failed " + status;
    }

    /** Again with the same key until there is an answer that stays, or the time is over. */
    Answer persist(
            String what,
            String path,
            @Nullable String token,
            @Nullable String key,
            @Nullable String body,
            Patience patience)
            throws InterruptedException {
        while (true) {
            var answer = once(what, path, token, key, body);
            if (answer.isFinal() || patience.isOver()) {
                return answer;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
