// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.door;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A request without the headers that only we may say, and with our trace context. */
final class CleanRequest extends HttpServletRequestWrapper {

    static final String CORRELATION = "X-Correlation-Id";

    private static final List<String> REFUSED_PREFIXES = List.of(
            "x-forwarded",
            "x-user",
            "x-real-",
            "x-client-",
            "x-original-",
            "x-rewrite-",
            "x-http-method",
            "x-internal",
            "x-habeas",
            "x-remote-",
            "x-auth",
            "x-ssl-",
            "x-b3-",
            "habeas-internal",
            "proxy",
            "ce-",
            "ssl-client");
    private static final Set<String> REFUSED = Set.of(
            "forwarded",
            "via",
            "x-correlation-id",
            "x-request-id",
            "b3",
            "baggage",
            "cookie",
            "traceparent",
            "tracestate",
            "connection",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "expect",
            "true-client-ip",
            "remote-user");

    private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    CleanRequest(HttpServletRequest request, Correlation trace) {
        super(request);
        for (String name : Collections.list(request.getHeaderNames())) {
            if (!refused(name)) {
                headers.put(name, Collections.list(request.getHeaders(name)));
            }
        }
        headers.put("traceparent", List.of(trace.traceparent()));
        headers.put(CORRELATION, List.of(trace.traceId()));
        String state = request.getHeader("tracestate");
        if (trace.inherited() && state != null && state.length() <= 512) {
            headers.put("tracestate", List.of(state));
        }
    }

    /** Some servers read {@code X_User} as {@code X-User}, so both spellings go. */
    static boolean refused(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replace('_', '-');
        return REFUSED.contains(plain) || REFUSED_PREFIXES.stream().anyMatch(plain::startsWith);
    }

    @Override
    public @Nullable String getHeader(String name) {
        List<String> values = headers.get(name);
        return values == null ? null : values.getFirst();
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        return Collections.enumeration(headers.getOrDefault(name, List.of()));
    }

    @Override
    public Enumeration<String> getHeaderNames() {
        return Collections.enumeration(new ArrayList<>(headers.keySet()));
    }
}
