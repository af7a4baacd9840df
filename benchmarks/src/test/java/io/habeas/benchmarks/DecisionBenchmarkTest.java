// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DecisionBenchmarkTest {

    @Test
    void measures_the_offer_and_the_decision_beside_a_constant_answer() {
        var costs = new DecisionBenchmark(5).measure();

        assertThat(costs)
                .hasSize(3)
                .allSatisfy(it -> assertThat(it.micros()).hasSize(9).isSorted());
        assertThat(costs.getFirst().what()).startsWith("constant answer of");
        assertThat(costs.get(1).median()).isPositive();
    }
}
