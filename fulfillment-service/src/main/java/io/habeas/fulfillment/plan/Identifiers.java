// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.plan;

import io.habeas.connector.Match;
import io.habeas.connector.Value;
import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import io.habeas.fulfillment.catalog.Schema;
import io.habeas.fulfillment.datamap.DataMap.Collection;
import io.habeas.fulfillment.datamap.DataMap.Identifies;
import io.habeas.sealeddata.Normalizer;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The identifiers of one person, as they are compared and as they are looked for. */
public final class Identifiers {

    private static final Normalizer NORMALIZER = new Normalizer();

    private final Map<IdentifierKind, Set<String>> written = new EnumMap<>(IdentifierKind.class);
    private final Map<IdentifierKind, Set<String>> normalized = new EnumMap<>(IdentifierKind.class);

    public Identifiers(List<Identifier> identifiers) {
        identifiers.forEach(this::add);
    }

    /** @return whether it was not there before */
    boolean add(Identifier identifier) {
        written.computeIfAbsent(identifier.kind(), _ -> new LinkedHashSet<>())
                .add(identifier.value().strip());
        return normalized
                .computeIfAbsent(identifier.kind(), _ -> new LinkedHashSet<>())
                .add(NORMALIZER.normalize(identifier));
    }

    public boolean has(IdentifierKind kind) {
        return written.containsKey(kind);
    }

    /** Whether a value of a store is one of these, however it is written. */
    public boolean holds(IdentifierKind kind, String value) {
        return normalized.getOrDefault(kind, Set.of()).contains(NORMALIZER.normalize(new Identifier(kind, value)));
    }

    int size() {
        return normalized.values().stream().mapToInt(Set::size).sum();
    }

    /** How to look for them in a field; empty if none of them can stand there. */
    public Optional<Match> match(Schema schema, Collection collection, Identifies identifies) {
        var texts = new LinkedHashSet<String>();
        texts.addAll(written.getOrDefault(identifies.kind(), Set.of()));
        texts.addAll(normalized.getOrDefault(identifies.kind(), Set.of()));
        var values = new LinkedHashSet<Value>();
        texts.forEach(text -> values.addAll(schema.values(collection, identifies.field(), text)));
        return values.isEmpty()
                ? Optional.empty()
                : Optional.of(new Match(identifies.field(), values, identifies.kind() == IdentifierKind.EMAIL));
    }

    @Override
    public String toString() {
        return "Identifiers[" + size() + "]";
    }
}
