// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.testkit;

import static io.habeas.connector.ConnectorException.Category.ASK_A_PERSON;
import static io.habeas.connector.ConnectorException.Category.FIX_CONFIGURATION;
import static io.habeas.connector.ConnectorException.Category.TRY_AGAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.Erasing;
import io.habeas.connector.Erasing.Batch;
import io.habeas.connector.Erasing.Outcome;
import io.habeas.connector.Erasing.Outcome.Erased;
import io.habeas.connector.Erasing.Outcome.NothingHeld;
import io.habeas.connector.Erasing.Treatment;
import io.habeas.connector.Match;
import io.habeas.connector.Place;
import io.habeas.connector.Subject;
import io.habeas.connector.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every {@link Erasing} connector promises. The store is looked at around the connector, which may say what it likes. */
public abstract class ErasingConformance extends StoreConformance {

    private static final Treatment DELETE = new Treatment.Delete();
    private static final String HOSTILE = "io.habeas.connector.testkit.HostileText#all";

    @Test
    void deletes_what_it_was_given_and_says_how_many() throws ConnectorException {
        Person person = Person.fresh();
        List<Value> keys = put(person, 3);
        List<Value> others = put(Person.fresh(), 2);

        Outcome outcome = erase(keys, person.subject(), DELETE);

        assertThat(outcome).isEqualTo(new Erased(3));
        assertThat(keys).noneMatch(this::isThere);
        assertThat(others).allMatch(this::isThere);
    }

    @Test
    void leaves_a_record_of_the_person_whose_key_was_not_given() throws ConnectorException {
        Person person = Person.fresh();
        List<Value> keys = put(person, 3);

        erase(keys.subList(0, 2), person.subject(), DELETE);

        assertThat(isThere(keys.get(2))).isTrue();
    }

    @Test
    void leaves_a_record_of_another_whose_key_was_given() throws ConnectorException {
        Person person = Person.fresh();
        List<Value> others = put(Person.fresh(), 2);
        List<Value> keys = new ArrayList<>(put(person, 1));
        keys.addAll(others);

        erase(keys, person.subject(), DELETE);

        assertThat(others).allMatch(this::isThere);
    }

    @Test
    void says_that_nothing_is_held_when_only_the_keys_fit() throws ConnectorException {
        List<Value> others = put(Person.fresh(), 2);

        assertThat(erase(others, Person.fresh().subject(), DELETE)).isEqualTo(new NothingHeld());
        assertThat(erase(others, Person.fresh().subject(), emptied(Row.NOTE))).isEqualTo(new NothingHeld());
    }

    @Test
    void a_repeat_of_the_same_batch_ends_well() throws ConnectorException {
        Person person = Person.fresh();
        Batch batch = batch(place(), put(person, 3), person.subject(), DELETE, 10, inTime());
        erasing().erase(batch);

        Outcome again = erasing().erase(batch);

        assertThat(again).isInstanceOfAny(Erased.class, NothingHeld.class);
        assertThat(batch.keys()).noneMatch(this::isThere);
    }

    @Test
    void a_repeat_after_half_of_it_was_done_does_the_rest() throws ConnectorException {
        Person person = Person.fresh();
        List<Value> keys = put(person, 4);
        store().remove(keys.get(0));
        store().remove(keys.get(2));

        erase(keys, person.subject(), DELETE);

        assertThat(keys).noneMatch(this::isThere);
    }

    @Test
    void deletes_by_any_of_several_matches() throws ConnectorException {
        Person one = Person.fresh();
        Person two = Person.fresh();
        List<Value> keys = new ArrayList<>(put(one, 2));
        keys.addAll(put(two, 2));
        var either = new Subject(List.of(
                Match.exactly(Row.OWNER, Set.of(new Value.Text(one.owner()))),
                new Match(
                        Row.EMAIL,
                        Set.of(new Value.Text(" " + two.email().toUpperCase(java.util.Locale.ROOT))),
                        true)));

        Outcome outcome = erase(keys, either, DELETE);

        assertThat(outcome).isEqualTo(new Erased(4));
        assertThat(keys).noneMatch(this::isThere);
    }

