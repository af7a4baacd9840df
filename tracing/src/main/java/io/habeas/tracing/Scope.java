// SPDX-License-Identifier: Apache-2.0
package io.habeas.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** A trace context of this thread until it is closed, by the thread that entered it; with its span, if there is one. */
public final class Scope implements AutoCloseable {

    /** Changes nothing. */
    public static final Scope NONE = new Scope();

    private final boolean changes;
    private final @Nullable String before;
    private final @Nullable String entered;
    private final @Nullable Span span;

    private Scope() {
        this.changes = false;
        this.before = null;
        this.entered = null;
        this.span = null;
    }

    Scope(String traceparent, @Nullable Span span) {
        this.changes = true;
        this.before = MDC.get(TraceContext.KEY);
        this.entered = traceparent;
        this.span = span;
        put(traceparent);
    }

    /** @throws IllegalStateException if nothing was entered */
    public String traceparent() {
        if (entered == null) {
            throw new IllegalStateException("no trace context was entered");
        }
        return entered;
    }

    /** Whether the context has a span id of its own; else it is that of whoever called. */
    public boolean isSpan() {
        return span != null;
    }

    /** A fact about the span. Neither may hold what a person or a caller wrote. */
    public Scope with(String attribute, String value) {
        if (span != null) {
            span.setAttribute(attribute, value);
        }
        return this;
    }

    /** How an HTTP request was answered, and by which route, as a pattern; a status of 500 or more marks the span as failed. */
    public void answered(String method, @Nullable String route, int status) {
        if (span == null) {
            return;
        }
        String known = TraceContext.known(method);
        if (route != null) {
            span.updateName(known + ' ' + route);
            span.setAttribute("http.route", route);
        }
        span.setAttribute("http.request.method", known);
        span.setAttribute("http.response.status_code", status);
        if (status >= 500) {
            span.setStatus(StatusCode.ERROR);
        }
    }

    /** Marks the span as failed; what failed is in the log. */
    public void failed() {
        if (span != null) {
            span.setStatus(StatusCode.ERROR);
        }
    }

    private static void put(@Nullable String traceparent) {
        if (traceparent == null) {
            MDC.remove(TraceContext.KEY);
            MDC.remove(TraceContext.TRACE_ID);
        } else {
            MDC.put(TraceContext.KEY, traceparent);
            MDC.put(TraceContext.TRACE_ID, traceparent.substring(3, 35));
        }
    }

    @Override
    public void close() {
        if (changes) {
            put(before);
        }
        if (span != null) {
            span.end();
        }
    }
}
