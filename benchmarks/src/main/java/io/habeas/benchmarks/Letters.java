// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One look at the mail sink for all callers: codes and answers, by the reference of their request. */
final class Letters implements AutoCloseable {

    private static final Pattern REFERENCE = Pattern.compile("HB-[0-9A-Z]{4}-[0-9A-Z]{4}");
    private static final Pattern CODE = Pattern.compile("(?m)^\\W*(\\d{4}-\\d{4})\\W*$");
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String base;
    private final Map<String, CompletableFuture<String>> awaited = new ConcurrentHashMap<>();
    private final Thread reader;
    private volatile boolean closed;

    Letters(int port) {
        base = "http://127.0.0.1:" + port;
        reader = Thread.ofPlatform().daemon().name("letters").start(this::read);
    }

    /** @throws TimeoutException if none came in time */
    String code(String reference, Duration atMost) throws Exception {
        return awaited("code " + reference).get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Returns when the answer to that request has come. */
    void answer(String reference, Duration atMost) throws Exception {
        awaited("answer " + reference).get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    private CompletableFuture<String> awaited(String what) {
        return awaited.computeIfAbsent(what, _ -> new CompletableFuture<>());
    }

    private void read() {
        int last = 0;
        while (!closed) {
            try {
                for (var mail : get("/api/messages?after=" + last)) {
                    last = Math.max(last, mail.path("n").asInt());
                    take(mail);
                }
                TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
            } catch (IOException failed) {
                awaited.values().forEach(it -> it.completeExceptionally(failed));
                return;
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    private void take(JsonNode mail) throws IOException, InterruptedException {
        var subject = mail.path("subject").asString("");
        var reference = REFERENCE.matcher(subject);
        if (!reference.find()) {
            return;
        }
        if (subject.contains("Your code for the request")) {
            var text =
                    get("/api/messages/" + mail.path("n").asInt()).path("text").asString("");
            var code = CODE.matcher(text);
            if (code.find()) {
                awaited("code " + reference.group()).complete(code.group(1));
            }
        } else if (subject.contains("The answer to your request")) {
            awaited("answer " + reference.group()).complete("");
        }
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(20))
                .build();
        return JSON.readTree(http.send(request, BodyHandlers.ofByteArray()).body());
    }

    @Override
    public void close() {
        closed = true;
        reader.interrupt();
        http.shutdownNow();
    }
}
