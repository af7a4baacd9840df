// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.door;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * W3C trace context of one request: the caller's trace when it sent a valid one, else a fresh one; the span is ours.
 * The trace id is the correlation id; a caller's own wording is not taken, since it would end in logs.
 *
 * @param inherited whether the caller's trace goes on, so that its {@code tracestate} is still true
 */
record TraceContext(String traceId, String spanId, String flags, boolean inherited) {

    private static final Pattern VALID = Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");
    private static final SecureRandom RANDOM = new SecureRandom();

    static TraceContext continuing(@Nullable String traceparent) {
        if (traceparent != null && VALID.matcher(traceparent).matches()) {
            return new TraceContext(traceparent.substring(3, 35), random(8), traceparent.substring(53), true);
        }
        return new TraceContext(random(16), random(8), "01", false);
    }

    String traceparent() {
        return "00-" + traceId + '-' + spanId + '-' + flags;
    }

    private static String random(int bytes) {
        byte[] drawn = new byte[bytes];
        RANDOM.nextBytes(drawn);
        drawn[bytes - 1] |= 1;
        return HexFormat.of().formatHex(drawn);
    }
}
