// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.parcel;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.fulfillment.parcel.DisclosureGuard.Hit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DisclosureGuardTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            my card is 4111 1111 1111 1111, thanks                            | CARD_NUMBER
            378282246310005                                                   | CARD_NUMBER
            6212-3456-7890-1232                                               | CARD_NUMBER
            pay to DE89 3704 0044 0532 0130 00 please                         | IBAN
            GB82WEST12345698765432                                            | IBAN
            $2b$12$KIXQ9Z6y9QkYpN1lZ0gJ1e9i8b0y7Vw9mJ8bq1n5o2X3c4D5e6F7g      | PASSWORD_HASH
            $argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub       | PASSWORD_HASH
            $6$rounds=5000$saltsalt$abcdefghijklmnopqrstuvwxyz0123            | PASSWORD_HASH
            {SSHA}DkMTwBl+a/3DQTxCYEApdUtNXGgdUac3                            | PASSWORD_HASH
            """)
    void what_is_never_disclosed_is_recognised(String text, Hit hit) {
        assertThat(DisclosureGuard.look(text)).contains(hit);
        assertThat(DisclosureGuard.look(List.of(Map.of("inside", text)))).contains(hit);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4111 1111 1111 1112",
                "+86 138 0013 8000",
                "8613800138000",
                "1732233600000",
                "2026-11-22T10:15:30Z",
                "0190a5b2-7c3e-7000-8000-123456789012",
                "US12 is not an account",
                "costs $2 or $6 a piece",
                "北京市朝阳区 100020"
            })
    void other_numbers_and_texts_may_leave(String text) {
        assertThat(DisclosureGuard.look(text)).isEmpty();
    }
}
