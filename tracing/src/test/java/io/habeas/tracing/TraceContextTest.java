// SPDX-License-Identifier: Apache-2.0
package io.habeas.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TraceContextTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String KEPT = "00-" + TRACE + "-00f067aa0ba902b7-01";
    private static final String DROPPED = "00-" + TRACE + "-00f067aa0ba902b7-00";

    private final InMemorySpanExporter exported = InMemorySpanExporter.create();
    private Spans spans;

    private void export(Sampler sampler) {
        spans = new Spans(SdkTracerProvider.builder()
                .setSampler(sampler)
                .addSpanProcessor(SimpleSpanProcessor.create(exported))
                .build());
    }

    @AfterEach
    void no_spans_any_more() {
        if (spans != null) {
            spans.close();
        }
        assertThat(MDC.get(TraceContext.KEY)).isNull();
        assertThat(MDC.get(TraceContext.TRACE_ID)).isNull();
    }

    private static HttpRequest.Builder call() {
        return HttpRequest.newBuilder(URI.create("http://fulfillment.example/"));
    }

    private static Optional<String> header(HttpRequest.Builder call) {
        return call.build().headers().firstValue(TraceContext.KEY);
    }

    @Test
    void without_an_exporter_a_call_takes_the_context_along_as_it_came() {
        var call = call();
        try (var serving = TraceContext.serving("POST", KEPT);
                var calling = TraceContext.calling("look-up", call)) {
            assertThat(serving.isSpan()).isFalse();
            assertThat(calling.isSpan()).isFalse();
            assertThat(MDC.get(TraceContext.TRACE_ID)).isEqualTo(TRACE);
        }

        assertThat(header(call)).contains(KEPT);
    }

    @Test
    void work_without_a_trace_calls_without_one() {
        var call = call();
        try (var _ = TraceContext.calling("look-up", call)) {
            assertThat(TraceContext.current()).isEmpty();
        }

        assertThat(header(call)).isEmpty();
    }

    @Test
    void a_request_without_a_trace_begins_one() {
        try (var _ = TraceContext.serving("GET", null)) {
            assertThat(TraceContext.current())
                    .hasValueSatisfying(it -> assertThat(it).endsWith("-00"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "somebody@example.org",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            })
    void what_is_no_context_goes_nowhere(String sent) {
        try (var _ = TraceContext.enter(sent)) {
            assertThat(TraceContext.current()).isEmpty();
        }
        try (var _ = TraceContext.serving("GET", sent)) {
            assertThat(TraceContext.current().orElseThrow()).doesNotContain(TRACE);
        }
    }

    @Test
    void the_context_before_is_back_when_a_scope_ends() {
        try (var _ = TraceContext.enter(KEPT)) {
            try (var _ = TraceContext.enter(DROPPED)) {
                assertThat(TraceContext.current()).contains(DROPPED);
            }
            assertThat(TraceContext.current()).contains(KEPT);
        }
    }

    @Test
    void a_call_is_a_child_of_what_is_served_and_that_a_child_of_the_caller() {
        export(Sampler.parentBased(Sampler.alwaysOff()));
        var call = call();

        try (var serving = TraceContext.serving("POST", KEPT)) {
            try (var _ = TraceContext.calling("look-up", call)) {
                assertThat(TraceContext.current()).isEqualTo(header(call));
            }
            serving.answered("POST", "/internal/v1/keys/{id}", 503);
        }

        assertThat(exported.getFinishedSpanItems()).hasSize(2).allSatisfy(it -> assertThat(it.getTraceId())
                .isEqualTo(TRACE));
        var calling = exported.getFinishedSpanItems().getFirst();
        var serving = exported.getFinishedSpanItems().getLast();
        assertThat(calling.getKind()).isEqualTo(SpanKind.CLIENT);
        assertThat(header(call)).contains("00-" + TRACE + "-" + calling.getSpanId() + "-01");
        assertThat(calling.getParentSpanId()).isEqualTo(serving.getSpanId());
        assertThat(serving.getKind()).isEqualTo(SpanKind.SERVER);
        assertThat(serving.getParentSpanId()).isEqualTo("00f067aa0ba902b7");
        assertThat(serving.getName()).isEqualTo("POST /internal/v1/keys/{id}");
        assertThat(serving.getStatus()).isEqualTo(StatusData.error());
    }

    @Test
    void a_message_is_a_child_of_the_trace_that_it_brought() {
        export(Sampler.parentBased(Sampler.alwaysOff()));

        try (var _ = TraceContext.taking("habeas.request.v1", "request.received", KEPT)) {
            assertThat(TraceContext.current().orElseThrow())
                    .startsWith("00-" + TRACE)
                    .isNotEqualTo(KEPT);
        }
        try (var _ = TraceContext.taking("habeas.request.v1", "request.received", null)) {
            assertThat(TraceContext.current()).isEmpty();
        }

        assertThat(exported.getFinishedSpanItems()).singleElement().satisfies(it -> {
            assertThat(it.getName()).isEqualTo("process habeas.request.v1");
            assertThat(it.getKind()).isEqualTo(SpanKind.CONSUMER);
        });
    }

    @Test
    void what_was_not_kept_where_it_began_is_kept_nowhere() {
        export(Sampler.parentBased(Sampler.alwaysOff()));
        var call = call();

        try (var _ = TraceContext.serving("GET", DROPPED);
                var _ = TraceContext.calling("look-up", call)) {
            assertThat(MDC.get(TraceContext.TRACE_ID)).isEqualTo(TRACE);
        }
        try (var _ = TraceContext.serving("GET", null)) {
            assertThat(TraceContext.current()).isPresent();
        }

        assertThat(header(call))
                .hasValueSatisfying(
                        it -> assertThat(it).startsWith("00-" + TRACE).endsWith("-00"));
        assertThat(exported.getFinishedSpanItems()).isEmpty();
    }
}
