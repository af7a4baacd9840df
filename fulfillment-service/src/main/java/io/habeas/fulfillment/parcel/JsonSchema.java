// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.parcel;

import io.habeas.fulfillment.parcel.Layout.Column;
import io.habeas.fulfillment.parcel.Layout.Section;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The JSON Schema (draft 2020-12) that the JSON of a section validates against. */
final class JsonSchema {

    private JsonSchema() {}

    static Map<String, Object> of(Section section) {
        var data = new LinkedHashMap<String, Object>();
        section.columns().forEach(column -> data.put(column.name(), field(column, section.typed())));
        var record = new LinkedHashMap<String, Object>();
        record.put("type", "object");
        record.put("required", List.of("store", "lastChanged", "data"));
        record.put("additionalProperties", false);
        record.put(
                "properties",
                Map.of(
                        "store", Map.of("const", section.store()),
                        "lastChanged", Map.of("type", "string", "description", "ISO 8601, or 'unknown'"),
                        "data",
                                Map.of(
                                        "type",
                                        "object",
                                        "required",
                                        section.columns().stream()
                                                .map(Column::name)
                                                .toList(),
                                        "additionalProperties",
                                        false,
                                        "properties",
                                        data)));
        var schema = new LinkedHashMap<String, Object>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", section.store() + "." + section.collection());
        schema.put("type", "array");
        schema.put("items", record);
        return schema;
    }

    private static Map<String, Object> field(Column column, boolean typed) {
        var field = new LinkedHashMap<String, Object>();
        if (typed) {
            switch (column.kind()) {
                case "TEXT", "OBJECT_ID" -> field.put("type", List.of("string", "null"));
                case "UUID" -> {
                    field.put("type", List.of("string", "null"));
                    field.put("format", "uuid");
                }
                case "NUMBER" -> field.put("type", List.of("number", "null"));
                case "BOOLEAN" -> field.put("type", List.of("boolean", "null"));
                case "DATE" -> {
                    field.put("type", List.of("string", "null"));
                    field.put("format", "date");
                }
                case "INSTANT" -> field.put("type", List.of("string", "null"));
                case "ARRAY" -> field.put("type", List.of("array", "null"));
                default -> {}
            }
        }
        if (column.category() != null) {
            field.put("description", "category " + column.category());
        }
        return field;
    }
}