    @Test
    void touches_nothing_when_there_is_more_than_the_ceiling() {
        Person person = Person.fresh();
        List<Value> keys = put(person, 5);
        List<Row> before = keys.stream().map(this::look).toList();

        assertRefused(ASK_A_PERSON, person, () -> erasing()
                .erase(batch(place(), keys, person.subject(), DELETE, 4, inTime())));
        assertRefused(ASK_A_PERSON, person, () -> erasing()
                .erase(batch(place(), keys, person.subject(), emptied(Row.NOTE), 4, inTime())));

        assertThat(keys.stream().map(this::look)).isEqualTo(before);
    }

    @Test
    void goes_up_to_the_ceiling() throws ConnectorException {
        Person person = Person.fresh();
        List<Value> keys = put(person, 4);

        Outcome outcome = erasing().erase(batch(place(), keys, person.subject(), DELETE, 4, inTime()));

        assertThat(outcome).isEqualTo(new Erased(4));
    }

    @Test
    void empties_the_named_fields_and_no_others() throws ConnectorException {
        Person person = Person.fresh();
        Row row = person.row("to be emptied");
        Value key = put(row);
        Value kept = put(person.row("not in the batch"));
        Value others = put(Person.fresh().row("not theirs"));

        Outcome outcome = erase(List.of(key, others), person.subject(), emptied(Row.NOTE, Row.EMAIL));

        assertThat(outcome).isEqualTo(new Erased(1));
        assertThat(look(key)).isEqualTo(new Row(row.owner(), null, null, row.number()));
        assertThat(look(kept).note()).isEqualTo("not in the batch");
        assertThat(look(others).note()).isEqualTo("not theirs");
    }

    @Test
    void empties_the_very_field_by_which_a_record_was_found() throws ConnectorException {
        Person person = Person.fresh();
        List<Value> keys = put(person, 2);
        Batch batch = batch(place(), keys, person.subject(), emptied(Row.OWNER, Row.NOTE), 10, inTime());
        erasing().erase(batch);

        Outcome again = erasing().erase(batch);

        assertThat(again).isEqualTo(new NothingHeld());
        assertThat(keys.stream().map(this::look)).allMatch(row -> row.owner() == null && row.note() == null);
    }

    @Test
    void replaces_by_the_given_values() throws ConnectorException {
        Person person = Person.fresh();
        Row row = person.row("before");
        Value key = put(row);
        Map<String, @Nullable Object> fields = new HashMap<>();
        fields.put(Row.NOTE, "[removed]");
        fields.put(Row.NUMBER, 7L);

        erase(List.of(key), person.subject(), new Treatment.Replace(fields));
        erase(List.of(key), person.subject(), new Treatment.Replace(fields));

        assertThat(look(key)).isEqualTo(new Row(row.owner(), row.email(), "[removed]", 7));
    }

