// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.mongo;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.Match;
import io.habeas.connector.Subject;
import io.habeas.connector.Value;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/** Filters out of checked paths and typed values. */
final class Filters {

    private Filters() {}

    /** @param prefix what stands before each field, with its dot; empty for none */
    static BsonDocument subject(String prefix, Subject subject) throws ConnectorException {
        var anyOf = new BsonArray();
        for (Match match : subject.anyOf()) {
            anyOf.add(match(prefix, match));
        }
        return anyOf.size() == 1 ? anyOf.get(0).asDocument() : new BsonDocument("$or", anyOf);
    }

    static BsonDocument match(String prefix, Match match) throws ConnectorException {
        return in(prefix + Paths.checked(match.field()), Values.forms(match.values(), match.ignoreCase()));
    }

    static BsonDocument keys(String path, List<Value> keys) {
        return in(path, Values.keys(keys));
    }

    static BsonDocument in(String path, BsonArray values) {
        return new BsonDocument(path, new BsonDocument("$in", values));
    }

    static BsonDocument all(BsonDocument... filters) {
        return new BsonDocument("$and", new BsonArray(List.of(filters)));
    }

    /**
     * What comes after this key in the order of BSON. A comparison alone stays within one type, and would lose the records
     * whose keys are of a later one.
     */
    static BsonDocument after(String path, Value after) throws ConnectorException {
        BsonValue key = Values.key(after);
        if (key == null) {
            throw Failures.misfit("field '" + path + "' cannot hold the key to go on after");
        }
        List<String> later =
                switch (after) {
                    case Value.Whole _ -> List.of("string", "object", "binData", "objectId", "bool", "date");
                    case Value.Text _ -> List.of("object", "binData", "objectId", "bool", "date");
                    case Value.Uuid _ -> List.of("objectId", "bool", "date");
                    case Value.ObjectId _ -> List.of("bool", "date");
                };
        var anyOf = new BsonArray();
        anyOf.add(new BsonDocument(path, new BsonDocument("$gt", key)));
        for (String type : later) {
            anyOf.add(new BsonDocument(path, new BsonDocument("$type", new BsonString(type))));
        }
        return new BsonDocument("$or", anyOf);
    }
}
