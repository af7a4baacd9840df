// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import io.habeas.benchmarks.faults.Journey.Wish;
import io.habeas.quickstart.settings.Service;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What moves legal time, what is thrown away and made again, and what harms the log; run last, in this order. */
final class Time {

    private static final ZoneId CALIFORNIA = ZoneId.of("America/Los_Angeles");
    private static final int RESPOND_DAYS = 45;
    private static final int IDENTITY_DAYS = 30;

    private Time() {}

    static List<Fault> all() {
        return List.of(
                new Fault(
                        "F43",
                        "\"accepted, poll later\" by a recipient that never finishes",
                        "a recipient signs `accepted` to everything; legal time goes to the end of its 10 days",
                        Time::neverFinished),
                new Fault(
                        "F35",
                        "change of summer time and leap day in a deadline",
                        "legal time is moved so that the 45 and 30 days of a request span the next change of Los Angeles' clocks, then the next 29 February; days are counted by the harness itself",
                        Time::calendar),
                new Fault(
                        "F36",
                        "restart in the minute of a deadline, two schedulers alive",
                        "two copies of request-service; one is halted at `clocks.before-run-out` when the identity clock of three requests runs out",
                        Time::deadline),
                new Fault(
                        "I13",
                        "projection thrown away",
                        "`due` is emptied and its position set to the beginning; the row stands for I13, not for a fault of the list",
                        Time::rebuilt),
                new Fault(
                        "F60",
                        "audit row edited, deleted, swapped by a superuser",
                        "SQL on `audit_entry`, one after the other and taken back each time; an auditor's copy is fetched and verified",
                        Time::edited));
    }

    private static void neverFinished(Run run) throws Exception {
        var arena = run.arena();
        arena.recipients().mood("mailer", Recipients.Mood.ACCEPTED);
        run.crowd().walk(Wish.ERASURE).walk(Wish.ERASURE).arrive();
        boolean told = Patience.of(Duration.ofMinutes(3)).await(() -> {
            for (var journey : run.crowd().journeys()) {
                int done = 0;
                for (var ignored : journey.status().path("outcomes")) {
                    done++;
                }
                if (done < 3) {
                    return false;
                }
            }
            return arena.recipients().calls("mailer") >= 2;
        });
        run.judge(
                Invariant.I11,
                told,
                "with one recipient waiting, stores or the other recipient were not done within 3 min");
        for (var journey : run.crowd().journeys()) {
            run.judge(
                    Invariant.I7,
                    !Set.of("ANSWERED", "CLOSED").contains(journey.state()),
                    "answered while a recipient is at it");
        }
        arena.advance(Duration.ofDays(10).plusMinutes(5));
        run.settle(Judge.ALWAYS, Duration.ofMinutes(3));
        for (var shown : run.look().shown().values()) {
            run.judge(
                    Invariant.I7,
                    shown.outcomes().stream()
                            .anyMatch(outcome -> outcome.store().equals("mailer")
                                    && outcome.grade().equals("UNCONFIRMED")),
                    "a recipient that never finished is not shown as UNCONFIRMED");
        }
    }

    private static void calendar(Run run) throws Exception {
        var arena = run.arena();
        var now = arena.legalTime();
        var change = CALIFORNIA.getRules().nextTransition(now).getInstant();
        spans(run, "the change of clocks", change);
        var year = arena.legalTime().atZone(CALIFORNIA).getYear();
        while (!java.time.Year.isLeap(year)
                || !LocalDate.of(year, 2, 10)
                        .atStartOfDay(CALIFORNIA)
                        .toInstant()
                        .isAfter(arena.legalTime())) {
            year++;
        }
        spans(
                run,
                "29 February",
                LocalDate.of(year, 2, 29).atTime(12, 0).atZone(CALIFORNIA).toInstant());
        run.settle(Judge.ALWAYS, Duration.ofMinutes(3));
    }

