// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class NormalizerTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EMAIL | ' Ada.Lane@Example.ORG ' | ada.lane@example.org",
                "EMAIL | 'ａｄａ＠example.org' | ada@example.org",
                "EMAIL | 'ada@bücher.example' | ada@xn--bcher-kva.example",
                "EMAIL | 'ada@XN--BCHER-KVA.example' | ada@xn--bcher-kva.example",
                "EMAIL | 'ada+shop@example.org' | ada+shop@example.org",
                "EMAIL | 'not an address' | 'not an address'",
                "EMAIL | '@' | '@'",
                "PHONE | '+1 (555) 010-0200' | +15550100200",
                "PHONE | '0044 20 7946 0000' | +442079460000",
                "PHONE | '138 0013 8000' | +8613800138000",
                "PHONE | '8613800138000' | +8613800138000",
                "PHONE | '+86 138-0013-8000' | +8613800138000",
                "PHONE | '＋８６13800138000' | +8613800138000",
                "PHONE | '0755 1234567' | 07551234567",
                "PHONE | 'none' | none",
                "CUSTOMER_ID | ' C-100 ' | C-100",
                "CUSTOMER_ID | 'c-100' | c-100",
                "ACCOUNT_NAME | ' Ａda ' | Ada",
                "DEVICE_ID | ' A1 ' | A1"
            })
    void an_identifier_has_one_form_however_it_was_written(IdentifierKind kind, String written, String form) {
        var normalizer = new Normalizer();
        var once = normalizer.normalize(new Identifier(kind, written));
        assertThat(once).isEqualTo(form);
        assertThat(normalizer.normalize(new Identifier(kind, once))).isEqualTo(form);
    }
}
