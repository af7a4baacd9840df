// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.testkit;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.ConnectorException.Category;
import io.habeas.connector.Erasing;
import io.habeas.connector.Place;
import io.habeas.connector.Reading;
import io.habeas.connector.Subject;
import io.habeas.connector.Value;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import org.jspecify.annotations.Nullable;

/** A way in which a connector can be wrong, and the promise of a suite that must notice it. */
enum Lie {
    ERASES_NOTHING_AND_SAYS_IT_DID(Erasing.class, "deletes_what_it_was_given_and_says_how_many"),
    ERASES_BY_KEY_ALONE(Erasing.class, "leaves_a_record_of_another_whose_key_was_given"),
    ERASES_BY_SUBJECT_ALONE(Erasing.class, "leaves_a_record_of_the_person_whose_key_was_not_given"),
    HAS_NO_CEILING(Erasing.class, "touches_nothing_when_there_is_more_than_the_ceiling"),
    ERASES_AND_THEN_COMPLAINS_OF_THE_CEILING(Erasing.class, "touches_nothing_when_there_is_more_than_the_ceiling"),
    STOPS_BELOW_THE_CEILING(Erasing.class, "goes_up_to_the_ceiling"),
    EMPTIES_EVERYTHING(Erasing.class, "empties_the_named_fields_and_no_others"),
    EMPTIES_WHAT_IT_SHOULD_REPLACE(Erasing.class, "replaces_by_the_given_values"),
    FAILS_WHEN_REPEATED(Erasing.class, "a_repeat_of_the_same_batch_ends_well"),
    COUNTS_KEYS_INSTEAD_OF_RECORDS(Erasing.class, "says_that_nothing_is_held_when_only_the_keys_fit"),
    ERASES_WHATEVER_LOOKS_LIKE_IT(Erasing.class, "touches_nobody_by_a_hostile_text_that_nobody_has"),
    ERASES_TOO_LATE(Erasing.class, "does_not_begin_after_its_deadline"),
    SAYS_ERASED_WHEN_THE_STORE_IS_DOWN(Erasing.class, "a_store_that_is_down_is_never_nothing_held"),
    WAITS_FOR_EVER_WHILE_ERASING(Erasing.class, "gives_up_at_its_deadline_on_a_store_that_hangs"),
    ERASES_IN_A_COLLECTION_THAT_IS_NOT_THERE(Erasing.class, "an_unknown_collection_or_field_is_never_nothing_held"),
    QUOTES_THE_SUBJECT_IN_ITS_COMPLAINT(Erasing.class, "touches_nothing_when_there_is_more_than_the_ceiling"),

    FINDS_EVERYBODY(io.habeas.connector.Finding.class, "finds_the_records_of_a_person_and_no_others"),
    TURNS_PAGES_BY_NUMBER(
            io.habeas.connector.Finding.class, "turns_pages_in_key_order_without_loss_or_double_while_others_write"),
    BEGINS_A_PAGE_WITH_THE_LAST_OF_THE_ONE_BEFORE(
            io.habeas.connector.Finding.class, "turns_pages_in_key_order_without_loss_or_double_while_others_write"),
    LOSES_A_RECORD_BETWEEN_PAGES(
            io.habeas.connector.Finding.class, "turns_pages_in_key_order_without_loss_or_double_while_others_write"),
    ALWAYS_PROMISES_ANOTHER_PAGE(
            io.habeas.connector.Finding.class, "says_on_a_full_last_page_that_there_is_nothing_more"),
    HANDS_OUT_MORE_THAN_WANTED(io.habeas.connector.Finding.class, "hands_out_the_wanted_fields_and_no_others"),
    ALWAYS_IGNORES_CASE(io.habeas.connector.Finding.class, "minds_case_and_space_unless_told_otherwise"),
    NEVER_IGNORES_CASE(io.habeas.connector.Finding.class, "ignores_case_and_surrounding_space_when_told_so"),
    TAKES_A_PATTERN(io.habeas.connector.Finding.class, "finds_nobody_by_a_hostile_text_that_nobody_has"),
    TAKES_A_PART_FOR_THE_WHOLE(
            io.habeas.connector.Finding.class, "takes_neither_a_part_nor_a_likeness_for_the_whole_when_ignoring_case"),
    REMEMBERS_WHAT_IS_GONE(io.habeas.connector.Finding.class, "misses_at_once_what_was_removed_behind_its_back"),
    FINDS_NOTHING_WHERE_NOTHING_IS(io.habeas.connector.Finding.class, "an_unknown_collection_is_never_nothing_found"),
    FINDS_NOTHING_BY_A_FIELD_THAT_IS_NOT_THERE(
            io.habeas.connector.Finding.class, "an_unknown_field_is_never_nothing_found"),
    FINDS_NOTHING_WHEN_THE_STORE_IS_DOWN(
            io.habeas.connector.Finding.class, "a_store_that_is_down_is_never_nothing_found"),

