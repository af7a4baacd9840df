// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import io.habeas.service.ApiContract;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The public REST API, called as a careful client does: with a key on every POST, and again when the outcome is unknown. */
final class Api {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /** One answer. */
    record Answer(int status, JsonNode body, Map<String, String> headers) {

        String text(String pointer) {
            return body.at(pointer).asString("");
        }

        String problem() {
            return text("/type").replace("urn:habeas:problem:", "");
        }
    }

    /** What a service answers, or the gateway in its place, stands in its description. */
    private static final ApiContract CONTRACT = ApiContract.ofAll(
            Set.of("query-too-long", "headers-not-accepted", "malformed-request", "service-required"));

    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final List<String> doors;
    private final AtomicInteger turn = new AtomicInteger();
    private final Ledger ledger;
    private final @Nullable String traceparent;

    /** @param doors of the copies of the gateway; taken in turn, as a load balancer does */
    Api(List<String> doors, Ledger ledger) {
        this(doors, ledger, null);
    }

    private Api(List<String> doors, Ledger ledger, @Nullable String traceparent) {
        this.doors = List.copyOf(doors);
        this.ledger = ledger;
        this.traceparent = traceparent;
    }

    /** The same, as called by somebody who traces what the calls lead to. @param traceId 32 hexadecimal digits */
    Api traced(String traceId) {
        return new Api(doors, ledger, "00-" + traceId + "-00f067aa0ba902b7-01");
    }

    /** One call, no second try. */
    Answer once(String method, String path, @Nullable String token, @Nullable String key, @Nullable String body)
            throws IOException {
        for (int i = 1; ; i++) {
            try {
                return once(door(), method, path, token, key, body);
            } catch (ConnectException refused) {
                // nothing was sent: the next door
                if (i == doors.size()) {
                    ledger.write(method + " " + path, "unknown");
                    throw refused;
                }
            }
        }
    }

    private String door() {
        return doors.get(Math.floorMod(turn.getAndIncrement(), doors.size()));
    }

    private Answer once(
            String base,
            String method,
            String path,
            @Nullable String token,
            @Nullable String key,
            @Nullable String body)
            throws IOException {
        var request = HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(30));
        if (token != null) {
            request.header("authorization", "Bearer " + token);
        }
        if (key != null) {
            request.header("idempotency-key", key);
        }
        if (traceparent != null) {
            request.header("traceparent", traceparent);
        }
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("content-type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body));
        }
        return answerTo(method + " " + path, request.build());
    }

    private Answer answerTo(String call, HttpRequest request) throws IOException {
        try {
            var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 503
                    && answer.headers().firstValue("content-type").isEmpty()) {
                // the container of a gateway that stops; nobody has looked at the request
                throw new IOException("the gateway stops");
            }
            CONTRACT.require(answer);
            var headers = new LinkedHashMap<String, String>();
            answer.headers().map().forEach((name, values) -> headers.put(name, values.getFirst()));
            var text = answer.body();
            ledger.write(call, answer.statusCode() < 300 ? "ok" : "failed " + answer.statusCode());
            return new Answer(
                    answer.statusCode(),
                    text.isBlank()
                                    || !text.strip().startsWith("{")
                                            && !text.strip().startsWith("[")
                            ? JSON.createObjectNode()
                            : JSON.readTree(text),
                    headers);
        } catch (ConnectException refused) {
            throw refused;
        } catch (IOException lost) {
            ledger.write(call, "unknown");
            throw lost;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    /** Calls again with the same key while the outcome is unknown or the service asks to come back. */
    Answer persist(String method, String path, @Nullable String token, @Nullable String key, @Nullable String body) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                var answer = once(method, path, token, key, body);
                if (answer.status() < 500 && answer.status() != 429 || System.nanoTime() > until) {
                    return answer;
                }
            } catch (IOException lost) {
                if (System.nanoTime() > until) {
                    throw new java.io.UncheckedIOException(lost);
                }
            }
            java.util.concurrent.locks.LockSupport.parkNanos(
                    Duration.ofMillis(150).toNanos());
        }
    }

    Answer get(String path, @Nullable String token) {
        return persist("GET", path, token, null, null);
    }

    Answer post(String path, @Nullable String token, String key, String body) {
        return persist("POST", path, token, key, body);
    }

    Answer putYaml(String path, String token, String text) throws IOException {
        return answerTo(
                "PUT " + path,
                HttpRequest.newBuilder(URI.create(door() + path))
                        .timeout(Duration.ofSeconds(30))
                        .header("authorization", "Bearer " + token)
                        .header("content-type", "application/yaml")
                        .PUT(HttpRequest.BodyPublishers.ofString(text))
                        .build());
    }

    /** As a browser calls, with headers of its own, such as {@code Sec-GPC: 1}. @param headers names and values by turns */
    Answer postAs(String path, String key, String body, String... headers) throws IOException {
        var request = HttpRequest.newBuilder(URI.create(door() + path))
                .timeout(Duration.ofSeconds(30))
                .header("content-type", "application/json")
                .header("idempotency-key", key)
                .headers(headers)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        return answerTo("POST " + path, request.build());
    }

    /** A body that is not JSON, such as a package. */
    InputStream stream(String path, String token, Map<String, String> headers) throws IOException {
        var request = HttpRequest.newBuilder(URI.create(door() + path)).timeout(Duration.ofSeconds(60));
        request.header("authorization", "Bearer " + token);
        headers.forEach(request::header);
        try {
            var answer = http.send(request.GET().build(), HttpResponse.BodyHandlers.ofInputStream());
            ledger.write("GET " + path, answer.statusCode() < 300 ? "ok" : "failed " + answer.statusCode());
            if (answer.statusCode() != 200) {
                throw new IOException(path + " answered " + answer.statusCode());
            }
            return answer.body();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }
}
