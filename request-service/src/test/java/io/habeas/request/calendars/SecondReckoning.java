// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.calendars;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Counts the days of the law once more, one by one, written from the texts alone: it shares no line with what it checks, and reads the
 * calendars by itself. Days are numbers here, and months are walked.
 */
final class SecondReckoning {

    record Answer(LocalDate due, @Nullable LocalDate extended, boolean provisional) {}

    private static final int[] LENGTHS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    private boolean guessed;

    static Answer answer(
            ZoneId zone,
            boolean firstDayCounts,
            String term,
            Instant receipt,
            String stops,
            String cap,
            String extension)
            throws IOException {
        var second = new SecondReckoning();
        LocalDate end = second.end(term, date(receipt, zone), firstDayCounts);
        for (String stop : stops.isEmpty() ? new String[0] : stops.split(" ")) {
            LocalDate stood = date(Instant.parse(stop.split("/")[0]), zone);
            LocalDate wentOn = date(Instant.parse(stop.split("/")[1]), zone);
            if (stood.isAfter(end)) {
                continue;
            }
            end = second.moved(term, end, stood, wentOn);
        }
        if (!cap.isEmpty()) {
            var other = new SecondReckoning();
            LocalDate latest =
                    other.end(cap.split("@")[0], date(Instant.parse(cap.split("@")[1]), zone), firstDayCounts);
            if (latest.isBefore(end)) {
                end = latest;
                second.guessed |= other.guessed;
            }
        }
        boolean provisional = second.guessed;
        return new Answer(end, extension.isEmpty() ? null : second.end(extension, end, false), provisional);
    }

    private static LocalDate date(Instant moment, ZoneId zone) {
        long seconds =
                moment.getEpochSecond() + zone.getRules().getOffset(moment).getTotalSeconds();
        return LocalDate.ofEpochDay(Math.floorDiv(seconds, 86_400L));
    }

    /** How many of the counted days were left when it stood, so many come after it went on. */
    private LocalDate moved(String term, LocalDate end, LocalDate stood, LocalDate wentOn) throws IOException {
        boolean working = term.contains("working");
        int left = 0;
        for (LocalDate day = stood; day.isBefore(end); ) {
            day = day.plusDays(1);
            left += !working || works(term, day) ? 1 : 0;
        }
        LocalDate day = wentOn;
        while (left > 0) {
            day = day.plusDays(1);
            left -= !working || works(term, day) ? 1 : 0;
        }
        return day.isBefore(end) ? end : day;
    }

    private LocalDate end(String term, LocalDate start, boolean firstDayCounts) throws IOException {
        int amount = Integer.parseInt(term.substring(0, term.indexOf(' ')));
        if (term.contains("month")) {
            return oneLess(monthsLater(start, amount), firstDayCounts);
        }
        if (term.contains("year")) {
            return oneLess(monthsLater(start, 12 * amount), firstDayCounts);
        }
        boolean working = term.contains("working");
        LocalDate day = firstDayCounts ? start : start.plusDays(1);
        int counted = 0;
        while (true) {
            counted += !working || works(term, day) ? 1 : 0;
            if (counted == amount) {
                return day;
            }
            day = day.plusDays(1);
        }
    }

    private static LocalDate oneLess(LocalDate day, boolean firstDayCounts) {
        return firstDayCounts ? LocalDate.ofEpochDay(day.toEpochDay() - 1) : day;
    }

    /** The day of the same number; where the month has none, its last. */
    private static LocalDate monthsLater(LocalDate start, int months) {
        int year = start.getYear();
        int month = start.getMonthValue();
        for (int step = 0; step < months; step++) {
            month++;
            if (month == 13) {
                month = 1;
                year++;
            }
        }
        boolean leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
        int longest = month == 2 && leap ? 29 : LENGTHS[month - 1];
        return LocalDate.of(year, month, Math.min(start.getDayOfMonth(), longest));
    }

    /** 1970-01-01 was a Thursday. */
    private boolean works(String term, LocalDate day) throws IOException {
        long weekday = Math.floorMod(day.toEpochDay() + 3, 7L);
        String name = term.substring(term.indexOf(" of ") + 4);
        String text = calendar(name);
        boolean weekend = weekday >= 5;
        if (text.contains("everyYear: true")) {
            return !weekend;
        }
        var off = new TreeMap<Integer, Set<String>>();
        var worked = new TreeMap<Integer, Set<String>>();
        int year = 0;
        for (String line : text.split("\n")) {
            var heading = Pattern.compile("^  ([0-9]{4}):.*").matcher(line);
            if (heading.matches()) {
                year = Integer.parseInt(heading.group(1));
            } else if (line.strip().startsWith("off:")) {
                off.put(year, days(line));
            } else if (line.strip().startsWith("worked:")) {
                worked.put(year, days(line));
            }
        }
        if (!off.containsKey(day.getYear())) {
            guessed = true;
            return !weekend;
        }
        String date = day.toString().substring(5);
        return weekend
                ? worked.getOrDefault(day.getYear(), Set.of()).contains(date)
                : !off.get(day.getYear()).contains(date);
    }

    private static Set<String> days(String line) {
        var days = new HashSet<String>();
        var each = Pattern.compile("\"([0-9]{2}-[0-9]{2})\"").matcher(line);
        while (each.find()) {
            days.add(each.group(1));
        }
        return days;
    }

    private static String calendar(String name) throws IOException {
        try (InputStream in = SecondReckoning.class.getResourceAsStream("/calendars/" + name + ".yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
