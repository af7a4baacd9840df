// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.problem;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Why the gateway itself refuses or cannot pass on a request. The text never repeats anything of the request. A list of its own, since
 * the gateway carries nothing of the services; a test holds it against theirs.
 */
public enum Problem {
    PATH_REFUSED(
            400,
            "path-not-accepted",
            "The path is ambiguous",
            "A path holds segments of letters, digits and - . _ ~ : only, without escapes, empty segments, '.' or '..'.",
            0),
    QUERY_TOO_LONG(400, "query-too-long", "The query is too long", "A query may be 2048 characters long.", 0),
    HEADER_REFUSED(
            400,
            "headers-not-accepted",
            "A header is refused",
            "Headers may be 16 KiB in all and 64 in number, without control characters.",
            0),
    MALFORMED_REQUEST(
            400, "malformed-request", "The request could not be read", "Check the request line and headers.", 0),
    DEAD_LETTERS_OF_WHOM(
            400,
            "service-required",
            "Whose dead letters?",
            "Add ?service= with one of: request, verification, fulfillment, notification.",
            0),
    NOT_FOUND(
            404,
            "not-found",
            "There is nothing at this path",
            "The API begins with /api/v1; see the OpenAPI description.",
            0),
    METHOD_REFUSED(
            405,
            "method-not-allowed",
            "This method is not served",
            "Use GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS.",
            0),
    BODY_TOO_LARGE(413, "body-too-large", "The body is too large", "A body may be 64 KiB.", 0),
    TOO_MANY_REQUESTS(
            429,
            "too-many",
            "Too many requests from this address",
            "Wait as long as Retry-After says, then go on more slowly.",
            1),
    INTERNAL(
            500,
            "internal",
            "The gateway failed",
            "This is our fault. It may be tried again with the same Idempotency-Key.",
            0),
    BAD_ANSWER(
            502,
            "upstream-failed",
            "A service gave an answer that could not be read",
            "It is not known whether the request took effect: repeat it with the same Idempotency-Key.",
            2),
    SERVICE_DOWN(
            503,
            "unavailable",
            "A service cannot be reached at the moment",
            "Repeat the request with the same Idempotency-Key after Retry-After seconds.",
            2),
    SERVICE_SLOW(
            504,
            "upstream-timed-out",
            "A service did not answer in time",
            "It is not known whether the request took effect: repeat it with the same Idempotency-Key.",
            5);

    private final int status;
    private final String slug;
    private final int retryAfterSeconds;
    private final byte[] body;

    Problem(int status, String slug, String title, String detail, int retryAfterSeconds) {
        this.status = status;
        this.slug = slug;
        this.retryAfterSeconds = retryAfterSeconds;
        this.body = """
                {"type":"urn:habeas:problem:%s","title":"%s","status":%d,"detail":"%s"}""".formatted(slug, title, status, detail).getBytes(StandardCharsets.UTF_8);
    }

    public int status() {
        return status;
    }

    /** What stands behind {@code urn:habeas:problem:}; the same problem of a service has the same. */
    String slug() {
        return slug;
    }

    /** Seconds after which the same request may be tried again; zero where that does not help. */
    int retryAfterSeconds() {
        return retryAfterSeconds;
    }

    /** The problem that stands for a bare status of the servlet container. */
    public static Problem ofStatus(int status) {
        return switch (status) {
            case 404 -> NOT_FOUND;
            case 405, 501 -> METHOD_REFUSED;
            case 413 -> BODY_TOO_LARGE;
            case 431 -> HEADER_REFUSED;
            case 503 -> SERVICE_DOWN;
            default -> status < 500 ? MALFORMED_REQUEST : INTERNAL;
        };
    }

    /** Writes this problem as the whole answer; does nothing when an answer has begun. */
    public void writeTo(HttpServletResponse response) throws IOException {
        writeTo(response, retryAfterSeconds);
    }

    /** As {@link #writeTo(HttpServletResponse)}, with seconds to wait that are known better than by default. */
    public void writeTo(HttpServletResponse response, long waitSeconds) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        response.resetBuffer();
        response.setStatus(status);
        response.setContentType("application/problem+json");
        response.setContentLength(body.length);
        if (waitSeconds > 0) {
            response.setHeader("Retry-After", Long.toString(waitSeconds));
        }
        response.getOutputStream().write(body);
        response.flushBuffer();
    }
}
