// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** Counts working days by the published calendars, in a few lines that share nothing with the service. */
final class WorkingDays {

    private static final Path CALENDARS = Path.of("../request-service/src/main/resources/calendars");
    private static final Pattern YEAR = Pattern.compile("^  (\\d{4}):$");
    private static final Pattern DAY = Pattern.compile("\"(\\d{2}-\\d{2})\"");

    private final Set<LocalDate> off = new HashSet<>();
    private final Set<LocalDate> worked = new HashSet<>();

    private WorkingDays(String calendar) throws IOException {
        var year = "";
        for (var line : Files.readAllLines(CALENDARS.resolve(calendar + ".yaml"))) {
            var heading = YEAR.matcher(line);
            if (heading.matches()) {
                year = heading.group(1);
            }
            var into = line.strip().startsWith("off:") ? off : worked;
            for (var days = DAY.matcher(line); days.find(); ) {
                into.add(LocalDate.parse(year + "-" + days.group(1)));
            }
        }
    }

    static WorkingDays of(String calendar) throws IOException {
        return new WorkingDays(calendar);
    }

    private boolean isWorked(LocalDate day) {
        boolean weekend = day.getDayOfWeek() == DayOfWeek.SATURDAY || day.getDayOfWeek() == DayOfWeek.SUNDAY;
        return worked.contains(day) || !weekend && !off.contains(day);
    }

    /** The n-th working day of those that begin with a day, which counts where it is one itself. */
    LocalDate nth(int number, LocalDate from) {
        int left = number;
        for (var day = from; ; day = day.plusDays(1)) {
            left -= isWorked(day) ? 1 : 0;
            if (left == 0) {
                return day;
            }
        }
    }
}
