// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.directory;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.Finding;
import io.habeas.connector.Finding.Found;
import io.habeas.connector.Finding.Search;
import io.habeas.connector.Subject;
import io.habeas.contracts.DirectoryLookup.Answer;
import io.habeas.contracts.DirectoryLookup.Match;
import io.habeas.contracts.DirectoryLookup.Query;
import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.Sealed;
import io.habeas.fulfillment.catalog.Connectors;
import io.habeas.fulfillment.catalog.Schema;
import io.habeas.fulfillment.catalog.SchemaCheck;
import io.habeas.fulfillment.catalog.StoreException;
import io.habeas.fulfillment.datamap.DataMap;
import io.habeas.fulfillment.datamap.DataMap.Collection;
import io.habeas.fulfillment.datamap.DataMapException;
import io.habeas.fulfillment.datamap.DataMaps;
import io.habeas.fulfillment.plan.Identifiers;
import io.habeas.sealeddata.Sealer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks up who is on file under the claimed identifiers. Reads only, and only the collection that the map marks; keeps nothing.
 *
 * <p>An identifier that several people share does not tell which of them it is, but another one may; two identifiers that lead
 * to different people are a conflict, and the answer is {@link Match#MANY}.
 */
public final class Directory {

    private static final InstantSource REAL = InstantSource.system();
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** More people than this under one identifier are as good as unknown. */
    private static final int CROWD = 20;

    private final DataMaps maps;
    private final Connectors connectors;
    private final SchemaCheck check;
    private final Sealer sealer;

    public Directory(DataMaps maps, Connectors connectors, SchemaCheck check, Sealer sealer) {
        this.maps = maps;
        this.connectors = connectors;
        this.check = check;
        this.sealer = sealer;
    }

    /**
     * @throws NoSuchElementException if the controller has no map, or its map marks no directory
     * @throws StoreException if the store does not answer, or is not as the map says
     */
    Answer look(String controller, Query query) throws DataMapException, StoreException {
        var claims = sealer.open(controller, query.requestId(), "claims", query.claims(), Sealed.Claims.class);
        var map = maps.current(controller);
        var collection = map.directory()
                .orElseThrow(() -> new NoSuchElementException("the data map marks no collection as directory"));
        var search = new Looking(map, collection, schema(map, collection));
        var account = query.account();
        var person = account == null
                ? search.person(claims.identifiers())
                : search.holder(
                        sealer.open(controller, query.requestId(), "account", account, Sealed.Account.class)
                                .identifier(),
                        claims.identifiers());
        if (person == null) {
            return new Answer(search.several ? Match.MANY : Match.NONE, null);
        }
        var sealed = sealer.seal(
                controller, query.requestId(), "person", query.claims().key(), person);
        return new Answer(Match.ONE, sealed);
    }

    private Schema schema(DataMap map, Collection collection) throws StoreException {
        var result = check.check(map, collection.store());
        var unfit = result.mismatches().stream()
                .filter(it -> it.collection().equals(collection.name()))
                .findFirst();
        if (unfit.isPresent()) {
            throw new StoreException(
                    collection.store(),
                    new ConnectorException(
                            ConnectorException.Category.FIX_CONFIGURATION,
                            collection.name() + " " + unfit.get().field() + ": "
                                    + unfit.get().message()));
        }
        return result.schema();
    }

    /** One look-up. */
    private final class Looking {

        private final DataMap map;
        private final Collection collection;
        private final Schema schema;
        private final Map<String, Found> people = new LinkedHashMap<>();
        private boolean several;

        Looking(DataMap map, Collection collection, Schema schema) {
            this.map = map;
            this.collection = collection;
            this.schema = schema;
        }

        Sealed.@Nullable DirectoryPerson person(List<Identifier> claimed) throws StoreException {
            @Nullable Set<String> candidates = null;
            for (var identifier : claimed) {
                var keys = lookFor(identifier);
                if (keys.isEmpty()) {
                    continue;
                }
                if (candidates == null) {
                    candidates = new LinkedHashSet<>(keys);
                } else {
                    candidates.retainAll(keys);
                }
            }
            if (candidates == null) {
                return null;
            }
            if (candidates.size() != 1) {
                several = true;
                return null;
            }
            return person(
                    Objects.requireNonNull(people.get(candidates.iterator().next())), true);
        }

        /**
         * Whose account it is. What is claimed beside it is compared with that row alone and never looked for, so that the answer depends on
         * nobody else.
         */
        Sealed.@Nullable DirectoryPerson holder(Identifier account, List<Identifier> claimed) throws StoreException {
            var keys = lookFor(account);
            if (keys.size() != 1) {
                several = !keys.isEmpty();
                return null;
            }
            var row = Objects.requireNonNull(people.get(keys.iterator().next()));
            if (!isWritten(row, account)) {
                return null;
            }
            return claimed.stream().allMatch(it -> standsOn(row, it)) ? person(row, false) : null;
        }

        /** To the letter: a login is one account's, and two names that differ in how they are written are two accounts. */
        private boolean isWritten(Found row, Identifier account) {
            return collection.identifies().stream()
                    .filter(it -> it.kind() == account.kind())
                    .flatMap(it -> Directory.this.texts(collection, row, it.field()).stream())
                    .anyMatch(account.value()::equals);
        }

        private boolean standsOn(Found row, Identifier identifier) {
            var one = new Identifiers(List.of(identifier));
            return collection.identifies().stream()
                    .filter(it -> it.kind() == identifier.kind())
                    .flatMap(it -> Directory.this.texts(collection, row, it.field()).stream())
                    .anyMatch(it -> one.holds(identifier.kind(), it));
        }

        /** The keys of the people whom the directory has under an identifier. */
        private Set<String> lookFor(Identifier identifier) throws StoreException {
            var one = new Identifiers(List.of(identifier));
            var keys = new LinkedHashSet<String>();
            for (var identifies : collection.identifies()) {
                if (identifies.kind() != identifier.kind()) {
                    continue;
                }
                var match = one.match(schema, collection, identifies);
                if (match.isPresent()) {
                    for (var found : find(new Subject(List.of(match.get())))) {
                        if (Directory.this.texts(collection, found, identifies.field()).stream()
                                .anyMatch(it -> one.holds(identifier.kind(), it))) {
                            keys.add(found.key().text());
                            people.put(found.key().text(), found);
                        }
                    }
                }
            }
            return keys;
        }

        private List<Found> find(Subject subject) throws StoreException {
            var with = new LinkedHashSet<String>();
            var marks = Objects.requireNonNull(collection.directory());
            with.add(marks.contact());
            if (marks.account() != null) {
                with.add(marks.account());
            }
            collection.identifies().forEach(it -> with.add(it.field()));
            with.remove(collection.place().key());
            try {
                var finding = Connectors.able(connectors.shared(map, collection.store()), Finding.class);
                return finding.find(new Search(
                                collection.place(),
                                subject,
                                List.copyOf(with),
                                null,
                                CROWD,
                                REAL.instant().plus(PATIENCE)))
                        .found();
            } catch (ConnectorException failed) {
                throw new StoreException(collection.store(), failed);
            }
        }

        /**
         * What a code to the contact on file proves: that address, and whose row it stands on. Whatever else stands there was once
         * told by somebody and never proved; it helps to find the row, and leads nowhere from it. A login proves whose row it is, and not
         * even the address.
         */
        private Sealed.@Nullable DirectoryPerson person(Found row, boolean byContact) {
            var marks = Objects.requireNonNull(collection.directory());
            var email = Directory.this.texts(collection, row, marks.contact()).stream()
                    .filter(it -> !it.isBlank())
                    .findFirst();
            if (email.isEmpty()) {
                return null;
            }
            var key = new Identifier(IdentifierKind.CUSTOMER_ID, row.key().text());
            var proved = byContact
                    ? List.of(
                            key,
                            new Identifier(IdentifierKind.EMAIL, email.get().strip()))
                    : List.of(key);
            return new Sealed.DirectoryPerson(email.get().strip(), proved, account(marks, row));
        }

        private boolean account(DataMap.Directory marks, Found row) {
            if (marks.account() == null) {
                return true;
            }
            var value = row.with().get(marks.account());
            return value != null && !value.equals(false) && !value.toString().isBlank();
        }
    }

    private List<String> texts(Collection collection, Found found, String field) {
        return collection.place().key().equals(field)
                ? List.of(found.key().text())
                : Schema.texts(found.with().get(field));
    }
}
