// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.testkit;

import static io.habeas.connector.ConnectorException.Category.FIX_CONFIGURATION;
import static io.habeas.connector.ConnectorException.Category.TRY_AGAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.Place;
import io.habeas.connector.Reading;
import io.habeas.connector.Reading.Batch;
import io.habeas.connector.Subject;
import io.habeas.connector.Value;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every {@link Reading} connector promises. */
public abstract class ReadingConformance extends StoreConformance {

    @Test
    void hands_out_every_record_with_the_fields_asked_for_and_no_others() throws ConnectorException {
        Person person = Person.fresh();
        Row row = person.row("read me");
        Value key = put(row);

        Reading.Record read =
                read(List.of(key), person.subject(), Row.NOTE, Row.NUMBER).getFirst();

        assertThat(read.key()).isEqualTo(key);
        assertThat(read.fields()).containsOnlyKeys(Row.NOTE, Row.NUMBER);
        assertThat(read.fields()).containsEntry(Row.NOTE, "read me").containsEntry(Row.NUMBER, row.number());
    }

    @Test
    void hands_out_records_in_the_order_of_their_keys() throws ConnectorException {
        Person person = Person.fresh();
        List<Value> keys = put(person, 12);
        List<Value> asked = new ArrayList<>(keys.reversed());

        List<Value> read = keysOf(read(asked, person.subject(), Row.NOTE));

        assertThat(read).containsExactlyInAnyOrderElementsOf(keys);
        assertThat(read).isEqualTo(keysOf(read(keys, person.subject(), Row.NOTE)));
        if (keys.getFirst() instanceof Value.Whole) {
            assertThat(read)
                    .isSortedAccordingTo(
                            (one, other) -> Long.compare(((Value.Whole) one).number(), ((Value.Whole) other).number()));
        }
    }

    @Test
    void hands_out_no_record_of_another_even_by_its_key() throws ConnectorException {
        Person person = Person.fresh();
        List<Value> keys = new ArrayList<>(put(person, 1));
        keys.addAll(put(Person.fresh(), 2));

        assertThat(keysOf(read(keys, person.subject(), Row.NOTE))).containsExactly(keys.getFirst());
    }

    @Test
    void hands_out_no_record_whose_key_was_not_asked_for() throws ConnectorException {
        Person person = Person.fresh();
        List<Value> keys = put(person, 3);

        assertThat(keysOf(read(keys.subList(0, 2), person.subject(), Row.NOTE)))
                .containsExactlyInAnyOrderElementsOf(keys.subList(0, 2));
    }

    @Test
    void hands_out_an_empty_field_as_null() throws ConnectorException {
        Person person = Person.fresh();
        Value key = put(new Row(person.owner(), null, null, 1));

        assertThat(read(List.of(key), person.subject(), Row.NOTE).getFirst().fields())
                .containsEntry(Row.NOTE, null);
    }

    @Test
    void hands_out_a_long_text_whole() throws ConnectorException {
        Person person = Person.fresh();
        String text = "很长的文字 and more. ".repeat(50_000);
        Value key = put(person.row(text));

        assertThat(read(List.of(key), person.subject(), Row.NOTE).getFirst().fields())
                .containsEntry(Row.NOTE, text);
    }

    @ParameterizedTest
    @MethodSource("io.habeas.connector.testkit.HostileText#all")
    void hands_out_nothing_to_a_hostile_text_that_nobody_has(HostileText hostile) throws ConnectorException {
        List<Value> keys = put(Person.fresh(), 2);

        assertThat(read(keys, subjectOf(Row.OWNER, new Value.Text(hostile.text())), Row.NOTE))
                .isEmpty();
        assertThat(read(keys, ignoringCase(Row.OWNER, hostile.text()), Row.NOTE))
                .isEmpty();
    }

    @Test
    void fails_when_the_consumer_does_and_works_again_after() throws ConnectorException {
        Person person = Person.fresh();
        List<Value> keys = put(person, 3);

        for (int i = 0; i < 10; i++) {
            assertRefused(TRY_AGAIN, person, () -> reading()
                    .read(batch(place(), keys, person.subject(), inTime(), Row.NOTE), _ -> {
                        throw new IOException("no room for " + person.owner());
                    }));
        }

        assertThat(read(keys, person.subject(), Row.NOTE)).hasSize(3);
    }

    @Test
    void an_unknown_collection_or_field_is_never_nothing_held() {
        Person person = Person.fresh();
        List<Value> keys = put(person, 1);
        Subject misled = subjectOf(NO_SUCH, new Value.Text(person.owner()));

        assertRefused(FIX_CONFIGURATION, person, () -> reading()
                .read(batch(unknownCollection(), keys, person.subject(), inTime(), Row.NOTE), _ -> {}));
        assertRefused(FIX_CONFIGURATION, person, () -> reading()
                .read(batch(unknownKey(), keys, person.subject(), inTime(), Row.NOTE), _ -> {}));
        assertRefused(FIX_CONFIGURATION, person, () -> reading()
                .read(batch(place(), keys, misled, inTime(), Row.NOTE), _ -> {}));
        assertRefused(FIX_CONFIGURATION, person, () -> reading()
                .read(batch(place(), keys, person.subject(), inTime(), NO_SUCH), _ -> {}));
    }

    @Test
    void does_not_begin_after_its_deadline() {
        Person person = Person.fresh();
        List<Value> keys = put(person, 1);

        assertRefused(TRY_AGAIN, person, () -> reading()
                .read(batch(place(), keys, person.subject(), tooLate(), Row.NOTE), _ -> {}));
    }

    @Test
    void a_store_that_is_down_is_never_nothing_held() {
        Subject subject = Person.fresh().subject();

        assertNoticesThatTheStoreIsDown(
                down -> ((Reading) down).read(batch(place(), List.of(), subject, soon(), Row.NOTE), _ -> {}));
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void gives_up_at_its_deadline_on_a_store_that_hangs() {
        Subject subject = Person.fresh().subject();

        assertGivesUpOnAStoreThatHangs(
                deaf -> ((Reading) deaf).read(batch(place(), List.of(), subject, soon(), Row.NOTE), _ -> {}));
    }

    private Reading reading() {
        return (Reading) store().connector();
    }

    private List<Reading.Record> read(List<Value> keys, Subject subject, String... fields) throws ConnectorException {
        List<Reading.Record> read = new ArrayList<>();
        reading().read(batch(place(), keys, subject, inTime(), fields), read::add);
        return read;
    }

    private static Batch batch(Place place, List<Value> keys, Subject subject, Instant deadline, String... fields) {
        return new Batch(place, keys, subject, List.of(fields), deadline);
    }

    private static List<Value> keysOf(List<Reading.Record> records) {
        return records.stream().map(Reading.Record::key).toList();
    }
}
