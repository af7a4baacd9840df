// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.plan;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.Finding;
import io.habeas.connector.Finding.Found;
import io.habeas.connector.Finding.Search;
import io.habeas.connector.Match;
import io.habeas.connector.Subject;
import io.habeas.connector.Value;
import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.TaskOutcome;
import io.habeas.fulfillment.catalog.Connectors;
import io.habeas.fulfillment.catalog.Schema;
import io.habeas.fulfillment.catalog.StoreException;
import io.habeas.fulfillment.datamap.DataMap;
import io.habeas.fulfillment.datamap.DataMap.Collection;
import io.habeas.fulfillment.datamap.DataMap.Keep;
import io.habeas.fulfillment.datamap.DataMap.Reference;
import io.habeas.fulfillment.plan.Frozen.Cell;
import io.habeas.fulfillment.plan.Frozen.Group;
import io.habeas.fulfillment.plan.Frozen.Keys;
import io.habeas.fulfillment.plan.Frozen.Row;
import io.habeas.fulfillment.worker.Lease;
import io.habeas.fulfillment.worker.Transactions;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds a person's records page by page and holds their keys fast. Holds a page at a time, and eight bytes for each key that it
 * has seen.
 */
public final class Freezer {

    /** The most keys in a page, a chunk and a batch. */
    public static final int PAGE = 1000;

    private final Connectors connectors;
    private final FrozenStore store;
    private final Transactions transactions;

    public Freezer(Connectors connectors, FrozenStore store, Transactions transactions) {
        this.connectors = connectors;
        this.store = store;
        this.transactions = transactions;
    }

    /** Looks at every record that was found by an identifier, before it is frozen. */
    @FunctionalInterface
    interface Judge {
        /** @return whether it may be frozen; false for one that belongs to another person */
        boolean mayBeFrozen(Collection collection, Found found);
    }

    /** Why a sweep does not go on before a person has acted. @param detail which records or collection, without a value */
    public record Obstacle(String reason, String detail) {}

    private static final class GroundNotGivenException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String collection;

