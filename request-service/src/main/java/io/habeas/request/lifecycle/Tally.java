// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import io.habeas.request.calendars.Reckoning;
import io.habeas.request.calendars.Term;
import io.habeas.request.policy.language.Rate;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;

/**
 * How often a right was used within what the profile counts, by the days of receipt. A rolling window is any that holds the request: whoever
 * proves the first of several last is counted no differently.
 *
 * @param others the days on which the others came, in order
 */
record Tally(Rate rate, LocalDate day, List<LocalDate> others) {

    Tally {
        others = others.stream().sorted().toList();
    }

    static Tally of(Rate rate, Reckoning reckoning, Instant receivedAt, Collection<EarlierRequest> others) {
        return new Tally(
                rate,
                reckoning.dayOf(receivedAt),
                others.stream().map(it -> reckoning.dayOf(it.receivedAt())).toList());
    }

    /** How many count together with this one. */
    int count() {
        var rolling = rate.rolling();
        if (rolling == null) {
            return inYear().size();
        }
        int most = 0;
        for (int first = 0; first < others.size(); first++) {
            for (int last = others.size() - 1; last >= first; last--) {
                if (fits(others.get(first), others.get(last), rolling)) {
                    most = Math.max(most, last - first + 1);
                    break;
                }
            }
        }
        return most;
    }

    boolean isReached() {
        return count() >= rate.times();
    }

    /** The first day on which it is possible again. */
    LocalDate possibleFrom() {
        var rolling = rate.rolling();
        if (rolling == null) {
            return day.withDayOfYear(1).plusYears(1);
        }
        return others.size() < rate.times() ? day : after(others.get(others.size() - rate.times()), rolling);
    }

    private List<LocalDate> inYear() {
        return others.stream().filter(it -> it.getYear() == day.getYear()).toList();
    }

    private boolean fits(LocalDate first, LocalDate last, Term rolling) {
        var begin = first.isBefore(day) ? first : day;
        var end = last.isAfter(day) ? last : day;
        return end.isBefore(after(begin, rolling));
    }

    /** The first day that does not share a window with that day any more. */
    static LocalDate after(LocalDate day, Term rolling) {
        return switch (rolling.unit()) {
            case DAYS -> day.plusDays(rolling.amount());
            case MONTHS -> day.plusMonths(rolling.amount());
            case YEARS -> day.plusYears(rolling.amount());
            case WORKING_DAYS -> throw new IllegalStateException("no profile counts uses by working days");
        };
    }
}
