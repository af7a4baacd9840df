// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.problem;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import java.util.Map;

/** Headers that every answer carries, whoever wrote it; what a service says about them is not passed on. */
public final class AnswerHeaders {

    private static final String HSTS = "Strict-Transport-Security";

    private static final Map<String, String> ALWAYS = Map.of(
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Cache-Control", "no-store");

    private AnswerHeaders() {}

    /** @param encrypted whether the caller came over TLS; HSTS over plain HTTP means nothing (RFC 6797, 7.2) */
    public static void set(HttpServletResponse response, boolean encrypted) {
        ALWAYS.forEach(response::setHeader);
        if (encrypted) {
            response.setHeader(HSTS, "max-age=31536000; includeSubDomains");
        }
    }

    /** Whether a header of a service's answer is left out: the door sets it, or it tells what software runs behind. */
    public static boolean ownedByTheDoor(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "x-content-type-options",
                    "referrer-policy",
                    "content-security-policy",
                    "cross-origin-resource-policy",
                    "cache-control",
                    "pragma",
                    "expires",
                    "strict-transport-security",
                    "x-frame-options",
                    "x-xss-protection",
                    "x-correlation-id",
                    "server",
                    "x-powered-by",
                    "set-cookie" -> true;
            default -> false;
        };
    }
}
