// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The AsyncAPI description of the topics, made from the records alone. */
final class AsyncApiDocument {

    static final Map<String, Class<? extends Announcement>> FAMILIES = families();

    private final Map<String, Object> schemas = new TreeMap<>();
    private final Map<String, Object> messages = new LinkedHashMap<>();
    private final Map<String, Object> channels = new LinkedHashMap<>();
    private final Map<String, Object> operations = new LinkedHashMap<>();

    static String yaml() {
        return new AsyncApiDocument().make();
    }

    private static Map<String, Class<? extends Announcement>> families() {
        var families = new LinkedHashMap<String, Class<? extends Announcement>>();
        families.put(RequestAnnouncement.TOPIC, RequestAnnouncement.class);
        families.put(VerificationAnnouncement.TOPIC, VerificationAnnouncement.class);
        families.put(FulfillmentAnnouncement.TOPIC, FulfillmentAnnouncement.class);
        families.put(NotificationAnnouncement.TOPIC, NotificationAnnouncement.class);
        families.put(ControllerAnnouncement.TOPIC, ControllerAnnouncement.class);
        return families;
    }

    private String make() {
        FAMILIES.forEach(this::channel);
        trail();
        var document = new LinkedHashMap<String, Object>();
        document.put("asyncapi", "3.0.0");
        document.put(
                "info",
                ordered(
                        "title", "Habeas",
                        "version", "1",
                        "description",
                                "What the services of Habeas tell each other. CloudEvents 1.0 in binary mode; the key of every"
                                        + " record is the request id. Made from the records of this module."));
        document.put("defaultContentType", "application/json");
        document.put("channels", channels);
        document.put("operations", operations);
        document.put(
                "components",
                ordered("messages", messages, "schemas", schemas, "messageTraits", ordered("cloudEvent", trait())));
        var out = new StringBuilder();
        write(out, document, 0);
        return out.toString();
    }

    private void channel(String topic, Class<? extends Announcement> family) {
        var name = family.getSimpleName().replace("Announcement", "");
        var references = new LinkedHashMap<String, Object>();
        for (var record : family.getPermittedSubclasses()) {
            var announced = record.getAnnotation(Announced.class);
            var id = announced.type() + ".v" + announced.revision();
            references.put(id, ordered("$ref", "#/components/messages/" + id));
            messages.put(
                    id,
                    ordered(
                            "name", announced.type(),
                            "traits", List.of(ordered("$ref", "#/components/messageTraits/cloudEvent")),
                            "payload", schemaOf(record)));
        }
        var channel = ordered("address", topic, "messages", references);
        if (topic.equals(ControllerAnnouncement.TOPIC)) {
            // the newest of each key stays
            channel.put(
                    "bindings",
                    ordered("kafka", ordered("topicConfiguration", ordered("cleanup.policy", List.of("compact")))));
        }
        channels.put(name, channel);
        operations.put("tell" + name, ordered("action", "send", "channel", ordered("$ref", "#/channels/" + name)));
    }

    /** What relays put there for the audit log; its record belongs to messaging-starter, whose test holds it against this. */
    private void trail() {
        var text = ordered("type", "string");
        var uuid = ordered("type", "string", "format", "uuid");
        var whole = ordered("type", "integer");
        var properties = ordered(
                "service", text,
                "generation", whole,
                "request", uuid,
                "sequence", whole,
                "event", uuid,
                "type", text,
                "revision", whole,
                "time", ordered("type", "string", "format", "date-time"),
                "controller", text,
                "actor", text,
                "rule", text,
                "digest", ordered("type", "string", "contentEncoding", "base64"));
        var required = properties.keySet().stream()
                .filter(name -> !name.equals("rule"))
                .toList();
        var headers = new LinkedHashMap<String, Object>();
        for (var header :
                List.of("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_position", "content-type", "mac")) {
            headers.put(header, text);
        }
        messages.put(
                "audit.entry",
                ordered(
                        "name", "audit.entry",
                        "headers",
                                ordered(
                                        "type",
                                        "object",
                                        "required",
                                        List.copyOf(headers.keySet()),
                                        "properties",
                                        headers),
                        "payload", ordered("type", "object", "required", required, "properties", properties)));
        channels.put(
                "Audit",
                ordered(
                        "address",
                        "habeas.audit.v1",
                        "messages",
                        ordered("audit.entry", ordered("$ref", "#/components/messages/audit.entry"))));
        operations.put("tellAudit", ordered("action", "send", "channel", ordered("$ref", "#/channels/Audit")));
    }