    /** Files a request some days before and compares the days shown with those counted here: the day of receipt is day one. */
    private static void spans(Run run, String what, Instant middle) throws Exception {
        var arena = run.arena();
        var wanted = middle.minus(Duration.ofDays(run.draw().number("days before " + what, 3, 25)));
        var ahead = Duration.between(arena.legalTime(), wanted);
        if (!ahead.isNegative()) {
            arena.advance(ahead);
        }
        var journey = run.crowd().add(Wish.SUBMISSION);
        journey.submit();
        var status = journey.status();
        var received = Instant.parse(status.path("receivedAt").asString(""));
        var day = received.atZone(CALIFORNIA).toLocalDate();
        for (var clock : status.path("clocks")) {
            var name = clock.path("clock").asString("");
            int days = name.contains("RESPOND") ? RESPOND_DAYS : name.contains("IDENTITY") ? IDENTITY_DAYS : 0;
            if (days == 0) {
                continue;
            }
            var due = day.plusDays(days - 1L);
            var shown = clock.path("dueOn").asString("");
            run.judge(
                    Invariant.I8,
                    due.toString().equals(shown),
                    name + " of " + day + " is due on " + shown + ", counted " + due);
            var end = Instant.parse(clock.path("dueAt").asString(""));
            run.judge(
                    Invariant.I8,
                    !end.isBefore(due.atStartOfDay(CALIFORNIA).toInstant())
                            && !end.isAfter(
                                    due.plusDays(1).atStartOfDay(CALIFORNIA).toInstant()),
                    name + " ends at " + end + ", which is not within " + due + " in Los Angeles");
            run.note(name + " received " + day + ", due " + shown);
        }
    }

    private static void deadline(Run run) throws Exception {
        var arena = run.arena();
        arena.startSecond(Service.REQUEST);
        try {
            for (int i = 0; i < 3; i++) {
                run.crowd().add(Wish.SUBMISSION).submit();
            }
            if (!Patience.of(Duration.ofMinutes(3)).await(() -> awaitIdentity(run))) {
                throw new Run.NotRunException("receipts or codes were not sent within 3 min");
            }
            var ends = Instant.EPOCH;
            for (var journey : run.crowd().journeys()) {
                var due = identity(journey.status());
                ends = due.isAfter(ends) ? due : ends;
            }
            arena.advanceSecond(Service.REQUEST, Duration.between(arena.legalTime(), ends.minusSeconds(60)));
            run.pause(Duration.ofSeconds(3));
            for (var journey : run.crowd().journeys()) {
                run.judge(
                        Invariant.I8,
                        journey.state().equals("AWAITING_IDENTITY"),
                        "a minute before the deadline the state is " + journey.state());
            }
            int starts = arena.starts("request");
            arena.arm("request", "clocks.before-run-out", run.draw().number("pass", 1, 2));
            arena.advanceSecond(Service.REQUEST, Duration.ofSeconds(70));
            boolean over = Patience.of(Duration.ofMinutes(4)).await(() -> {
                for (var journey : run.crowd().journeys()) {
                    if (!journey.state().equals("NOT_VERIFIED")) {
                        return false;
                    }
                }
                return true;
            });
            run.judge(Invariant.I8, over, "a clock that ran out was not acted on within 4 min");
            run.note(
                    arena.starts("request") > starts
                            ? "the first copy was halted in the act"
                            : "the second copy acted on all of them; the first was not halted");
            run.settle(Judge.ALWAYS);
            var seen = run.look();
            for (var journey : run.crowd().journeys()) {
                long ended = seen.journal().stream()
                        .filter(row -> row.service().equals("request")
                                && row.request().equals(journey.requestId())
                                && row.type().equals("request.not-verified"))
                        .count();
                long letters = seen.ledger().stream()
                        .filter(entry -> entry.kind() == LedgerEntry.Kind.MAIL
                                && entry.subject().equals(journey.reference())
                                && entry.what().equals("NOT_VERIFIED"))
                        .map(LedgerEntry::detail)
                        .distinct()
                        .count();
                run.judge(
                        Invariant.I8,
                        ended == 1 && letters == 1,
                        ended + " ends and " + letters + " letters of one deadline");
            }
        } finally {
            arena.stopSecond(Service.REQUEST);
        }
    }

    /** Whether everybody was asked for a code and has the receipt, so that the clock of identity alone is left to run out. */
    private static boolean awaitIdentity(Run run) throws Exception {
        for (var journey : run.crowd().journeys()) {
            if (!journey.state().equals("AWAITING_IDENTITY")) {
                return false;
            }
        }
        var mailed = run.look().ledger().stream()
                .filter(entry ->
                        entry.kind() == LedgerEntry.Kind.MAIL && entry.what().equals("RECEIVED"))
                .map(LedgerEntry::subject)
                .collect(Collectors.toSet());
        return run.crowd().journeys().stream().allMatch(journey -> mailed.contains(journey.reference()));
    }

    private static Instant identity(JsonNode status) throws Run.NotRunException {
        for (var clock : status.path("clocks")) {
            if (clock.path("clock").asString("").contains("IDENTITY")) {
                return Instant.parse(clock.path("dueAt").asString(""));
            }
        }
        throw new Run.NotRunException("the request shows no identity clock");
    }

