// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** An HTTP server that only this machine reaches, or only the network of a composition. */
public final class LocalServer implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private final Set<String> names;

    public LocalServer(int port) throws IOException {
        this(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), Set.of());
    }

    private LocalServer(InetSocketAddress address, Set<String> names) throws IOException {
        this.names = names;
        server = HttpServer.create(address, 0);
        server.setExecutor(threads);
    }

    /**
     * For a container: every address of it, for whoever shares a network with it.
     *
     * @param name what the others call it
     */
    public static LocalServer inContainer(int port, String name) throws IOException {
        return new LocalServer(new InetSocketAddress(port), Set.of(name));
    }

    /** Failures of the handler become a 400 (what the caller sent) or a 500, with the message. */
    public void on(String path, HttpHandler handler) {
        server.createContext(path, exchange -> {
            // closed last: what went wrong is answered before
            try (exchange) {
                answer(exchange, handler);
            }
        });
    }

    private void answer(HttpExchange exchange, HttpHandler handler) throws IOException {
        try {
            if (isFromAPage(exchange)) {
                json(exchange, 403, Map.of("error", "not for pages of other origins"));
                return;
            }
            handler.handle(exchange);
        } catch (IllegalArgumentException wrong) {
            json(exchange, 400, Map.of("error", String.valueOf(wrong.getMessage())));
        } catch (RuntimeException failure) {
            LoggerFactory.getLogger(LocalServer.class).error("a page of the launcher failed", failure);
            json(exchange, 500, Map.of("error", String.valueOf(failure.getMessage())));
        }
    }

    /** Keeps foreign pages in the reader's browser, and names that were bent to this address, away from mails and controls. */
    private boolean isFromAPage(HttpExchange exchange) {
        String host = String.valueOf(exchange.getRequestHeaders().getFirst("Host"));
        String name = host.replaceFirst(":\\d+$", "");
        String origin = exchange.getRequestHeaders().getFirst("Origin");
        boolean here =
                name.equals("localhost") || name.equals("127.0.0.1") || name.equals("[::1]") || names.contains(name);
        return !here || origin != null && !origin.equals("http://" + host);
    }

    public void start() {
        server.start();
    }

    public static void json(HttpExchange exchange, int status, Object body) throws IOException {
        send(exchange, status, "application/json", JSON.writeValueAsBytes(body));
    }

    public static void html(HttpExchange exchange, String page) throws IOException {
        exchange.getResponseHeaders().set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
        send(exchange, 200, "text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8));
    }

    public static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
