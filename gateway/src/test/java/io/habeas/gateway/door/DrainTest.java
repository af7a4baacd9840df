// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.door;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.gateway.House;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What a caller meets whose connection was open before the gateway began to stop. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class DrainTest {

    private static final String CALL = "GET /api/v1/requests/1 HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @Test
    void a_gateway_that_stops_ends_each_open_connection_with_an_answer() throws Exception {
        var house = new House("habeas.door.drain=PT60S");
        house.services
                .get("request")
                .stubFor(any(anyUrl()).willReturn(aResponse().withStatus(200).withBody("one")));
        int port = house.port();
        CompletableFuture<Void> closing;
        // the first call warms up: a connection that waits for it would run into its own time limit
        house.get("/api/v1/requests/1");
        try (var first = new Socket(InetAddress.getLoopbackAddress(), port);
                var second = new Socket(InetAddress.getLoopbackAddress(), port)) {
            assertThat(call(first)).startsWith("HTTP/1.1 200").doesNotContain("Connection: close");
            assertThat(call(second)).startsWith("HTTP/1.1 200").doesNotContain("Connection: close");

            // not on the common pool, which the gateway's own client needs meanwhile
            closing = CompletableFuture.runAsync(
                    house::close, task -> Thread.ofPlatform().start(task));
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> isEnding(port));

            for (var open : List.of(first, second)) {
                assertThat(call(open)).startsWith("HTTP/1.1 200").contains("Connection: close");
                assertThat(open.getInputStream().read()).isEqualTo(-1);
            }
        }
        closing.join();
    }

    private static boolean isEnding(int port) throws IOException {
        try (var another = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return call(another).contains("Connection: close");
        }
    }

    /** Status and headers of one answer; its body is read too. */
    private static String call(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(CALL.getBytes(StandardCharsets.US_ASCII));
        var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII), 1);
        var head = new ArrayList<String>();
        boolean chunked = false;
        int length = 0;
        for (var line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            head.add(line);
            chunked |= line.equalsIgnoreCase("Transfer-Encoding: chunked");
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        if (chunked) {
            for (int chunk = -1; chunk != 0; ) {
                chunk = Integer.parseInt(Objects.requireNonNull(in.readLine()), 16);
                assertThat(in.skip(chunk)).isEqualTo(chunk);
                in.readLine();
            }
        } else {
            assertThat(in.skip(length)).isEqualTo(length);
        }
        return String.join("\n", head);
    }
}
