// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import io.habeas.benchmarks.faults.Journey.Wish;
import io.habeas.quickstart.settings.Service;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The database, the broker and the network under the services. */
final class Ground {

    private Ground() {}

    static List<Fault> all() {
        return List.of(
                new Fault(
                        "F17",
                        "restart of the broker",
                        "orderly restart of Kafka while requests are on their way; intake is asked all the time",
                        Ground::brokerRestarts),
                new Fault(
                        "F18",
                        "Kafka down",
                        "the proxy resets every connection to Kafka for 30 s (10 min with `--full`); a request every second",
                        Ground::brokerAway),
                new Fault(
                        "F22",
                        "immediate restart of PostgreSQL under load",
                        "SIGQUIT to the postmaster at a drawn instant, started again at once",
                        Ground::databaseCrashes),
                new Fault(
                        "F25",
                        "connections of PostgreSQL used up",
                        "backends of the services terminated and every slot taken by the harness for 8 s",
                        Ground::connectionsUsedUp),
                new Fault(
                        "F26",
                        "long open transaction that holds a low place while others commit",
                        "a row in notification's journal, inserted and left uncommitted for 20 s (120 s with `--full`) while requests go on",
                        run -> longTransaction(run, false)),
                new Fault(
                        "F27",
                        "F26 with writers' clocks 120 s apart",
                        "as F26, with a second copy of notification whose legal clock is 120 s ahead of the first's; wall clocks are not changed",
                        run -> longTransaction(run, true)),
                new Fault(
                        "F63",
                        "network cut between each pair of services",
                        "each arrow in turn, in shuffled order: all its connections reset and refused for 1.5 s while requests are on their way (PostgreSQL too; Kafka is cut for all at once)",
                        Ground::cuts));
    }

