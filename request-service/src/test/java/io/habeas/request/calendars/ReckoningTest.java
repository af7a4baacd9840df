// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.calendars;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Dates of the law: a table of cases, each with its source, and a second implementation that has to agree. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ReckoningTest {

    private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");

    @TempDir
    Path folder;

    /** One line of the table. */
    record Case(
            String source,
            ZoneId zone,
            Counting counting,
            String term,
            Instant receipt,
            String stops,
            String cap,
            String extension,
            LocalDate due,
            String extended,
            boolean provisional) {

        static Case of(String line) {
            var columns = line.split(";", -1);
            return new Case(
                    columns[0],
                    ZoneId.of(columns[1]),
                    Counting.valueOf(columns[2]),
                    columns[3],
                    Instant.parse(columns[4]),
                    columns[5],
                    columns[6],
                    columns[7],
                    LocalDate.parse(columns[8]),
                    columns[9],
                    Boolean.parseBoolean(columns[10]));
        }

        @Override
        public String toString() {
            return term + " from " + receipt + (stops.isEmpty() ? "" : " stopped " + stops) + ", " + source;
        }
    }

    static Stream<Case> cases() throws IOException {
        try (var in = Objects.requireNonNull(ReckoningTest.class.getResourceAsStream("/dates/cases.csv"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> !line.startsWith("#") && !line.startsWith("source;"))
                            .map(Case::of)
                            .toList()
                            .stream();
        }
    }

    @Test
    void the_table_holds_at_least_120_cases_and_each_cites_its_source() throws IOException {
        assertThat(cases()).hasSizeGreaterThanOrEqualTo(120).allSatisfy(it -> assertThat(it.source())
                .isNotBlank());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_clock_ends_on_the_day_of_the_table(Case it) {
        var reckoning = new Reckoning(it.zone(), it.counting(), Calendars.builtIn());

        var last = last(reckoning, it.term(), it.receipt(), stops(it.stops()), it.cap());

        assertThat(last).isEqualTo(new Reckoning.LastDay(it.due(), it.provisional()));
        if (!it.extension().isEmpty()) {
            assertThat(reckoning.extended(last, Term.of(it.extension())).day())
                    .isEqualTo(LocalDate.parse(it.extended()));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void the_second_implementation_agrees(Case it) throws IOException {
        var second = SecondReckoning.answer(
                it.zone(),
                it.counting() == Counting.FIRST_DAY_COUNTS,
                it.term(),
                it.receipt(),
                it.stops(),
                it.cap(),
                it.extension());

        assertThat(second.due()).isEqualTo(it.due());
        assertThat(second.provisional()).isEqualTo(it.provisional());
        if (!it.extension().isEmpty()) {
            assertThat(second.extended()).isEqualTo(LocalDate.parse(it.extended()));
        }
    }

    @Test
    void both_agree_on_drawn_cases_as_well() throws IOException {
        var random = new SplittableRandom(20260311);
        var terms = List.of(
                "15 working days of CN", "10 working days of US-CA", "30 days", "1 month", "45 days", "2 years");
        var zones = List.of("Asia/Shanghai", "America/Los_Angeles", "Europe/Brussels", "Pacific/Kiritimati");
        for (int drawn = 0; drawn < 300; drawn++) {
            var term = terms.get(random.nextInt(terms.size()));
            var zone = ZoneId.of(zones.get(random.nextInt(zones.size())));
            var counting = Counting.values()[random.nextInt(2)];
            var receipt = Instant.parse("2020-02-01T00:00:00Z").plusSeconds(random.nextLong(6L * 365 * 86_400));
            var stood = receipt.plusSeconds(random.nextLong(40L * 86_400));
            var stops = random.nextBoolean() ? "" : stood + "/" + stood.plusSeconds(random.nextLong(12L * 86_400));

            var first = last(new Reckoning(zone, counting, Calendars.builtIn()), term, receipt, stops(stops), "");

            var second =
                    SecondReckoning.answer(zone, counting == Counting.FIRST_DAY_COUNTS, term, receipt, stops, "", "");
            assertThat(first.day())
                    .as("%s %s %s from %s, stops %s", term, zone, counting, receipt, stops)
                    .isEqualTo(second.due());
        }
    }

    @Test
    void a_provisional_date_is_another_one_when_the_calendar_comes() throws IOException {
        Files.writeString(folder.resolve("cn.yaml"), """
                calendar: CN
                years:
                  2026: {off: ["10-01", "10-02", "10-05", "10-06", "10-07"], worked: ["10-10"]}
                  2027: {off: ["01-01"], worked: ["01-03"]}
                """);
        var start = LocalDate.parse("2026-12-10");
        var fifteen = Term.of("15 working days of CN");

        var before = new Reckoning(SHANGHAI, Counting.FIRST_DAY_IS_NEXT, Calendars.builtIn()).lastDay(fifteen, start);
        var after = new Reckoning(SHANGHAI, Counting.FIRST_DAY_IS_NEXT, Calendars.withThoseIn(folder))
                .lastDay(fifteen, start);

        assertThat(before).isEqualTo(new Reckoning.LastDay(LocalDate.parse("2026-12-31"), false));
        assertThat(after.provisional()).isFalse();
        assertThat(new Reckoning(SHANGHAI, Counting.FIRST_DAY_IS_NEXT, Calendars.builtIn())
                        .lastDay(fifteen, start.plusDays(1))
                        .provisional())
                .isTrue();
        assertThat(new Reckoning(SHANGHAI, Counting.FIRST_DAY_IS_NEXT, Calendars.withThoseIn(folder))
                        .lastDay(fifteen, start.plusDays(1)))
                .isEqualTo(new Reckoning.LastDay(LocalDate.parse("2027-01-03"), false));
    }

    @Test
    void a_stop_that_nobody_ended_moves_nothing_yet() {
        var reckoning = new Reckoning(SHANGHAI, Counting.FIRST_DAY_IS_NEXT, Calendars.builtIn());
        var receipt = Instant.parse("2026-03-01T02:00:00Z");

        var last = reckoning.lastDay(
                Term.of("30 days"), receipt, List.of(new Reckoning.Stop(receipt.plusSeconds(86_400), null)));

        assertThat(last.day()).isEqualTo(LocalDate.parse("2026-03-31"));
    }

    @Test
    void the_last_second_of_the_last_day_is_in_time_wherever_the_clocks_are_turned() {
        var brussels = new Reckoning(ZoneId.of("Europe/Brussels"), Counting.FIRST_DAY_IS_NEXT, Calendars.builtIn());

        assertThat(brussels.endOf(LocalDate.parse("2026-03-29"))).isEqualTo("2026-03-29T21:59:59Z");
        assertThat(brussels.endOf(LocalDate.parse("2026-03-28"))).isEqualTo("2026-03-28T22:59:59Z");
        assertThat(brussels.endOf(LocalDate.parse("2026-10-25"))).isEqualTo("2026-10-25T22:59:59Z");
    }

    @Test
    void a_calendar_that_calls_a_saturday_off_is_refused_with_its_place() {
        assertThatThrownBy(() -> Calendars.read("x.yaml", "calendar: X\nyears:\n  2026: {off: [\"10-03\"]}\n"))
                .isInstanceOf(CalendarException.class)
                .hasMessageContaining("x.yaml: years.2026.off: 10-03 is a SATURDAY");
        assertThatThrownBy(() -> Calendars.read("x.yaml", "calendar: X\nyears:\n  2026: {worked: [\"10-02\"]}\n"))
                .hasMessageContaining("years.2026.worked: 10-02 is a FRIDAY");
        assertThatThrownBy(() -> Calendars.read("x.yaml", "calendar: X\nyears:\n  2026: {off: [\"02-30\"]}\n"))
                .hasMessageContaining("02-30 is no day of that year");
        assertThatThrownBy(() -> Calendars.read("x.yaml", "calendar: X\n")).hasMessageContaining("needs years");
    }

    private static Reckoning.LastDay last(
            Reckoning reckoning, String term, Instant receipt, List<Reckoning.Stop> stops, String cap) {
        if (cap.isEmpty()) {
            return reckoning.lastDay(Term.of(term), receipt, stops);
        }
        var parts = cap.split("@", 2);
        return reckoning.lastDay(Term.of(term), receipt, stops, Term.of(parts[0]), Instant.parse(parts[1]));
    }

    private static List<Reckoning.Stop> stops(String text) {
        return text.isEmpty()
                ? List.of()
                : Stream.of(text.split(" "))
                        .map(it -> it.split("/", 2))
                        .map(it -> new Reckoning.Stop(Instant.parse(it[0]), Instant.parse(it[1])))
                        .toList();
    }
}
