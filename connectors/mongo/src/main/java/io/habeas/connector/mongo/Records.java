// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.mongo;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.model.UpdateOptions;
import io.habeas.connector.ConnectorException;
import io.habeas.connector.ConnectorException.Category;
import io.habeas.connector.Erasing.Treatment;
import io.habeas.connector.Match;
import io.habeas.connector.Place;
import io.habeas.connector.Subject;
import io.habeas.connector.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/** The records of one place: documents of a collection, or elements of an array inside them. Lives for one call. */
sealed interface Records {

    /** The path from the document to the record, with its dot; empty if they are the same. */
    String prefix();

    MongoCollection<BsonDocument> collection();

    /** Those that match, by ascending key, with these fields and no others. */
    MongoCursor<BsonDocument> query(BsonDocument filter, Collection<String> fields, String key, int limit);

    long count(BsonDocument filter);

    /** @return how many were touched */
    long erase(String key, List<Value> keys, Subject subject, Treatment treatment, long ceiling)
            throws ConnectorException;

    /**
     * Fails if no document has such a field: without a schema, a name that is spelled wrong would find nothing and look
     * like nobody's data. Of a collection without documents, or without elements, nothing can be said; nor of a field that the place
     * calls sparse.
     */
    default void require(Place place, Collection<String> fields) throws ConnectorException {
        if (isEmpty()) {
            return;
        }
        for (String field : fields) {
            if (!place.sparse().contains(field) && !has(prefix() + field)) {
                throw Failures.misfit("no document of '" + name() + "' has a field '" + prefix() + field
                        + "'; if it may be missing from all, the data map says so under 'sparse'");
            }
        }
    }

    boolean isEmpty() throws ConnectorException;

    default boolean has(String path) {
        return collection()
                        .find(new BsonDocument(path, new BsonDocument("$exists", BsonBoolean.TRUE)))
                        .projection(new BsonDocument("_id", new BsonInt32(1)))
                        .first()
                != null;
    }

    default String name() {
        return collection().getNamespace().getCollectionName();
    }

    default Value keyOf(BsonDocument record, String key) throws ConnectorException {
        return Values.keyOf(Paths.get(record, prefix() + key), name(), key);
    }

    default ConnectorException aboveCeiling(long ceiling) {
        return new ConnectorException(
                Category.ASK_A_PERSON,
                "'" + name() + "' holds more records of this batch than the ceiling of " + ceiling
                        + "; nothing was touched");
    }

    default ConnectorException notUnique(String key) {
        return Failures.misfit("field '" + key + "' of '" + name() + "' cannot be a key: it is not unique");
    }

    private static int limitAbove(long ceiling) {
        return (int) Math.min(ceiling + 1, Integer.MAX_VALUE);
    }

    private static BsonDocument set(
            String prefix, String key, Map<String, @Nullable Object> fields, @Nullable String last)
            throws ConnectorException {
        if (fields.isEmpty()) {
            throw new IllegalArgumentException("a replacement needs at least one field");
        }
        var set = new BsonDocument();
        for (Map.Entry<String, @Nullable Object> field : fields.entrySet()) {
            if (field.getKey().equals(key)
                    || (prefix.isEmpty() && field.getKey().equals("_id"))) {
                throw Failures.misfit("the key '" + key + "' cannot be replaced");
            }
            set.append(prefix + field.getKey(), Values.stored(field.getValue()));
        }
        if (last != null && set.containsKey(prefix + last)) {
            BsonValue replacement = set.remove(prefix + last);
            set.append(prefix + last, replacement);
        }
        return new BsonDocument("$set", set);
    }

    private static BsonDocument ascending(String path) {
        return new BsonDocument(path, new BsonInt32(1));
    }

    /** Whole documents. */
    record Documents(MongoCollection<BsonDocument> collection) implements Records {

        @Override
        public String prefix() {
            return "";
        }

        @Override
        public boolean isEmpty() {
            return collection.find().projection(ascending("_id")).first() == null;
        }

        @Override
        public MongoCursor<BsonDocument> query(BsonDocument filter, Collection<String> fields, String key, int limit) {
            return collection
                    .find(filter)
                    .projection(Paths.projection(fields))
                    .sort(ascending(key))
                    .limit(limit)
                    .cursor();
        }

        @Override
        public long count(BsonDocument filter) {
            return collection.countDocuments(filter);
        }

