// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.journal.FeedPosition;
import io.habeas.tracing.TraceContext;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record as it came, well-formed or not.
 *
 * @param source the topic
 * @param key absent where it is no text
 * @param headers those of {@link WireEvent} that are there and are text; others are nobody's business and are not kept
 */
record Arrival(String source, @Nullable String key, Map<String, String> headers, byte @Nullable [] payload) {

    private static final List<String> KNOWN = List.of(
            WireEvent.ID,
            WireEvent.SOURCE,
            WireEvent.SPEC_VERSION,
            WireEvent.TYPE,
            WireEvent.TIME,
            WireEvent.SEQUENCE,
            WireEvent.GENERATION,
            WireEvent.CONTROLLER,
            WireEvent.POSITION,
            WireEvent.REVISION,
            WireEvent.RULE,
            WireEvent.TRACEPARENT);
    private static final int LONGEST_HEADER = 512;

    static Arrival of(ConsumerRecord<byte[], byte[]> record) {
        var headers = new LinkedHashMap<String, String>();
        for (var name : KNOWN) {
            var header = record.headers().lastHeader(name);
            var text = header == null ? null : text(header.value());
            if (text != null) {
                headers.put(name, text);
            }
        }
        return new Arrival(record.topic(), text(record.key()), headers, record.value());
    }

    /** An event that was fetched from the feed of the service that announces on that topic. */
    static Arrival of(String source, WireEvent event) {
        var headers = event.headers("feed");
        headers.keySet().retainAll(KNOWN);
        return new Arrival(source, event.requestId().toString(), headers, event.payload());
    }

    /** @throws MalformedRecordException naming the first thing that is wrong */
    WireEvent event(int maxPayload) throws MalformedRecordException {
        var request = requestId();
        if (request == null) {
            throw new MalformedRecordException("bad-key");
        }
        if (!"1.0".equals(header(WireEvent.SPEC_VERSION))) {
            throw new MalformedRecordException("bad-header");
        }
        try {
            var position = FeedPosition.parse(header(WireEvent.POSITION));
            long sequence = Long.parseLong(header(WireEvent.SEQUENCE));
            if (position.generation() != Long.parseLong(header(WireEvent.GENERATION)) || sequence < 0) {
                throw new MalformedRecordException("bad-header");
            }
            return new WireEvent(
                    UUID.fromString(header(WireEvent.ID)),
                    header(WireEvent.TYPE),
                    Integer.parseInt(header(WireEvent.REVISION)),
                    request,
                    sequence,
                    position,
                    Instant.parse(header(WireEvent.TIME)),
                    header(WireEvent.CONTROLLER),
                    headers.get(WireEvent.RULE),
                    TraceContext.valid(headers.get(WireEvent.TRACEPARENT)),
                    requirePayload(maxPayload));
        } catch (IllegalArgumentException | DateTimeParseException unreadable) {
            throw new MalformedRecordException("bad-header");
        }
    }

    /** The request it claims to belong to, if it names one. */
    @Nullable
    UUID requestId() {
        if (key == null || key.length() != 36) {
            return null;
        }
        try {
            return UUID.fromString(key);
        } catch (IllegalArgumentException none) {
            return null;
        }
    }

    /** The place it claims within its request, if it names one. */
    @Nullable
    Long sequence() {
        var text = headers.get(WireEvent.SEQUENCE);
        try {
            return text == null ? null : Long.valueOf(text);
        } catch (NumberFormatException none) {
            return null;
        }
    }

    /** The controller it claims to be about, if it names one. */
    @Nullable
    String controller() {
        var controller = headers.get(WireEvent.CONTROLLER);
        return controller == null || controller.isBlank() ? null : controller;
    }

    /** The same for the same record however often it comes. */
    byte[] digest() {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            update(sha256, key == null ? null : key.getBytes(StandardCharsets.UTF_8));
            new TreeMap<>(headers).forEach((name, value) -> {
                if (!name.equals(WireEvent.SOURCE)) {
                    update(sha256, name.getBytes(StandardCharsets.UTF_8));
                    update(sha256, value.getBytes(StandardCharsets.UTF_8));
                }
            });
            update(sha256, payload);
            return sha256.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static void update(MessageDigest digest, byte @Nullable [] bytes) {
        digest.update(
                ByteBuffer.allocate(4).putInt(bytes == null ? -1 : bytes.length).flip());
        if (bytes != null) {
            digest.update(bytes);
        }
    }

    private byte[] requirePayload(int max) throws MalformedRecordException {
        if (payload == null) {
            throw new MalformedRecordException("null-value");
        }
        if (payload.length > max) {
            throw new MalformedRecordException("too-large");
        }
        return payload;
    }

    private String header(String name) throws MalformedRecordException {
        var value = headers.get(name);
        if (value == null) {
            throw new MalformedRecordException("missing-header");
        }
        return value;
    }

    private static @Nullable String text(byte @Nullable [] bytes) {
        if (bytes == null || bytes.length > LONGEST_HEADER) {
            return null;
        }
        try {
            var text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.indexOf('\0') >= 0 ? null : text;
        } catch (CharacterCodingException notText) {
            return null;
        }
    }

    @Override
    public String toString() {
        return "Arrival[" + source + ", request=" + requestId() + ", sequence=" + sequence() + "]";
    }
}
