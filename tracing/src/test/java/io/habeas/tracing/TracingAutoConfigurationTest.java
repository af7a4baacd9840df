// SPDX-License-Identifier: Apache-2.0
package io.habeas.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TracingAutoConfigurationTest {

    private record Sent(String path, String body) {}

    private final LinkedBlockingQueue<Sent> sent = new LinkedBlockingQueue<>();
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(TracingAutoConfiguration.class))
            .withPropertyValues("spring.application.name=request-service");
    private HttpServer collector;

    @BeforeEach
    void listen() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", exchange -> {
            sent.add(new Sent(
                    exchange.getRequestURI().getPath(),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1)));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
    }

    @AfterEach
    void stop() {
        collector.stop(0);
    }

    private String endpoint() {
        return "habeas.tracing.endpoint=http://127.0.0.1:"
                + collector.getAddress().getPort() + "/v1/traces";
    }

    @Test
    void without_an_endpoint_no_span_is_made() {
        runner.run(context -> {
            assertThat(context).doesNotHaveBean(Spans.class);
            try (var serving = TraceContext.serving("GET", null)) {
                assertThat(serving.isSpan()).isFalse();
            }
        });
    }

    @Test
    void spans_go_to_the_endpoint_with_the_name_of_the_service_at_the_latest_when_it_stops() throws Exception {
        runner.withPropertyValues(endpoint(), "habeas.tracing.begins=true", "habeas.tracing.share=1")
                .run(context -> {
                    try (var serving = TraceContext.serving("GET", null)) {
                        serving.answered("GET", "/api/v1/requests/{id}", 200);
                    }
                });

        var arrived = sent.poll(60, TimeUnit.SECONDS);
        assertThat(arrived).isNotNull();
        assertThat(arrived.path()).isEqualTo("/v1/traces");
        assertThat(arrived.body()).contains("request-service", "GET /api/v1/requests/{id}");
        assertThat(Spans.tracer()).isNull();
    }

    @Test
    void where_traces_begin_the_share_decides_and_no_caller() {
        runner.withPropertyValues(endpoint(), "habeas.tracing.begins=true", "habeas.tracing.share=0")
                .run(context -> {
                    try (var serving =
                            TraceContext.serving("GET", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")) {
                        assertThat(serving.traceparent())
                                .startsWith("00-4bf92f3577b34da6a3ce929d0e0e4736-")
                                .endsWith("-00");
                    }
                });

        assertThat(sent).isEmpty();
    }

    @Test
    void a_share_that_is_none_is_told() {
        runner.withPropertyValues(endpoint(), "habeas.tracing.share=10").run(context -> assertThat(context)
                .hasFailed()
                .getFailure()
                .rootCause()
                .hasMessageContaining("habeas.tracing.share is 10.0; it must be from 0 to 1"));
    }
}
