// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DrawTest {

    private static String plan(long seed, String fault) {
        var draw = new Draw(seed, fault);
        draw.instant("after", 0, 10_000);
        draw.number("pass", 1, 9);
        draw.one("victim", List.of("request", "gateway", "fulfillment"));
        return draw.words() + draw.shuffled(List.of(1, 2, 3, 4, 5, 6));
    }

    @Test
    void the_same_seed_draws_the_same_plan() {
        assertThat(plan(7, "F13")).isEqualTo(plan(7, "F13"));
    }

    @Test
    void other_seeds_and_other_faults_draw_other_plans() {
        assertThat(LongStream.range(0, 20).mapToObj(seed -> plan(seed, "F13")).collect(Collectors.toSet()))
                .hasSizeGreaterThan(15);
        assertThat(Set.of(plan(7, "F13"), plan(7, "F22"), plan(7, "F25"))).hasSize(3);
    }

    @Test
    void what_is_drawn_lies_within_its_bounds() {
        var draw = new Draw(1, "F01");
        for (int i = 0; i < 200; i++) {
            assertThat(draw.number("pass", 2, 5)).isBetween(2, 5);
            assertThat(draw.instant("after", 10, 20).toMillis()).isBetween(10L, 20L);
        }
    }
}
