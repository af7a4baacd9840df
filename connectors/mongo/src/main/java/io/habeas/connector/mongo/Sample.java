// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.mongo;

import com.mongodb.client.MongoCollection;
import io.habeas.connector.Describing.Description;
import io.habeas.connector.Describing.Field;
import io.habeas.connector.Describing.Kind;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.bson.BsonBinarySubType;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonType;
import org.bson.BsonValue;

/** What a collection looks like, as far as its oldest and its newest documents tell. */
final class Sample {

    private static final int DOCUMENTS = 200;

    private final Map<String, TreeSet<String>> types = new LinkedHashMap<>();
    private final Map<String, Kind> kinds = new LinkedHashMap<>();

    private Sample() {}

    static Description of(MongoCollection<BsonDocument> collection) {
        var sample = new Sample();
        for (int direction : new int[] {1, -1}) {
            try (var documents = collection
                    .find()
                    .sort(new BsonDocument("_id", new BsonInt32(direction)))
                    .limit(DOCUMENTS)
                    .cursor()) {
                documents.forEachRemaining(document -> sample.add("", document));
            }
        }
        Map<String, Field> fields = new LinkedHashMap<>();
        sample.types.forEach((path, types) -> fields.put(
                path,
                new Field(
                        String.join(" | ", types), sample.kinds.getOrDefault(path, Kind.OTHER), !path.equals("_id"))));
        return new Description(fields, false);
    }

    private void add(String prefix, BsonDocument document) {
        document.forEach((name, value) -> {
            String path = prefix + name;
            note(path, value);
            if (value.isDocument()) {
                add(path + ".", value.asDocument());
            } else if (value.isArray()) {
                for (BsonValue element : value.asArray()) {
                    if (element.isDocument()) {
                        add(path + ".", element.asDocument());
                    }
                }
            }
        });
    }

    private void note(String path, BsonValue value) {
        types.computeIfAbsent(path, _ -> new TreeSet<>())
                .add(value.getBsonType().name().toLowerCase(Locale.ROOT));
        if (value.getBsonType() != BsonType.NULL) {
            kinds.merge(path, kind(value), (one, other) -> one == other ? one : Kind.OTHER);
        }
    }

    private static Kind kind(BsonValue value) {
        return switch (value.getBsonType()) {
            case STRING, SYMBOL -> Kind.TEXT;
            case INT32, INT64, DOUBLE, DECIMAL128 -> Kind.NUMBER;
            case OBJECT_ID -> Kind.OBJECT_ID;
            case DATE_TIME, TIMESTAMP -> Kind.INSTANT;
            case BOOLEAN -> Kind.BOOLEAN;
            case ARRAY -> Kind.ARRAY;
            case BINARY ->
                value.asBinary().getType() == BsonBinarySubType.UUID_STANDARD.getValue() ? Kind.UUID : Kind.OTHER;
            default -> Kind.OTHER;
        };
    }
}
