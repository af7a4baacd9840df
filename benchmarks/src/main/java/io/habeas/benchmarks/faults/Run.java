// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import io.habeas.benchmarks.faults.Judge.Violation;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** One fault under one seed, and what is known about it so far. */
final class Run {

    /** The fault could not be brought about, so nothing was shown. */
    static final class NotRunException extends Exception {
        private static final long serialVersionUID = 1;

        NotRunException(String reason) {
            super(reason);
        }
    }

    private static final Duration BOUND = Duration.ofMinutes(4);

    private final Arena arena;
    private final Draw draw;
    private final boolean full;
    private final Crowd crowd;
    private final Collector collector;
    private final Set<Invariant> judged = EnumSet.noneOf(Invariant.class);
    private final List<Violation> violations = new ArrayList<>();
    private final Set<String> notes = new LinkedHashSet<>();

    Run(Arena arena, Draw draw, People people, boolean full) throws Exception {
        this.arena = arena;
        this.draw = draw;
        this.full = full;
        this.crowd = new Crowd(arena, people);
        this.collector = new Collector(arena, crowd);
    }

    Arena arena() {
        return arena;
    }

    Draw draw() {
        return draw;
    }

    Crowd crowd() {
        return crowd;
    }

    /** @return the first by default, the second with {@code --full} */
    Duration bound(Duration brief, Duration whole) {
        return full ? whole : brief;
    }

    void note(String what) {
        notes.add(what);
    }

    /** Judged by the run itself. */
    void judge(Invariant invariant, boolean holds, String otherwise) {
        judged.add(invariant);
        if (!holds) {
            violations.add(new Violation(invariant, otherwise));
        }
    }

    /** Whether others use this machine so much that times say nothing. */
    boolean isBusy() {
        return load() > 2 * Runtime.getRuntime().availableProcessors();
    }

    /** The machine's load average of the last minute. */
    static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    void pause(Duration time) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(time.toMillis());
    }

    /** Waits until everything has come to rest, and judges by these. */
    void settle(Set<Invariant> by) throws Exception {
        settle(by, BOUND);
    }

    void settle(Set<Invariant> by, Duration bound) throws Exception {
        arena.awaitReady();
        judged.addAll(by);
        var patience = Patience.of(bound);
        int good = 0;
        List<Violation> last;
        do {
            last = Judge.judge(collector.look(null), by);
            good = last.isEmpty() ? good + 1 : 0;
            pause(Duration.ofMillis(400));
        } while (good < 2 && !patience.isOver());
        if (last.isEmpty() && by.contains(Invariant.I6)) {
            last = Judge.judge(collector.look(new AuditCopy(arena).verify()), by);
        }
        violations.addAll(last);
        for (var journey : crowd.journeys()) {
            var trouble = journey.trouble();
            if (trouble != null) {
                note("a client saw: " + trouble);
            }
        }
    }

    Set<Invariant> judged() {
        return judged;
    }

    List<Violation> violations() {
        return violations;
    }

    String notes() {
        return String.join("; ", notes);
    }

    Evidence look() throws Exception {
        return collector.look(null);
    }
}
