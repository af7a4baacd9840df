// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.plan;

import io.habeas.connector.Match;
import io.habeas.connector.Subject;
import io.habeas.connector.Value;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a plan holds fast about a person's records. In the database it is sealed; none of it prints what it holds. */
public final class Frozen {

    private Frozen() {}

    /** A typed value, as JSON has it. */
    public record Cell(String t, String v) {
        static Cell of(Value value) {
            return new Cell(value.type(), value.text());
        }

        Value value() {
            return Value.of(t, v);
        }

        @Override
        public String toString() {
            return "Cell[" + t + "]";
        }
    }

    /** One match of a predicate. */
    public record Clause(String field, boolean ignoreCase, List<Cell> values) {
        @Override
        public String toString() {
            return "Clause[" + field + ", " + values.size() + " values]";
        }
    }

    /** The predicate by which records of one collection are the person's. */
    public record Predicate(List<Clause> anyOf) {

        static Predicate of(Subject subject) {
            return new Predicate(subject.anyOf().stream()
                    .map(match -> new Clause(
                            match.field(),
                            match.ignoreCase(),
                            match.values().stream().map(Cell::of).toList()))
                    .toList());
        }

        Subject subject() {
            return new Subject(anyOf.stream()
                    .map(clause -> new Match(
                            clause.field(),
                            new LinkedHashSet<>(
                                    clause.values().stream().map(Cell::value).toList()),
                            clause.ignoreCase()))
                    .toList());
        }
    }

    /**
     * Why and until when some records are kept, or why they are left out.
     *
     * @param until the first day on which they are no longer; unknown where a record has no date
     * @param out true where the policy does not cover them; then the ground says what they are
     */
    public record Group(
            String ground,
            @Nullable LocalDate until,
            @Nullable Boolean out) {

        static Group kept(String ground, @Nullable LocalDate until) {
            return new Group(ground, until, null);
        }

        static Group leftOut(String what) {
            return new Group(what, null, true);
        }

        /** Whether the policy does not cover them. */
        public boolean omits() {
            return Boolean.TRUE.equals(out);
        }
    }

    /**
     * @param g the number of the group that keeps it; -1 where nothing does
     * @param links the values of fields, other than the key, that records of other collections refer to
     */
    public record Row(Cell k, int g, Map<String, List<String>> links) {
        @Override
        public String toString() {
            return "Row[" + g + "]";
        }
    }

    /** The content of a chunk. */
    public record Keys(List<Row> rows, List<Group> groups) {

        public List<Value> toDo() {
            return rows.stream()
                    .filter(row -> row.g() < 0)
                    .map(row -> row.k().value())
                    .toList();
        }

        public List<Value> keptBy(int group) {
            return rows.stream()
                    .filter(row -> row.g() == group)
                    .map(row -> row.k().value())
                    .toList();
        }

        /** What is kept until that day, whatever the ground: each key with its ground. */
        public Map<Value, String> keptUntil(LocalDate day) {
            var kept = new LinkedHashMap<Value, String>();
            for (var row : rows) {
                if (row.g() >= 0) {
                    var group = groups.get(row.g());
                    if (!group.omits() && day.equals(group.until())) {
                        kept.put(row.k().value(), group.ground());
                    }
                }
            }
            return kept;
        }

        public List<Value> kept() {
            return rows.stream()
                    .filter(row -> row.g() >= 0)
                    .map(row -> row.k().value())
                    .toList();
        }

        @Override
        public String toString() {
            return "Keys[" + rows.size() + "]";
        }
    }

    /**
     * A chunk without its content.
     *
     * @param number within its collection, from 0
     * @param selector the number of the predicate by which it was found
     * @param sweep 1 for what was planned, more for what turned up later
     */
    public record Chunk(
            UUID taskId,
            String collection,
            int number,
            int rank,
            int selector,
            int sweep,
            int toDo,
            int kept,
            boolean done,
            UUID keyId,
            String sealed) {
        @Override
        public String toString() {
            return "Chunk[" + taskId + " " + collection + " " + number + "]";
        }
    }
}
