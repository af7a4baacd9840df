// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.datamap;

import java.time.Duration;
import java.time.Period;
import java.util.regex.Pattern;

/** Spans of time as a map writes them: a whole number, a space, a unit. */
final class Spans {

    private static final Pattern FORM = Pattern.compile("(\\d{1,6}) ([a-z]+)");

    private Spans() {}

    /** @throws IllegalArgumentException naming the allowed form */
    static Duration duration(String text) {
        var matcher = FORM.matcher(text);
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            switch (matcher.group(2)) {
                case "ms":
                    return Duration.ofMillis(number);
                case "s":
                    return Duration.ofSeconds(number);
                case "min":
                    return Duration.ofMinutes(number);
                case "h":
                    return Duration.ofHours(number);
                case "day", "days":
                    return Duration.ofDays(number);
                default:
                    break;
            }
        }
        throw new IllegalArgumentException(
                "a span such as '0 s' is expected: a whole number, a space and one of ms, s, min, h, days");
    }

    /** @throws IllegalArgumentException naming the allowed form */
    static Period period(String text) {
        var matcher = FORM.matcher(text);
        if (matcher.matches()) {
            int number = Integer.parseInt(matcher.group(1));
            switch (matcher.group(2)) {
                case "day", "days":
                    return Period.ofDays(number);
                case "week", "weeks":
                    return Period.ofWeeks(number);
                case "month", "months":
                    return Period.ofMonths(number);
                case "year", "years":
                    return Period.ofYears(number);
                default:
                    break;
            }
        }
        throw new IllegalArgumentException(
                "a period such as '3 years' is expected: a whole number, a space and one of days, weeks, months, years");
    }
}
