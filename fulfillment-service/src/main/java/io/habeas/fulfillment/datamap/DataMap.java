// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.datamap;

import io.habeas.connector.Place;
import io.habeas.contracts.IdentifierKind;
import java.time.Duration;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The data map of one controller, as it was checked on load; holds no secret.
 *
 * @param version the beginning of the SHA-256 of the file; a plan pins it
 * @param zone in which the days of keeping are counted
 */
public record DataMap(String controller, String version, ZoneId zone, List<Store> stores, List<Recipient> recipients) {

    public DataMap {
        stores = List.copyOf(stores);
        recipients = List.copyOf(recipients);
    }

    /**
     * This map, in which those fields may be missing as well that another version of it allows to: what was planned by a map that did not know so ends nowhere
     * but by it.
     */
    DataMap lackingAs(DataMap other) {
        var looser = stores.stream().map(store -> looser(store, other)).toList();
        return new DataMap(controller, version, zone, looser, recipients);
    }

    private static Store looser(Store store, DataMap other) {
        var there = other.stores().stream()
                .filter(it -> it.id().equals(store.id()) && it.kind().equals(store.kind()))
                .flatMap(it -> it.collections().stream())
                .toList();
        var collections = store.collections().stream()
                .map(collection -> {
                    var sparse = new TreeSet<>(collection.place().sparse());
                    there.stream()
                            .filter(it -> it.name().equals(collection.name())
                                    && it.place().isWhere(collection.place()))
                            .forEach(it -> sparse.addAll(it.place().sparse()));
                    sparse.retainAll(collection.mayLack());
                    return collection.at(collection.place().lacking(sparse));
                })
                .toList();
        return store.with(collections);
    }

    /**
     * @param settles how long after an erasure its effect can be seen by a reader
     * @param backupsRefreshed after how long no older backup remains
     */
    public record Store(
            String id,
            String kind,
            String region,
            Map<String, Setting> connection,
            Duration settles,
            @Nullable Period backupsRefreshed,
            List<Collection> collections) {
        public Store {
            connection = Map.copyOf(connection);
            collections = List.copyOf(collections);
        }

        Store with(List<Collection> others) {
            return new Store(id, kind, region, connection, settles, backupsRefreshed, others);
        }
    }

    /** One setting of a connection. */
    public sealed interface Setting {

        record Plain(String value) implements Setting {}

        /** @param name of the secret, which is resolved when a connector is made and never before */
        record Secret(String name) implements Setting {

            private static final Pattern NAME = Pattern.compile("(?!.*\\.\\.)[a-z0-9][a-z0-9._-]{0,63}");

            /** Whether this is the name of one file, and no path. */
            public static boolean isName(String text) {
                return NAME.matcher(text).matches();
            }
        }
    }

