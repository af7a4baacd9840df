// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The W3C trace context of what this thread is doing: it came with a message or an HTTP request, stands in the log's MDC as
 * {@value #KEY}, and goes out again with whatever is announced meanwhile.
 */
public final class TraceContext {

    /** Key in the MDC and in the metadata of an event; also the name of the header. */
    public static final String KEY = "traceparent";

    /** Key in the MDC of the trace id alone, as the Elastic Common Schema has it: what is searched for in logs. */
    static final String TRACE_ID = "trace.id";

    private static final Pattern FORM = Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private TraceContext() {}

    public static Optional<String> current() {
        return Optional.ofNullable(valid(MDC.get(KEY)));
    }

    /** Makes it the context of this thread until the scope is closed; something that is no trace context changes nothing. */
    static Scope enter(@Nullable String traceparent) {
        var before = MDC.get(KEY);
        var entered = valid(traceparent);
        if (entered != null) {
            put(entered);
        }
        return () -> put(before);
    }

    private static void put(@Nullable String traceparent) {
        if (traceparent == null) {
            MDC.remove(KEY);
            MDC.remove(TRACE_ID);
        } else {
            MDC.put(KEY, traceparent);
            MDC.put(TRACE_ID, traceparent.substring(3, 35));
        }
    }

    static @Nullable String valid(@Nullable String traceparent) {
        return traceparent != null && FORM.matcher(traceparent).matches() ? traceparent : null;
    }

    /** Ends a context. */
    @FunctionalInterface
    interface Scope extends AutoCloseable {
        @Override
        void close();
    }
}
