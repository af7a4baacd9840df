// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.calendars;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A length of time as policies count it, in whole days.
 *
 * @param amount at least 1
 * @param calendar the name of the calendar that says which days are working days; there with WORKING_DAYS, and only there
 */
public record Term(int amount, Unit unit, @Nullable String calendar) {

    /** As {@link #of} reads it. */
    public static final String FORM = "[1-9][0-9]{0,3} (days?|months?|years?|working days? of [A-Z][A-Z0-9-]{1,20})";

    public static final String FORM_SAID =
            "a number of days, months, years or working days of a calendar, such as '45 days' or '15 working days of CN'";
    private static final Pattern PARTS = Pattern.compile("([0-9]+) (working )?(day|month|year)s?(?: of (\\S+))?");

    /** What is counted. */
    public enum Unit {
        DAYS("day", 1),
        WORKING_DAYS("working day", 3),
        MONTHS("month", 31),
        YEARS("year", 366);

        private final String word;
        private final int longest;

        Unit(String word, int longest) {
            this.word = word;
            this.longest = longest;
        }
    }

    public Term {
        if (amount < 1) {
            throw new IllegalArgumentException("a term is at least one day long");
        }
        if ((unit == Unit.WORKING_DAYS) != (calendar != null)) {
            throw new IllegalArgumentException("working days need a calendar, and nothing else has one");
        }
    }

    public Term(int amount, Unit unit) {
        this(amount, unit, null);
    }

    /**
     * Reads {@code 45 days}, {@code 1 month}, {@code 3 years}, {@code 15 working days of CN}.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static Term of(String text) {
        var parts = PARTS.matcher(text);
        if (!text.matches(FORM) || !parts.matches()) {
            throw new IllegalArgumentException(FORM_SAID);
        }
        int amount = Integer.parseInt(parts.group(1));
        if (parts.group(2) != null) {
            return new Term(amount, Unit.WORKING_DAYS, parts.group(4));
        }
        return new Term(
                amount,
                switch (parts.group(3)) {
                    case "day" -> Unit.DAYS;
                    case "month" -> Unit.MONTHS;
                    default -> Unit.YEARS;
                });
    }

    /** At most so many calendar days, for comparing terms with each other: three for a working day, since holidays come in weeks. */
    public int longestInDays() {
        return amount * unit.longest;
    }

    /** At least so many calendar days. */
    public int shortestInDays() {
        return switch (unit) {
            case DAYS, WORKING_DAYS -> amount;
            case MONTHS -> amount * 28;
            case YEARS -> amount * 365;
        };
    }

    @Override
    public String toString() {
        return amount + " " + unit.word + (amount == 1 ? "" : "s") + (calendar == null ? "" : " of " + calendar);
    }
}
