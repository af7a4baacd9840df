// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.calendars;

import io.habeas.request.calendars.Term.Unit;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts terms in one place: its time zone says which day a moment belongs to, its calendars which days are worked.
 *
 * <p>Months and years end on the day of the same number, and where that month has none on its last day (Regulation (EEC, Euratom) 1182/71
 * art. 3(2)(c); PRC Civil Code art. 202). No term is moved on because it ends on a day off: that would be later.
 */
public record Reckoning(ZoneId zone, Counting counting, Calendars calendars) {

    /**
     * The last day of a term.
     *
     * @param provisional whether a year without calendar data was touched and read strictly: to be counted again when the data is there
     */
    public record LastDay(LocalDate day, boolean provisional) {

        /** The earlier one; what is provisional stays so, since the real end may be another. */
        LastDay notAfter(@Nullable LastDay other) {
            return other == null || !other.day.isBefore(day)
                    ? this
                    : new LastDay(other.day, other.provisional || provisional);
        }
    }

    /**
     * A clock that stood still: the day of the first counts, the days after it do not, until the day of the second, which does not count either.
     *
     * @param until absent while it still stands
     */
    public record Stop(Instant from, @Nullable Instant until) {

        public Stop {
            if (until != null && until.isBefore(from)) {
                throw new IllegalArgumentException("a clock goes on after it was stopped, not before");
            }
        }
    }

    /** The day to which a moment belongs here. */
    public LocalDate dayOf(Instant moment) {
        return moment.atZone(zone).toLocalDate();
    }

    /** The last second of a day: until then it is in time. */
    public Instant endOf(LocalDate day) {
        return day.plusDays(1).atStartOfDay(zone).toInstant().minusSeconds(1);
    }

    /** The first moment of the day that lies this long before. */
    public Instant startBefore(Term term, Instant end) {
        var day = dayOf(end);
        var first =
                switch (term.unit()) {
                    case DAYS -> day.minusDays(term.amount());
                    case MONTHS -> day.minusMonths(term.amount());
                    case YEARS -> day.minusYears(term.amount());
                    case WORKING_DAYS -> workingDaysBefore(term, day);
                };
        return first.atStartOfDay(zone).toInstant();
    }

    /** @throws IllegalArgumentException if the term names a calendar that is not there */
    public LastDay lastDay(Term term, LocalDate start) {
        if (term.unit() == Unit.WORKING_DAYS) {
            var calendar = calendarOf(term);
            var before = counting == Counting.FIRST_DAY_COUNTS ? start.minusDays(1) : start;
            return nthWorkingDayAfter(calendar, before, term.amount());
        }
        var last =
                switch (term.unit()) {
                    case DAYS -> start.plusDays(term.amount());
                    case MONTHS -> start.plusMonths(term.amount());
                    case YEARS -> start.plusYears(term.amount());
                    case WORKING_DAYS -> throw new IllegalStateException("counted above");
                };
        return new LastDay(counting == Counting.FIRST_DAY_COUNTS ? last.minusDays(1) : last, false);
    }

    /** The last second of the last day of a term that nothing stopped. */
    public Instant endAfter(Term term, Instant start) {
        return endOf(lastDay(term, dayOf(start)).day());
    }

    /**
     * The last day of a term whose clock stood still now and then. What was left on the day of a stop is left on the day on which it goes on;
     * a stop that nobody ended moves nothing yet. Stops that begin after the end came too late to move it.
     *
     * @param stops in the order of time, none within another
     */
    public LastDay lastDay(Term term, Instant start, List<Stop> stops) {
        var last = lastDay(term, dayOf(start));
        for (var stop : stops) {
            if (stop.until() == null || dayOf(stop.from()).isAfter(last.day())) {
                continue;
            }
            last = term.unit() == Unit.WORKING_DAYS
                    ? movedInWorkingDays(calendarOf(term), last, stop)
                    : new LastDay(last.day().plusDays(daysOf(stop)), last.provisional());
        }
        return last;
    }

    /** As {@link #lastDay(Term, Instant, List)}, but never after the end of another term that nothing stops. */
    public LastDay lastDay(Term term, Instant start, List<Stop> stops, Term longest, Instant longestFrom) {
        return lastDay(term, start, stops).notAfter(lastDay(longest, dayOf(longestFrom)));
    }

    /** The last day of the one further term: it begins on the day after the last day of the first. */
    public LastDay extended(LastDay first, Term extension) {
        var further = new Reckoning(zone, Counting.FIRST_DAY_IS_NEXT, calendars).lastDay(extension, first.day());
        return new LastDay(further.day(), further.provisional() || first.provisional());
    }

    private long daysOf(Stop stop) {
        return stop.until() == null ? 0 : ChronoUnit.DAYS.between(dayOf(stop.from()), dayOf(stop.until()));
    }

    private LastDay movedInWorkingDays(WorkingCalendar calendar, LastDay last, Stop stop) {
        var stood = dayOf(stop.from());
        var goesOn = stop.until() == null ? stood : dayOf(stop.until());
        int left = 0;
        for (var day = stood.plusDays(1); !day.isAfter(last.day()); day = day.plusDays(1)) {
            left += calendar.isWorkingDay(day) ? 1 : 0;
        }
        var moved = left == 0 ? new LastDay(goesOn, false) : nthWorkingDayAfter(calendar, goesOn, left);
        var later = moved.day().isBefore(last.day()) ? last.day() : moved.day();
        return new LastDay(later, moved.provisional() || last.provisional());
    }

    private static LastDay nthWorkingDayAfter(WorkingCalendar calendar, LocalDate start, int amount) {
        var day = start;
        boolean provisional = false;
        for (int left = amount; left > 0; ) {
            day = day.plusDays(1);
            provisional |= !calendar.knows(day.getYear());
            left -= calendar.isWorkingDay(day) ? 1 : 0;
        }
        return new LastDay(day, provisional);
    }

    private LocalDate workingDaysBefore(Term term, LocalDate end) {
        var calendar = calendarOf(term);
        var day = end;
        for (int left = term.amount(); left > 0; ) {
            day = day.minusDays(1);
            left -= calendar.isWorkingDay(day) ? 1 : 0;
        }
        return day;
    }

    private WorkingCalendar calendarOf(Term term) {
        return calendars
                .calendar(term.calendar())
                .orElseThrow(() -> new IllegalArgumentException(
                        "no calendar is called " + term.calendar() + "; known: " + calendars.names()));
    }
}
