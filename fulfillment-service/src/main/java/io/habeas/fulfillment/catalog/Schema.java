// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.catalog;

import io.habeas.connector.Describing.Description;
import io.habeas.connector.Describing.Kind;
import io.habeas.connector.Value;
import io.habeas.fulfillment.datamap.DataMap.Collection;
import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the stores of a map really look like, as they said when it was checked. */
public final class Schema {

    private static final Pattern WHOLE = Pattern.compile("-?\\d{1,18}");
    private static final Pattern OBJECT_ID = Pattern.compile("[0-9a-fA-F]{24}");
    private static final Pattern UUID_FORM =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private final Map<String, Description> collections;

    Schema(Map<String, Description> collections) {
        this.collections = Map.copyOf(collections);
    }

    /** The kind of a field; empty where documents were sampled and none had it. */
    public Optional<Kind> kind(Collection collection, String field) {
        var description = collections.get(collection.id());
        return description == null
                ? Optional.empty()
                : Optional.ofNullable(description.fields().get(path(collection, field)))
                        .map(it -> it.kind());
    }

    /** Whether the kinds are certain, and not only what was seen in a sample. */
    public boolean certain(Collection collection) {
        var description = collections.get(collection.id());
        return description != null && description.complete();
    }

    static String path(Collection collection, String field) {
        var array = collection.place().array();
        return array == null ? field : array + "." + field;
    }

    /** The values, typed as the field holds them, that a text may stand for; none if it cannot stand in that field. */
    public Set<Value> values(Collection collection, String field, String text) {
        var values = new LinkedHashSet<Value>();
        var kind = kind(collection, field).orElse(null);
        if (kind == Kind.TEXT || kind == Kind.ARRAY || kind == Kind.OTHER || kind == null) {
            values.add(new Value.Text(text));
        }
        if ((kind == Kind.NUMBER || kind == Kind.ARRAY || kind == null)
                && WHOLE.matcher(text).matches()) {
            values.add(new Value.Whole(Long.parseLong(text)));
        }
        if ((kind == Kind.UUID || kind == null) && UUID_FORM.matcher(text).matches()) {
            values.add(new Value.Uuid(UUID.fromString(text)));
        }
        if ((kind == Kind.OBJECT_ID || kind == Kind.ARRAY || kind == null)
                && OBJECT_ID.matcher(text).matches()) {
            values.add(new Value.ObjectId(text));
        }
        return values;
    }

    /** What a connector handed out for a field, as text; several for an array. */
    public static List<String> texts(@Nullable Object value) {
        return switch (value) {
            case null -> List.of();
            case BigDecimal number -> List.of(number.stripTrailingZeros().toPlainString());
            case List<?> several ->
                several.stream().flatMap(it -> texts(it).stream()).toList();
            case Value typed -> List.of(typed.text());
            default -> List.of(value.toString());
        };
    }
}