    READS_THE_NEIGHBOURS_TOO(Reading.class, "hands_out_no_record_of_another_even_by_its_key"),
    READS_WHAT_WAS_NOT_ASKED_FOR(Reading.class, "hands_out_no_record_whose_key_was_not_asked_for"),
    READS_IN_ANY_ORDER(Reading.class, "hands_out_records_in_the_order_of_their_keys"),
    READS_MORE_FIELDS(Reading.class, "hands_out_every_record_with_the_fields_asked_for_and_no_others"),
    CUTS_LONG_TEXTS(Reading.class, "hands_out_a_long_text_whole"),
    SWALLOWS_THE_FAILURE_OF_THE_CONSUMER(Reading.class, "fails_when_the_consumer_does_and_works_again_after"),
    READS_NOTHING_WHEN_THE_STORE_IS_DOWN(Reading.class, "a_store_that_is_down_is_never_nothing_held"),

    SEES_EVERY_COLLECTION(io.habeas.connector.Describing.class, "sees_no_collection_that_is_not_there"),
    SEES_TEXT_EVERYWHERE(io.habeas.connector.Describing.class, "names_the_fields_of_a_collection_and_what_they_hold"),
    SEES_NO_COLLECTION_WHEN_THE_STORE_IS_DOWN(
            io.habeas.connector.Describing.class, "a_store_that_is_down_is_never_an_absent_collection");

    final Class<?> ability;
    final String noticedBy;

    Lie(Class<?> ability, String noticedBy) {
        this.ability = ability;
        this.noticedBy = noticedBy;
    }

    HonestConnector connector(ConcurrentNavigableMap<Long, Row> rows, @Nullable InetSocketAddress elsewhere) {
        return new Liar(this, rows, elsewhere);
    }

    private static final class Liar extends HonestConnector {

        private final Lie lie;
        private final Map<Subject, Long> remembered = new HashMap<>();
        private boolean erased;

        Liar(Lie lie, ConcurrentNavigableMap<Long, Row> rows, @Nullable InetSocketAddress elsewhere) {
            super(rows, elsewhere);
            this.lie = lie;
        }

        @Override
        public Outcome erase(Erasing.Batch batch) throws ConnectorException {
            return switch (lie) {
                case ERASES_NOTHING_AND_SAYS_IT_DID ->
                    new Outcome.Erased(batch.keys().size());
                case HAS_NO_CEILING -> super.erase(with(batch, Long.MAX_VALUE, batch.deadline()));
                case STOPS_BELOW_THE_CEILING -> super.erase(with(batch, batch.ceiling() - 1, batch.deadline()));
                case ERASES_TOO_LATE ->
                    super.erase(with(
                            batch,
                            batch.ceiling(),
                            InstantSource.system().instant().plus(Duration.ofSeconds(9))));
                case WAITS_FOR_EVER_WHILE_ERASING ->
                    super.erase(with(
                            batch,
                            batch.ceiling(),
                            InstantSource.system().instant().plus(Duration.ofHours(9))));
                case COUNTS_KEYS_INSTEAD_OF_RECORDS -> {
                    super.erase(batch);
                    yield new Outcome.Erased(batch.keys().size());
                }
                case FAILS_WHEN_REPEATED -> {
                    Outcome outcome = super.erase(batch);
                    if (outcome instanceof Outcome.NothingHeld && erased) {
                        throw new ConnectorException(Category.ASK_A_PERSON, "gone already");
                    }
                    erased = true;
                    yield outcome;
                }
                default -> forgiving(() -> super.erase(batch), new Outcome.NothingHeld());
            };
        }

