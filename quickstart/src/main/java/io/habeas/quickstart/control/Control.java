// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.control;

import com.sun.net.httpserver.HttpExchange;
import io.habeas.quickstart.processes.Child;
import io.habeas.quickstart.processes.Children;
import io.habeas.quickstart.processes.Readiness;
import io.habeas.quickstart.settings.Copy;
import io.habeas.quickstart.settings.Ports;
import io.habeas.quickstart.web.LocalServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code GET /status}; and for tests alone {@code POST /time {"advance": "PT720H"}}, {@code POST /processes/{name}/kill|stop|cont|restart}
 * and {@code POST /processes/{name}/faults {"point": "...", "pass": 1}}, {@code POST /stores/{postgres|shop|documents}/crash|revive}.
 */
public final class Control implements AutoCloseable {

    private static final Pattern STORE = Pattern.compile("/stores/([a-z]+)/(crash|revive)");
    private static final Pattern ACTION =
            Pattern.compile("/processes/([a-z]+(?:-[0-9])?)/(kill|stop|cont|restart|faults)");
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int LARGEST_BODY = 8192;

    private final Children children;
    private final Ports ports;
    /** A server of the launcher's own that tests may break, and mend. */
    public record Store(Deed crash, Deed revive) {}

    /** Something that is done to a server. */
    @FunctionalInterface
    public interface Deed {
        void run() throws IOException;
    }

    private final LegalTime legalTime;
    private final Map<String, Store> stores = new ConcurrentHashMap<>();
    private final LocalServer server;

    public Control(int port, Children children, Ports ports, LegalTime legalTime, boolean testControls)
            throws IOException {
        this.children = children;
        this.ports = ports;
        this.legalTime = legalTime;
        this.server = new LocalServer(port);
        server.on("/status", exchange -> LocalServer.json(exchange, 200, status()));
        if (testControls) {
            server.on("/time", this::time);
            server.on("/processes", this::process);
            server.on("/stores", this::store);
        }
        server.on(
                "/",
                exchange -> LocalServer.json(
                        exchange,
                        404,
                        Map.of(
                                "error",
                                testControls
                                        ? "there are /status, /time and /processes/{name}/kill|stop|cont|restart|faults"
                                        : "there is /status; the rest needs --test-controls")));
        server.start();
    }

    /** @param name as in the path */
    public void addStore(String name, Store store) {
        stores.put(name, store);
    }

    private void store(HttpExchange exchange) throws IOException {
        Matcher action = STORE.matcher(exchange.getRequestURI().getPath());
        var store = action.matches() ? stores.get(action.group(1)) : null;
        if (store == null || !exchange.getRequestMethod().equals("POST")) {
            throw new IllegalArgumentException("POST /stores/{name}/crash|revive; stores: " + stores.keySet());
        }
        if (action.group(2).equals("crash")) {
            store.crash().run();
        } else {
            store.revive().run();
        }
        LocalServer.json(exchange, 200, Map.of("store", action.group(1), "did", action.group(2)));
    }

    private Map<String, Object> status() {
        return Map.of(
                "ports",
                Map.of("offset", ports.offset()),
                "processes",
                children.all().stream().map(this::statusOf).toList());
    }

    private Map<String, Object> statusOf(Child child) {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("name", child.name());
        status.put("alive", child.isAlive());
        status.put("pid", child.pid());
        status.put("starts", child.starts());
        Copy.named(child.name()).ifPresent(it -> {
            status.put("port", ports.of(it));
            status.put("ready", child.isAlive() && Readiness.isReady(ports.managementOf(it)));
        });
        return status;
    }

    private void time(HttpExchange exchange) throws IOException {
        JsonNode advance = body(exchange).path("advance");
        try {
            Duration offset = legalTime.advance(Duration.parse(advance.asString("")));
            LocalServer.json(
                    exchange,
                    200,
                    Map.of(
                            "offset",
                            offset.toString(),
                            "now",
                            Instant.now().plus(offset).toString()));
        } catch (DateTimeParseException wrong) {
            throw new IllegalArgumentException("send {\"advance\": \"PT720H\"}, an ISO-8601 duration");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            LocalServer.json(exchange, 503, Map.of("error", "the launcher is stopping"));
        }
    }

    private void process(HttpExchange exchange) throws IOException {
        Matcher action = ACTION.matcher(exchange.getRequestURI().getPath());
        if (!action.matches() || !exchange.getRequestMethod().equals("POST")) {
            throw new IllegalArgumentException("POST /processes/{name}/kill|stop|cont|restart|faults");
        }
        Child child = children.named(action.group(1));
        switch (action.group(2)) {
            case "kill" -> child.kill();
            case "stop" -> child.stop();
            case "cont" -> child.cont();
            case "restart" -> child.restart();
            default -> {
                fault(exchange, child);
                return;
            }
        }
        LocalServer.json(exchange, 200, statusOf(child));
    }

    private void fault(HttpExchange exchange, Child child) throws IOException {
        Copy copy = Copy.named(child.name())
                .orElseThrow(() -> new IllegalArgumentException(child.name() + " has no fault points"));
        try {
            child.expectEnd();
            var answer = legalTime.post(copy, "/internal/v1/faults", JSON.writeValueAsString(body(exchange)));
            LocalServer.send(
                    exchange,
                    answer.statusCode(),
                    "application/json",
                    answer.body().getBytes(StandardCharsets.UTF_8));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            LocalServer.json(exchange, 503, Map.of("error", "the launcher is stopping"));
        }
    }

    private static JsonNode body(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY);
        return body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
    }

    @Override
    public void close() {
        server.close();
    }
}