    @ParameterizedTest
    @MethodSource(HOSTILE)
    void touches_nobody_by_a_hostile_text_that_nobody_has(HostileText hostile) throws ConnectorException {
        List<Value> others = put(Person.fresh(), 2);
        List<Row> before = others.stream().map(this::look).toList();
        Subject subject = subjectOf(Row.OWNER, new Value.Text(hostile.text()));
        List<Value> keys = new ArrayList<>(others);
        keys.add(new Value.Text(hostile.text()));

        assertThat(erase(keys, subject, DELETE)).isEqualTo(new NothingHeld());
        assertThat(erase(keys, ignoringCase(Row.OWNER, hostile.text()), DELETE)).isEqualTo(new NothingHeld());
        assertThat(erase(keys, subject, emptied(Row.NOTE))).isEqualTo(new NothingHeld());

        assertThat(others.stream().map(this::look)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource(HOSTILE)
    void erases_exactly_who_has_a_hostile_text(HostileText hostile) throws ConnectorException {
        String owner = hostile.text() + UUID.randomUUID();
        List<Value> others = put(Person.fresh(), 1);
        List<Value> own = store().put(new Row(owner, null, "mine", 1)).stream().toList();
        List<Value> keys = new ArrayList<>(own);
        keys.addAll(others);

        Outcome outcome = erase(keys, subjectOf(Row.OWNER, new Value.Text(owner)), DELETE);

        assertThat(outcome).isEqualTo(own.isEmpty() ? new NothingHeld() : new Erased(1));
        assertThat(own).noneMatch(this::isThere);
        assertThat(others).allMatch(this::isThere);
    }

    @Test
    void stores_a_replacement_to_the_letter() throws ConnectorException {
        for (HostileText hostile :
                HostileText.all().filter(text -> !text.mayBeRefused()).toList()) {
            Person person = Person.fresh();
            Value key = put(person.row("before"));
            erase(List.of(key), person.subject(), new Treatment.Replace(Map.of(Row.NOTE, hostile.text())));

            assertThat(look(key).note()).as(hostile.name()).isEqualTo(hostile.text());
        }
    }

    @Test
    void an_unknown_collection_or_field_is_never_nothing_held() {
        Person person = Person.fresh();
        List<Value> keys = put(person, 1);
        Row before = look(keys.getFirst());
        Subject misled = subjectOf(NO_SUCH, new Value.Text(person.owner()));

        assertRefused(FIX_CONFIGURATION, person, () -> erasing()
                .erase(batch(unknownCollection(), keys, person.subject(), DELETE, 9, inTime())));
        assertRefused(FIX_CONFIGURATION, person, () -> erasing()
                .erase(batch(unknownKey(), keys, person.subject(), DELETE, 9, inTime())));
        assertRefused(
                FIX_CONFIGURATION, person, () -> erasing().erase(batch(place(), keys, misled, DELETE, 9, inTime())));
        assertRefused(FIX_CONFIGURATION, person, () -> erasing()
                .erase(batch(place(), keys, person.subject(), emptied(Row.NOTE, NO_SUCH), 9, inTime())));

        assertThat(look(keys.getFirst())).isEqualTo(before);
    }

    @Test
    void never_replaces_a_key() {
        Person person = Person.fresh();
        List<Value> keys = put(person, 1);

        assertRefused(FIX_CONFIGURATION, person, () -> erasing()
                .erase(batch(place(), keys, person.subject(), emptied(place().key()), 9, inTime())));

        assertThat(keys).allMatch(this::isThere);
    }

    @Test
    void does_not_begin_after_its_deadline() {
        Person person = Person.fresh();
        List<Value> keys = put(person, 1);

        assertRefused(
                TRY_AGAIN, person, () -> erasing().erase(batch(place(), keys, person.subject(), DELETE, 9, tooLate())));

        assertThat(keys).allMatch(this::isThere);
    }

    @Test
    void a_store_that_is_down_is_never_nothing_held() {
        Person person = Person.fresh();
        List<Value> keys = put(person, 1);

        assertNoticesThatTheStoreIsDown(
                down -> ((Erasing) down).erase(batch(place(), keys, person.subject(), DELETE, 9, soon())));
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void gives_up_at_its_deadline_on_a_store_that_hangs() {
        Person person = Person.fresh();
        List<Value> keys = put(person, 1);

        assertGivesUpOnAStoreThatHangs(
                deaf -> ((Erasing) deaf).erase(batch(place(), keys, person.subject(), DELETE, 9, soon())));
    }

    @Test
    void erases_several_people_at_the_same_time() throws Exception {
        List<Value> all = new ArrayList<>();
        List<Callable<Outcome>> calls = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Person person = Person.fresh();
            List<Value> keys = put(person, 3);
            all.addAll(keys);
            calls.add(() -> erase(keys, person.subject(), DELETE));
        }

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Outcome> outcome : threads.invokeAll(calls)) {
                assertThat(outcome.get()).isEqualTo(new Erased(3));
            }
        }

        assertThat(all).noneMatch(this::isThere);
    }

    private Erasing erasing() {
        return (Erasing) store().connector();
    }

    private Outcome erase(List<Value> keys, Subject subject, Treatment treatment) throws ConnectorException {
        return erasing().erase(batch(place(), keys, subject, treatment, 1000, inTime()));
    }

    private static Batch batch(
            Place place, List<Value> keys, Subject subject, Treatment treatment, long ceiling, Instant deadline) {
        return new Batch(UUID.randomUUID(), place, keys, subject, treatment, ceiling, deadline);
    }

    private static Treatment emptied(String... fields) {
        Map<String, @Nullable Object> emptied = new HashMap<>();
        for (String field : fields) {
            emptied.put(field, null);
        }
        return new Treatment.Replace(emptied);
    }
}