        private static Erasing.Batch with(Erasing.Batch batch, long ceiling, Instant deadline) {
            return new Erasing.Batch(
                    batch.task(), batch.place(), batch.keys(), batch.subject(), batch.treatment(), ceiling, deadline);
        }

        @Override
        ConnectorException aboveCeiling(Erasing.Batch batch, List<Map.Entry<Long, Row>> chosen) {
            if (lie == ERASES_AND_THEN_COMPLAINS_OF_THE_CEILING) {
                chosen.forEach(entry -> treat(entry.getKey(), entry.getValue(), batch.treatment()));
            }
            if (lie == QUOTES_THE_SUBJECT_IN_ITS_COMPLAINT) {
                return new ConnectorException(
                        Category.ASK_A_PERSON,
                        "too many",
                        new IllegalStateException("for "
                                + batch.subject()
                                        .anyOf()
                                        .getFirst()
                                        .values()
                                        .iterator()
                                        .next()
                                        .text()));
            }
            return super.aboveCeiling(batch, chosen);
        }

        @Override
        void treat(long key, Row row, Treatment treatment) {
            if (treatment instanceof Treatment.Replace(var fields) && lie == EMPTIES_EVERYTHING) {
                rows.put(key, new Row(null, null, null, row.number()));
            } else if (treatment instanceof Treatment.Replace(var fields) && lie == EMPTIES_WHAT_IT_SHOULD_REPLACE) {
                Map<String, @Nullable Object> emptied = new HashMap<>(fields);
                emptied.replaceAll((name, value) -> name.equals(Row.NUMBER) ? value : null);
                super.treat(key, row, new Treatment.Replace(emptied));
            } else {
                super.treat(key, row, treatment);
            }
        }

        @Override
        boolean chosen(List<Value> keys, Subject subject, Map.Entry<Long, Row> entry) {
            return switch (lie) {
                case ERASES_BY_KEY_ALONE, READS_THE_NEIGHBOURS_TOO -> keys.contains(new Value.Whole(entry.getKey()));
                case ERASES_BY_SUBJECT_ALONE, READS_WHAT_WAS_NOT_ASKED_FOR -> matches(subject, entry);
                default -> super.chosen(keys, subject, entry);
            };
        }

        @Override
        boolean equal(Object field, Value value, boolean ignoreCase) {
            String text = value.text();
            return switch (lie) {
                case ERASES_WHATEVER_LOOKS_LIKE_IT -> text.equals("%") || super.equal(field, value, ignoreCase);
                case TAKES_A_PATTERN -> text.equals(".*") || super.equal(field, value, ignoreCase);
                case FINDS_EVERYBODY -> true;
                case ALWAYS_IGNORES_CASE -> super.equal(field, value, true);
                case NEVER_IGNORES_CASE -> super.equal(field, value, false);
                case TAKES_A_PART_FOR_THE_WHOLE -> folded(field.toString()).contains(folded(text));
                default -> super.equal(field, value, ignoreCase);
            };
        }

        @Override
        public Page find(Search search) throws ConnectorException {
            return switch (lie) {
                case TURNS_PAGES_BY_NUMBER -> byNumber(search);
                case ALWAYS_PROMISES_ANOTHER_PAGE -> {
                    Page page = super.find(search);
                    yield page.found().isEmpty()
                            ? page
                            : new Page(page.found(), page.found().getLast().key());
                }
                default -> forgiving(() -> super.find(search), new Page(List.of(), null));
            };
        }

        /** As OFFSET does: the mark is how many were seen, from the newest on. */
        private Page byNumber(Search search) throws ConnectorException {
            long seen = search.after() instanceof Value.Whole(long number) ? number : 0;
            Page all = super.find(
                    new Search(search.place(), search.subject(), search.with(), null, 9999, search.deadline()));
            List<Found> page = all.found().reversed().stream()
                    .skip(seen)
                    .limit(search.limit())
                    .toList();
            boolean more = seen + page.size() < all.found().size();
            return new Page(page, more ? new Value.Whole(seen + page.size()) : null);
        }

        @Override
        boolean isAfter(@Nullable Value after, long key) {
            if (after instanceof Value.Whole(long number)) {
                return switch (lie) {
                    case BEGINS_A_PAGE_WITH_THE_LAST_OF_THE_ONE_BEFORE -> key >= number;
                    case LOSES_A_RECORD_BETWEEN_PAGES -> key > number + 1;
                    default -> key > number;
                };
            }
            return true;
        }

