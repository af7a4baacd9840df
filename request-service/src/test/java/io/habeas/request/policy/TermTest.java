// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.Right;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dates under the addendum for California of 2021-06-30, "Response Timing and Format"; the day of receipt is day one. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class TermTest {

    private static final ZoneId CALIFORNIA = ZoneId.of("America/Los_Angeles");
    private final Terms erasure = SamplePolicies.load().terms("smallrig", "smallrig@2021-06", "US-CA", Right.ERASURE);

    @ParameterizedTest
    @CsvSource({
        // plain
        "2026-11-22T18:00:00Z, 2026-12-01, 2027-01-05",
        // still the day before in California
        "2026-11-22T05:00:00Z, 2026-11-30, 2027-01-04",
        // over the change to summer time on 2026-03-08
        "2026-03-01T20:00:00Z, 2026-03-10, 2026-04-14",
        // over the change to winter time on 2026-11-01
        "2026-10-25T20:00:00Z, 2026-11-03, 2026-12-08",
        // over a leap day
        "2028-02-20T20:00:00Z, 2028-02-29, 2028-04-04"
    })
    void ten_and_forty_five_days_end_with_their_last_day(Instant receipt, LocalDate confirmBy, LocalDate respondBy) {
        var confirm = erasure.deadline(ClockKind.CONFIRM_RECEIPT, receipt).orElseThrow();
        var respond = erasure.deadline(ClockKind.RESPOND, receipt).orElseThrow();

        assertThat(confirm.dueAt().atZone(CALIFORNIA).toLocalDateTime()).isEqualTo(confirmBy.atTime(23, 59, 59));
        assertThat(respond.dueAt().atZone(CALIFORNIA).toLocalDateTime()).isEqualTo(respondBy.atTime(23, 59, 59));
    }

    @Test
    void the_waiting_states_end_before_the_answer_is_due() {
        var receipt = Instant.parse("2026-01-10T08:00:00Z");

        var identity = erasure.deadline(ClockKind.IDENTITY, receipt).orElseThrow();
        var confirmation =
                erasure.deadline(ClockKind.CONFIRMATION, identity.dueAt()).orElseThrow();

        assertThat(confirmation.dueAt())
                .isBefore(erasure.deadline(ClockKind.RESPOND, receipt)
                        .orElseThrow()
                        .dueAt());
    }

    @Test
    void the_look_back_begins_with_the_day_twelve_months_before() {
        var access = SamplePolicies.load().terms("smallrig", "smallrig@2021-06", "US-CA", Right.ACCESS);

        assertThat(access.collectedSince(Instant.parse("2026-11-22T18:00:00Z")))
                .isEqualTo(Instant.parse("2025-11-22T08:00:00Z"));
        assertThat(access.collectedSince(Instant.parse("2028-02-29T18:00:00Z")))
                .isEqualTo(Instant.parse("2027-02-28T08:00:00Z"));
        assertThat(erasure.collectedSince(Instant.parse("2026-11-22T18:00:00Z")))
                .isNull();
    }
}
