// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class WindowsTest {

    @Test
    void subjects_take_turns_forward_and_backward() throws Exception {
        var order = new ArrayList<String>();
        var windows = new Windows(() -> new CpuTime(Map.of()), Duration.ofMillis(1));

        var series = windows.alternate(List.of(subject("a", order), subject("b", order)), 1, 4);

        assertThat(runs(order)).containsExactly("a", "b", "a", "b", "a");
        assertThat(series).extracting(Windows.Series::name).containsExactly("a", "b");
        assertThat(series).allSatisfy(taken -> assertThat(taken.windows()).hasSize(4));
    }

    @Test
    void a_ratio_compares_windows_of_the_same_pass() {
        var base = series(100, 50);
        var other = series(200, 25);

        assertThat(other.ratiosTo(base)).containsExactly(0.5, 2.0);
    }

    @Test
    void the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        assertThat(Windows.median(DoubleStream.of(4, 1, 3, 2))).isEqualTo(2.5);
        assertThat(Windows.median(DoubleStream.of(9, 1, 2))).isEqualTo(2);
    }

    private static Windows.Subject subject(String name, List<String> order) {
        return new Windows.Subject(name, client -> order.add(name));
    }

    /** A window calls its subject many times, and two windows of one subject stand side by side. */
    private static List<String> runs(List<String> order) {
        var runs = new ArrayList<String>();
        for (var name : order) {
            if (runs.isEmpty() || !runs.getLast().equals(name)) {
                runs.add(name);
            }
        }
        return runs;
    }

    private static Windows.Series series(double... rates) {
        return new Windows.Series(
                "any",
                DoubleStream.of(rates)
                        .mapToObj(rate -> new Windows.Window(rate, new CpuTime(Map.of()), 1, 1))
                        .toList());
    }
}
