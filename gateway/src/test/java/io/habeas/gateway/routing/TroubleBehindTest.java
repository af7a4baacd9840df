// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.routing;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.http.Fault;
import com.sun.net.httpserver.HttpServer;
import io.habeas.gateway.House;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TroubleBehindTest {

    private static final long LARGE = 1280L << 20;

    private House house = new House();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void a_service_that_is_down_is_a_503_and_its_neighbors_go_on() {
        house.services.get("fulfillment").stop();

        HttpResponse<String> answer = house.get("/api/v1/requests/1/package");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("urn:habeas:problem:unavailable");
        assertThat(house.get("/api/v1/requests/1").statusCode()).isEqualTo(200);
    }

    @Test
    void a_service_that_is_slow_is_a_504() {
        house.close();
        house = new House("habeas.upstream.answer=200ms");
        house.services
                .get("request")
                .stubFor(any(anyUrl()).willReturn(aResponse().withFixedDelay(5_000)));

        HttpResponse<String> answer = house.get("/api/v1/requests/1");

        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.body()).contains("same Idempotency-Key");
    }

    @Test
    void a_service_that_breaks_off_before_its_answer_is_a_502() {
        house.services
                .get("request")
                .stubFor(any(anyUrl()).willReturn(aResponse().withFault(Fault.RANDOM_DATA_THEN_CLOSE)));

        HttpResponse<String> answer = house.get("/api/v1/requests/1");

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void a_full_service_is_a_503_until_there_is_room() throws Exception {
        var begun = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        try (var _ = service(
                out -> {
                    begun.countDown();
                    mayEnd.await();
                    out.close();
                },
                "habeas.upstream.at-once=1")) {
            var first = CompletableFuture.supplyAsync(
                    () -> house.get("/api/v1/requests/1/package").statusCode());
            begun.await();

            assertThat(house.get("/api/v1/requests/2/package").statusCode()).isEqualTo(503);
            mayEnd.countDown();
            assertThat(first.join()).isEqualTo(200);
            assertThat(house.get("/api/v1/requests/2/package").statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Transfer-Encoding: chunked\r\n\r\n4e20\r\n", "Content-Length: 90000\r\n\r\n"})
    void a_body_that_breaks_off_never_looks_whole(String head) throws Exception {
        try (var _ = serviceThatSendsAndLeaves(head + "x".repeat(20_000) + "\r\n")) {
            assertThatThrownBy(() -> house.get("/api/v1/requests/1/package")).hasRootCauseInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\n", "Content-Length: 8\r\nETag: \"1\"\r\n\r\npart"
            })
    void a_body_that_breaks_off_at_once_is_a_502(String answerOfTheService) throws Exception {
        try (var _ = serviceThatSendsAndLeaves(answerOfTheService)) {
            HttpResponse<String> answer = house.get("/api/v1/requests/1/package");

            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.headers().firstValue("ETag")).isEmpty();
            assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
            assertThat(answer.headers().firstValue("X-Correlation-Id")).isPresent();
        }
    }

    private ServerSocket serviceThatSendsAndLeaves(String answer) throws IOException {
        var listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            try (var socket = listener.accept()) {
                int read = socket.getInputStream().read(new byte[8192]);
                assertThat(read).isPositive();
                socket.getOutputStream().write(("HTTP/1.1 200 OK\r\n" + answer).getBytes(StandardCharsets.US_ASCII));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
        house.close();
        house = new House("habeas.services.fulfillment=http://127.0.0.1:" + listener.getLocalPort());
        return listener;
    }

    @Test
    void a_body_that_falls_silent_is_cut_off() throws Exception {
        var never = new CountDownLatch(1);
        try (var _ = service(
                out -> {
                    out.write(new byte[100_000]);
                    out.flush();
                    never.await();
                },
                "habeas.upstream.silence=300ms")) {
            assertThatThrownBy(() -> house.get("/api/v1/requests/1/package")).hasRootCauseInstanceOf(IOException.class);
        } finally {
            never.countDown();
        }
    }

    /** More than the heap of this process passes through. */
    @Test
    void a_download_larger_than_memory_passes_through() throws Exception {
        try (var _ = service(out -> {
                    byte[] chunk = new byte[1 << 20];
                    for (long sent = 0; sent < LARGE; sent += chunk.length) {
                        out.write(chunk);
                    }
                    out.close();
                });
                var client = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> answer =
                    client.send(house.to("/api/v1/requests/1/package").build(), BodyHandlers.ofInputStream());

            assertThat(answer.body().transferTo(OutputStream.nullOutputStream()))
                    .isEqualTo(LARGE);
        }
    }

    private interface Body {
        void writeTo(OutputStream out) throws Exception;
    }

    /** A fulfillment-service with a chunked body under the test's control, in place of the one of the house. */
    private AutoCloseable service(Body body, String... properties) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try {
                body.writeTo(exchange.getResponseBody());
            } catch (IOException broken) {
                throw broken;
            } catch (Exception failure) {
                throw new IOException(failure);
            }
        });
        server.start();
        var all = new ArrayList<>(List.of(properties));
        all.add("habeas.services.fulfillment=http://127.0.0.1:"
                + server.getAddress().getPort());
        house.close();
        house = new House(all.toArray(String[]::new));
        return () -> {
            server.stop(0);
            threads.shutdownNow();
        };
    }
}
