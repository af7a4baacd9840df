// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.habeas.journal.FeedPosition;
import io.habeas.tracing.TraceContext;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A page of the internal feed.
 *
 * @param next what to ask for with {@code after=} to go on; the place of the last event, or the one asked for
 */
record FeedPage(List<WireEvent> events, FeedPosition next) {

    private static final JsonMapper JSON = JsonMapper.builder()
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** As it stands in JSON. */
    private record Page(List<Item> events, String next) {}

    private record Item(
            UUID id,
            String type,
            int revision,
            UUID stream,
            long sequence,
            long generation,
            String position,
            Instant time,
            String controller,
            @Nullable String rule,
            @Nullable String traceparent,
            JsonNode payload) {}

    byte[] write() {
        var items = events.stream()
                .map(event -> new Item(
                        event.eventId(),
                        event.type(),
                        event.revision(),
                        event.requestId(),
                        event.sequence(),
                        event.position().generation(),
                        event.position().toString(),
                        event.time(),
                        event.controller(),
                        event.rule(),
                        event.traceparent(),
                        JSON.readTree(event.payload())))
                .toList();
        return JSON.writeValueAsBytes(new Page(items, next.toString()));
    }

    static FeedPage read(byte[] json) {
        var page = JSON.readValue(json, Page.class);
        if (page == null || page.events() == null || page.next() == null) {
            throw new IllegalArgumentException("not a page of a feed");
        }
        var events = page.events().stream().map(FeedPage::event).toList();
        return new FeedPage(events, FeedPosition.parse(page.next()));
    }

    private static WireEvent event(Item item) {
        if (item.id() == null
                || item.type() == null
                || item.stream() == null
                || item.position() == null
                || item.time() == null
                || item.controller() == null
                || item.payload() == null) {
            throw new IllegalArgumentException("an event of the feed is incomplete");
        }
        return new WireEvent(
                item.id(),
                item.type(),
                item.revision(),
                item.stream(),
                item.sequence(),
                FeedPosition.parse(item.position()),
                item.time(),
                item.controller(),
                item.rule(),
                TraceContext.valid(item.traceparent()),
                JSON.writeValueAsBytes(item.payload()));
    }
}