    /**
     * @param name unique within its store
     * @param source where the records came from, in the words of the map
     * @param changedAt the field that says when a record last changed
     * @param collectedAt the field that says when a record was collected; without it a record is inside every look-back
     * @param exclusion what its records are that a policy may not cover
     */
    public record Collection(
            String store,
            String name,
            Place place,
            @Nullable String source,
            @Nullable Directory directory,
            List<Identifies> identifies,
            List<Reference> belongsTo,
            Map<String, Field> fields,
            @Nullable String changedAt,
            @Nullable String collectedAt,
            Keep keep,
            Erase erase,
            @Nullable Excluded exclusion) {

        public Collection {
            identifies = List.copyOf(identifies);
            belongsTo = List.copyOf(belongsTo);
            fields = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }

        public String id() {
            return store + "." + name;
        }

        /**
         * The fields that may be missing from all records: those that lead to the person or are handed out, and by which nothing else is decided. In any other
         * a rename in the store would change what is kept, erased or excluded, and nothing would tell.
         */
        Set<String> mayLack() {
            var fields = new TreeSet<String>();
            identifies.forEach(it -> fields.add(it.field()));
            belongsTo.forEach(it -> fields.add(it.field()));
            fields.addAll(this.fields.keySet());
            Stream.of(
                            place.key(),
                            changedAt,
                            collectedAt,
                            directory == null ? null : directory.contact(),
                            directory == null ? null : directory.account(),
                            keep instanceof Keep.Dated dated && dated.of() == null ? dated.from() : null,
                            exclusion == null ? null : exclusion.where())
                    .forEach(field -> {
                        if (field != null) {
                            fields.remove(field);
                        }
                    });
            if (erase instanceof Erase.Anonymize anonymize) {
                fields.removeAll(anonymize.replacements().keySet());
            }
            return fields;
        }

        Collection at(Place other) {
            return new Collection(
                    store,
                    name,
                    other,
                    source,
                    directory,
                    identifies,
                    belongsTo,
                    fields,
                    changedAt,
                    collectedAt,
                    keep,
                    erase,
                    exclusion);
        }

        /** The profile's categories of its fields, in the order of the map. */
        public List<String> categories() {
            var categories = new LinkedHashSet<String>();
            fields.values().stream().map(Field::category).forEach(category -> {
                if (category != null) {
                    categories.add(category);
                }
            });
            return List.copyOf(categories);
        }

        /** The fields that may be handed out. */
        public List<String> disclosed() {
            return fields.entrySet().stream()
                    .filter(field -> field.getValue().mayBeDisclosed())
                    .map(Map.Entry::getKey)
                    .toList();
        }

        /** Every field that the map names, for whatever reason. */
        public Set<String> named() {
            var named = new LinkedHashSet<String>();
            named.add(place.key());
            identifies.forEach(it -> named.add(it.field()));
            belongsTo.forEach(it -> named.add(it.field()));
            named.addAll(fields.keySet());
            Stream.of(
                            changedAt,
                            collectedAt,
                            keep instanceof Keep.Dated dated && dated.of() == null ? dated.from() : null,
                            exclusion == null ? null : exclusion.where())
                    .forEach(field -> {
                        if (field != null) {
                            named.add(field);
                        }
                    });
            if (erase instanceof Erase.Anonymize anonymize) {
                named.addAll(anonymize.replacements().keySet());
            }
            if (directory != null) {
                named.add(directory.contact());
                if (directory.account() != null) {
                    named.add(directory.account());
                }
            }
            return named;
        }
    }

    /**
     * Marks the one collection that may be read before identity is proved.
     *
     * @param contact the field with the e-mail address on file
     * @param account the field that is true, or not empty, for a person with an account; absent where everybody has one
     */
    public record Directory(String contact, @Nullable String account) {}

    /** @param follow whether a value found on the way leads further */
    public record Identifies(String field, IdentifierKind kind, boolean follow) {}

    /**
     * A field that holds a value of a field of another collection, which is that collection's key or identifies the person.
     *
     * @param follow whether it is followed upwards too
     */
    public record Reference(String field, String store, String collection, String to, boolean follow) {}

    /**
     * @param category of the profile
     * @param kind why it is never disclosed, where it is not
     * @param aboutSomeoneElse whether it tells of another person, who did not ask
     */
    public record Field(
            @Nullable String category,
            List<String> purposes,
            @Nullable String legalBasis,
            @Nullable String attribute,
            @Nullable String source,
            @Nullable NeverDisclosed kind,
            boolean aboutSomeoneElse) {

        public Field {
            purposes = List.copyOf(purposes);
        }

        public boolean mayBeDisclosed() {
            return kind == null && !aboutSomeoneElse;
        }
    }

    /** What no package, letter or log ever holds, whatever a map says; source: California Code of Regulations, title 11, section 7024(d). */
    public enum NeverDisclosed {
        PASSWORD,
        FINANCIAL_ACCOUNT,
        SECURITY_QUESTION,
        SECURITY_ANSWER,
        GOVERNMENT_ID,
        BIOMETRIC,
        SECRET_TOKEN
    }

    /**
     * Marks records that a policy may not cover. Where the profile says that it does not, they are left out, and what belongs to them with
     * them.
     *
     * @param where the field that is true, or not empty, for such a record; absent where all of the collection are
     */
    public record Excluded(Exclusion what, @Nullable String where) {}

