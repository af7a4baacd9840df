// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.door;

import io.habeas.tracing.Scope;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * W3C trace context of one request: the caller's trace when it sent a valid one, else a fresh one; the span is ours.
 * The trace id is the correlation id; a caller's own wording is not taken, since it would end in logs.
 *
 * @param inherited whether the caller's trace goes on, so that its {@code tracestate} is still true
 */
record Correlation(String traceId, String spanId, String flags, boolean inherited) {

    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * @param scope that was entered for the request; where it has no span of its own, an id is drawn for ours all the same
     * @param sent by the caller
     */
    static Correlation of(Scope scope, @Nullable String sent) {
        String entered = scope.traceparent();
        String traceId = entered.substring(3, 35);
        boolean inherited = sent != null && sent.startsWith(traceId, 3);
        if (scope.isSpan()) {
            return new Correlation(traceId, entered.substring(36, 52), entered.substring(53), inherited);
        }
        return new Correlation(traceId, random(8), inherited ? entered.substring(53) : "01", inherited);
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
