// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class IntakeConnectionTest {

    /** To {@code sendResponseHeaders}: the length is not told, so the body comes in chunks. */
    private static final long IN_CHUNKS = 0;

    private final List<String> bodies = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();
    private final List<InetSocketAddress> callers = new ArrayList<>();
    private HttpServer gateway;
    private int status = 202;
    private boolean last;
    private boolean chunks;

    @BeforeEach
    void start() throws IOException {
        gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        gateway.createContext("/api/v1/controllers/smallrig/requests", this::answer);
        gateway.start();
    }

    @AfterEach
    void stop() {
        gateway.stop(0);
    }

    @Test
    void rights_take_turns_and_every_key_is_fresh() throws IOException {
        try (var connection = connection()) {
            connection.submit();
            connection.submit();

            assertThat(bodies).satisfiesExactly(body -> assertThat(body).contains("ERASURE"), body -> assertThat(body)
                    .contains("ACCESS"));
            assertThat(keys).doesNotHaveDuplicates();
            assertThat(connection.accepted()).isEqualTo(2);
        }
    }

    @Test
    void a_connection_is_kept_also_behind_an_answer_in_chunks() throws IOException {
        chunks = true;
        try (var connection = connection()) {
            connection.submit();
            connection.submit();

            assertThat(callers.get(0)).isEqualTo(callers.get(1));
            assertThat(connection.connects()).isEqualTo(1);
        }
    }

    @Test
    void a_connection_that_the_gateway_ends_is_made_again() throws IOException {
        last = true;
        try (var connection = connection()) {
            connection.submit();
            connection.submit();

            assertThat(connection.connects()).isEqualTo(2);
        }
    }

    @Test
    void every_caller_has_an_address_of_its_own() throws IOException {
        try (var first = new IntakeConnection(0, gateway.getAddress().getPort());
                var second = new IntakeConnection(1, gateway.getAddress().getPort())) {
            first.submit();
            second.submit();
        }

        assertThat(callers).extracting(InetSocketAddress::getHostString).containsExactly("127.0.0.2", "127.0.0.3");
    }

    @Test
    void any_answer_but_202_ends_the_measurement() throws IOException {
        status = 429;
        try (var connection = connection()) {
            assertThatThrownBy(connection::submit)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("429");
            assertThat(connection.accepted()).isZero();
        }
    }

    private IntakeConnection connection() throws IOException {
        return new IntakeConnection(0, gateway.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        keys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
        callers.add(exchange.getRemoteAddress());
        if (last) {
            exchange.getResponseHeaders().set("Connection", "close");
        }
        var body = "{}".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, chunks ? IN_CHUNKS : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