        GroundNotGivenException(String collection) {
            super("a ground of " + collection + " is not in the approval");
            this.collection = collection;
        }
    }

    /** Everything that one run needs; a run makes one plan, or one further sweep of a task. */
    public final class Run {

        private final Order order;
        private final DataMap map;
        private final Schema schema;
        private final LocalDate today;
        private final Map<String, UUID> tasks;
        private final Lease lease;
        private final int sweep;
        private final Set<String> usedGrounds = new LinkedHashSet<>();
        private final Map<String, KeySet> seen = new HashMap<>();
        private final Map<String, KeySet> linked = new HashMap<>();
        private final Map<String, Long> records = new HashMap<>();
        private final Addressees.Notes notes = new Addressees.Notes();

        /**
         * @param tasks by store
         * @param today in the zone of the map
         */
        public Run(
                Order order,
                DataMap map,
                Schema schema,
                LocalDate today,
                Map<String, UUID> tasks,
                Lease lease,
                int sweep) {
            this.order = order;
            this.map = map;
            this.schema = schema;
            this.today = today;
            this.tasks = Map.copyOf(tasks);
            this.lease = lease;
            this.sweep = sweep;
        }

        /** By what recipients know the person. */
        Addressees.Notes notes() {
            return notes;
        }

        Set<String> usedGrounds() {
            return usedGrounds;
        }

        /** How many records of a collection are frozen. */
        long records(Collection collection) {
            return records.getOrDefault(collection.id(), 0L);
        }

        private void count(Collection collection, long more) {
            records.merge(collection.id(), more, Long::sum);
        }

        /** Takes in what earlier sweeps of all tasks of the plan have frozen. */
        private void recall() {
            for (var collection : map.parentsFirst()) {
                var task = tasks.get(collection.store());
                if (task == null) {
                    continue;
                }
                for (var chunk = store.next(task, collection.name(), -1);
                        chunk.isPresent();
                        chunk = store.next(task, collection.name(), chunk.get().number())) {
                    var rows = store.open(order, chunk.get()).rows();
                    rows.forEach(row -> recall(collection, row));
                    count(collection, rows.size());
                }
            }
        }

        private void recall(Collection collection, Row row) {
            var key = row.k().v();
            seen.computeIfAbsent(collection.id(), _ -> new KeySet()).add(key);
            link(collection, collection.place().key(), key);
            row.links().forEach((field, texts) -> texts.forEach(it -> link(collection, field, it)));
        }

        /**
         * Freezes what has come to a store since, by the same judgement as the plan.
         *
         * @return empty, or why a person must look: records that may be another person's, or that are kept on a ground which the approval does not
         *     have; those are not frozen
         */
        public Optional<Obstacle> newcomers(String ofStore) throws StoreException {
            try {
                return conflictsAmongNewcomers(ofStore).map(it -> new Obstacle("conflict-with-another-person", it));
            } catch (GroundNotGivenException notGiven) {
                return Optional.of(new Obstacle("keep-ground-not-in-profile", notGiven.collection));
            }
        }

        private Optional<String> conflictsAmongNewcomers(String ofStore) throws StoreException {
            recall();
            var proved = store.proved(order);
            var conflicts = new Conflicts();
            var judge = conflicts.judge(new Identifiers(proved), known(proved), this);
            var task = Objects.requireNonNull(tasks.get(ofStore));
            for (var collection : map.parentsFirst()) {
                if (collection.store().equals(ofStore)) {
                    int selectors = store.selectors(task, collection.name());
                    byReferences(collection);
                    for (int i = 0; i < selectors; i++) {
                        again(collection, task, i, judge);
                    }
                    conflicts.count(collection, this);
                }
            }
            return conflicts.isEmpty() ? Optional.empty() : Optional.of(conflicts.summary());
        }

        /** The proved identifiers, and the addresses that the plan followed from them: its predicates hold those. */
        private Identifiers known(List<Identifier> proved) {
            var known = new Identifiers(proved);
            map.collections().forEach(collection -> {
                var task = tasks.get(collection.store());
                var fields = collection.identifies().stream()
                        .filter(it -> it.kind() == IdentifierKind.EMAIL)
                        .map(it -> it.field())
                        .toList();
                if (task == null || fields.isEmpty()) {
                    return;
                }
                for (int i = 0; i < store.selectors(task, collection.name()); i++) {
                    store.selector(order, task, collection.name(), i).anyOf().stream()
                            .filter(it -> fields.contains(it.field()))
                            .flatMap(it -> it.values().stream())
                            .forEach(it -> known.add(new Identifier(IdentifierKind.EMAIL, it.text())));
                }
            });
            return known;
        }

        /** Whether a value of a field that others refer to is that of a record that was frozen. */
        boolean leadsToFrozen(Reference reference, String value) {
            var values = linked.get(reference.store() + "." + reference.collection() + "/" + reference.to());
            return values != null && values.contains(value);
        }

        /** Freezes what belongs to the records that were frozen in the collections above. @return how many records */
        long byReferences(Collection collection) throws StoreException {
            if (collection.belongsTo().size() < 2) {
                return byReferences(
                        collection, (subject, parent) -> freeze(collection, subject, (_, _) -> true, parent));
            }
            // what one parent keeps is not let go by another that is asked before: first what is held, then the rest
            var task = Objects.requireNonNull(tasks.get(collection.store()));
            var asked = new ArrayDeque<Asked>();
            long held = byReferences(collection, (subject, parent) -> {
                int selector = select(collection, subject);
                asked.add(new Asked(selector, subject));
                return pages(
                        collection,
                        task,
                        selector,
                        subject,
                        (_, found) -> group(collection, found, parent).isPresent(),
                        parent);
            });
            return held
                    + byReferences(collection, (_, parent) -> {
                        var again = asked.remove();
                        return pages(collection, task, again.selector(), again.subject(), (_, _) -> true, parent);
                    });
        }

        private long byReferences(Collection collection, Freezing freezing) throws StoreException {
            long frozen = 0;
            for (var reference : collection.belongsTo()) {
                var parent = map.collection(reference.store(), reference.collection());
                var parentTask = tasks.get(parent.store());
                if (parentTask == null) {
                    continue;
                }
                for (var chunk = store.next(parentTask, parent.name(), -1);
                        chunk.isPresent();
                        chunk = store.next(
                                parentTask, parent.name(), chunk.get().number())) {
                    frozen += byChunk(collection, reference, parent, store.open(order, chunk.get()), freezing);
                }
            }
            return frozen;
        }

        private long byChunk(
                Collection collection, Reference reference, Collection parent, Keys keys, Freezing freezing)
                throws StoreException {
            var values = values(collection, reference, parent, keys);
            var kept = new HashMap<String, Group>();
            for (var row : keys.rows()) {
                for (var text : linkedTexts(parent, reference.to(), row)) {
                    byParent(collection, parent, row, keys).ifPresent(group -> kept.put(text, group));
                }
            }
            if (values.isEmpty()) {
                return 0;
            }
            var subject = new Subject(List.of(Match.exactly(reference.field(), values)));
            return freezing.freeze(subject, found -> Schema.texts(found.with().get(reference.field())).stream()
                    .map(kept::get)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .or(() -> undated(collection, parent, found)));
        }

        /** What keeps a record that was found by another reference than the one that has the date, where that one leads nowhere. */
        private Optional<Group> undated(Collection collection, Collection parent, Found found) {
            if (!(collection.keep() instanceof Keep.Dated dated)
                    || dated.of() == null
                    || dated.of().equals(parent.id())) {
                return Optional.empty();
            }
            boolean known = collection.belongsTo().stream()
                    .filter(it -> dated.of().equals(it.store() + "." + it.collection()))
                    .anyMatch(it -> Schema.texts(found.with().get(it.field())).stream()
                            .anyMatch(value -> leadsToFrozen(it, value)));
            return known ? Optional.empty() : orphan(collection);
        }

        private Set<Value> values(Collection collection, Reference reference, Collection parent, Keys keys) {
            var values = new LinkedHashSet<Value>();
            for (var row : keys.rows()) {
                linkedTexts(parent, reference.to(), row)
                        .forEach(it -> values.addAll(schema.values(collection, reference.field(), it)));
            }
            return values;
        }

        /**
         * Whether another store has records that belong to what later sweeps have frozen in this one, and that are not frozen
         * themselves: the task of that store knows nothing of them.
         *
         * @return the first such collection
         */
        public Optional<String> beyond(String ofStore) throws StoreException {
            recall();
            var task = Objects.requireNonNull(tasks.get(ofStore));
            for (var collection : map.parentsFirst()) {
                for (var reference : collection.belongsTo()) {
                    if (!collection.store().equals(ofStore)
                            && reference.store().equals(ofStore)
                            && beyond(collection, reference, task)) {
                        return Optional.of(collection.id());
                    }
                }
            }
            return Optional.empty();
        }

        private boolean beyond(Collection collection, Reference reference, UUID task) throws StoreException {
            var parent = map.collection(reference.store(), reference.collection());
            for (var chunk = store.next(task, parent.name(), -1);
                    chunk.isPresent();
                    chunk = store.next(task, parent.name(), chunk.get().number())) {
                if (chunk.get().sweep() > 1) {
                    var values = values(collection, reference, parent, store.open(order, chunk.get()));
                    if (!values.isEmpty() && unfrozen(collection, Match.exactly(reference.field(), values))) {
                        return true;
                    }
                }
            }
            return false;
        }

        /**
         * Recipients know people by what anybody may have entered into an account: what nobody proved, and what another person of the directory has, too, is
         * none of what they are told.
         *
         * @param certain what was proved, and what the map has followed from it
         */
        void leaveOutWhatOthersHave(Identifiers certain) throws StoreException {
            var directory = map.directory().orElse(null);
            if (directory == null) {
                return;
            }
            for (var field : directory.identifies()) {
                for (var identifier : notes.unproved(field.kind(), certain)) {
                    var match = new Identifiers(List.of(identifier)).match(schema, directory, field);
                    if (match.isPresent() && unfrozen(directory, match.get())) {
                        notes.leaveOut(identifier);
                    }
                }
            }
        }

        private boolean unfrozen(Collection collection, Match match) throws StoreException {
            var frozen = seen.computeIfAbsent(collection.id(), _ -> new KeySet());
            @Nullable Value after = null;
            do {
                var page = page(collection, new Subject(List.of(match)), after);
                if (page.found().stream()
                        .anyMatch(it -> !frozen.contains(it.key().text()))) {
                    return true;
                }
                after = page.next();
            } while (after != null);
            return false;
        }

        /** What keeps a record because of the one that it belongs to. */
        private Optional<Group> byParent(Collection collection, Collection parent, Row row, Keys keys) {
            if (row.g() >= 0 && keys.groups().get(row.g()).omits()) {
                return Optional.of(keys.groups().get(row.g()));
            }
            return switch (collection.keep()) {
                case Keep.Nothing _ -> Optional.empty();
                case Keep.WithParent _ ->
                    row.g() < 0 ? Optional.empty() : Optional.of(keys.groups().get(row.g()));
                case Keep.Dated dated ->
                    parent.id().equals(dated.of())
                            ? until(dated, day(row.links().getOrDefault(dated.from(), List.of())))
                            : Optional.empty();
            };
        }

        private @Nullable LocalDate day(List<String> texts) {
            if (texts.isEmpty()) {
                return null;
            }
            var text = texts.get(0);
            return text.contains("T") ? day(Instant.parse(text)) : LocalDate.parse(text);
        }

        private List<String> linkedTexts(Collection parent, String field, Row row) {
            return parent.place().key().equals(field)
                    ? List.of(row.k().v())
                    : row.links().getOrDefault(field, List.of());
        }

        /** Freezes what a predicate finds. @return how many records */
        long bySubject(Collection collection, Subject subject, Judge judge) throws StoreException {
            return freeze(collection, subject, judge, _ -> orphan(collection));
        }

        /** Freezes what a predicate that is held already finds now, and that was not frozen before. */
        private void again(Collection collection, UUID task, int selector, Judge judge) throws StoreException {
            var subject = store.selector(order, task, collection.name(), selector);
            pages(collection, task, selector, subject, judge, _ -> orphan(collection));
        }

        /** A record whose parent is not known has no date to count from, if the parent has the date. */
        private Optional<Group> orphan(Collection collection) {
            return collection.keep() instanceof Keep.Dated dated && dated.of() != null
                    ? until(dated, null)
                    : Optional.empty();
        }

        private interface ParentsGroup {
            Optional<Group> of(Found found);
        }

        /** Freezes what belongs to one chunk of a parent. */
        private interface Freezing {
            long freeze(Subject subject, ParentsGroup parent) throws StoreException;
        }

        private record Asked(int selector, Subject subject) {}

        private long freeze(Collection collection, Subject subject, Judge judge, ParentsGroup parent)
                throws StoreException {
            var task = Objects.requireNonNull(tasks.get(collection.store()));
            return pages(collection, task, select(collection, subject), subject, judge, parent);
        }

        private int select(Collection collection, Subject subject) {
            var task = Objects.requireNonNull(tasks.get(collection.store()));
            int number = store.selectors(task, collection.name());
            var sealed = store.seal(order, task, collection.name(), number, subject);
            transactions.run(() -> {
                lease.hold();
                store.addSelector(task, collection.name(), number, sealed);
            });
            return number;
        }

        private long pages(
                Collection collection, UUID task, int selector, Subject subject, Judge judge, ParentsGroup parent)
                throws StoreException {
            long frozen = 0;
            @Nullable Value after = null;
            do {
                var page = page(collection, subject, after);
                var keys = keys(collection, page.found(), judge, parent);
                // the first sweep is looked at as a whole, when the plan is made
                if (sweep > 1 && !order.approval().keepGrounds().containsAll(usedGrounds)) {
                    throw new GroundNotGivenException(collection.id());
                }
                if (!keys.rows().isEmpty()) {
                    int number = store.nextNumber(task, collection.name());
                    int rank = map.parentsFirst().indexOf(collection);
                    var sealed = store.seal(order, task, collection.name(), number, keys);
                    transactions.run(() -> {
                        lease.hold();
                        store.addChunk(task, collection.name(), number, rank, selector, sweep, keys, sealed);
                    });
                    frozen += keys.rows().size();
                    count(collection, keys.rows().size());
                }
                after = page.next();
            } while (after != null);
            return frozen;
        }

        private Finding.Page page(Collection collection, Subject subject, @Nullable Value after) throws StoreException {
            try {
                var finding = Connectors.able(connectors.shared(map, collection.store()), Finding.class);
                return finding.find(new Search(
                        collection.place(), subject, List.copyOf(wanted(collection)), after, PAGE, lease.deadline()));
            } catch (ConnectorException failed) {
                throw new StoreException(collection.store(), failed);
            }
        }

        private Set<String> wanted(Collection collection) {
            var wanted = new LinkedHashSet<String>();
            collection.belongsTo().forEach(it -> wanted.add(it.field()));
            collection.identifies().forEach(it -> wanted.add(it.field()));
            Conflicts.addresses(collection).forEach(wanted::add);
            if (collection.keep() instanceof Keep.Dated dated && dated.of() == null) {
                wanted.add(dated.from());
            }
            if (collection.exclusion() != null && collection.exclusion().where() != null) {
                wanted.add(collection.exclusion().where());
            }
            wanted.addAll(referredTo(collection));
            wanted.remove(collection.place().key());
            return wanted;
        }

        /** The fields, other than the key, that other collections refer to or count from. */
        private Set<String> referredTo(Collection collection) {
            var fields = new LinkedHashSet<String>();
            map.collections().forEach(it -> {
                if (it.keep() instanceof Keep.Dated dated && collection.id().equals(dated.of())) {
                    fields.add(dated.from());
                }
            });
            map.collections()
                    .flatMap(it -> it.belongsTo().stream())
                    .filter(it -> it.store().equals(collection.store())
                            && it.collection().equals(collection.name())
                            && !it.to().equals(collection.place().key()))
                    .forEach(it -> fields.add(it.to()));
            return fields;
        }

        private Keys keys(Collection collection, List<Found> page, Judge judge, ParentsGroup parent) {
            var rows = new ArrayList<Row>();
            var groups = new ArrayList<Group>();
            var before = seen.computeIfAbsent(collection.id(), _ -> new KeySet());
            for (var found : page) {
                if (!before.contains(found.key().text()) && judge.mayBeFrozen(collection, found)) {
                    before.add(found.key().text());
                    var group = group(collection, found, parent);
                    if (group.filter(Group::omits).isEmpty()) {
                        notes.found(collection, found);
                    }
                    group.filter(it -> !groups.contains(it)).ifPresent(groups::add);
                    rows.add(new Row(
                            Cell.of(found.key()), group.map(groups::indexOf).orElse(-1), links(collection, found)));
                }
            }
            return new Keys(rows, groups);
        }

        private Map<String, List<String>> links(Collection collection, Found found) {
            var links = new LinkedHashMap<String, List<String>>();
            for (var field : referredTo(collection)) {
                links.put(field, Schema.texts(found.with().get(field)));
                links.get(field).forEach(it -> link(collection, field, it));
            }
            link(collection, collection.place().key(), found.key().text());
            return links;
        }

        private void link(Collection collection, String field, String value) {
            linked.computeIfAbsent(collection.id() + "/" + field, _ -> new KeySet())
                    .add(value);
        }

        private Optional<Group> group(Collection collection, Found found, ParentsGroup parent) {
            var leftOut = leftOut(collection, found).or(() -> parent.of(found).filter(Group::omits));
            if (leftOut.isPresent()) {
                return leftOut;
            }
            if (order.kind() != TaskOutcome.Kind.ERASE) {
                return Optional.empty();
            }
            var group =
                    switch (collection.keep()) {
                        case Keep.Nothing _ -> Optional.<Group>empty();
                        case Keep.WithParent _ -> parent.of(found);
                        case Keep.Dated dated ->
                            dated.of() == null ? until(dated, day(found.with().get(dated.from()))) : parent.of(found);
                    };
            group.ifPresent(it -> usedGrounds.add(it.ground()));
            return group;
        }

        /** What the map marks is left out only where the policy of this request does not cover it. */
        private Optional<Group> leftOut(Collection collection, Found found) {
            var excluded = collection.exclusion();
            if (excluded == null || order.exclusion(excluded.what().name()).isEmpty()) {
                return Optional.empty();
            }
            var where = excluded.where();
            return where == null || isMarked(found.with().get(where))
                    ? Optional.of(Group.leftOut(excluded.what().name()))
                    : Optional.empty();
        }

        /** Kept through the last day of the period; without a day to count from, kept and flagged. */
        private Optional<Group> until(Keep.Dated keep, @Nullable LocalDate day) {
            if (day == null) {
                return Optional.of(Group.kept(keep.ground(), null));
            }
            var until = keep.until(day);
            return today.isBefore(until) ? Optional.of(Group.kept(keep.ground(), until)) : Optional.empty();
        }

        private @Nullable LocalDate day(@Nullable Object value) {
            return dayOf(value, map.zone());
        }
    }

    /** The day of a date or an instant that a store handed out; absent where it is neither. */
    static @Nullable LocalDate dayOf(@Nullable Object value, ZoneId zone) {
        return switch (value) {
            case LocalDate day -> day;
            case Instant instant -> instant.atZone(zone).toLocalDate();
            case null, default -> null;
        };
    }

    /** Whether a field marks its record: it is true, or not empty. */
    static boolean isMarked(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean marked -> marked;
            case BigDecimal number -> number.signum() != 0;
            case Number number -> number.longValue() != 0;
            default -> Schema.texts(value).stream().anyMatch(it -> !it.isBlank() && !it.equalsIgnoreCase("false"));
        };
    }
}
