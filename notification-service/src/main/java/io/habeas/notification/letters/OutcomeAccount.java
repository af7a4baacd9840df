// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.letters;

import io.habeas.contracts.Grade;
import io.habeas.contracts.TaskOutcome;
import io.habeas.contracts.TaskOutcome.CollectionOutcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Tells outcomes in words. No sentence says more than the grade of what it is about, and the summary no more than the weakest. */
final class OutcomeAccount {

    private final Phrases words;
    private final Language language;
    private final List<TaskOutcome> outcomes;

    OutcomeAccount(Phrases words, Language language, List<TaskOutcome> outcomes) {
        this.words = words;
        this.language = language;
        this.outcomes = outcomes;
    }

    List<Block> summary() {
        var blocks = new ArrayList<Block>();
        for (var kind : TaskOutcome.Kind.values()) {
            var some = outcomes.stream().filter(it -> it.kind() == kind).toList();
            if (!some.isEmpty()) {
                blocks.add(new Block.Paragraph(summary(some)));
            }
        }
        return blocks;
    }

    private String summary(List<TaskOutcome> some) {
        var kind = some.getFirst().kind();
        var weakest = some.stream()
                .map(TaskOutcome::grade)
                .max(Comparator.naturalOrder())
                .orElse(Grade.UNCONFIRMED);
        var collections = some.stream()
                .map(TaskOutcome::collections)
                .flatMap(Collection::stream)
                .toList();
        if (kind == TaskOutcome.Kind.NOTIFY) {
            return words.say("summary.NOTIFY." + weakest);
        }
        if (weakest == Grade.VERIFIED && collections.stream().allMatch(OutcomeAccount::isEmpty)) {
            return words.say("summary.nothing");
        }
        boolean rest = collections.stream()
                .anyMatch(it -> kind == TaskOutcome.Kind.ERASE
                        ? !it.kept().isEmpty() || !it.omitted().isEmpty()
                        : !it.omitted().isEmpty());
        var suffix = kind == TaskOutcome.Kind.ERASE ? ".kept" : ".omitted";
        return words.say("summary." + kind + "." + weakest + (rest ? suffix : ""));
    }

    List<Block> outcomes() {
        if (outcomes.isEmpty()) {
            return List.of(new Block.Paragraph(words.say("summary.none")));
        }
        var blocks = new ArrayList<Block>();
        for (var outcome : outcomes) {
            for (var collection : outcome.collections()) {
                blocks.add(new Block.Item(words.say(
                        "outcome",
                        Map.of(
                                "place", place(outcome, collection),
                                "parts", String.join(words.say("separator"), parts(outcome.grade(), collection))))));
            }
            blocks.add(new Block.Paragraph(words.say(gradeOf(outcome), Map.of("store", outcome.store()))));
        }
        return blocks;
    }

    private static String gradeOf(TaskOutcome outcome) {
        boolean kept = outcome.kind() == TaskOutcome.Kind.ERASE
                && outcome.grade() == Grade.VERIFIED
                && outcome.collections().stream()
                        .anyMatch(it -> !it.kept().isEmpty() || !it.omitted().isEmpty());
        return "grade." + outcome.kind() + "." + outcome.grade() + (kept ? ".kept" : "");
    }

    private List<String> parts(Grade grade, CollectionOutcome collection) {
        if (isEmpty(collection)) {
            return List.of(words.say("part.nothing." + grade));
        }
        var parts = new ArrayList<String>();
        count(parts, "part.found", collection.found());
        count(parts, "part.delivered", collection.delivered());
        count(parts, "part.deleted." + grade, collection.deleted());
        count(parts, "part.anonymized." + grade, collection.anonymized());
        count(
                parts,
                "part.kept",
                collection.kept().stream().mapToLong(TaskOutcome.Kept::records).sum());
        count(
                parts,
                "part.omitted",
                collection.omitted().stream()
                        .mapToLong(TaskOutcome.Omitted::records)
                        .sum());
        return parts;
    }

    private void count(List<String> parts, String phrase, long count) {
        if (count > 0) {
            parts.add(words.say(phrase, Map.of("count", Long.toString(count))));
        }
    }

    List<Block> kept() {
        var blocks = new ArrayList<Block>();
        for (var outcome : outcomes) {
            for (var collection : outcome.collections()) {
                collection.kept().forEach(kept -> blocks.add(kept(outcome, collection, kept)));
            }
        }
        return blocks;
    }

    private Block kept(TaskOutcome outcome, CollectionOutcome collection, TaskOutcome.Kept kept) {
        var until = kept.until();
        var phrase = isErasedThen(outcome) ? "kept.until.erased" : "kept.until";
        return new Block.Item(words.say(
                until == null ? "kept.open" : phrase,
                Map.of(
                        "place", place(outcome, collection),
                        "count", Long.toString(kept.records()),
                        "ground", words.word("ground", kept.ground()),
                        "until", until == null ? "" : language.day(until))));
    }

    /** Only what we erase ourselves, in stores that we look into, is erased by itself when its day has come. */
    private static boolean isErasedThen(TaskOutcome outcome) {
        return outcome.kind() == TaskOutcome.Kind.ERASE && outcome.grade() == Grade.VERIFIED;
    }

    List<Block> omitted() {
        var blocks = new ArrayList<Block>();
        for (var outcome : outcomes) {
            for (var collection : outcome.collections()) {
                collection.omitted().forEach(omitted -> blocks.add(omitted(outcome, collection, omitted)));
            }
        }
        return blocks;
    }

    private Block omitted(TaskOutcome outcome, CollectionOutcome collection, TaskOutcome.Omitted omitted) {
        var ask = omitted.ask();
        return new Block.Item(words.say(
                ask == null ? "omitted" : "omitted.ask",
                Map.of(
                        "place", place(outcome, collection),
                        "count", Long.toString(omitted.records()),
                        "reason", words.word("reason", omitted.reason()),
                        "ask", ask == null ? "" : ask)));
    }

    private String place(TaskOutcome outcome, CollectionOutcome collection) {
        var values = Map.of(
                "store", outcome.store(),
                "collection", collection.collection(),
                "categories", String.join(words.say("separator.categories"), collection.categories()));
        return words.say(collection.categories().isEmpty() ? "place" : "place.categories", values);
    }

    private static boolean isEmpty(CollectionOutcome collection) {
        return collection.found() == 0
                && collection.delivered() == 0
                && collection.deleted() == 0
                && collection.anonymized() == 0
                && collection.kept().isEmpty()
                && collection.omitted().isEmpty();
    }
}
