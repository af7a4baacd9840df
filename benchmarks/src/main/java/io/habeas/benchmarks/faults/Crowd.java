// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The people of one run, and what lay where before them. */
final class Crowd {

    private static final Duration PATIENCE = Duration.ofMinutes(8);

    private final Arena arena;
    private final People people;
    private final int ledgerBefore;
    private final Logs logs;
    private final List<Journey> journeys = new ArrayList<>();
    private final List<Thread> walking = new ArrayList<>();

    Crowd(Arena arena, People people) {
        this.arena = arena;
        this.people = people;
        this.ledgerBefore = arena.ledger().size();
        this.logs = Logs.from(arena.home());
    }

    /** Somebody who does nothing yet. */
    Journey add(Journey.Wish wish) throws SQLException {
        return add(wish, PATIENCE);
    }

    Journey add(Journey.Wish wish, Duration patience) throws SQLException {
        var person = people.next();
        var now = arena.legalTime();
        var journey = new Journey(
                arena.client(),
                arena.mails(),
                wish,
                person,
                "Zq" + UUID.randomUUID().toString().substring(0, 8),
                arena.shop().erasable(person, now),
                arena.shop().kept(person, now),
                now,
                patience);
        journeys.add(journey);
        return journey;
    }

    /** Lets somebody go all the way, beside the caller. */
    Crowd walk(Journey journey) {
        walking.add(Thread.ofVirtual().start(journey));
        return this;
    }

    Crowd walk(Journey.Wish wish) throws SQLException {
        return walk(add(wish));
    }

    /** The usual mixture: two erasures, a copy, and an erasure that is taken back. */
    Crowd usual() throws SQLException {
        return walk(Journey.Wish.ERASURE)
                .walk(Journey.Wish.ERASURE)
                .walk(Journey.Wish.ACCESS)
                .walk(Journey.Wish.WITHDRAWAL);
    }

    /** Until everybody has done what they can do. */
    Crowd arrive() throws InterruptedException {
        for (var one : walking) {
            one.join();
        }
        return this;
    }

    List<Journey> journeys() {
        return journeys;
    }

    int ledgerBefore() {
        return ledgerBefore;
    }

    Logs logs() {
        return logs;
    }
}