    private static Map<String, Object> trait() {
        var headers = new LinkedHashMap<String, Object>();
        for (var header : List.of(
                "ce_specversion",
                "ce_id",
                "ce_source",
                "ce_type",
                "ce_revision",
                "ce_time",
                "ce_sequence",
                "ce_generation",
                "ce_controller",
                "ce_position",
                "ce_rule",
                "traceparent",
                "content-type")) {
            headers.put(header, ordered("type", "string"));
        }
        return ordered(
                "headers",
                ordered(
                        "type",
                        "object",
                        "required",
                        List.of(
                                "ce_specversion",
                                "ce_id",
                                "ce_source",
                                "ce_type",
                                "ce_revision",
                                "ce_time",
                                "ce_sequence",
                                "ce_generation",
                                "ce_controller",
                                "ce_position"),
                        "properties",
                        headers));
    }

    private Map<String, Object> schemaOf(Class<?> record) {
        var properties = new LinkedHashMap<String, Object>();
        var required = new ArrayList<String>();
        for (var component : record.getRecordComponents()) {
            properties.put(component.getName(), schemaOf(component.getGenericType()));
            if (!isNullable(component)) {
                required.add(component.getName());
            }
        }
        return ordered("type", "object", "required", required, "properties", properties);
    }

    static boolean isNullable(RecordComponent component) {
        AnnotatedElement type = component.getAnnotatedType();
        return type.isAnnotationPresent(Nullable.class);
    }

    private Object schemaOf(Type type) {
        if (type instanceof ParameterizedType list) {
            return ordered("type", "array", "items", schemaOf(list.getActualTypeArguments()[0]));
        }
        var plain = (Class<?>) type;
        if (plain == UUID.class) {
            return ordered("type", "string", "format", "uuid");
        }
        if (plain == Instant.class) {
            return ordered("type", "string", "format", "date-time");
        }
        if (plain == LocalDate.class) {
            return ordered("type", "string", "format", "date");
        }
        if (plain == String.class) {
            return ordered("type", "string");
        }
        if (plain == boolean.class) {
            return ordered("type", "boolean");
        }
        if (plain == long.class || plain == int.class) {
            return ordered("type", "integer");
        }
        if (plain.isEnum()) {
            schemas.putIfAbsent(
                    nameOf(plain),
                    ordered(
                            "type",
                            "string",
                            "enum",
                            Arrays.stream(plain.getEnumConstants())
                                    .map(String::valueOf)
                                    .toList()));
            return ordered("$ref", "#/components/schemas/" + nameOf(plain));
        }
        if (plain.isRecord()) {
            if (!schemas.containsKey(nameOf(plain))) {
                schemas.put(nameOf(plain), Map.of());
                schemas.put(nameOf(plain), schemaOf(plain));
            }
            return ordered("$ref", "#/components/schemas/" + nameOf(plain));
        }
        throw new IllegalArgumentException("no announcement may carry a " + type.getTypeName());
    }

    private static String nameOf(Class<?> type) {
        return type.getEnclosingClass() == null
                ? type.getSimpleName()
                : type.getEnclosingClass().getSimpleName() + type.getSimpleName();
    }

    private static Map<String, Object> ordered(Object... pairs) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    private static void write(StringBuilder out, Object node, int depth) {
        switch (node) {
            case Map<?, ?> map ->
                map.forEach((key, value) -> {
                    out.append("  ".repeat(depth)).append(key).append(':');
                    writeValue(out, value, depth);
                });
            case List<?> list ->
                list.forEach(item -> {
                    out.append("  ".repeat(depth)).append('-');
                    if (item instanceof Map<?, ?> map && !map.isEmpty()) {
                        var inner = new StringBuilder();
                        write(inner, map, depth + 1);
                        out.append(' ').append(inner.substring(2 * (depth + 1)));
                    } else {
                        writeValue(out, item, depth);
                    }
                });
            default -> throw new IllegalArgumentException(String.valueOf(node));
        }
    }

    private static void writeValue(StringBuilder out, Object value, int depth) {
        if (value instanceof Map<?, ?> map && map.isEmpty()) {
            out.append(" {}\n");
        } else if (value instanceof List<?> list && list.isEmpty()) {
            out.append(" []\n");
        } else if (value instanceof Map<?, ?> || value instanceof List<?>) {
            out.append('\n');
            write(out, value, depth + 1);
        } else {
            var text = String.valueOf(value);
            var plain = text.matches("[A-Za-z][A-Za-z0-9_./-]*");
            out.append(' ')
                    .append(plain ? text : "'" + text.replace("'", "''") + "'")
                    .append('\n');
        }
    }
}
