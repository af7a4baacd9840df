// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/** A length of time as policies count it, in whole days of the policy's time zone. */
public record Term(int amount, Unit unit) {

    /** Calendar days or months; working days need a calendar and come with one. */
    public enum Unit {
        DAYS,
        MONTHS
    }

    /** Whether the day of the event is the first day of the term, or the day after it is. */
    public enum Counting {
        FIRST_DAY_COUNTS,
        FIRST_DAY_IS_NEXT
    }

    /** The last second of the last day: until then it is in time. */
    Instant endAfter(Instant start, ZoneId zone, Counting counting) {
        var last = plus(start.atZone(zone).toLocalDate());
        if (counting == Counting.FIRST_DAY_COUNTS) {
            last = last.minusDays(1);
        }
        return last.plusDays(1).atStartOfDay(zone).toInstant().minusSeconds(1);
    }

    /** The first moment of the day that lies this long before. */
    Instant startBefore(Instant end, ZoneId zone) {
        var day = end.atZone(zone).toLocalDate();
        var first =
                switch (unit) {
                    case DAYS -> day.minusDays(amount);
                    case MONTHS -> day.minusMonths(amount);
                };
        return first.atStartOfDay(zone).toInstant();
    }

    private LocalDate plus(LocalDate day) {
        return switch (unit) {
            case DAYS -> day.plusDays(amount);
            case MONTHS -> day.plusMonths(amount);
        };
    }

    /** At most so many days, for comparing terms with each other. */
    int longestInDays() {
        return switch (unit) {
            case DAYS -> amount;
            case MONTHS -> amount * 31;
        };
    }

    @Override
    public String toString() {
        var name =
                switch (unit) {
                    case DAYS -> "day";
                    case MONTHS -> "month";
                };
        return amount + " " + name + (amount == 1 ? "" : "s");
    }
}
