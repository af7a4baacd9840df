// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import io.habeas.benchmarks.faults.Journey.Wish;
import io.habeas.benchmarks.faults.Run.NotRunException;
import io.habeas.quickstart.settings.Service;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Processes that die or stand still. */
final class Deaths {

    private static final List<String> SERVICES =
            List.of("gateway", "request", "verification", "fulfillment", "notification");

    /** What a worker logs whose lease ran out and was given to another. */
    private static final String OTHER_HANDS = "another copy works on it";

    private Deaths() {}

    static List<Fault> all() {
        return List.of(
                new Fault(
                        "F01",
                        "kill gateway while a request is being forwarded",
                        "SIGKILL after half of the body came; SIGKILL when the answer is back at the gateway (held by the proxy)",
                        Deaths::gateway),
                halted("F02", "kill intake before append", "request", "intake.before-append", 1, 2),
                halted("F03", "kill intake after commit, before reply", "request", "intake.after-commit", 1, 2),
                halted(
                        "F04",
                        "kill aggregate service between load and append",
                        "request",
                        "journal.before-append",
                        1,
                        8),
                new Fault(
                        "F06",
                        "kill relay between sending and saving its position",
                        "halt at `relay.before-send` and at `relay.after-ack-before-save`, pass and service drawn; a position is saved after the acknowledgement only",
                        run -> {
                            var service = run.draw()
                                    .one("service", List.of("request", "verification", "fulfillment", "notification"));
                            halt(run, service, "relay.before-send", run.draw().number("pass", 1, 2));
                            halt(run, service, "relay.after-ack-before-save", 1);
                        }),
                halted(
                        "F07",
                        "kill verification after the code was drawn, before it is stored",
                        "verification",
                        "verification.after-issue-before-commit",
                        1,
                        2),
                new Fault(
                        "F08",
                        "kill verification after the code was accepted, before the event",
                        "halt at `verification.after-accept-before-commit`; afterwards the code is handed in once more under another key",
                        Deaths::codeTwice),
                halted(
                        "F09",
                        "kill fulfillment after a store's delete, before the result",
                        "fulfillment",
                        "fulfillment.after-store-batch",
                        1,
                        1),
                halted(
                        "F10",
                        "kill fulfillment in the middle of batch k of n",
                        "fulfillment",
                        "fulfillment.before-batch",
                        2,
                        5),
                new Fault(
                        "F11",
                        "kill while calling a recipient, after it acted",
                        "the recipient acts and resets the connection for the first calls; then halt at `fulfillment.after-notice`",
                        run -> {
                            run.arena().recipients().mood("mailer", Recipients.Mood.ACTS_AND_RESETS);
                            run.arena()
                                    .arm(
                                            "fulfillment",
                                            "fulfillment.after-notice",
                                            run.draw().number("pass", 1, 2));
                            int starts = run.arena().starts("fulfillment");
                            run.crowd().usual();
                            awaitRestart(run, "fulfillment", starts);
                            Patience.of(Duration.ofSeconds(60))
                                    .await(() -> run.arena().recipients().calls("mailer") >= 2);
                            run.arena().recipients().allWell();
                            run.crowd().arrive();
                            run.settle(Judge.ALWAYS);
                        }),
                new Fault(
                        "F12",
                        "kill notification after SMTP accepted the mail, before the event",
                        "halt at `notification.after-smtp-before-commit`; the promise is at least once under the same Message-ID",
                        Deaths::accepted),
                new Fault(
                        "F13",
                        "kill everything at once",
                        "SIGKILL to all services and the broker, immediate stop of PostgreSQL at a drawn instant; no loss of file-system writes",
                        Deaths::everything),
                new Fault(
                        "F15",
                        "SIGSTOP of a fulfillment worker for longer than its lease",
                        "two copies of fulfillment; the one that has tasks in its hands is held still for 20 s (lease 15 s), a drawn time after it claimed one, then goes on",
                        Deaths::standing),
                new Fault(
                        "F16",
                        "rolling kill of each service under load",
                        "SIGKILL to a service, in shuffled order, every 15 s for 75 s (every 20 s for 30 min with `--full`), a request every 3 s",
                        Deaths::soak));
    }

    private static Fault halted(String id, String what, String process, String point, int least, int most) {
        var how = "halt " + process + " at `" + point + "`, pass "
                + (least == most ? Integer.toString(least) : least + " to " + most + " (drawn)");
        return new Fault(
                id, what, how, run -> halt(run, process, point, run.draw().number("pass", least, most)));
    }

