// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import io.habeas.request.calendars.Calendars;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Says, half a year ahead, which calendars end too early. The service stays up: ends that reach into a year without days are provisional,
 * and are counted again at the first start with the days.
 */
final class CalendarHealth implements HealthIndicator {

    private static final int DAYS_AHEAD = 183;

    private final Calendars calendars;
    private final InstantSource legalTime;

    CalendarHealth(Calendars calendars, InstantSource legalTime) {
        this.calendars = calendars;
        this.legalTime = legalTime;
    }

    @Override
    public Health health() {
        return Health.up().withDetail("missing", missing()).build();
    }

    /** By calendar: what is missing and what to do. */
    Map<String, String> missing() {
        int year = legalTime
                .instant()
                .plus(DAYS_AHEAD, ChronoUnit.DAYS)
                .atZone(ZoneOffset.UTC)
                .getYear();
        var missing = new TreeMap<String, String>();
        for (var name : calendars.names()) {
            calendars
                    .calendar(name)
                    .filter(it -> !it.knows(year))
                    .ifPresent(it -> missing.put(
                            name,
                            "no days of " + year + "; put a fuller calendars/" + name
                                    + ".yaml into the home and start again"));
        }
        return missing;
    }
}
