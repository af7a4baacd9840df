// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.messaging.Inbox.Row;
import java.io.IOException;
import java.util.UUID;

/**
 * The way of records of one topic into effect: judged by the inbox, holes filled from the producer's feed, parked where they
 * cannot take effect. One delivery serves one batch and one thread.
 */
abstract class Delivery {

    /** What became of a record. */
    sealed interface Outcome {

        record Effective() implements Outcome {}

        record Duplicate() implements Outcome {}

        /** Something before it is missing. */
        record Hole(long expected) implements Outcome {}

        record Follows() implements Outcome {}

        record Conflict() implements Outcome {}

        /** It cannot take effect, now or later, with the reason as a slug. */
        record Refused(String reason) implements Outcome {}
    }

    static final Outcome EFFECTIVE = new Outcome.Effective();
    static final Outcome DUPLICATE = new Outcome.Duplicate();
    static final Outcome FOLLOWS = new Outcome.Follows();
    static final Outcome CONFLICT = new Outcome.Conflict();

    private static final int REPEATS = 20;
    private static final int ROUNDS = 3;

    final Reception<?> reception;

    Delivery(Reception<?> reception) {
        this.reception = reception;
    }

    /** Delivers or parks. @throws Exception if it may be tried again */
    final void accept(Arrival arrival) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            switch (attempt(arrival)) {
                case Outcome.Effective effective -> {
                    return;
                }
                case Outcome.Duplicate duplicate -> {
                    return;
                }
                case Outcome.Conflict conflict -> {
                    flush();
                    reception.conflict(arrival);
                    return;
                }
                case Outcome.Refused refused -> {
                    park(arrival, refused.reason());
                    return;
                }
                case Outcome.Hole hole -> throw new HoleException(hole.expected());
                case Outcome.Follows follows -> {
                    flush();
                    if (reception.parkedAsFollower(arrival)) {
                        return;
                    }
                    // a redrive has freed the request meanwhile
                    forget(arrival);
                }
            }
        }
        throw new IOException("the request was parked and freed in turn");
    }

    /** Delivers if it can, and fills a hole before it; the record itself is not parked. @throws Exception if it may be tried again */
    final Outcome attempt(Arrival arrival) throws Exception {
        WireEvent event;
        try {
            event = arrival.event(reception.maxPayload());
        } catch (MalformedRecordException malformed) {
            return new Outcome.Refused(malformed.reason());
        }
        var outcome = repeated(event);
        if (outcome instanceof Outcome.Hole(long expected)) {
            var before = fill(event, expected);
            return before instanceof Outcome.Refused ? before : repeated(event);
        }
        return outcome;
    }

    /**
     * Whether it has not taken effect here, and its producer does not know it any more.
     *
     * @throws IOException if the producer does not answer
     */
    final boolean isLost(Arrival arrival) throws IOException, InterruptedException {
        WireEvent event;
        try {
            event = arrival.event(reception.maxPayload());
        } catch (MalformedRecordException malformed) {
            return false;
        }
        flush();
        var verdict = reception.judge(event);
        if (verdict == Inbox.Verdict.DUPLICATE || verdict == Inbox.Verdict.CONFLICT) {
            return false;
        }
        var known = reception.missing(event.requestId(), event.sequence());
        return known.isEmpty() || !known.getFirst().eventId().equals(event.eventId());
    }

    /** Parks it, and with it what follows in its request. */
    final void park(Arrival arrival, String reason) {
        flush();
        reception.park(arrival, reason);
        forget(arrival);
    }

    /** Delivers what the producer's feed has before the event. */
    private Outcome fill(WireEvent event, long expected) throws Exception {
        long next = expected;
        while (next < event.sequence()) {
            var missing = reception.missing(event.requestId(), next);
            if (missing.isEmpty() || missing.getFirst().sequence() != next) {
                throw new HoleException(next);
            }
            for (var found : missing) {
                if (found.sequence() >= event.sequence()) {
                    return EFFECTIVE;
                }
                var outcome = repeated(found);
                if (outcome instanceof Outcome.Refused(String reason)) {
                    return refusedInHole(found, reason);
                }
                next = found.sequence() + 1;
            }
        }
        return EFFECTIVE;
    }

    /** What is wrong with the missing one is parked under its own name; the one that came follows it. */
    private Outcome refusedInHole(WireEvent found, String reason) {
        park(Arrival.of(reception.source(), found), reason);
        return new Outcome.Refused(Parking.FOLLOWS_PARKED);
    }

    private Outcome repeated(WireEvent event) throws Exception {
        for (int i = 1; ; i++) {
            try {
                return deliver(event);
            } catch (Exception failure) {
                if (i >= REPEATS || !Failures.asksForRepeat(failure)) {
                    throw failure;
                }
            }
        }
    }

    /** Judges, and calls the receiver if it is its turn. */
    abstract Outcome deliver(WireEvent event) throws Exception;

    /** Writes down what has taken effect. */
    abstract void flush();

    abstract void forget(UUID request);

    private void forget(Arrival arrival) {
        var request = arrival.requestId();
        if (request != null) {
            forget(request);
        }
    }

    static Outcome of(Row row, WireEvent event, boolean redriving) {
        var judged =
                redriving ? new Row(row.sequence(), row.generation(), row.eventId(), false, row.traceparent()) : row;
        return switch (judged.judge(event)) {
            case NEXT -> EFFECTIVE;
            case DUPLICATE -> DUPLICATE;
            case FOLLOWS_PARKED -> FOLLOWS;
            case CONFLICT -> CONFLICT;
            case HOLE -> new Outcome.Hole(row.sequence() + 1);
        };
    }

    /** What came before is neither here nor in the producer's feed. */
    static final class HoleException extends Exception {
        private static final long serialVersionUID = 1L;

        HoleException(long expected) {
            super("nothing is known of sequence " + expected);
        }
    }
}
