// SPDX-License-Identifier: Apache-2.0
package io.habeas.testcontrols;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HaltingHarnessTest {

    private final ArrayList<String> halted = new ArrayList<>();
    private final HaltingHarness harness = new HaltingHarness(halted::add);

    @AfterEach
    void disarm() {
        HaltingHarness.disarm();
    }

    @Test
    void it_halts_at_the_armed_pass_and_at_no_other() {
        HaltingHarness.arm("a.point", 3);

        for (int i = 0; i < 5; i++) {
            harness.passed("a.point");
            harness.passed("another.point");
            assertThat(halted).hasSize(i >= 2 ? 1 : 0);
        }
    }

    @Test
    void a_pass_below_one_is_refused() {
        assertThatThrownBy(() -> HaltingHarness.arm("a.point", 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void legal_time_never_goes_back() {
        var offset = new MovableOffset();

        offset.advanceTo(Duration.ofDays(2));
        offset.advanceTo(Duration.ofDays(1));

        assertThat(offset.offset()).isEqualTo(Duration.ofDays(2));
    }
}