        @Override
        public long erase(String key, List<Value> keys, Subject subject, Treatment treatment, long ceiling)
                throws ConnectorException {
            BsonDocument filter = Filters.all(Filters.keys(key, keys), Filters.subject("", subject));
            var ids = new BsonArray();
            var seen = new HashSet<Value>();
            try (var found = query(filter, List.of("_id", key), key, limitAbove(ceiling))) {
                while (found.hasNext()) {
                    BsonDocument document = found.next();
                    ids.add(document.get("_id"));
                    if (!seen.add(keyOf(document, key))) {
                        throw notUnique(key);
                    }
                }
            }
            if (ids.size() > ceiling) {
                throw aboveCeiling(ceiling);
            }
            if (ids.isEmpty()) {
                return 0;
            }
            // The ids hold the ceiling, the filter holds the subject, even if a document changed in between.
            BsonDocument exactly = Filters.all(Filters.in("_id", ids), filter);
            return switch (treatment) {
                case Treatment.Delete() -> collection.deleteMany(exactly).getDeletedCount();
                case Treatment.Replace(var fields) ->
                    collection.updateMany(exactly, set("", key, fields, null)).getMatchedCount();
            };
        }
    }

    /** Elements of one array in each document. */
    record Elements(MongoCollection<BsonDocument> collection, String array) implements Records {

        @Override
        public String prefix() {
            return array + ".";
        }

        @Override
        public boolean isEmpty() throws ConnectorException {
            if (collection.find().projection(ascending("_id")).first() == null) {
                return true;
            }
            if (!has(array)) {
                throw Failures.misfit("no document of '" + name() + "' has an array '" + array + "'");
            }
            return !has(array + ".0");
        }

        @Override
        public MongoCursor<BsonDocument> query(BsonDocument filter, Collection<String> fields, String key, int limit) {
            List<Bson> stages = stages(filter);
            stages.add(new BsonDocument("$sort", ascending(prefix() + key)));
            if (limit > 0) {
                stages.add(new BsonDocument("$limit", new BsonInt32(limit)));
            }
            var paths = new ArrayList<String>();
            for (String field : fields) {
                paths.add(prefix() + field);
            }
            BsonDocument projection = Paths.projection(paths);
            projection.remove("_id");
            stages.add(new BsonDocument("$project", projection));
            return collection.aggregate(stages).allowDiskUse(true).cursor();
        }

        // The first look at whole documents can use an index; the second is about each element.
        private List<Bson> stages(BsonDocument filter) {
            var stages = new ArrayList<Bson>();
            stages.add(new BsonDocument("$match", filter));
            stages.add(new BsonDocument("$unwind", new BsonString("$" + array)));
            stages.add(new BsonDocument("$match", filter));
            return stages;
        }

        @Override
        public long count(BsonDocument filter) {
            List<Bson> stages = stages(filter);
            stages.add(new BsonDocument("$count", new BsonString("n")));
            BsonDocument counted = collection.aggregate(stages).first();
            return counted == null ? 0 : counted.getNumber("n").longValue();
        }

        @Override
        public long erase(String key, List<Value> keys, Subject subject, Treatment treatment, long ceiling)
                throws ConnectorException {
            BsonDocument filter = Filters.all(Filters.keys(prefix() + key, keys), Filters.subject(prefix(), subject));
            Set<BsonValue> parents = new LinkedHashSet<>();
            var seen = new HashSet<Value>();
            try (var found = query(filter, Set.of(key), key, limitAbove(ceiling))) {
                while (found.hasNext()) {
                    BsonDocument element = found.next();
                    parents.add(element.get("_id"));
                    if (!seen.add(keyOf(element, key))) {
                        throw notUnique(key);
                    }
                }
            }
            if (seen.size() > ceiling) {
                throw aboveCeiling(ceiling);
            }
            if (seen.isEmpty()) {
                return 0;
            }
            BsonDocument within = Filters.in("_id", new BsonArray(List.copyOf(parents)));
            // One match at a time: an element that matches several is treated by the first, which is as good.
            for (Match match : subject.anyOf()) {
                erase(within, key, keys, match, treatment);
            }
            return seen.size();
        }

        private void erase(BsonDocument within, String key, List<Value> keys, Match match, Treatment treatment)
                throws ConnectorException {
            switch (treatment) {
                case Treatment.Delete() -> {
                    BsonDocument element = both(Filters.keys(key, keys), Filters.match("", match));
                    var pull = new BsonDocument("$pull", new BsonDocument(array, element));
                    collection.updateMany(within, pull);
                }
                case Treatment.Replace(var fields) -> {
                    BsonDocument element = both(Filters.keys("e." + key, keys), Filters.match("e.", match));
                    var options = new UpdateOptions().arrayFilters(List.of(element));
                    var has = new BsonDocument(
                            array,
                            new BsonDocument("$elemMatch", both(Filters.keys(key, keys), Filters.match("", match))));
                    // The field that was matched goes last: mongo-java-server asks the filter anew for every field.
                    BsonDocument set = set(array + ".$[e].", key, fields, match.field());
                    collection.updateMany(Filters.all(within, has), set, options);
                }
            }
        }

        private static BsonDocument both(BsonDocument one, BsonDocument other) {
            if (one.getFirstKey().equals(other.getFirstKey())) {
                return Filters.all(one, other);
            }
            BsonDocument both = one.clone();
            both.putAll(other);
            return both;
        }
    }
}
