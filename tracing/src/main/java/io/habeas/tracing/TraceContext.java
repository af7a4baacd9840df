// SPDX-License-Identifier: Apache-2.0
package io.habeas.tracing;

import io.opentelemetry.api.trace.SpanKind;
import java.net.http.HttpRequest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The W3C trace context of what this thread is doing: it came with a message or an HTTP request, stands in the log's MDC as
 * {@value #KEY}, and goes out again with whatever is announced or asked meanwhile.
 *
 * <p>Names of spans and their attributes are chosen by this code alone: routes, topics, types, and ids that mean nothing outside. What
 * a caller or a person wrote is never one of them.
 */
public final class TraceContext {

    /** Key in the MDC and in the metadata of an event; also the name of the header. */
    public static final String KEY = "traceparent";

    /** Key in the MDC of the trace id alone, as the Elastic Common Schema has it: what is searched for in logs. */
    public static final String TRACE_ID = "trace.id";

    private static final Pattern FORM = Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private TraceContext() {}

    /** Whether spans are made at all. */
    public static boolean isExported() {
        return Spans.tracer() != null;
    }

    /** A method is a caller's word until it is one of those that there are. */
    static String known(String method) {
        return METHODS.contains(method) ? method : "_OTHER";
    }

    public static Optional<String> current() {
        return Optional.ofNullable(valid(MDC.get(KEY)));
    }

    /** @return what was given, if it is a trace context of version 00 */
    public static @Nullable String valid(@Nullable String traceparent) {
        return traceparent != null && FORM.matcher(traceparent).matches() ? traceparent : null;
    }

    /** Makes it the context of this thread until the scope is closed; something that is no trace context changes nothing. */
    public static Scope enter(@Nullable String traceparent) {
        var entered = valid(traceparent);
        return entered == null ? Scope.NONE : new Scope(entered, null);
    }

    /** A request that came in, as a span of the caller's trace, or as the first of a trace of its own. */
    public static Scope serving(String method, @Nullable String traceparent) {
        var given = valid(traceparent);
        if (given == null && Spans.tracer() == null) {
            return new Scope(begun(), null);
        }
        return in(known(method), SpanKind.SERVER, given);
    }

    /** A message that came in, as a span of its trace; without a trace nothing is begun. */
    public static Scope taking(String topic, String type, @Nullable String traceparent) {
        var given = valid(traceparent);
        return given == null
                ? Scope.NONE
                : in("process " + topic, SpanKind.CONSUMER, given)
                        .with("messaging.destination.name", topic)
                        .with("habeas.message.type", type);
    }

    /** Work on a thread of our own, as a span of the trace that it goes back to; without a trace nothing is begun. */
    public static Scope working(String name, @Nullable String traceparent) {
        var given = valid(traceparent);
        return given == null ? Scope.NONE : in(name, SpanKind.INTERNAL, given);
    }

    /**
     * A call to another service of Habeas, which gets the context as a header; without a context it gets none.
     *
     * @param name of the call, such as {@code "directory look-up"}
     */
    public static Scope calling(String name, HttpRequest.Builder call) {
        var outer = valid(MDC.get(KEY));
        if (outer == null) {
            return Scope.NONE;
        }
        var scope = in(name, SpanKind.CLIENT, outer);
        call.setHeader(KEY, scope.traceparent());
        return scope;
    }

    private static Scope in(String name, SpanKind kind, @Nullable String parent) {
        var tracer = Spans.tracer();
        if (tracer == null) {
            return parent == null ? Scope.NONE : new Scope(parent, null);
        }
        var span = Spans.begin(tracer, name, kind, parent);
        return new Scope(Spans.traceparent(span), span);
    }

    /** Not sampled: whoever begins a trace that is kept says so. */
    private static String begun() {
        var bytes = new byte[24];
        ThreadLocalRandom.current().nextBytes(bytes);
        bytes[15] |= 1;
        bytes[23] |= 1;
        var hex = HexFormat.of().formatHex(bytes);
        return "00-" + hex.substring(0, 32) + "-" + hex.substring(32) + "-00";
    }
}
