// SPDX-License-Identifier: Apache-2.0
package io.habeas.auditlog;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** One entry. */
public record LogEntry(
        String service,
        long generation,
        UUID request,
        long sequence,
        UUID event,
        String type,
        int revision,
        Instant time,
        String controller,
        String actor,
        @Nullable String rule,
        byte @Nullable [] commitment) {

    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    public byte[] bytes() {
        var node = JSON.createObjectNode();
        node.put("actor", actor);
        if (commitment != null) {
            node.put("commitment", Base64.getEncoder().encodeToString(commitment));
        }
        node.put("controller", controller);
        node.put("event", event.toString());
        node.put("generation", generation);
        node.put("request", request.toString());
        node.put("revision", revision);
        if (rule != null) {
            node.put("rule", rule);
        }
        node.put("sequence", sequence);
        node.put("service", service);
        node.put("time", MICROS.format(time));
        node.put("type", type);
        node.put("v", 1);
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IllegalArgumentException if it is none */
    public static LogEntry parse(byte[] bytes) {
        try {
            var node = JSON.readTree(bytes);
            var commitment = node.get("commitment");
            var rule = node.get("rule");
            return new LogEntry(
                    node.get("service").asString(),
                    node.get("generation").asLong(),
                    UUID.fromString(node.get("request").asString()),
                    node.get("sequence").asLong(),
                    UUID.fromString(node.get("event").asString()),
                    node.get("type").asString(),
                    node.get("revision").asInt(),
                    Instant.parse(node.get("time").asString()),
                    node.get("controller").asString(),
                    node.get("actor").asString(),
                    rule == null ? null : rule.asString(),
                    commitment == null ? null : Base64.getDecoder().decode(commitment.asString()));
        } catch (JacksonException | NullPointerException | java.time.DateTimeException unreadable) {
            throw new IllegalArgumentException("not an entry of the audit log");
        }
    }
}
