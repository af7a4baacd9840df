// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LocalServerTest {

    private int port;
    private LocalServer server;

    @BeforeEach
    void start() throws Exception {
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        server = new LocalServer(port);
        server.on("/wrong", _ -> {
            throw new IllegalArgumentException("a name is missing");
        });
        server.on("/broken", _ -> {
            throw new IllegalStateException("out of order");
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void what_the_caller_got_wrong_and_what_broke_is_answered_with_its_reason() throws Exception {
        var wrong = get("/wrong");
        var broken = get("/broken");

        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body()).isEqualTo("{\"error\":\"a name is missing\"}");
        assertThat(broken.statusCode()).isEqualTo(500);
        assertThat(broken.body()).isEqualTo("{\"error\":\"out of order\"}");
    }

    @Test
    void a_page_of_another_origin_gets_nothing() throws Exception {
        assertThat(get("/wrong", "Origin", "http://example.org").statusCode()).isEqualTo(403);
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
