// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.testkit;

import static io.habeas.connector.ConnectorException.Category.FIX_CONFIGURATION;
import static io.habeas.connector.ConnectorException.Category.TRY_AGAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.Finding;
import io.habeas.connector.Finding.Found;
import io.habeas.connector.Finding.Page;
import io.habeas.connector.Finding.Search;
import io.habeas.connector.Match;
import io.habeas.connector.Subject;
import io.habeas.connector.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every {@link Finding} connector promises. */
public abstract class FindingConformance extends StoreConformance {

    private static final String HOSTILE = "io.habeas.connector.testkit.HostileText#all";

    @Test
    void finds_the_records_of_a_person_and_no_others() throws ConnectorException {
        Person person = Person.fresh();
        List<Value> own = put(person, 3);
        put(Person.fresh(), 2);

        Page page = finding().find(search(place(), person.subject(), List.of()));

        assertThat(keys(page)).containsExactlyInAnyOrderElementsOf(own);
        assertThat(page.next()).isNull();
    }

    @Test
    void counts_the_records_of_a_person_and_no_others() throws ConnectorException {
        Person person = Person.fresh();
        put(person, 3);
        put(Person.fresh(), 2);

        assertThat(count(person.subject())).isEqualTo(3);
    }

    @Test
    void finds_nothing_about_somebody_unknown() throws ConnectorException {
        put(Person.fresh(), 1);
        Person unknown = Person.fresh();

        assertThat(find(unknown.subject())).isEmpty();
        assertThat(count(unknown.subject())).isZero();
    }

    @Test
    void turns_pages_in_key_order_without_loss_or_double_while_others_write() throws ConnectorException {
        Person person = Person.fresh();
        List<Value> before = put(person, 23);

        List<Value> turned = new ArrayList<>();
        Value after = null;
        do {
            Page page = finding().find(new Search(place(), person.subject(), List.of(), after, 4, inTime()));
            assertThat(page.found()).as("a page").hasSizeLessThanOrEqualTo(4);
            turned.addAll(keys(page));
            after = page.next();
            put(Person.fresh(), 1);
            if (turned.size() < 40) {
                put(person, 1);
            }
        } while (after != null);

        assertThat(turned).doesNotHaveDuplicates().containsAll(before);
        List<Value> inOneGo = new ArrayList<>(
                keys(finding().find(new Search(place(), person.subject(), List.of(), null, 1000, inTime()))));
        inOneGo.retainAll(turned);
        assertThat(turned).as("the order of keys").containsExactlyElementsOf(inOneGo);
    }

    @Test
    void says_on_a_full_last_page_that_there_is_nothing_more() throws ConnectorException {
        Person person = Person.fresh();
        put(person, 4);

        Page page = finding().find(new Search(place(), person.subject(), List.of(), null, 4, inTime()));

        assertThat(page.found()).hasSize(4);
        assertThat(page.next()).isNull();
    }

    @Test
    void hands_out_the_wanted_fields_and_no_others() throws ConnectorException {
        Person person = Person.fresh();
        Row row = person.row("wanted");
        put(row);

        Found found = finding()
                .find(search(place(), person.subject(), List.of(Row.NOTE, Row.NUMBER)))
                .found()
                .getFirst();

        assertThat(found.with()).containsOnlyKeys(Row.NOTE, Row.NUMBER);
        assertThat(found.with()).containsEntry(Row.NOTE, "wanted").containsEntry(Row.NUMBER, row.number());
    }

    @Test
    void hands_out_an_empty_field_as_null() throws ConnectorException {
        Person person = Person.fresh();
        put(new Row(person.owner(), person.email(), null, 1));

        Found found = finding()
                .find(search(place(), person.subject(), List.of(Row.NOTE)))
                .found()
                .getFirst();

        assertThat(found.with()).containsEntry(Row.NOTE, null);
    }

    @Test
    void minds_case_and_space_unless_told_otherwise() throws ConnectorException {
        String token = UUID.randomUUID().toString();
        put(new Row(token, " Ada." + token + "@Example.COM ", null, 1));

        Value lower = new Value.Text("ada." + token + "@example.com");
        assertThat(count(subjectOf(Row.EMAIL, lower))).isZero();
    }

    @Test
    void ignores_case_and_surrounding_space_when_told_so() throws ConnectorException {
        String token = UUID.randomUUID().toString();
        Value stored = put(new Row(token, " Ada." + token + "@Example.COM ", null, 1));
        Value plain = put(new Row(token, "ada." + token + "@example.com", null, 1));

        assertThat(find(ignoringCase(Row.EMAIL, "ada." + token + "@example.com")))
                .containsExactlyInAnyOrder(stored, plain);
        assertThat(find(ignoringCase(Row.EMAIL, "  ADA." + token.toUpperCase(java.util.Locale.ROOT) + "@EXAMPLE.com ")))
                .containsExactlyInAnyOrder(stored, plain);
    }

