// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import io.habeas.request.calendars.Term;
import io.habeas.request.policy.language.Form;
import io.habeas.request.policy.language.Keyed;
import io.habeas.request.policy.language.PublishedPolicy;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The JSON Schema of profiles, for editors: made from the records that the loader reads into. */
final class ProfileSchema {

    private final Map<String, Object> definitions = new TreeMap<>();

    private ProfileSchema() {}

    static String text() {
        var schema = new ProfileSchema();
        var root = new LinkedHashMap<String, Object>();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.put("title", "Policy profile of Habeas");
        root.putAll(schema.record(PublishedPolicy.class));
        root.put("$defs", schema.definitions);
        return JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT, SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                        .build()
                        .writeValueAsString(root)
                + "\n";
    }

    private Map<String, Object> of(Type type) {
        if (type instanceof ParameterizedType generic) {
            var arguments = generic.getActualTypeArguments();
            return generic.getRawType() == List.class
                    ? Map.of("type", "array", "minItems", 1, "uniqueItems", true, "items", of(arguments[0]))
                    : map(arguments[0], arguments[1]);
        }
        var plain = (Class<?>) type;
        return Fields.isText(plain) ? text(plain) : reference(plain);
    }

    private Map<String, Object> map(Type keys, Type values) {
        var map = new LinkedHashMap<String, Object>();
        map.put("type", "object");
        map.put("propertyNames", of(keys));
        map.put("additionalProperties", of(values));
        return map;
    }

    private Map<String, Object> reference(Class<?> type) {
        var name = type.getName().replaceAll(".*\\.", "").replace('$', '.');
        if (!definitions.containsKey(name)) {
            definitions.put(name, Map.of());
            definitions.put(name, type.isAnnotationPresent(Keyed.class) ? alone(type) : record(type));
        }
        return Map.of("$ref", "#/$defs/" + name);
    }

    /** Written alone, the first component stands for the whole record. */
    private Map<String, Object> alone(Class<?> type) {
        return Map.of("anyOf", List.of(of(type.getRecordComponents()[0].getType()), record(type)));
    }

    private Map<String, Object> record(Class<?> type) {
        var properties = new LinkedHashMap<String, Object>();
        var needed = new ArrayList<String>();
        for (RecordComponent component : type.getRecordComponents()) {
            properties.put(Fields.nameOf(component), of(component.getGenericType()));
            if (Fields.isNeeded(component)) {
                needed.add(Fields.nameOf(component));
            }
        }
        var record = new LinkedHashMap<String, Object>();
        record.put("type", "object");
        record.put("properties", properties);
        if (!needed.isEmpty()) {
            record.put("required", needed);
        }
        record.put("additionalProperties", false);
        return record;
    }

    private static Map<String, Object> text(Class<?> type) {
        if (type.isEnum()) {
            return Map.of("enum", Fields.constantsOf(type));
        }
        var form = type.getAnnotation(Form.class);
        if (form != null) {
            return described(form.value(), form.says());
        }
        if (type == Term.class) {
            return described(Term.FORM, Term.FORM_SAID);
        }
        if (type == LocalDate.class) {
            return described("[0-9]{4}-[0-9]{2}-[0-9]{2}", String.valueOf(Fields.PLAIN.get(type)));
        }
        if (type == Boolean.class) {
            return Map.of("type", "boolean");
        }
        return type == Integer.class || type == int.class
                ? Map.of("type", "integer")
                : Map.of("type", "string", "minLength", 1);
    }

    private static Map<String, Object> described(String pattern, String says) {
        var text = new LinkedHashMap<String, Object>();
        text.put("type", "string");
        text.put("pattern", "^(?:" + pattern + ")$");
        text.put("description", says);
        return text;
    }
}
