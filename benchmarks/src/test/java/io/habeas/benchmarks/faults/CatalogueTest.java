// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CatalogueTest {

    @TempDir
    private Path folder;

    @Test
    void every_fault_of_the_first_table_stands_there_once() {
        assertThat(Catalogue.all())
                .extracting(Fault::id)
                .doesNotHaveDuplicates()
                .contains(
                        "F01", "F02", "F03", "F04", "F06", "F07", "F08", "F09", "F10", "F11", "F12", "F13", "F15",
                        "F16", "F17", "F18", "F22", "F25", "F26", "F27", "F30", "F31", "F32", "F33", "F35", "F36",
                        "F37", "F39", "F40", "F42", "F43", "F44", "F60", "F63", "F66");
    }

    @Test
    void a_failure_and_a_row_that_was_not_run_stand_on_the_page_as_what_they_are() throws Exception {
        var results = new Results(folder.resolve("results.tsv"));
        results.add(new Result("F01", 1, Result.HOLDS, "I1 I2", 4, 10, 1.5, "pass 1", ""));
        results.add(new Result(
                "F01", 2, Result.FAILS, "I1 I2", 4, 10, 1.5, "pass 2", "I1: accepted, and not in the event store"));
        results.add(new Result("F02", 1, Result.HOLDS, "I1", 3, 10, 1.5, "", ""));

        new Results(folder.resolve("results.tsv")).write(folder.resolve("faults.md"), Catalogue.all(), "here");

        var page = Files.readString(folder.resolve("faults.md"));
        assertThat(page.lines().filter(line -> line.startsWith("| F01 ")))
                .singleElement()
                .asString()
                .contains("| holds (1), FAILS (2) |", "accepted, and not in the event store", "| 8 |");
        assertThat(page.lines().filter(line -> line.startsWith("| F02 ")))
                .singleElement()
                .asString()
                .contains("| holds |");
        assertThat(page.lines().filter(line -> line.startsWith("| F66 ")))
                .singleElement()
                .asString()
                .contains("| not run |");
        assertThat(page.lines().filter(line -> line.startsWith("| F63 ")))
                .singleElement()
                .asString()
                .contains("was not run yet");
    }

    @Test
    void runs_beside_each_other_and_runs_of_single_rows_keep_what_the_others_showed() throws Exception {
        new Results(folder.resolve("results.tsv"))
                .add(new Result("F01", 1, Result.HOLDS, "I1", 4, 10, 1.5, "pass 1", "shown before"));
        var one = new Results(folder.resolve("results.tsv"));
        var other = new Results(folder.resolve("results.tsv"));
        one.add(new Result("F02", 1, Result.HOLDS, "I1", 3, 10, 1.5, "", "shown by one"));
        other.add(new Result("F03", 1, Result.HOLDS, "I1", 3, 10, 1.5, "", "shown by the other"));

        other.write(folder.resolve("faults.md"), Catalogue.all(), "here");
        assertThat(folder.resolve("faults.md"))
                .content()
                .contains("seed 1: shown before", "seed 1: shown by one", "seed 1: shown by the other");
    }

    @Test
    void an_option_that_is_not_understood_is_named() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Faults.Options.parse(List.of("--only", "F99")))
                .withMessageContaining("F99");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Faults.Options.parse(List.of("--seed", "x")))
                .withMessageContaining("'x'");
    }
}