    private static void rebuilt(Run run) throws Exception {
        run.crowd().usual().arrive();
        run.settle(Judge.ALWAYS);
        var arena = run.arena();
        if (!Patience.of(Duration.ofMinutes(3)).await(() -> dueNow(arena) == 0)) {
            throw new Run.NotRunException(
                    "what was due was not done within 3 min, so the live projection did not rest");
        }
        var before = due(arena);
        arena.fault("empty the projection of what is due");
        try (var connection = arena.database("habeas_request");
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table due in access exclusive mode");
            statement.execute("delete from due");
            statement.execute("update due_position set generation = 0, at_transaction = 0, position = 0");
            connection.commit();
        }
        arena.process("request", "restart");
        arena.awaitReady();
        boolean same = Patience.of(Duration.ofMinutes(3)).await(() -> due(arena).equals(before));
        var after = due(arena);
        var missing = new HashSet<>(before);
        missing.removeAll(after);
        var more = new HashSet<>(after);
        more.removeAll(before);
        run.judge(
                Invariant.I13,
                same,
                "rebuilt from zero " + missing.size() + " rows are missing and " + more.size() + " are too many"
                        + more.stream()
                                .limit(1)
                                .map(row -> ", such as " + row.replaceFirst("^\\S+ ", ""))
                                .findFirst()
                                .orElse(""));
        run.note(before.size() + " rows");
        // what was done once must not be done again by a projection that passes through its past
        run.settle(Judge.ALWAYS);
    }

    /** Rows whose time has come; each is about to be done and to go. */
    private static long dueNow(Arena arena) throws SQLException {
        try (var connection = arena.database("habeas_request");
                var select = connection.prepareStatement("select count(*) from due where due_at <= ?")) {
            select.setObject(1, arena.legalTime().atOffset(ZoneOffset.UTC));
            try (var rows = select.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    private static Set<String> due(Arena arena) throws SQLException {
        var rows = new HashSet<String>();
        try (var connection = arena.database("habeas_request");
                var statement = connection.createStatement();
                var found = statement.executeQuery(
                        "select concat_ws(' ', request_id, kind, controller, due_at, key_id) from due")) {
            while (found.next()) {
                rows.add(found.getString(1));
            }
        }
        return rows;
    }

    private static void edited(Run run) throws Exception {
        var arena = run.arena();
        run.crowd().usual().arrive();
        run.settle(Judge.ALWAYS);
        long last = count(arena);
        long victim = run.draw().number("entry", 1, 1 << 20) % (last - 2);
        var copy = new AuditCopy(arena);
        var said = new ArrayList<String>();
        for (var harm : run.draw().shuffled(List.of("edited", "deleted", "swapped"))) {
            try (var connection = arena.database("habeas_request")) {
                connection.setAutoCommit(true);
                execute(
                        connection,
                        "create table harness_keep as select * from audit_entry where index in (" + victim + ", "
                                + (victim + 1) + ")");
                arena.fault("audit entry " + victim + " " + harm);
                try {
                    harm(connection, harm, victim);
                    Evidence.Verdict verdict;
                    boolean named;
                    try {
                        verdict = copy.verify();
                        named = verdict.said().startsWith("BAD  entry " + victim + ":");
                    } catch (java.io.IOException refused) {
                        verdict = new Evidence.Verdict(
                                false, "the log does not hand out what is missing: " + refused.getMessage());
                        named = harm.equals("deleted");
                    }
                    run.judge(
                            Invariant.I6,
                            !verdict.good() && named,
                            "entry " + victim + " was " + harm + ", and the verifier says " + verdict.said());
                    said.add(harm + ": " + verdict.said());
                } finally {
                    execute(connection, "delete from audit_entry where index in (select index from harness_keep)");
                    execute(connection, "insert into audit_entry select * from harness_keep");
                    execute(connection, "drop table harness_keep");
                }
            }
        }
        run.judge(Invariant.I6, copy.verify().good(), "after everything was put back the log is still not good");
        run.note("entry " + victim + ". " + String.join(". ", said));
    }

    private static void harm(Connection connection, String harm, long victim) throws SQLException {
        switch (harm) {
            case "edited" ->
                execute(
                        connection,
                        "update audit_entry set entry = set_byte(entry, length(entry) / 2, get_byte(entry, length(entry) / 2) # 1) where index = "
                                + victim);
            case "deleted" -> execute(connection, "delete from audit_entry where index = " + victim);
            default -> {
                execute(connection, "update audit_entry set index = -1 where index = " + victim);
                execute(connection, "update audit_entry set index = " + victim + " where index = " + (victim + 1));
                execute(connection, "update audit_entry set index = " + (victim + 1) + " where index = -1");
            }
        }
    }

    private static long count(Arena arena) throws SQLException {
        try (var connection = arena.database("habeas_request");
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select count(*) from audit_entry")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
