// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.request.policy.language.Rate;
import java.time.LocalDate;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TallyTest {

    @ParameterizedTest(name = "{0}: {2} with {1}")
    @CsvSource({
        // the day twelve months later is free again
        "2 per 12 months, 2026-01-10 2026-03-05, 2027-01-09, true, 2027-01-10",
        "2 per 12 months, 2026-01-10 2026-03-05, 2027-01-10, false, 2027-01-10",
        "2 per 12 months, 2026-03-05, 2026-04-01, false, 2026-04-01",
        // of more than two the last two count
        "2 per 12 months, 2026-01-10 2026-03-05 2026-06-01, 2026-07-01, true, 2027-03-05",
        // the first of three to come that is proved last is the third
        "2 per 12 months, 2026-03-05 2026-06-01, 2026-01-10, true, 2027-03-05",
        // no twelve months hold all three
        "2 per 12 months, 2025-06-01 2026-12-01, 2026-05-01, false, 2026-06-01",
        // where a month is shorter
        "1 per 12 months, 2024-02-29, 2025-02-27, true, 2025-02-28",
        "1 per 12 months, 2024-02-29, 2025-02-28, false, 2025-02-28",
        "1 per 30 days, 2026-01-01, 2026-01-30, true, 2026-01-31",
        "1 per 30 days, 2026-01-01, 2026-01-31, false, 2026-01-31",
        // calendar years stand for themselves
        "1 per calendar year, 2025-12-31, 2026-01-01, false, 2027-01-01",
        "1 per calendar year, 2026-01-01, 2026-12-31, true, 2027-01-01",
        "3 per 2 years, 2026-01-01 2026-01-01 2027-12-31, 2027-06-01, true, 2028-01-01"
    })
    void counts(String rate, String others, LocalDate day, boolean reached, LocalDate possibleFrom) {
        var days = Arrays.stream(others.split(" ")).map(LocalDate::parse).toList();

        var tally = new Tally(Rate.of(rate), day, days);

        assertThat(tally.isReached()).isEqualTo(reached);
        assertThat(tally.possibleFrom()).isEqualTo(possibleFrom);
    }
}
