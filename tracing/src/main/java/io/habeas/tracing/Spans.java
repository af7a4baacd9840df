// SPDX-License-Identifier: Apache-2.0
package io.habeas.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import org.jspecify.annotations.Nullable;

/** Makes spans from now on until it is closed, which hands over what was not exported yet. While there is none, nothing is made. */
final class Spans implements AutoCloseable {

    private static volatile @Nullable Tracer tracer;

    private final SdkTracerProvider provider;

    Spans(SdkTracerProvider provider) {
        this.provider = provider;
        tracer = provider.get("io.habeas");
    }

    static @Nullable Tracer tracer() {
        return tracer;
    }

    /** @param parent a valid {@code traceparent}, or none for the first span of a trace */
    static Span begin(Tracer tracer, String name, SpanKind kind, @Nullable String parent) {
        if (parent == null) {
            return tracer.spanBuilder(name).setSpanKind(kind).setNoParent().startSpan();
        }
        var from = SpanContext.createFromRemoteParent(
                parent.substring(3, 35),
                parent.substring(36, 52),
                TraceFlags.fromHex(parent, 53),
                TraceState.getDefault());
        return tracer.spanBuilder(name)
                .setSpanKind(kind)
                .setParent(Context.root().with(Span.wrap(from)))
                .startSpan();
    }

    static String traceparent(Span span) {
        var context = span.getSpanContext();
        return "00-" + context.getTraceId() + '-' + context.getSpanId() + '-'
                + context.getTraceFlags().asHex();
    }

    @Override
    public void close() {
        tracer = null;
        provider.close();
    }
}
