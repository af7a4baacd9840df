// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.clocks;

import static java.util.Objects.requireNonNull;

import io.habeas.contracts.KeyClass;
import io.habeas.fault.FaultPoints;
import io.habeas.journal.EventIds;
import io.habeas.journal.JournalException;
import io.habeas.request.clocks.DueTable.Claim;
import io.habeas.request.lifecycle.DerivedIds;
import io.habeas.request.lifecycle.RequestCommand.ProlongRetention;
import io.habeas.request.lifecycle.RequestCommand.Reckon;
import io.habeas.request.lifecycle.RequestCommand.RecordKeyDestroyed;
import io.habeas.request.lifecycle.RequestCommand.RequireKeySpent;
import io.habeas.request.lifecycle.RequestCommand.RunOut;
import io.habeas.request.lifecycle.RequestCommand.Warn;
import io.habeas.request.lifecycle.Requests;
import io.habeas.request.policy.ClockKind;
import io.habeas.sealeddata.KeyService;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what is due, each thing at least once; the request accepts it once. */
final class DueWork {

    private static final Logger LOG = LoggerFactory.getLogger(DueWork.class);
    private static final int BATCH = 256;
    private static final int AT_ONCE = 16;
    /** Longer than any command takes; a copy that dies leaves its claims to the others after it. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final int A_PERSON_MUST_ACT = 8;

    private final DueTable table;
    private final Requests requests;
    private final Predicate<UUID> followUpOpen;
    private final KeyService keys;
    private final InstantSource legalTime;
    private final UUID started = EventIds.next();
    private final Map<ClockKind, LongAdder> ranOut = new EnumMap<>(ClockKind.class);

    /** @param followUpOpen whether something of a request is still to be erased for which the key of its case is needed */
    DueWork(DueTable table, Requests requests, Predicate<UUID> followUpOpen, KeyService keys, InstantSource legalTime) {
        this.table = table;
        this.requests = requests;
        this.followUpOpen = followUpOpen;
        this.keys = keys;
        this.legalTime = legalTime;
        for (var kind : ClockKind.values()) {
            ranOut.put(kind, new LongAdder());
        }
    }

    /** How many clocks of each kind this process has let run out; a repeat after a failure counts again. */
    Map<ClockKind, LongAdder> ranOut() {
        return ranOut;
    }

    /** @return whether there may be more */
    boolean once() throws InterruptedException {
        var claims = table.claim(legalTime.instant(), LEASE, BATCH);
        for (int from = 0; from < claims.size(); from += AT_ONCE) {
            sideBySide(claims.subList(from, Math.min(claims.size(), from + AT_ONCE)));
        }
        return claims.size() == BATCH;
    }

