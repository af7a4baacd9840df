// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What springdoc does not read in a record: a component that is {@code @Nullable} may be null in an answer, and every other one is
 * always there. Two records of one name would describe each other; that is refused.
 */
final class DescribedRecords implements ModelConverter {

    private static final String SCHEMAS = "#/components/schemas/";

    private final Map<String, Class<?>> records = new ConcurrentHashMap<>();
    private final Set<String> twice = ConcurrentHashMap.newKeySet();

    private DescribedRecords() {}

    /** From here on, every record that is described is noted. */
    static DescribedRecords listenedTo() {
        var listener = new DescribedRecords();
        ModelConverters.getInstance(true).addConverter(listener);
        return listener;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public @Nullable Schema resolve(AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
        var schema = chain.hasNext() ? chain.next().resolve(type, context, chain) : null;
        var raw = Json31.mapper().constructType(type.getType()).getRawClass();
        if (schema != null && raw.isRecord()) {
            var name = schema.get$ref() == null
                    ? schema.getName()
                    : schema.get$ref().replace(SCHEMAS, "");
            var before = name == null ? raw : records.put(name, raw);
            if (before != null && before != raw) {
                twice.add(name + ": " + before.getName() + " and " + raw.getName());
            }
        }
        return schema;
    }

    /** @throws IllegalStateException if two records have the same name */
    void complete(ObjectNode description) {
        if (!twice.isEmpty()) {
            throw new IllegalStateException("in an API names of records are used once: " + twice);
        }
        var answered = new HashSet<String>();
        description
                .path("paths")
                .forEach(path -> path.forEach(operation -> reach(operation.path("responses"), description, answered)));
        answered.forEach(name -> {
            var schema = description.path("components").path("schemas").path(name);
            var described = records.get(name);
            if (described != null && schema.path("properties") instanceof ObjectNode properties) {
                complete((ObjectNode) schema, properties, described);
            }
        });
    }

    private static void reach(JsonNode node, JsonNode description, Set<String> reached) {
        var reference = node.path("$ref").asString("");
        if (reference.startsWith(SCHEMAS) && reached.add(reference.substring(SCHEMAS.length()))) {
            reach(
                    description.path("components").path("schemas").path(reference.substring(SCHEMAS.length())),
                    description,
                    reached);
        }
        node.forEach(child -> reach(child, description, reached));
    }

    private static void complete(ObjectNode schema, ObjectNode properties, Class<?> described) {
        var needed = schema.arrayNode();
        for (var component : described.getRecordComponents()) {
            var name = nameOf(component);
            if (properties.get(name) instanceof ObjectNode property) {
                if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                    properties.set(name, orNull(property));
                } else if (!leftOut(component, described)) {
                    needed.add(name);
                }
            }
        }
        if (!needed.isEmpty()) {
            schema.set("required", needed);
        }
    }

    private static String nameOf(RecordComponent component) {
        var named = Objects.requireNonNull(component.getAccessor()).getAnnotation(JsonProperty.class);
        return named == null || named.value().isEmpty() ? component.getName() : named.value();
    }

    private static boolean leftOut(RecordComponent component, Class<?> described) {
        return described.isAnnotationPresent(JsonInclude.class)
                || Objects.requireNonNull(component.getAccessor()).isAnnotationPresent(JsonInclude.class);
    }

    private static ObjectNode orNull(ObjectNode property) {
        if (property.has("$ref")) {
            var either = property.objectNode();
            either.putArray("oneOf").add(property).addObject().put("type", "null");
            return either;
        }
        if (property.path("type").isString()) {
            var type = property.path("type").asString();
            property.putArray("type").add(type).add("null");
            if (property.path("enum") instanceof ArrayNode values) {
                values.addNull();
            }
        }
        return property;
    }
}
