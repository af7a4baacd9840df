// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.catalog;

import io.habeas.connector.Connector;
import io.habeas.connector.ConnectorException;
import io.habeas.connector.Match;
import io.habeas.connector.Reading;
import io.habeas.connector.Subject;
import io.habeas.connector.Value;
import io.habeas.fulfillment.datamap.DataMap.Collection;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How records look that an erasure was to make anonymous, through the connector that is handed in. */
public final class Remains {

    private Remains() {}

    /**
     * Which of these records hold the replacements, and nothing else, in the fields.
     *
     * @return their keys, as text
     */
    public static Set<String> replaced(
            Connector connector,
            Collection collection,
            List<Value> keys,
            Map<String, @Nullable Object> replacements,
            Instant deadline)
            throws ConnectorException {
        var right = new HashSet<String>();
        if (keys.isEmpty()) {
            return right;
        }
        var reading = Connectors.able(connector, Reading.class);
        var byKey = new Subject(List.of(Match.exactly(collection.place().key(), new LinkedHashSet<>(keys))));
        reading.read(
                new Reading.Batch(collection.place(), keys, byKey, List.copyOf(replacements.keySet()), deadline),
                record -> {
                    boolean all = replacements.entrySet().stream()
                            .allMatch(it -> Schema.texts(record.fields().get(it.getKey()))
                                    .equals(Schema.texts(it.getValue())));
                    if (all) {
                        right.add(record.key().text());
                    }
                });
        return right;
    }

    /**
     * Which of these records are still the person's.
     *
     * @return their keys, as text
     */
    public static Set<String> matching(
            Connector connector, Collection collection, List<Value> keys, Subject subject, Instant deadline)
            throws ConnectorException {
        var matching = new HashSet<String>();
        if (keys.isEmpty()) {
            return matching;
        }
        var reading = Connectors.able(connector, Reading.class);
        var fields = List.of(subject.anyOf().get(0).field());
        reading.read(
                new Reading.Batch(collection.place(), keys, subject, fields, deadline),
                record -> matching.add(record.key().text()));
        return matching;
    }
}