    /** What policies do not cover. */
    public enum Exclusion {
        /** Data of employees, contractors and temporary workers as such. */
        EMPLOYMENT,
        /** What was lawfully taken from records of a government that are open to the public. */
        GOVERNMENT_RECORDS,
        /** Data that is kept apart from the person, or summed over many. */
        DEIDENTIFIED,
        /** What people said for the company that they work for. */
        BUSINESS_COMMUNICATION;

        /** The one that is called so. */
        public static Optional<Exclusion> named(String name) {
            return Stream.of(values()).filter(it -> it.name().equals(name)).findFirst();
        }
    }

    /** What keeps a record from being erased. */
    public sealed interface Keep {

        /** A record is kept only while the record that it belongs to is. */
        record WithParent() implements Keep {}

        /** Nothing is kept, whatever it belongs to. */
        record Nothing() implements Keep {}

        /**
         * @param ground of the profile
         * @param of the collection that has the day from which it counts, as {@code store.collection}; absent for its own
         * @param from the field with that day
         */
        record Dated(String ground, Period period, @Nullable String of, String from) implements Keep {

            /** The first day on which a record is kept no longer. @param day from which it counts */
            public LocalDate until(LocalDate day) {
                return day.plus(period).plusDays(1);
            }
        }
    }

    /** What is done to a record that is not kept. */
    public sealed interface Erase {

        record Delete() implements Erase {}

        /** @param replacements by field; null empties it */
        record Anonymize(Map<String, @Nullable Object> replacements) implements Erase {
            public Anonymize {
                replacements = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(replacements));
            }
        }
    }

    /**
     * Somebody to whom data was given.
     *
     * @param signing name of the secret with which notices and answers are signed
     * @param answers how long the recipient has to answer
     * @param reminded how long it is silent before it is told again
     * @param marks what its having the data means: it is told when a person says no to that
     * @param purposes uses of the policy that it was given the data for
     * @param knows kinds of identifiers by which it knows people, beside what it receives
     */
    public record Recipient(
            String id,
            String kind,
            String role,
            String region,
            @Nullable String country,
            List<String> receives,
            @Nullable String endpoint,
            @Nullable String signing,
            Duration answers,
            Duration reminded,
            List<Mark> marks,
            List<String> purposes,
            List<IdentifierKind> knows) {
        public Recipient {
            receives = List.copyOf(receives);
            marks = List.copyOf(marks);
            purposes = List.copyOf(purposes);
            knows = List.copyOf(knows);
        }
    }

    /** What giving data to a recipient is, where a person can say no to it. */
    public enum Mark {
        SALE,
        DIRECT_MARKETING,
        ADVERTISING
    }

    public Recipient recipient(String id) {
        return recipients.stream()
                .filter(it -> it.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("no recipient '" + id + "' in the map of " + controller));
    }

    public Store store(String id) {
        return stores.stream()
                .filter(store -> store.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("no store '" + id + "' in the map of " + controller));
    }

    public Collection collection(String store, String name) {
        return store(store).collections().stream()
                .filter(it -> it.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("no collection '" + name + "' in '" + store + "'"));
    }

    public Stream<Collection> collections() {
        return stores.stream().flatMap(store -> store.collections().stream());
    }

    /** The collection that may be read before identity is proved, where the map marks one. */
    public Optional<Collection> directory() {
        return collections().filter(it -> it.directory() != null).findFirst();
    }

    /** Every collection of every store, each after all that it belongs to. */
    public List<Collection> parentsFirst() {
        var ordered = new ArrayList<Collection>();
        var seen = new LinkedHashSet<String>();
        collections().forEach(it -> visit(it, seen, ordered));
        return ordered;
    }

    private void visit(Collection collection, Set<String> seen, List<Collection> ordered) {
        if (!seen.add(collection.id())) {
            return;
        }
        collection.belongsTo().forEach(it -> visit(collection(it.store(), it.collection()), seen, ordered));
        ordered.add(collection);
    }
}
