// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.calendars;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.MonthDay;
import java.util.Map;
import java.util.Set;

/**
 * Which days are working days somewhere.
 *
 * @param everyYear whether plain weeks hold in every year, so that nothing is ever missing
 * @param years what is known, by year
 */
public record WorkingCalendar(String name, boolean everyYear, Map<Integer, Year> years) {

    /**
     * @param off days off that would be working days otherwise
     * @param worked Saturdays and Sundays that are worked in exchange
     */
    public record Year(Set<MonthDay> off, Set<MonthDay> worked) {}

    public WorkingCalendar {
        years = Map.copyOf(years);
    }

    /** In a year without data the strictest reading holds: every Monday to Friday is a working day, and no other day is. */
    public boolean isWorkingDay(LocalDate day) {
        boolean weekday = day.getDayOfWeek() != DayOfWeek.SATURDAY && day.getDayOfWeek() != DayOfWeek.SUNDAY;
        var year = years.get(day.getYear());
        if (year == null) {
            return weekday;
        }
        var date = MonthDay.from(day);
        return weekday ? !year.off().contains(date) : year.worked().contains(date);
    }

    /** Whether days of that year are known and not only read strictly. */
    public boolean knows(int year) {
        return everyYear || years.containsKey(year);
    }

    /** The first year after which nothing is known; none where every year is. */
    public int lastKnownYear() {
        return everyYear
                ? Integer.MAX_VALUE
                : years.keySet().stream().max(Integer::compare).orElse(0);
    }
}
