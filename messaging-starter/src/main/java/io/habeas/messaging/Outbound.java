// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.journal.StoredEvent;
import io.habeas.tracing.TraceContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** From the stored event to what other services see; the relay and the feed endpoint use the same. */
final class Outbound {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final AnnouncementCodec codec;
    private final @Nullable OutboundMapping mapping;

    /** @param mapping absent where stored events are announcements already */
    Outbound(AnnouncementCodec codec, @Nullable OutboundMapping mapping) {
        this.codec = codec;
        this.mapping = mapping;
    }

    WireEvent wireEvent(StoredEvent stored) {
        var event = stored.event();
        var type = event.type();
        int revision = event.revision();
        var payload = event.payload();
        if (mapping != null) {
            var announcement = mapping.announcementOf(stored);
            type = codec.type(announcement);
            revision = codec.revision(announcement);
            payload = codec.payload(announcement);
        }
        return new WireEvent(
                event.eventId(),
                type,
                revision,
                event.stream(),
                event.sequence(),
                stored.position(),
                event.time(),
                event.controller(),
                event.rule(),
                traceparent(event.metadata()),
                payload);
    }

    private static @Nullable String traceparent(byte[] metadata) {
        if (metadata.length <= 2) {
            return null;
        }
        try {
            return TraceContext.valid(
                    JSON.readTree(metadata).path(TraceContext.KEY).asString(null));
        } catch (JacksonException notJson) {
            // metadata is not part of what happened: an event is announced without it
            return null;
        }
    }
}
