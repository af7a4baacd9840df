// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.tracing.TraceContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;

/** Takes the caller's trace context, or begins one, so that what a request leads to can be followed through all services. */
final class TraceFilter extends OncePerRequestFilter {

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try (var serving = TraceContext.serving(request.getMethod(), request.getHeader(TraceContext.KEY))) {
            boolean broken = true;
            try {
                chain.doFilter(request, response);
                broken = false;
            } finally {
                serving.answered(
                        request.getMethod(),
                        (String) request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE),
                        broken ? HttpServletResponse.SC_INTERNAL_SERVER_ERROR : response.getStatus());
            }
        }
    }
}
