// SPDX-License-Identifier: Apache-2.0
package io.habeas.auditlog;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One entry: what a service did for a request, without personal data. Its bytes are canonical JSON (RFC 8785): sorted keys, no
 * floats, one spelling for each entry.
 *
 * @param sequence dense from 0 for each service and request
 * @param commitment to the event's payload, under a key that dies with the case; absent where that is gone already
 */
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

    /** An entry is preceded by its length in two bytes. */
    public static final int MOST_BYTES = 65_535;

    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern MEMBER =
            Pattern.compile("\"([a-z]+)\":(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|(0|-?[1-9][0-9]{0,17}))([,}])");

    /** @throws IllegalArgumentException if it is longer than an entry may be */
    public byte[] bytes() {
        var members = new TreeMap<String, Object>();
        members.put("v", 1L);
        members.put("service", service);
        members.put("generation", generation);
        members.put("request", request.toString());
        members.put("sequence", sequence);
        members.put("event", event.toString());
        members.put("type", type);
        members.put("revision", (long) revision);
        members.put("time", MICROS.format(time));
        members.put("controller", controller);
        members.put("actor", actor);
        if (rule != null) {
            members.put("rule", rule);
        }
        if (commitment != null) {
            members.put("commitment", Base64.getEncoder().encodeToString(commitment));
        }
        var json = new StringBuilder();
        members.forEach((name, value) -> {
            json.append(json.isEmpty() ? '{' : ',').append('"').append(name).append("\":");
            if (value instanceof String text) {
                quote(json, text);
            } else {
                json.append(value);
            }
        });
        var bytes = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MOST_BYTES) {
            throw new IllegalArgumentException("an entry has at most " + MOST_BYTES + " bytes, not " + bytes.length);
        }
        return bytes;
    }

    private static void quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            switch (letter) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\b' -> json.append("\\b");
                case '\t' -> json.append("\\t");
                case '\n' -> json.append("\\n");
                case '\f' -> json.append("\\f");
                case '\r' -> json.append("\\r");
                default -> {
                    if (letter < ' ') {
                        json.append("\\u00")
                                .append(letter < 16 ? '0' : '1')
                                .append(Character.forDigit(letter & 15, 16));
                    } else {
                        json.append(letter);
                    }
                }
            }
        }
        json.append('"');
    }

    /** @throws IllegalArgumentException if it is not an entry, or not in its one spelling */
    public static LogEntry parse(byte[] bytes) {
        var members = members(new String(bytes, StandardCharsets.UTF_8));
        try {
            var commitment = members.get("commitment");
            var entry = new LogEntry(
                    required(members, "service"),
                    Long.parseLong(required(members, "generation")),
                    UUID.fromString(required(members, "request")),
                    Long.parseLong(required(members, "sequence")),
                    UUID.fromString(required(members, "event")),
                    required(members, "type"),
                    Integer.parseInt(required(members, "revision")),
                    Instant.parse(required(members, "time")),
                    required(members, "controller"),
                    required(members, "actor"),
                    members.get("rule"),
                    commitment == null ? null : StrictText.base64(commitment));
            if (Arrays.equals(entry.bytes(), bytes)) {
                return entry;
            }
        } catch (IllegalArgumentException | DateTimeException unreadable) {
            throw new IllegalArgumentException("not an entry of the audit log");
        }
        throw new IllegalArgumentException("not an entry of the audit log in canonical form");
    }

    private static Map<String, String> members(String json) {
        var members = new TreeMap<String, String>();
        var matcher = MEMBER.matcher(json);
        int at = 1;
        while (json.startsWith("{") && matcher.region(at, json.length()).lookingAt()) {
            var text = matcher.group(2);
            members.put(matcher.group(1), text == null ? matcher.group(3) : unquote(text));
            at = matcher.end();
            if (matcher.group(4).equals("}")) {
                break;
            }
        }
        if (at != json.length() || !json.endsWith("}")) {
            throw new IllegalArgumentException("not an entry of the audit log");
        }
        return members;
    }

    private static String unquote(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        try {
            // the escapes of JSON that may stand here are those of Java, but for \\u
            return Pattern.compile("\\\\u([0-9a-f]{4})")
                    .matcher(text.replace("\\\\", "\\u005c"))
                    .replaceAll(match -> {
                        char letter = (char) Integer.parseInt(match.group(1), 16);
                        return letter == '\\' ? "\\\\\\\\" : String.valueOf(letter);
                    })
                    .translateEscapes();
        } catch (IllegalArgumentException unreadable) {
            throw new IllegalArgumentException("not an entry of the audit log");
        }
    }

    private static String required(Map<String, String> members, String name) {
        var value = members.get(name);
        if (value == null) {
            throw new IllegalArgumentException("an entry of the audit log has '" + name + "'");
        }
        return value;
    }
}
