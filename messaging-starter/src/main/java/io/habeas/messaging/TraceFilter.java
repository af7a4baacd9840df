// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.web.filter.OncePerRequestFilter;

/** Takes the caller's trace context, or begins one, so that what a request leads to can be followed through all services. */
final class TraceFilter extends OncePerRequestFilter {

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var given = TraceContext.valid(request.getHeader(TraceContext.KEY));
        try (var _ = TraceContext.enter(given == null ? begun() : given)) {
            chain.doFilter(request, response);
        }
    }

    private static String begun() {
        var bytes = new byte[24];
        ThreadLocalRandom.current().nextBytes(bytes);
        var hex = HexFormat.of().formatHex(bytes);
        return "00-" + hex.substring(0, 32) + "-" + hex.substring(32) + "-00";
    }
}