    @Test
    void takes_neither_a_part_nor_a_likeness_for_the_whole_when_ignoring_case() throws ConnectorException {
        String token = UUID.randomUUID().toString();
        put(new Row(token, "x.ada." + token + "@example.com", null, 1));
        put(new Row(token, "ada." + token + "@example.com.cn", null, 1));
        put(new Row(token, "ada-" + token + "@example-com", null, 1));

        assertThat(count(ignoringCase(Row.EMAIL, "ada." + token + "@example.com")))
                .isZero();
    }

    @Test
    void finds_a_record_once_that_matches_twice() throws ConnectorException {
        Person person = Person.fresh();
        List<Value> own = put(person, 1);
        var either = new Subject(List.of(
                Match.exactly(Row.OWNER, Set.of(new Value.Text(person.owner()))),
                Match.exactly(Row.EMAIL, Set.of(new Value.Text(person.email())))));

        assertThat(find(either)).isEqualTo(own);
        assertThat(count(either)).isOne();
    }

    @Test
    void finds_what_matches_any_of_the_matches_and_any_of_their_values() throws ConnectorException {
        Person one = Person.fresh();
        Person two = Person.fresh();
        Person three = Person.fresh();
        List<Value> all = new ArrayList<>(put(one, 1));
        all.addAll(put(two, 1));
        all.addAll(put(three, 1));
        put(Person.fresh(), 1);
        var any = new Subject(List.of(
                Match.exactly(Row.OWNER, Set.of(new Value.Text(one.owner()), new Value.Text(two.owner()))),
                Match.exactly(Row.EMAIL, Set.of(new Value.Text(three.email())))));

        assertThat(find(any)).containsExactlyInAnyOrderElementsOf(all);
    }

