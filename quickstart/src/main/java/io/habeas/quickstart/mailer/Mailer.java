// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.mailer;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookSigningException;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import io.habeas.quickstart.web.LocalServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A mailing provider as a controller may have one: {@code POST /privacy} takes signed notices, acts on them and answers by a
 * signed callback, {@code GET /privacy/{notice}} says how far it is, {@code GET /api/subscribers/count} how long its list is. It
 * knows of Habeas what docs/data-map.md says, and signs with the library of Standard Webhooks: nothing is shared with the sender.
 */
public final class Mailer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Mailer.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final InstantSource REAL = InstantSource.system();
    private static final Pattern QUESTION = Pattern.compile("/privacy/([0-9a-f-]{36})");
    private static final List<String> SIGNED = List.of(
            Webhook.UNBRANDED_MSG_ID_KEY, Webhook.UNBRANDED_MSG_TIMESTAMP_KEY, Webhook.UNBRANDED_MSG_SIGNATURE_KEY);
    private static final String NOT_SOLD = "OPT_OUT_OF_SALE";
    private static final List<String> RIGHTS =
            List.of("ERASURE", "ACCOUNT_CANCELLATION", "OBJECTION", "CONSENT_WITHDRAWAL", "RESTRICTION", NOT_SOLD);
    private static final int LARGEST_BODY = 65_536;
    private static final int TRIES = 8;
    private static final Duration PAUSE = Duration.ofMillis(250);

    /** What it does with a notice that is signed. */
    enum Mode {
        ANSWERING,
        /** Takes the notice, does nothing and never says a word. */
        SILENT
    }

    private final Subscribers subscribers;
    private final Webhook webhook;
    private final Door door;
    private final LocalServer server;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private volatile Mode mode = Mode.ANSWERING;

    /**
     * Where Habeas takes answers.
     *
     * @param named as notices name it; a notice that names another place is refused
     * @param reached as it is called from here; the same, unless the two stand in networks of their own
     */
    public record Door(URI named, URI reached) {

        private boolean isNamedBy(URI answerTo) {
            return named.getAuthority().equals(answerTo.getAuthority())
                    && named.getScheme().equals(answerTo.getScheme());
        }

        private URI way(URI answerTo) {
            return reached.resolve(answerTo.getRawPath());
        }
    }

    /**
     * @param server which this takes over, and closes
     * @param folder with the provider's own list
     * @param secret shared with the controller, {@code whsec_...}
     * @param door where callbacks may go
     * @param testControls whether {@code POST /mode {"mode": "SILENT"}} is there
     */
    public Mailer(LocalServer server, Path folder, String secret, Door door, boolean testControls) throws IOException {
        this.subscribers = new Subscribers(folder);
        this.webhook = new Webhook(secret);
        this.door = door;
        this.server = server;
        server.on("/privacy", this::privacy);
        server.on(
                "/api/subscribers/count",
                exchange -> LocalServer.json(exchange, 200, Map.of("count", subscribers.count())));
        if (testControls) {
            server.on("/mode", this::mode);
        }
        server.on("/", this::page);
        server.start();
    }

    /** Gives it the addresses of its first day; on any later day its list is its own. */
    public void begin(Collection<String> addresses) throws IOException {
        subscribers.begin(addresses);
    }

    /** The same before it stands: lays the list down in its folder. */
    public static void begin(Path folder, Collection<String> addresses) throws IOException {
        new Subscribers(folder).begin(addresses);
    }

    /** The list in a folder, an address a line. */
    public static Path listIn(Path folder) {
        return folder.resolve(Subscribers.LIST);
    }

    private void privacy(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
        if (body.length > LARGEST_BODY || !isSigned(exchange, body)) {
            LocalServer.json(exchange, 401, Map.of("error", "not signed with the secret that we share"));
            return;
        }
        var question = QUESTION.matcher(exchange.getRequestURI().getPath());
        switch (exchange.getRequestMethod()) {
            case "GET" -> {
                if (question.matches()) {
                    say(exchange, UUID.fromString(question.group(1)));
                } else {
                    LocalServer.json(exchange, 404, Map.of("error", "ask for /privacy/{notice}"));
                }
            }
            case "POST" -> take(exchange, JSON.readTree(body));
            default -> LocalServer.json(exchange, 405, Map.of("error", "POST a notice, or GET one"));
        }
    }

    private boolean isSigned(HttpExchange exchange, byte[] body) {
        Map<String, List<String>> headers = new HashMap<>();
        for (String name : SIGNED) {
            String value = exchange.getRequestHeaders().getFirst(name);
            headers.put(name, value == null ? List.of() : List.of(value));
        }
        try {
            webhook.verify(new String(body, StandardCharsets.UTF_8), headers);
            return true;
        } catch (WebhookVerificationException | RuntimeException refused) {
            return false;
        }
    }

    private void say(HttpExchange exchange, UUID notice) throws IOException {
        if (!subscribers.hasHandled(notice)) {
            LocalServer.json(exchange, 404, Map.of("error", "nothing is known of this notice"));
            return;
        }
        byte[] body = done(notice);
        signed("answer-" + notice, body).forEach(exchange.getResponseHeaders()::set);
        LocalServer.send(exchange, 200, "application/json", body);
    }

    private void take(HttpExchange exchange, JsonNode notice) throws IOException {
        UUID task = UUID.fromString(notice.path("taskId").asString(""));
        URI answerTo = URI.create(notice.path("answerTo").asString(""));
        String right = notice.path("right").asString("");
        if (!RIGHTS.contains(right) || !door.isNamedBy(answerTo)) {
            LocalServer.json(
                    exchange, 422, Map.of("error", "one of " + RIGHTS + ", to be answered to " + door.named()));
            return;
        }
        if (mode == Mode.SILENT) {
            LocalServer.json(exchange, 202, Map.of("taskId", task, "status", "accepted"));
            return;
        }
        // whoever is not to be sold keeps what was subscribed to
        subscribers.handle(task, right.equals(NOT_SOLD) ? List.of() : addressesIn(notice));
        LocalServer.json(exchange, 202, Map.of("taskId", task, "status", "accepted"));
        Thread.ofVirtual().name("mailer-answers").start(() -> callBack(task, door.way(answerTo)));
    }

    private static List<String> addressesIn(JsonNode notice) {
        List<String> addresses = new ArrayList<>();
        for (JsonNode identifier : notice.path("identifiers")) {
            if (identifier.path("kind").asString("").equals("EMAIL")) {
                addresses.add(identifier.path("value").asString(""));
            }
        }
        return addresses;
    }

    /** The id of the answer is the same at every try, so that it counts once; what does not get through is found by being asked. */
    private void callBack(UUID task, URI answers) {
        byte[] body = done(task);
        for (int attempt = 1; attempt <= TRIES; attempt++) {
            try {
                var request = HttpRequest.newBuilder(answers)
                        .timeout(Duration.ofSeconds(10))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
                signed("answer-" + task, body).forEach(request::header);
                int status = http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                if (status < 500 && status != 429) {
                    LOG.atInfo()
                            .addKeyValue("taskId", task)
                            .addKeyValue("status", status)
                            .log("the mailer has answered");
                    return;
                }
                pause(attempt);
            } catch (IOException away) {
                LOG.atWarn()
                        .addKeyValue("taskId", task)
                        .addKeyValue("attempt", attempt)
                        .log("the mailer's answer did not get through");
                pause(attempt);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void pause(int attempt) {
        try {
            Thread.sleep(PAUSE.multipliedBy(1L << attempt));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] done(UUID task) {
        return JSON.writeValueAsBytes(Map.of("taskId", task.toString(), "status", "done"));
    }

    private Map<String, String> signed(String id, byte[] body) {
        long now = REAL.instant().getEpochSecond();
        try {
            return Map.of(
                    Webhook.UNBRANDED_MSG_ID_KEY,
                    id,
                    Webhook.UNBRANDED_MSG_TIMESTAMP_KEY,
                    Long.toString(now),
                    Webhook.UNBRANDED_MSG_SIGNATURE_KEY,
                    webhook.sign(id, now, new String(body, StandardCharsets.UTF_8)));
        } catch (WebhookSigningException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void mode(HttpExchange exchange) throws IOException {
        String wanted = JSON.readTree(exchange.getRequestBody().readNBytes(LARGEST_BODY))
                .path("mode")
                .asString("");
        mode = Mode.valueOf(wanted.toUpperCase(Locale.ROOT));
        LocalServer.json(exchange, 200, Map.of("mode", mode));
    }

    private void page(HttpExchange exchange) throws IOException {
        LocalServer.html(exchange, """
                <!doctype html><html lang="en"><meta charset="utf-8"><title>Mailing provider</title>
                <h1>A mailing provider</h1>
                <p>The sample recipient of the sample shop. It was given the addresses of customers; %d are on its list. As JSON:
                <a href="/api/subscribers/count">/api/subscribers/count</a></p>
                </html>""".formatted(subscribers.count()));
    }

    @Override
    public void close() {
        server.close();
        http.shutdownNow();
    }
}