    private void sideBySide(List<Claim> claims) throws InterruptedException {
        if (claims.size() == 1) {
            attempt(claims.getFirst());
            return;
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var claim : claims) {
                threads.execute(() -> attempt(claim));
            }
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private void attempt(Claim claim) {
        try {
            act(claim);
            table.done(claim);
        } catch (RuntimeException failed) {
            putOff(claim, failed);
        }
    }

    private void act(Claim claim) {
        var clock = claim.kind().clock();
        if (clock == null) {
            destroyKey(claim, claim.kind() == DueKind.DESTROY_CASE_KEY ? KeyClass.CASE : KeyClass.IDENTITY);
        } else if (claim.kind().isWarning()) {
            warn(claim, clock);
        } else {
            runOut(claim, clock);
        }
    }

    private void warn(Claim claim, ClockKind kind) {
        requests.send(new Warn(claim.requestId(), kind, claim.dueAt()), order(claim));
        LOG.atWarn()
                .addKeyValue("requestId", claim.requestId())
                .addKeyValue("clock", kind)
                .log("a clock comes near its end");
    }

    /**
     * Counts every provisional end again, with the calendars that this process was started with. Done once after a start, since calendars
     * are read then; what is still provisional stays so until the next, and so does what cannot be counted now: no clock waits for another request's.
     *
     * @return how many were looked at
     */
    int reckonProvisional() throws InterruptedException {
        int looked = 0;
        @Nullable Claim after = null;
        while (true) {
            var page = table.provisional(after, BATCH);
            for (var claim : page) {
                var clock = claim.kind().clock();
                if (clock != null) {
                    reckon(claim, clock);
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            looked += page.size();
            if (page.size() < BATCH) {
                return looked;
            }
            after = page.getLast();
        }
    }

    private void reckon(Claim claim, ClockKind clock) {
        var cause = DerivedIds.of(claim.requestId(), "reckon|" + claim.kind() + "|" + claim.dueAt() + "|" + started);
        try {
            requests.send(
                    new Reckon(claim.requestId(), clock),
                    new Requests.Order(claim.controller(), "service:request", cause));
        } catch (JournalException away) {
            throw away;
        } catch (RuntimeException failed) {
            LOG.atError()
                    .addKeyValue("requestId", claim.requestId())
                    .addKeyValue("clock", clock)
                    .setCause(failed)
                    .log("a provisional end could not be counted again");
        }
    }

    private void runOut(Claim claim, ClockKind kind) {
        FaultPoints.pass("clocks.before-run-out");
        requests.send(new RunOut(claim.requestId(), kind, claim.dueAt()), order(claim));
        requireNonNull(ranOut.get(kind)).increment();
        if (kind == ClockKind.RESPOND || kind == ClockKind.CONFIRM_RECEIPT || kind == ClockKind.COMPLAINT) {
            LOG.atError()
                    .addKeyValue("requestId", claim.requestId())
                    .addKeyValue("clock", kind)
                    .log("a clock of the law ran out; the request belongs to an operator");
        }
    }

    private void destroyKey(Claim claim, KeyClass keyClass) {
        var key = claim.keyId();
        if (key == null) {
            throw new IllegalStateException("request " + claim.requestId() + " has no key to destroy");
        }
        if (keyClass == KeyClass.CASE && isStillNeeded(claim)) {
            return;
        }
        // the table is behind the journal: a complaint or a reopening may have come that it does not know of
        var asked = DerivedIds.of(claim.requestId(), "spent|" + claim.kind() + "|" + claim.dueAt());
        requests.send(
                new RequireKeySpent(claim.requestId(), key, keyClass),
                new Requests.Order(claim.controller(), "service:request", asked));
        keys.destroy(claim.controller(), key);
        FaultPoints.pass("clocks.after-key-destroyed");
        requests.send(new RecordKeyDestroyed(claim.requestId(), key, keyClass), order(claim));
    }

    /** What is kept until a day can not be found again without the key; then the retention is prolonged, and the key is due later. */
    private boolean isStillNeeded(Claim claim) {
        boolean open = followUpOpen.test(claim.requestId());
        if (open) {
            var cause = DerivedIds.of(claim.requestId(), "prolong|" + claim.dueAt());
            requests.send(
                    new ProlongRetention(claim.requestId()),
                    new Requests.Order(claim.controller(), "service:request", cause));
            LOG.atWarn()
                    .addKeyValue("requestId", claim.requestId())
                    .log("the key of a case is kept longer: what was kept until a day is not erased yet");
        }
        return open;
    }

    /** The same at every repeat, so that it has its effect once. */
    private static Requests.Order order(Claim claim) {
        var cause = DerivedIds.of(claim.requestId(), "due|" + claim.kind() + "|" + claim.dueAt());
        return new Requests.Order(claim.controller(), "service:request", cause);
    }

    private void putOff(Claim claim, RuntimeException failed) {
        var pause = Duration.ofMillis(250L << Math.min(claim.attempts(), 20));
        var level = claim.attempts() >= A_PERSON_MUST_ACT ? LOG.atError() : LOG.atWarn();
        level.addKeyValue("requestId", claim.requestId())
                .addKeyValue("kind", claim.kind())
                .addKeyValue("attempt", claim.attempts())
                .setCause(failed)
                .log("what is due could not be done and is tried again");
        try {
            table.tryAgainAfter(claim, pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
        } catch (RuntimeException away) {
            LOG.atDebug().log("the lease of what is due ends by itself");
        }
    }
}