    private static void halt(Run run, String process, String point, int pass) throws Exception {
        int starts = run.arena().starts(process);
        run.arena().arm(process, point, pass);
        run.crowd().usual().arrive();
        awaitRestart(run, process, starts);
        run.settle(Judge.ALWAYS);
    }

    private static void awaitRestart(Run run, String process, int starts) throws Exception {
        if (!Patience.of(Duration.ofMinutes(3)).await(() -> run.arena().starts(process) > starts)) {
            throw new NotRunException(process + " never came to the point at which it was to be halted");
        }
    }

    private static void accepted(Run run) throws Exception {
        long used = usedCodes(run);
        halt(
                run,
                "notification",
                "notification.after-smtp-before-commit",
                run.draw().number("pass", 1, 6));
        // a letter whose sender died waits for its lease
        Patience.of(Duration.ofMinutes(4)).await(() -> repeated(run) > 0 || usedCodes(run) > used);
        run.settle(Judge.ALWAYS);
        if (repeated(run) > 0) {
            run.note(repeated(run) + " mails came twice under their Message-ID");
        } else if (usedCodes(run) > used) {
            run.note(
                    "the mail was a code that was used before its lease was over: its key is gone, and it is not sent again");
        } else {
            throw new NotRunException(
                    "no mail that had been accepted came again within 4 min, so the instant was missed");
        }
    }

