// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.calendars;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.MonthDay;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The calendars by name: those that come with the service, and those of a folder, which replace the former where the name is the same. */
public final class Calendars {

    private static final List<String> BUILT_IN = List.of("CN", "MON-FRI", "US-CA");
    private static final Calendars COMES_WITH_THE_SERVICE = loadBuiltIn();

    private final Map<String, WorkingCalendar> byName;

    private Calendars(Map<String, WorkingCalendar> byName) {
        this.byName = Map.copyOf(byName);
    }

    /** CN (mainland China), US-CA (California) and MON-FRI (plain weeks). */
    public static Calendars builtIn() {
        return COMES_WITH_THE_SERVICE;
    }

    /**
     * The built-in calendars with those of the folder over them; a folder that is not there holds none.
     *
     * @throws CalendarException naming file, year and day if one does not load; then none does
     */
    public static Calendars withThoseIn(Path folder) {
        if (!Files.isDirectory(folder)) {
            return COMES_WITH_THE_SERVICE;
        }
        var all = new TreeMap<>(COMES_WITH_THE_SERVICE.byName);
        try (var files = Files.list(folder)) {
            for (var file :
                    files.filter(it -> it.toString().endsWith(".yaml")).sorted().toList()) {
                var calendar = read(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
                all.put(calendar.name(), calendar);
            }
        } catch (IOException unreadable) {
            throw new CalendarException(folder.toString(), "can not be read");
        }
        return new Calendars(all);
    }

    public Optional<WorkingCalendar> calendar(@Nullable String name) {
        return Optional.ofNullable(name).map(byName::get);
    }

    /** In order. */
    public List<String> names() {
        return byName.keySet().stream().sorted().toList();
    }

    private static Calendars loadBuiltIn() {
        var all = new TreeMap<String, WorkingCalendar>();
        for (var name : BUILT_IN) {
            var place = "/calendars/" + name + ".yaml";
            try (var in = Calendars.class.getResourceAsStream(place)) {
                if (in == null) {
                    throw new IllegalStateException("the calendar " + place + " is not in the jar");
                }
                all.put(name, read(place, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        return new Calendars(all);
    }

    static WorkingCalendar read(String file, String text) {
        Object root;
        try {
            root = new Load(LoadSettings.builder()
                            .setLabel(file)
                            .setMaxAliasesForCollections(0)
                            .build())
                    .loadFromString(text);
        } catch (YamlEngineException broken) {
            throw new CalendarException(file, "is not YAML: " + broken.getMessage());
        }
        if (!(root instanceof Map<?, ?> fields) || !(fields.get("calendar") instanceof String name)) {
            throw new CalendarException(file, "the field 'calendar' with its name is missing");
        }
        for (var field : fields.keySet()) {
            if (!Set.of("calendar", "timeZone", "everyYear", "years").contains(field)) {
                throw new CalendarException(file, field + ": allowed are calendar, timeZone, everyYear, years");
            }
        }
        var years = new TreeMap<Integer, WorkingCalendar.Year>();
        if (fields.get("years") instanceof Map<?, ?> byYear) {
            byYear.forEach((year, days) -> years.put(yearOf(file, year), year(file, yearOf(file, year), days)));
        }
        boolean everyYear = Boolean.TRUE.equals(fields.get("everyYear"));
        if (years.isEmpty() && !everyYear) {
            throw new CalendarException(file, "needs years, or everyYear: true");
        }
        return new WorkingCalendar(name, everyYear, years);
    }

    private static int yearOf(String file, @Nullable Object year) {
        if (year instanceof Integer number && number >= 1900 && number <= 9999) {
            return number;
        }
        throw new CalendarException(file, "years." + year + ": must be a year, such as 2026");
    }

    private static WorkingCalendar.Year year(String file, int year, @Nullable Object days) {
        if (!(days instanceof Map<?, ?> lists)) {
            throw new CalendarException(
                    file, "years." + year + ": must hold off, and worked where there are such days");
        }
        for (var list : lists.keySet()) {
            if (!Set.of("off", "worked").contains(list)) {
                throw new CalendarException(file, "years." + year + "." + list + ": allowed are off, worked");
            }
        }
        return new WorkingCalendar.Year(
                days(file, year, "off", lists.get("off"), true),
                days(file, year, "worked", lists.get("worked"), false));
    }

    private static Set<MonthDay> days(String file, int year, String list, @Nullable Object days, boolean weekdays) {
        if (days == null) {
            return Set.of();
        }
        var place = "years." + year + "." + list;
        if (!(days instanceof Collection<?> each)) {
            throw new CalendarException(file, place + ": must be a list of days, such as \"10-01\"");
        }
        var found = new HashSet<MonthDay>();
        for (var text : each) {
            LocalDate day;
            try {
                day = LocalDate.parse(year + "-" + text);
            } catch (DateTimeException wrong) {
                throw new CalendarException(file, place + ": " + text + " is no day of that year, such as \"10-01\"");
            }
            boolean weekend = day.getDayOfWeek() == DayOfWeek.SATURDAY || day.getDayOfWeek() == DayOfWeek.SUNDAY;
            if (weekend == weekdays) {
                throw new CalendarException(
                        file,
                        place + ": " + text + " is a " + day.getDayOfWeek() + ", and "
                                + (weekdays ? "a weekend is off anyway" : "a weekday is worked anyway"));
            }
            if (!found.add(MonthDay.from(day))) {
                throw new CalendarException(file, place + ": " + text + " stands there twice");
            }
        }
        return Set.copyOf(found);
    }
}
