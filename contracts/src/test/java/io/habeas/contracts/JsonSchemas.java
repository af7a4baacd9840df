// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

import java.lang.reflect.ParameterizedType;
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
import java.util.stream.Stream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A strict JSON Schema (2020-12) for each announcement, made from its record alone. */
final class JsonSchemas {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Map<String, Object> definitions = new TreeMap<>();

    private JsonSchemas() {}

    static Stream<Class<?>> records() {
        return AsyncApiDocument.FAMILIES.values().stream()
                .flatMap(family -> Arrays.stream(family.getPermittedSubclasses()));
    }

    /** {@code type.revision}: what the files of an announcement are called. */
    static String nameOf(Class<?> announcement) {
        var announced = announcement.getAnnotation(Announced.class);
        return announced.type() + "." + announced.revision();
    }

    static String of(Class<?> announcement) {
        var schemas = new JsonSchemas();
        var body = schemas.record(announcement);
        var schema = new LinkedHashMap<String, Object>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("$id", "urn:habeas:schema:" + nameOf(announcement));
        schema.put("title", announcement.getAnnotation(Announced.class).type());
        schema.putAll(body);
        if (!schemas.definitions.isEmpty()) {
            schema.put("$defs", schemas.definitions);
        }
        return JSON.writeValueAsString(schema).replace("\r\n", "\n") + "\n";
    }

    private Map<String, Object> record(Class<?> record) {
        var properties = new LinkedHashMap<String, Object>();
        var required = new ArrayList<String>();
        for (var component : record.getRecordComponents()) {
            properties.put(component.getName(), value(component.getGenericType()));
            if (!AsyncApiDocument.isNullable(component)) {
                required.add(component.getName());
            }
        }
        var schema = new LinkedHashMap<String, Object>();
        schema.put("type", "object");
        schema.put("additionalProperties", false);
        schema.put("required", required);
        schema.put("properties", properties);
        return schema;
    }

    private Map<String, Object> value(Type type) {
        if (type instanceof ParameterizedType list) {
            var schema = new LinkedHashMap<String, Object>();
            schema.put("type", "array");
            schema.put("items", value(list.getActualTypeArguments()[0]));
            return schema;
        }
        var plain = (Class<?>) type;
        if (plain == UUID.class) {
            return text("uuid");
        }
        if (plain == Instant.class) {
            return text("date-time");
        }
        if (plain == LocalDate.class) {
            return text("date");
        }
        if (plain == String.class) {
            return Map.of("type", "string");
        }
        if (plain == boolean.class) {
            return Map.of("type", "boolean");
        }
        if (plain == long.class || plain == int.class) {
            return Map.of("type", "integer");
        }
        return defined(plain);
    }

    private Map<String, Object> defined(Class<?> type) {
        var name = type.getEnclosingClass() == null
                ? type.getSimpleName()
                : type.getEnclosingClass().getSimpleName() + type.getSimpleName();
        if (!definitions.containsKey(name)) {
            definitions.put(name, Map.of());
            definitions.put(name, type.isEnum() ? constants(type) : record(type));
        }
        return Map.of("$ref", "#/$defs/" + name);
    }

    private static Map<String, Object> constants(Class<?> type) {
        List<String> names =
                Arrays.stream(type.getEnumConstants()).map(String::valueOf).toList();
        var schema = new LinkedHashMap<String, Object>();
        schema.put("type", "string");
        schema.put("enum", names);
        return schema;
    }

    private static Map<String, Object> text(String format) {
        var schema = new LinkedHashMap<String, Object>();
        schema.put("type", "string");
        schema.put("format", format);
        return schema;
    }
}