    /** Codes that could not be sent again, since they had done their work. */
    private static long usedCodes(Run run) throws Exception {
        try (var connection = run.arena().database("habeas_notification");
                var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "select count(*) from letter where kind = 'CODE' and state = 'VOID' and reason = 'key-destroyed'")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static long repeated(Run run) throws Exception {
        var mails = run.look().ledger().stream()
                .filter(entry -> entry.kind() == LedgerEntry.Kind.MAIL)
                .map(LedgerEntry::detail)
                .toList();
        return mails.size() - mails.stream().distinct().count();
    }

    private static void gateway(Run run) throws Exception {
        var arena = run.arena();
        var first = run.crowd().add(Wish.ERASURE);
        int starts = arena.starts("gateway");
        var body = first.body().getBytes(StandardCharsets.UTF_8);
        try (var socket = new Socket("127.0.0.1", arena.ports().of(Service.GATEWAY))) {
            var out = socket.getOutputStream();
            out.write(
                    ("POST /api/v1/controllers/smallrig/requests HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                                    + "Idempotency-Key: " + first.key() + "\r\nContent-Length: " + body.length
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            out.write(body, 0, run.draw().number("bytes of the body", 1, body.length - 1));
            out.flush();
            arena.ledger().write(LedgerEntry.call(first.key(), "POST requests", "unknown", ""));
            arena.process("gateway", "kill");
        }
        Patience.of(Duration.ofSeconds(60)).await(() -> arena.starts("gateway") > starts);
        arena.awaitReady();
        run.crowd().walk(first).arrive();

        var second = run.crowd().add(Wish.ERASURE);
        arena.proxy("gateway", "request").insteadOfAnswer(() -> {
            try {
                arena.process("gateway", "kill");
            } catch (IOException failed) {
                throw new java.io.UncheckedIOException(failed);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        run.crowd().walk(second).walk(Wish.ACCESS).walk(Wish.WITHDRAWAL).arrive();
        if (arena.starts("gateway") < starts + 2) {
            throw new NotRunException("the gateway was not killed twice");
        }
        run.settle(Judge.ALWAYS);
    }

    private static void codeTwice(Run run) throws Exception {
        int starts = run.arena().starts("verification");
        run.arena().arm("verification", "verification.after-accept-before-commit", 1);
        run.crowd().usual().arrive();
        awaitRestart(run, "verification", starts);
        run.settle(Judge.ALWAYS);
        for (var journey : run.crowd().journeys()) {
            var code = run.arena().mails().newestCode(journey.reference());
            var again = run.arena()
                    .client()
                    .persist(
                            "POST verification again",
                            journey.path("/verification"),
                            journey.token(),
                            "again-" + UUID.randomUUID(),
                            "{\"code\":\"" + code + "\"}",
                            Patience.of(Duration.ofSeconds(30)));
            run.judge(Invariant.I4, again.status() >= 400, "a used code was accepted again, status " + again.status());
        }
    }

    private static void everything(Run run) throws Exception {
        var arena = run.arena();
        run.crowd().usual();
        run.pause(run.draw().instant("after", 500, 6_000));
        arena.store("postgres", "crash");
        for (var name : run.draw()
                .shuffled(List.of("kafka", "request", "verification", "fulfillment", "notification", "gateway"))) {
            try {
                arena.process(name, "kill");
            } catch (IllegalStateException died) {
                run.note(name + " was down already");
            }
        }
        arena.store("postgres", "revive");
        run.crowd().arrive();
        run.settle(Judge.ALWAYS, Duration.ofMinutes(4));
    }

    private static void standing(Run run) throws Exception {
        var arena = run.arena();
        arena.startSecond(Service.FULFILLMENT);
        try {
            // while the second copy is held still too, every lease is in the first one's hands
            arena.holdSecond(Service.FULFILLMENT);
            long said = arena.said(Service.FULFILLMENT, OTHER_HANDS);
            run.crowd().usual().walk(Wish.ERASURE).walk(Wish.ERASURE);
            var held = stopAtWork(run);
            long taken;
            try {
                arena.releaseSecond(Service.FULFILLMENT);
                run.pause(Duration.ofSeconds(20));
                taken = held.entrySet().stream()
                        .filter(task -> numberOf(arena, task.getKey()) > task.getValue())
                        .count();
            } finally {
                arena.process("fulfillment", "cont");
            }
            run.crowd().arrive();
            run.settle(Judge.ALWAYS);
            run.note(held.size() + " tasks were in its hands, the other copy took " + taken + " of them; it heard "
                    + (arena.said(Service.FULFILLMENT, OTHER_HANDS) - said) + " times that a lease was lost");
        } finally {
            arena.stopSecond(Service.FULFILLMENT);
        }
    }

    /** Holds the first copy still at an instant at which it has tasks in its hands. @return number of the lease by task */
    private static Map<UUID, Long> stopAtWork(Run run) throws Exception {
        var arena = run.arena();
        var later = run.draw().instant("after a task was claimed", 0, 300);
        var patience = Patience.of(Duration.ofMinutes(4));
        while (patience.await(() -> !leased(arena).isEmpty())) {
            run.pause(later);
            arena.process("fulfillment", "stop");
            var held = leased(arena);
            if (!held.isEmpty()) {
                return held;
            }
            arena.process("fulfillment", "cont");
        }
        throw new NotRunException("no task was in the hands of the worker when it was held still");
    }

    private static Map<UUID, Long> leased(Arena arena) throws SQLException {
        var found = new HashMap<UUID, Long>();
        try (var connection = arena.database("habeas_fulfillment");
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select task_id, lease_number from task where lease_until > now()")) {
            while (rows.next()) {
                found.put(rows.getObject(1, UUID.class), rows.getLong(2));
            }
        }
        return found;
    }

    private static long numberOf(Arena arena, UUID task) {
        try (var connection = arena.database("habeas_fulfillment");
                var select = connection.prepareStatement("select lease_number from task where task_id = ?")) {
            select.setObject(1, task);
            try (var rows = select.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException("a lease could not be read", failed);
        }
    }

    private static void soak(Run run) throws Exception {
        var arena = run.arena();
        var length = Patience.of(run.bound(Duration.ofSeconds(75), Duration.ofMinutes(30)));
        var between = run.bound(Duration.ofSeconds(15), Duration.ofSeconds(20));
        var wishes = List.of(Wish.ERASURE, Wish.ACCESS, Wish.WITHDRAWAL, Wish.SUBMISSION);
        var victims = run.draw().shuffled(SERVICES);
        int kills = 0;
        int asked = 0;
        var next = Patience.of(between);
        while (!length.isOver()) {
            run.crowd().walk(run.crowd().add(wishes.get(asked++ % wishes.size()), Duration.ofMinutes(15)));
            run.pause(Duration.ofSeconds(3));
            if (next.isOver()) {
                try {
                    arena.process(victims.get(kills % victims.size()), "kill");
                    kills++;
                } catch (IllegalStateException down) {
                    run.note(victims.get(kills % victims.size()) + " had not come up since its last death");
                }
                next = Patience.of(between);
            }
        }
        run.crowd().arrive();
        run.note(kills + " kills");
        run.settle(Judge.ALWAYS, Duration.ofMinutes(4));
    }

    /** Everything but the order on the topics, for runs in which the harness itself writes there. */
    static Set<Invariant> butOrder() {
        var most = java.util.EnumSet.copyOf(Judge.ALWAYS);
        most.remove(Invariant.I5);
        return most;
    }
}
