// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;

/** A test's log behind the path where the request-service has its own. */
record ServedLog(TestLog log, HttpServer server, Path keyFile) implements AutoCloseable {

    private static final String PATH = "/api/v1/audit/requests/";

    static ServedLog start() {
        try {
            var log = new TestLog();
            var key = Files.writeString(Files.createTempFile("habeas-audit", ".pub"), log.verifierKey());
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext(PATH, exchange -> answer(log, exchange));
            server.start();
            return new ServedLog(log, server, key);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void answer(TestLog log, HttpExchange exchange) throws IOException {
        try (exchange) {
            var request =
                    UUID.fromString(exchange.getRequestURI().getPath().substring(PATH.length(), PATH.length() + 36));
            var event = UUID.fromString(exchange.getRequestURI().getQuery().substring("event=".length()));
            var found = log.of(request, event);
            if (found.isEmpty()) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            var item = Map.of(
                    "index",
                    0,
                    "entry",
                    found.get().entry(),
                    "proof",
                    found.get().proof());
            var body = JsonMapper.shared().writeValueAsBytes(Map.of("items", List.of(item)));
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
