// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.Right;
import io.habeas.request.calendars.CalendarException;
import io.habeas.request.calendars.Calendars;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;

/**
 * Looks at profiles without a running service: {@code check FILE...} says whether they load and what each takes away against the one before,
 * {@code explain FILE RIGHT JURISDICTION [CAPACITY [DATE]]} what applies. The exit code is 0 where all is well, 1 where a profile is refused, and 2
 * where the command was not understood.
 */
public final class PolicyCommand {

    private static final String USAGE = """
            check FILE...                                             do these profiles load; several are versions of one policy
            explain FILE RIGHT JURISDICTION [CAPACITY [DATE]]         what applies, and which line says so
            """;

    private final PrintStream out;
    private final PrintStream err;

    PolicyCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    public static void main(String[] arguments) {
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        System.exit(new PolicyCommand(out, err).run(arguments));
    }

    int run(String... arguments) {
        try {
            if (arguments.length >= 2 && arguments[0].equals("check")) {
                return check(Arrays.stream(arguments).skip(1).map(Path::of).toList());
            }
            if (arguments.length >= 4 && arguments.length <= 6 && arguments[0].equals("explain")) {
                return explain(arguments);
            }
            err.print(USAGE);
            return 2;
        } catch (PolicyException | CalendarException refused) {
            err.println(refused.getMessage());
            return 1;
        }
    }

    private int check(List<Path> files) {
        var profiles = files.stream()
                .map(file -> ProfileLoader.load(file, calendarsOf(file)))
                .sorted(java.util.Comparator.comparing(Profile::inForce))
                .toList();
        for (int at = 0; at < profiles.size(); at++) {
            var profile = profiles.get(at);
            out.println(profile.address() + " loads: "
                    + profile.policy().jurisdictions().size() + " jurisdictions, "
                    + profile.leaves().values().stream()
                            .filter(it -> !it.whole())
                            .count() + " rules, in force on "
                    + profile.inForce());
            if (at > 0) {
                var earlier = profiles.get(at - 1);
                if (earlier.inForce().equals(profile.inForce())) {
                    err.println(earlier.address() + " and " + profile.address() + " come into force on the same day");
                    return 1;
                }
                Differences.between(earlier, profile)
                        .forEach(it -> out.println("  takes away: " + it.kind() + ": "
                                + it.says() + " (" + (it.before() == null ? "" : it.before()) + " -> "
                                + (it.after() == null ? "" : it.after()) + ")"));
            }
        }
        return 0;
    }

    /** Calendars of an installation lie beside its controllers: {@code home/controllers/x/profiles/file}. */
    private static Calendars calendarsOf(Path file) {
        var home = file.toAbsolutePath().normalize();
        for (int up = 0; up < 4 && home != null; up++) {
            home = home.getParent();
        }
        return home != null && Files.isDirectory(home.resolve("controllers"))
                ? Calendars.withThoseIn(home.resolve("calendars"))
                : Calendars.builtIn();
    }

    private int explain(String[] arguments) {
        Right right;
        Capacity capacity;
        LocalDate date;
        try {
            right = Right.valueOf(arguments[2]);
            capacity = arguments.length > 4 ? Capacity.valueOf(arguments[4]) : Capacity.SUBJECT;
            date = arguments.length > 5 ? LocalDate.parse(arguments[5]) : null;
        } catch (IllegalArgumentException | DateTimeException wrong) {
            err.println("rights: " + List.of(Right.values()) + "; capacities: " + List.of(Capacity.values())
                    + "; a day is written 2026-11-26");
            return 2;
        }
        var file = Path.of(arguments[1]);
        var profile = ProfileLoader.load(file, calendarsOf(file));
        var place = profile.placeOf(arguments[3]);
        if (place.isEmpty()) {
            err.println("the policy promises nothing there; parts: "
                    + profile.policy().jurisdictions().keySet());
            return 1;
        }
        var day = date == null ? profile.inForce() : date;
        print(Explaining.explain(profile, null, arguments[3], place.get(), right, capacity, day));
        return 0;
    }

    private void print(Explanation it) {
        out.println(it.right() + " for " + it.capacity() + " in " + it.place() + " on " + it.date() + " under "
                + it.profile());
        if (!it.onOffer()) {
            out.println("not on offer there; on offer: " + it.offered() + "; contact: " + it.contact());
            return;
        }
        if (!it.capacityOnOffer()) {
            out.println("not in that capacity; capacities: " + it.capacities());
        }
        out.println(
                it.canBeFiled()
                        ? "can be filed"
                        : "can not be filed today" + (it.notFiledBecause() == null ? "" : ": " + it.notFiledBecause()));
        for (var clock : it.clocks()) {
            out.println("line " + clock.line() + "  " + clock.clock() + ": " + clock.within() + " from " + clock.from()
                    + ", until "
                    + clock.dueOn() + (clock.provisional() ? " (provisional)" : "")
                    + (clock.source() == null ? "" : "  # " + clock.source()));
        }
        for (var rule : it.rules()) {
            out.println("line " + rule.line() + "  " + rule.topic() + ": " + rule.says()
                    + (rule.source() == null ? "" : "  # " + rule.source()));
        }
    }
}