        @Override
        public long count(Place place, Subject subject, Instant deadline) throws ConnectorException {
            long count = forgiving(() -> super.count(place, subject, deadline), 0L);
            return lie == REMEMBERS_WHAT_IS_GONE ? remembered.computeIfAbsent(subject, _ -> count) : count;
        }

        @Override
        public List<Value> existing(Place place, List<Value> keys, Instant deadline) throws ConnectorException {
            return forgiving(() -> super.existing(place, keys, deadline), List.of());
        }

        @Override
        public void read(Reading.Batch batch, Consumer consumer) throws ConnectorException {
            switch (lie) {
                case READS_IN_ANY_ORDER -> {
                    List<Record> read = new ArrayList<>();
                    super.read(batch, read::add);
                    super.read(
                            new Reading.Batch(
                                    batch.place(), List.of(), batch.subject(), batch.fields(), batch.deadline()),
                            consumer);
                    for (Record record : read.reversed()) {
                        accept(consumer, record);
                    }
                }
                case SWALLOWS_THE_FAILURE_OF_THE_CONSUMER ->
                    super.read(batch, record -> {
                        try {
                            consumer.accept(record);
                        } catch (java.io.IOException swallowed) {
                            // This is the lie.
                        }
                    });
                case CUTS_LONG_TEXTS ->
                    super.read(batch, record -> {
                        Map<String, @Nullable Object> cut = new HashMap<>(record.fields());
                        cut.replaceAll((name, value) ->
                                value instanceof String text && text.length() > 4000 ? text.substring(0, 4000) : value);
                        consumer.accept(new Record(record.key(), cut));
                    });
                default ->
                    forgiving(
                            () -> {
                                super.read(batch, consumer);
                                return true;
                            },
                            false);
            }
        }

        private static void accept(Consumer consumer, Record record) throws ConnectorException {
            try {
                consumer.accept(record);
            } catch (java.io.IOException failure) {
                throw new ConnectorException(Category.TRY_AGAIN, "the consumer failed");
            }
        }

        @Override
        Map<String, @Nullable Object> fields(Map.Entry<Long, Row> entry, List<String> wanted) {
            return lie == HANDS_OUT_MORE_THAN_WANTED || lie == READS_MORE_FIELDS
                    ? fieldsOf(entry.getKey(), entry.getValue())
                    : super.fields(entry, wanted);
        }

        @Override
        public Optional<Description> describe(String collection) throws ConnectorException {
            return switch (lie) {
                case SEES_EVERY_COLLECTION -> super.describe(PLACE.collection());
                case SEES_TEXT_EVERYWHERE ->
                    super.describe(collection).map(seen -> {
                        Map<String, Field> fields = new HashMap<>(seen.fields());
                        fields.replaceAll((name, field) -> new Field("text", Kind.TEXT, true));
                        return new Description(fields, true);
                    });
                default -> forgiving(() -> super.describe(collection), Optional.empty());
            };
        }

        @FunctionalInterface
        private interface Call<T> {
            T go() throws ConnectorException;
        }

        /** Takes a failure for an empty answer, as those lies do that are about that. */
        private <T> T forgiving(Call<T> call, T empty) throws ConnectorException {
            try {
                return call.go();
            } catch (ConnectorException failure) {
                boolean forgives =
                        switch (lie) {
                            case SAYS_ERASED_WHEN_THE_STORE_IS_DOWN,
                                    FINDS_NOTHING_WHEN_THE_STORE_IS_DOWN,
                                    READS_NOTHING_WHEN_THE_STORE_IS_DOWN,
                                    SEES_NO_COLLECTION_WHEN_THE_STORE_IS_DOWN ->
                                failure.category() == Category.TRY_AGAIN;
                            case ERASES_IN_A_COLLECTION_THAT_IS_NOT_THERE,
                                    FINDS_NOTHING_WHERE_NOTHING_IS,
                                    FINDS_NOTHING_BY_A_FIELD_THAT_IS_NOT_THERE ->
                                failure.category() == Category.FIX_CONFIGURATION;
                            default -> false;
                        };
                if (!forgives) {
                    throw failure;
                }
                return empty;
            }
        }
    }
}
