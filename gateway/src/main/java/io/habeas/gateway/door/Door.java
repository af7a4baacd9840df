// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.door;

import io.habeas.gateway.problem.AnswerHeaders;
import io.habeas.gateway.problem.Problem;
import io.habeas.tracing.TraceContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** The first thing a request meets: refuses what may not come in, cleans what may, and writes one line about each. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class Door extends OncePerRequestFilter implements ApplicationListener<ApplicationReadyEvent> {

    private static final long LARGEST_BODY = 64L * 1024;

    private static final Logger ACCESS = LoggerFactory.getLogger("io.habeas.gateway.access");
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final Pattern QUERY = Pattern.compile("(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*+");
    private static final int LONGEST_QUERY = 2048;

    private static final String FORWARDED_FOR = "X-Forwarded-For";
    private static final String FORWARDED_PROTO = "X-Forwarded-Proto";

    private final TrustedProxies proxies;
    private final RateLimit rateLimit;
    private final Drain drain;

    /** The container listens before the routes have their filters. */
    private volatile boolean open;

    Door(DoorProperties properties, Drain drain) {
        this.drain = drain;
        this.proxies = TrustedProxies.of(properties.trustedProxies());
        this.rateLimit = new RateLimit(properties, System::nanoTime);
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent ready) {
        open = true;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        long began = System.nanoTime();
        String sent = request.getHeader(TraceContext.KEY);
        try (var serving = TraceContext.serving(request.getMethod(), sent)) {
            Correlation trace = Correlation.of(serving, sent);
            AnswerHeaders.set(response, isEncrypted(request));
            response.setHeader(CleanRequest.CORRELATION, trace.traceId());
            if (drain.isOn()) {
                response.setHeader("Connection", "close");
            }
            boolean broken = true;
            try {
                admit(request, response, chain, trace);
                broken = false;
            } finally {
                log(request, response, began, broken);
                serving.answered(
                        request.getMethod(),
                        null,
                        broken ? HttpServletResponse.SC_INTERNAL_SERVER_ERROR : response.getStatus());
            }
        }
    }

    private void admit(HttpServletRequest request, HttpServletResponse response, FilterChain chain, Correlation trace)
            throws ServletException, IOException {
        if (!open) {
            Problem.SERVICE_DOWN.writeTo(response);
            return;
        }
        long wait = rateLimit.secondsToWait(
                proxies.source(request.getRemoteAddr(), Collections.list(request.getHeaders(FORWARDED_FOR))));
        if (wait > 0) {
            Problem.TOO_MANY_REQUESTS.writeTo(response, wait);
            return;
        }
        Problem refusal = refusalOf(request);
        if (refusal != null) {
            refusal.writeTo(response);
            return;
        }
        chain.doFilter(new CleanRequest(request, trace), response);
    }

    private boolean isEncrypted(HttpServletRequest request) {
        return request.isSecure()
                || proxies.believes(request.getRemoteAddr())
                        && "https".equalsIgnoreCase(request.getHeader(FORWARDED_PROTO));
    }

    private static @Nullable Problem refusalOf(HttpServletRequest request) {
        if (!METHODS.contains(request.getMethod())) {
            return Problem.METHOD_REFUSED;
        }
        if (!PathRules.isPlain(request.getRequestURI())) {
            return Problem.PATH_REFUSED;
        }
        String query = request.getQueryString();
        if (query != null && query.length() > LONGEST_QUERY) {
            return Problem.QUERY_TOO_LONG;
        }
        if (query != null && !QUERY.matcher(query).matches()) {
            return Problem.MALFORMED_REQUEST;
        }
        if (hasControlCharacters(request)) {
            return Problem.HEADER_REFUSED;
        }
        return request.getContentLengthLong() > LARGEST_BODY ? Problem.BODY_TOO_LARGE : null;
    }

    private static boolean hasControlCharacters(HttpServletRequest request) {
        for (String name : Collections.list(request.getHeaderNames())) {
            for (String value : Collections.list(request.getHeaders(name))) {
                if (value.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 0x7f)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void log(HttpServletRequest request, HttpServletResponse response, long began, boolean broken) {
        ACCESS.atInfo()
                .addKeyValue("method", METHODS.contains(request.getMethod()) ? request.getMethod() : "other")
                .addKeyValue("path", LoggedPath.of(request.getRequestURI()))
                .addKeyValue("status", response.getStatus())
                .addKeyValue("broken", broken)
                .addKeyValue("micros", (System.nanoTime() - began) / 1000)
                .log("served");
    }
}
