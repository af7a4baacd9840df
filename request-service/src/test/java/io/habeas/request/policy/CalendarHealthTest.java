// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.request.calendars.Calendars;
import java.time.Instant;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CalendarHealthTest {

    @Test
    void a_year_without_days_is_named_half_a_year_ahead_and_the_service_stays_up() {
        int last = Calendars.builtIn().calendar("CN").orElseThrow().lastKnownYear();

        var soon = new CalendarHealth(Calendars.builtIn(), () -> Instant.parse(last + "-08-01T00:00:00Z"));
        var early = new CalendarHealth(Calendars.builtIn(), () -> Instant.parse(last + "-03-01T00:00:00Z"));

        assertThat(soon.missing()).containsOnlyKeys("CN");
        assertThat(soon.missing().get("CN"))
                .startsWith("no days of " + (last + 1))
                .contains("calendars/CN.yaml");
        assertThat(soon.health().getStatus()).isEqualTo(Status.UP);
        assertThat(early.missing()).isEmpty();
    }
}
