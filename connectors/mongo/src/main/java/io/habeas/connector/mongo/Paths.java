// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.mongo;

import io.habeas.connector.ConnectorException;
import java.util.Collection;
import java.util.TreeSet;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Paths of fields: names parted by dots, never an operator. */
final class Paths {

    private Paths() {}

    /** @throws ConnectorException if it could be read as anything but names */
    static String checked(String path) throws ConnectorException {
        for (String name : path.split("\\.", -1)) {
            if (name.isEmpty() || name.startsWith("$") || name.indexOf('\0') >= 0) {
                throw Failures.misfit("'" + path.replace('\0', ' ') + "' is not the path of a field");
            }
        }
        return path;
    }

    /** What lies at the end of the path; a list of all of them where it leads through an array. */
    static @Nullable BsonValue get(@Nullable BsonValue from, String path) {
        if (from == null) {
            return null;
        }
        if (from.isArray()) {
            var all = new BsonArray();
            for (BsonValue element : from.asArray()) {
                BsonValue found = get(element, path);
                if (found != null) {
                    all.add(found);
                }
            }
            return all.isEmpty() ? null : all;
        }
        if (!from.isDocument()) {
            return null;
        }
        int dot = path.indexOf('.');
        if (dot < 0) {
            return from.asDocument().get(path);
        }
        return get(from.asDocument().get(path.substring(0, dot)), path.substring(dot + 1));
    }

    /** A projection of these paths; one that lies under another is left out, since servers refuse both. */
    static BsonDocument projection(Collection<String> paths) {
        var projection = new BsonDocument();
        String last = null;
        for (String path : new TreeSet<>(paths)) {
            if (last == null || !path.startsWith(last + ".")) {
                projection.append(path, new BsonInt32(1));
                last = path;
            }
        }
        if (!projection.containsKey("_id")) {
            projection.append("_id", new BsonInt32(0));
        }
        return projection;
    }
}
