// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment;

import static io.habeas.fulfillment.Workshop.email;
import static io.habeas.fulfillment.Workshop.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.DirectoryLookup.Match;
import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DirectoryTest {

    private static Workshop workshop;

    @BeforeAll
    static void open() {
        workshop = new Workshop(Stores.start());
    }

    @AfterAll
    static void close() {
        workshop.close();
    }

    @Test
    void a_phone_that_stands_on_the_row_finds_it_and_is_not_proved_by_it() throws Exception {
        workshop.stores().customer(1, "person1@example.org");

        var found = workshop.look(email("person1@example.org"), new Identifier(IdentifierKind.PHONE, "+15550001"));

        assertThat(found.match()).isEqualTo(Match.ONE);
        assertThat(workshop.person(found).identifiers()).containsExactly(id(1), email("person1@example.org"));
    }

    @Test
    void an_account_is_found_by_its_number_and_nothing_but_the_number_is_proved() throws Exception {
        workshop.stores().customer(2, "person2@example.org");

        var found = workshop.lookAs(id(2), email(" Person2@EXAMPLE.org"));

        assertThat(found.match()).isEqualTo(Match.ONE);
        assertThat(workshop.person(found).identifiers()).containsExactly(id(2));
        assertThat(workshop.person(found).email()).isEqualTo("person2@example.org");
    }

    @Test
    void an_address_that_two_accounts_share_is_no_conflict_for_whoever_logged_in() throws Exception {
        workshop.stores().customer(3, "shared@example.org");
        workshop.stores().customer(4, "shared@example.org");

        assertThat(workshop.look(email("shared@example.org")).match()).isEqualTo(Match.MANY);
        var found = workshop.lookAs(id(4), email("shared@example.org"));
        assertThat(workshop.person(found).identifiers()).containsExactly(id(4));
    }

    @Test
    void whatever_is_claimed_must_stand_on_the_row_of_the_account_and_who_else_is_on_file_makes_no_difference()
            throws Exception {
        workshop.stores().customer(5, "person5@example.org");
        workshop.stores().customer(6, "person6@example.org");

        var ofAnother = workshop.lookAs(id(5), email("person6@example.org"));
        var ofNobody = workshop.lookAs(id(5), email("nobody@example.org"));
        var mixedWithAnother = workshop.lookAs(id(5), email("person5@example.org"), email("person6@example.org"));
        var mixedWithNobody = workshop.lookAs(id(5), email("person5@example.org"), email("nobody@example.org"));
        var otherNumber = workshop.lookAs(id(5), email("person5@example.org"), id(6));

        assertThat(java.util.List.of(ofAnother, ofNobody, mixedWithAnother, mixedWithNobody, otherNumber))
                .allSatisfy(it -> assertThat(it.match()).isEqualTo(Match.NONE))
                .allSatisfy(it -> assertThat(it.person()).isNull());
    }

    /** Two accounts may differ in that alone. */
    @Test
    void an_account_is_compared_to_the_letter() throws Exception {
        workshop.stores().customer(8, "person8@example.org");

        for (var almost : java.util.List.of("08", "+8", "８", " 8")) {
            var found =
                    workshop.lookAs(new Identifier(IdentifierKind.CUSTOMER_ID, almost), email("person8@example.org"));
            assertThat(found.match()).as("'%s'", almost).isEqualTo(Match.NONE);
        }
        assertThat(workshop.lookAs(id(8), email("person8@example.org")).match()).isEqualTo(Match.ONE);
    }

    @Test
    void an_account_that_is_not_on_file_is_nobody() throws Exception {
        workshop.stores().customer(7, "person7@example.org");

        assertThat(workshop.lookAs(id(9_999_999), email("person7@example.org")).match())
                .isEqualTo(Match.NONE);
        assertThat(workshop.lookAs(new Identifier(IdentifierKind.ACCOUNT_NAME, "7"), email("person7@example.org"))
                        .match())
                .isEqualTo(Match.NONE);
    }
}
