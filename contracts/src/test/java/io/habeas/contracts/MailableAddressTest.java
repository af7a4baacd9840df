// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MailableAddressTest {

    @ParameterizedTest
    @ValueSource(strings = {"ada@example.org", "a.b+c@mail.example.org", "o'brien_1@example.co.uk"})
    void a_plain_address_stays_as_it_is(String address) {
        assertThat(MailableAddress.ascii(address)).contains(address);
    }

    @Test
    void a_host_name_in_other_letters_has_a_form_in_ascii() {
        assertThat(MailableAddress.ascii("ada@bücher.example")).contains("ada@xn--bcher-kva.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "müller@example.org",
                "a..b@example.org",
                ".a@example.org",
                "a.@example.org",
                "a@localhost",
                "a@-example.org",
                "Ada <a@example.org>",
                "a@example.org,b@example.org",
                "\"a b\"@example.org",
                "@example.org",
                "a",
                ""
            })
    void what_a_mail_server_may_not_take_is_no_address_for_letters(String address) {
        assertThat(MailableAddress.ascii(address)).isEmpty();
    }
}
