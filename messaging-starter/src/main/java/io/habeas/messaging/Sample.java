// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A gauge whose value costs something to find out, such as a count of rows. A bean of this type is asked for its values from a
 * thread of the starter, every {@code habeas.metrics.every}, and never by a scrape. Each copy of a service finds out the same:
 * whoever draws it takes the largest, not the sum.
 *
 * @param name as in {@code docs/operations.md}
 * @param unit {@code seconds}, or empty where something is counted
 * @param meaning one sentence, shown beside the value
 * @param rows every set of labels that there can be: a closed list without anything that says who
 * @param source values by labels; a row that is missing is 0. When it fails, all are NaN until it answers again
 * @param isCostly whether what it takes grows with a table: then it rests for a hundred times as long as it took, at most for eight rounds
 */
public record Sample(String name, String unit, String meaning, Set<Tags> rows, Source source, boolean isCostly) {

    /** Where an unlisted word of a closed list is counted, so that a sum stays right and the list stays short. */
    public static final String OTHER = "other";

    /** Finds the values out; called by one thread at a time. */
    @FunctionalInterface
    public interface Source {
        Map<Tags, ? extends Number> read() throws Exception;
    }

    /** Finds one value out. */
    @FunctionalInterface
    public interface Single {
        Number read() throws Exception;
    }

    public Sample {
        rows = Set.copyOf(rows);
    }

    /** A gauge without labels. */
    public static Sample of(String name, String unit, String meaning, Single single) {
        return new Sample(name, unit, meaning, Set.of(Tags.empty()), () -> Map.of(Tags.empty(), single.read()), false);
    }

    /**
     * Rows of tables by a few words.
     *
     * @param labels for each word of a row its label and every value it may have, in lower case; {@link #OTHER} is added
     * @param sql yields as many texts as there are labels, in that order and in any case, and a number behind them
     */
    public static Sample counted(
            String name, String unit, String meaning, List<Label> labels, JdbcClient jdbc, String sql) {
        return counted(name, unit, meaning, labels, () -> jdbc.sql(sql));
    }

    /** @param statement made anew for each reading; yields as in {@link #counted(String, String, String, List, JdbcClient, String)} */
    public static Sample counted(
            String name,
            String unit,
            String meaning,
            List<Label> labels,
            Supplier<JdbcClient.StatementSpec> statement) {
        return new Sample(
                name,
                unit,
                meaning,
                combined(labels),
                () -> statement
                        .get()
                        .query((row, _) -> {
                            var tags = Tags.empty();
                            for (int i = 0; i < labels.size(); i++) {
                                tags = tags.and(
                                        labels.get(i).name(), labels.get(i).known(row.getString(i + 1)));
                            }
                            return Map.entry(tags, row.getLong(labels.size() + 1));
                        })
                        .list()
                        .stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Long::sum)),
                false);
    }

    /** The same, asked for less often the longer it takes: for counts over a table that grows with all that was ever filed. */
    public Sample costly() {
        return new Sample(name, unit, meaning, rows, source, true);
    }

    private static Set<Tags> combined(List<Label> labels) {
        var rows = List.of(Tags.empty());
        for (var label : labels) {
            var longer = new ArrayList<Tags>();
            for (var row : rows) {
                label.values().forEach(value -> longer.add(row.and(label.name(), value)));
                longer.add(row.and(label.name(), OTHER));
            }
            rows = longer;
        }
        return Set.copyOf(rows);
    }

    /** A label and every value it may have. */
    public record Label(String name, List<String> values) {

        public Label {
            values = List.copyOf(values);
        }

        public static Label of(String name, String... values) {
            return new Label(name, List.of(values));
        }

        private String known(String word) {
            var lower = word.toLowerCase(Locale.ROOT);
            return values.contains(lower) ? lower : OTHER;
        }
    }
}
