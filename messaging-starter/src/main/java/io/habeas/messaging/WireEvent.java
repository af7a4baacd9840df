// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.journal.FeedPosition;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An event as other services see it: CloudEvents 1.0 in binary mode on Kafka, a JSON object in the internal feed. */
record WireEvent(
        UUID eventId,
        String type,
        int revision,
        UUID requestId,
        long sequence,
        FeedPosition position,
        Instant time,
        String controller,
        @Nullable String rule,
        @Nullable String traceparent,
        byte[] payload) {

    static final String ID = "ce_id";
    static final String SOURCE = "ce_source";
    static final String SPEC_VERSION = "ce_specversion";
    static final String TYPE = "ce_type";
    static final String TIME = "ce_time";
    static final String SEQUENCE = "ce_sequence";
    static final String GENERATION = "ce_generation";
    static final String CONTROLLER = "ce_controller";
    static final String POSITION = "ce_position";
    static final String REVISION = "ce_revision";
    static final String RULE = "ce_rule";
    static final String TRACEPARENT = "traceparent";
    static final String CONTENT_TYPE = "content-type";

    /** @param source the service that announces, as a CloudEvents source */
    Map<String, String> headers(String source) {
        var headers = new LinkedHashMap<String, String>();
        headers.put(ID, eventId.toString());
        headers.put(SOURCE, source);
        headers.put(SPEC_VERSION, "1.0");
        headers.put(TYPE, type);
        headers.put(TIME, time.toString());
        headers.put(SEQUENCE, Long.toString(sequence));
        headers.put(GENERATION, Long.toString(position.generation()));
        headers.put(CONTROLLER, controller);
        headers.put(POSITION, position.toString());
        headers.put(REVISION, Integer.toString(revision));
        if (rule != null) {
            headers.put(RULE, rule);
        }
        if (traceparent != null) {
            headers.put(TRACEPARENT, traceparent);
        }
        headers.put(CONTENT_TYPE, "application/json");
        return headers;
    }

    @Override
    public String toString() {
        return "WireEvent[" + type + " " + eventId + ", request=" + requestId + ", sequence=" + sequence + "]";
    }
}