    private static void brokerRestarts(Run run) throws Exception {
        run.crowd().usual();
        run.pause(run.draw().instant("after", 500, 4_000));
        int starts = run.arena().starts("kafka");
        var restart = Thread.ofVirtual().start(() -> {
            try {
                run.arena().process("kafka", "restart");
            } catch (java.io.IOException failed) {
                throw new java.io.UncheckedIOException(failed);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        int refused = 0;
        int asked = 0;
        while (restart.isAlive() || asked < 8) {
            refused += run.crowd().add(Wish.SUBMISSION).submit(false).status() == 202 ? 0 : 1;
            asked++;
            run.pause(Duration.ofMillis(500));
        }
        run.judge(
                Invariant.I1,
                refused == 0,
                refused + " of " + asked + " submissions were not accepted while Kafka was away");
        run.note(asked + " submissions meanwhile, " + refused + " not accepted");
        if (run.arena().starts("kafka") == starts) {
            throw new Run.NotRunException("the broker was not started again");
        }
        run.crowd().arrive();
        run.settle(Judge.ALWAYS);
    }

    private static void brokerAway(Run run) throws Exception {
        run.crowd().usual();
        run.pause(run.draw().instant("after", 500, 4_000));
        var away = Patience.of(run.bound(Duration.ofSeconds(30), Duration.ofMinutes(10)));
        run.arena().fault("cut all>kafka");
        run.arena().proxy("all", Arena.KAFKA).cut();
        int refused = 0;
        int asked = 0;
        while (!away.isOver()) {
            refused += run.crowd().add(Wish.SUBMISSION).submit(false).status() == 202 ? 0 : 1;
            asked++;
            run.pause(Duration.ofSeconds(1));
        }
        run.arena().mend();
        run.arena().fault("mend all>kafka");
        var drain = Patience.of(Duration.ofMinutes(5));
        run.judge(
                Invariant.I1,
                refused == 0,
                refused + " of " + asked + " submissions were not accepted while Kafka was away");
        run.crowd().arrive();
        run.settle(Judge.ALWAYS, Duration.ofMinutes(4));
        run.note(asked + " submissions meanwhile, " + refused + " not accepted; at rest "
                + drain.used().toSeconds() + " s after Kafka was back");
    }

    private static void databaseCrashes(Run run) throws Exception {
        run.crowd().usual();
        run.pause(run.draw().instant("after", 500, 5_000));
        run.arena().store("postgres", "crash");
        run.arena().store("postgres", "revive");
        var recovery = Patience.of(Duration.ofSeconds(60));
        var journey = run.crowd().add(Wish.SUBMISSION);
        boolean came = recovery.await(() -> journey.submit(false).status() == 202);
        long millis = recovery.used().toMillis();
        run.judge(
                Invariant.I2,
                came && (millis < 10_000 || run.isBusy()),
                "the first request after the crash was accepted after " + millis + " ms");
        run.note("accepted again %d ms after PostgreSQL was back%s"
                .formatted(millis, run.isBusy() ? " (the bound of 10 s was not judged on the busy machine)" : ""));
        run.crowd().arrive();
        run.settle(Judge.ALWAYS);
    }

    private static void connectionsUsedUp(Run run) throws Exception {
        run.crowd().usual();
        run.pause(run.draw().instant("after", 500, 4_000));
        var held = new ArrayList<Connection>();
        int quick = 0;
        int asked = 0;
        int accepted = 0;
        int promised = 0;
        try {
            run.arena().fault("take every connection");
            var end = Patience.of(Duration.ofSeconds(8));
            while (!end.isOver()) {
                takeAll(run.arena(), held);
                var call = Patience.of(Duration.ofMinutes(1));
                var journey = run.crowd().add(Wish.SUBMISSION);
                var answer = journey.submit(false);
                asked++;
                accepted += answer.status() == 202 ? 1 : 0;
                quick += call.used().toSeconds() < 10 || run.isBusy() ? 1 : 0;
                promised += answer.status() == 503 && answer.retryAfter() != null ? 1 : 0;
            }
        } finally {
            for (var connection : held) {
                connection.close();
            }
        }
        run.judge(Invariant.I2, quick == asked, (asked - quick) + " of " + asked + " calls took 10 s or longer");
        run.judge(
                Invariant.I2,
                accepted + promised == asked,
                (asked - accepted - promised) + " of " + asked + " calls had neither 202 nor 503 with Retry-After");
        run.note(asked + " calls meanwhile: " + accepted + " accepted, " + promised
                + " refused with 503 and Retry-After");
        // those that were refused come back with their keys
        for (var journey : List.copyOf(run.crowd().journeys())) {
            if (journey.wish() == Wish.SUBMISSION && !journey.isAccepted()) {
                journey.submit();
            }
        }
        run.crowd().arrive();
        run.settle(Judge.ALWAYS);
    }

    /** Sessions of the owner may use the last slots too, so a few are left to look with. */
    private static void takeAll(Arena arena, List<Connection> held) throws SQLException {
        if (held.isEmpty()) {
            held.add(arena.database("postgres"));
        }
        try (var statement = held.getFirst().createStatement()) {
            statement.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename like 'habeas\\_%'");
        }
        try {
            while (held.size() < 200) {
                held.add(arena.database("postgres"));
            }
        } catch (SQLException full) {
            // that was the last one
        }
    }

    private static void longTransaction(Run run, boolean apart) throws Exception {
        var arena = run.arena();
        var before = run.crowd().add(Wish.ERASURE);
        run.crowd().walk(before).arrive();
        before.await(java.util.Set.of("CLOSED"));
        if (apart) {
            arena.startSecond(Service.NOTIFICATION, Duration.ofSeconds(120));
        }
        try {
            var hold = run.bound(Duration.ofSeconds(20), Duration.ofSeconds(120));
            try (var connection = arena.database("habeas_notification")) {
                connection.setAutoCommit(false);
                insertNoted(connection, before);
                arena.fault("an uncommitted row in notification's journal for " + hold);
                run.crowd().usual();
                // a service's role sees no other role's transactions: it watches the horizon from the first reading on
                run.pause(Duration.ofSeconds(5));
                arena.metric(Service.NOTIFICATION, "habeas.feed.horizon.age");
                run.pause(hold.minusSeconds(5));
                var health = arena.health(Service.NOTIFICATION);
                run.note("metric for the age of the horizon, first read after 5 s, at the end: "
                        + arena.metric(Service.NOTIFICATION, "habeas.feed.horizon.age") + " s, health " + health);
                connection.commit();
                arena.fault("committed");
            }
            run.crowd().arrive();
            run.settle(Judge.ALWAYS);
        } finally {
            if (apart) {
                arena.stopSecond(Service.NOTIFICATION);
            }
        }
    }

    /** By hand, so that it can be left open; its time does not go back in its stream, as in every append of a service. */
    private static void insertNoted(Connection connection, Journey about) throws SQLException {
        try (var insert = connection.prepareStatement("""
                insert into event (generation, stream, sequence, event_id, type, revision, time, cause_index, controller, actor, payload, metadata)
                select generation, stream, sequence + 1, gen_random_uuid(), 'notification.noted', 1, greatest(time, clock_timestamp()), 0, controller, actor,
                       convert_to(?, 'UTF8'), metadata
                  from event where stream = ? order by sequence desc limit 1""")) {
            insert.setString(1, "{\"requestId\":\"" + about.requestId() + "\"}");
            insert.setObject(2, about.requestId());
            if (insert.executeUpdate() != 1) {
                throw new SQLException("the request has no row to copy");
            }
        }
    }

    private static void cuts(Run run) throws Exception {
        var arena = run.arena();
        run.crowd().usual();
        var order = run.draw().shuffled(arena.arrows());
        int i = 0;
        for (var arrow : order) {
            arena.fault("cut " + arrow);
            var proxy = arena.proxy(arrow.from(), arrow.to());
            proxy.cut();
            run.pause(Duration.ofMillis(1_500));
            proxy.mend();
            if (++i % 6 == 0) {
                run.crowd().walk(i % 12 == 0 ? Wish.ACCESS : Wish.ERASURE);
            }
        }
        run.note(order.size() + " arrows");
        run.crowd().arrive();
        run.settle(Judge.ALWAYS);
    }
}
