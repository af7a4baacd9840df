// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReferenceTest {

    private final Random random = new Random(20261122);

    @Test
    void a_reference_has_no_letters_that_are_mistaken_for_digits() {
        for (int round = 0; round < 2_000; round++) {
            assertThat(Reference.of(digest()))
                    .matches("HB-[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}")
                    .matches(Reference::isValid);
        }
    }

    @Test
    void every_single_mistyped_character_is_noticed() {
        var reference = Reference.of(digest());
        for (int place = 3; place < reference.length(); place++) {
            for (char other : "ABCDEFGHJKLMNPQRSTUVWXYZ23456789".toCharArray()) {
                if (reference.charAt(place) != '-' && reference.charAt(place) != other) {
                    var mistyped = new StringBuilder(reference);
                    mistyped.setCharAt(place, other);
                    assertThat(Reference.isValid(mistyped.toString())).isFalse();
                }
            }
        }
    }

    private byte[] digest() {
        var digest = new byte[32];
        random.nextBytes(digest);
        return digest;
    }
}
