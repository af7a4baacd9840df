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
}