    @ParameterizedTest
    @MethodSource(HOSTILE)
    void finds_nobody_by_a_hostile_text_that_nobody_has(HostileText hostile) throws ConnectorException {
        Person neighbour = Person.fresh();
        put(neighbour, 1);

        assertThat(count(subjectOf(Row.OWNER, new Value.Text(hostile.text())))).isZero();
        assertThat(find(subjectOf(Row.OWNER, new Value.Text(hostile.text())))).isEmpty();
        assertThat(count(ignoringCase(Row.OWNER, hostile.text()))).isZero();
        assertThat(finding().existing(place(), List.of(new Value.Text(hostile.text())), inTime()))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource(HOSTILE)
    void finds_exactly_who_has_a_hostile_text(HostileText hostile) throws ConnectorException {
        String owner = hostile.text() + UUID.randomUUID();
        put(Person.fresh(), 1);
        List<Value> own = store().put(new Row(owner, null, null, 1)).stream().toList();

        assertThat(own.size()).isGreaterThanOrEqualTo(hostile.mayBeRefused() ? 0 : 1);
        assertThat(find(subjectOf(Row.OWNER, new Value.Text(owner)))).isEqualTo(own);
        assertThat(find(ignoringCase(Row.OWNER, owner))).isEqualTo(own);
    }

    @Test
    void a_value_that_a_field_cannot_hold_equals_nothing() throws ConnectorException {
        put(Person.fresh(), 1);

        for (Value value : List.of(
                new Value.Text("x"),
                new Value.Text(""),
                new Value.Text("1 OR 1=1"),
                new Value.Text("99999999999999999999999"),
                new Value.Uuid(UUID.randomUUID()),
                new Value.ObjectId("0123456789abcdef01234567"))) {
            assertThat(count(subjectOf(Row.NUMBER, value))).as(value.type()).isZero();
        }
        for (Value value : List.of(
                new Value.Whole(Long.MIN_VALUE),
                new Value.Uuid(UUID.randomUUID()),
                new Value.ObjectId("0123456789abcdef01234567"))) {
            assertThat(count(subjectOf(Row.OWNER, value))).as(value.type()).isZero();
        }
    }

    @Test
    void a_number_and_its_text_are_the_same() throws ConnectorException {
        Row row = Person.fresh().row("a number");
        Value key = put(row);

        assertThat(find(subjectOf(Row.NUMBER, new Value.Whole(row.number())))).containsExactly(key);
        assertThat(find(subjectOf(Row.NUMBER, new Value.Text(Long.toString(row.number())))))
                .containsExactly(key);
    }

    @Test
    void tells_which_keys_exist_whoever_they_belong_to() throws ConnectorException {
        List<Value> keys = new ArrayList<>(put(Person.fresh(), 2));
        keys.addAll(put(Person.fresh(), 1));
        Value gone = put(Person.fresh(), 1).getFirst();
        store().remove(gone);
        List<Value> asked = new ArrayList<>(keys);
        asked.add(gone);

        assertThat(finding().existing(place(), asked, inTime())).containsExactlyInAnyOrderElementsOf(keys);
    }

    @Test
    void misses_at_once_what_was_removed_behind_its_back() throws ConnectorException {
        Person person = Person.fresh();
        List<Value> keys = put(person, 2);
        assertThat(count(person.subject())).isEqualTo(2);

        store().remove(keys.getFirst());

        assertThat(find(person.subject())).containsExactly(keys.getLast());
        assertThat(count(person.subject())).isOne();
        assertThat(finding().existing(place(), keys, inTime())).containsExactly(keys.getLast());
    }

    @Test
    void an_unknown_collection_is_never_nothing_found() {
        Person person = Person.fresh();
        List<Value> keys = put(person, 1);

        assertRefused(FIX_CONFIGURATION, person, () -> finding()
                .find(search(unknownCollection(), person.subject(), List.of())));
        assertRefused(
                FIX_CONFIGURATION, person, () -> finding().count(unknownCollection(), person.subject(), inTime()));
        assertRefused(FIX_CONFIGURATION, person, () -> finding().existing(unknownCollection(), keys, inTime()));
    }

    @Test
    void an_unknown_field_is_never_nothing_found() {
        Person person = Person.fresh();
        put(person, 1);
        Subject misled = subjectOf(NO_SUCH, new Value.Text(person.owner()));

        assertRefused(FIX_CONFIGURATION, person, () -> finding().find(search(place(), misled, List.of())));
        assertRefused(FIX_CONFIGURATION, person, () -> finding().count(place(), misled, inTime()));
        assertRefused(
                FIX_CONFIGURATION, person, () -> finding().find(search(place(), person.subject(), List.of(NO_SUCH))));
    }

    @Test
    void an_unknown_key_is_never_nothing_found() {
        Person person = Person.fresh();
        List<Value> keys = put(person, 1);

        assertRefused(
                FIX_CONFIGURATION, person, () -> finding().find(search(unknownKey(), person.subject(), List.of())));
        assertRefused(FIX_CONFIGURATION, person, () -> finding().existing(unknownKey(), keys, inTime()));
    }

    @ParameterizedTest
    @MethodSource(HOSTILE)
    void a_hostile_field_is_an_unknown_field(HostileText hostile) {
        Person person = Person.fresh();
        put(person, 1);

        assertRefused(FIX_CONFIGURATION, person, () -> finding()
                .count(place(), subjectOf(hostile.text(), new Value.Text(person.owner())), inTime()));
    }

    @Test
    void does_not_begin_after_its_deadline() {
        Person person = Person.fresh();
        List<Value> keys = put(person, 1);

        assertRefused(TRY_AGAIN, person, () -> finding()
                .find(new Search(place(), person.subject(), List.of(), null, 10, tooLate())));
        assertRefused(TRY_AGAIN, person, () -> finding().count(place(), person.subject(), tooLate()));
        assertRefused(TRY_AGAIN, person, () -> finding().existing(place(), keys, tooLate()));
    }

    @Test
    void a_store_that_is_down_is_never_nothing_found() {
        Subject subject = Person.fresh().subject();

        assertNoticesThatTheStoreIsDown(
                down -> ((Finding) down).find(new Search(place(), subject, List.of(), null, 10, soon())));
        assertNoticesThatTheStoreIsDown(down -> ((Finding) down).count(place(), subject, soon()));
        assertNoticesThatTheStoreIsDown(down -> ((Finding) down).existing(place(), List.of(), soon()));
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void gives_up_at_its_deadline_on_a_store_that_hangs() {
        Subject subject = Person.fresh().subject();

        assertGivesUpOnAStoreThatHangs(deaf -> ((Finding) deaf).count(place(), subject, soon()));
    }

    private Finding finding() {
        return (Finding) store().connector();
    }

    private long count(Subject subject) throws ConnectorException {
        return finding().count(place(), subject, inTime());
    }

    private List<Value> find(Subject subject) throws ConnectorException {
        return keys(finding().find(search(place(), subject, List.of())));
    }

    private static List<Value> keys(Page page) {
        return page.found().stream().map(Found::key).toList();
    }
}
