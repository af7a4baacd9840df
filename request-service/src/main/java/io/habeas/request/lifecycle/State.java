// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import io.habeas.contracts.Right;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Effects;
import java.util.Set;

/** Where a request stands. Every state that is not an end has a clock or somebody who owns it. */
public enum State {
    /** Accepted, and nobody was asked anything yet. Outside it looks like {@link #AWAITING_IDENTITY}. */
    RECEIVED(Phase.UNPROVED, ClockKind.IDENTITY),
    AWAITING_IDENTITY(Phase.UNPROVED, ClockKind.IDENTITY),
    /** Not decided; passed within one command where a machine decides. */
    ASSESSMENT(Phase.UNDECIDED, ClockKind.RESPOND),
    /** A person of the controller decides. Its owner is the review queue, whatever becomes of its clocks. */
    UNDER_REVIEW(Phase.UNDECIDED),
    /** The person was asked for a written statement. */
    AWAITING_STATEMENT(Phase.UNDECIDED, ClockKind.STATEMENT),
    /** Something is missing or unclear, and the person was asked. */
    AWAITING_DETAILS(Phase.UNDECIDED, ClockKind.DETAILS),
    /** It may cost something, and the person was asked whether to go on. */
    AWAITING_FEE(Phase.UNDECIDED, ClockKind.FEE),
    AWAITING_CONFIRMATION(Phase.UNDECIDED, ClockKind.CONFIRMATION),
    /** Decided, and nothing is destroyed yet: the known addresses were told, and it can still be taken back. */
    HOLD_WINDOW(Phase.HELD, ClockKind.HOLD),
    IN_FULFILLMENT(Phase.WORKED_ON, ClockKind.RESPOND),
    /** Decided and done. Its owner is the delivery of the letter, which ends in one that was sent or in one for an operator. */
    ANSWERED(Phase.ANSWERED),
    CLOSED(Phase.CLOSED),
    /** A person decided against it. */
    REFUSED(Phase.ENDED_EARLY),
    /** It was a question and no request; a person found that. */
    NO_REQUEST(Phase.ENDED_EARLY),
    NOT_VERIFIED(Phase.ENDED_EARLY),
    WITHDRAWN(Phase.ENDED_EARLY),
    LAPSED(Phase.ENDED_EARLY);

    /** How far a request has come: what may be asked of it depends on nothing finer, but for the few that name a state. */
    public enum Phase {
        /** Who asks is not proved. */
        UNPROVED,
        /** Whether it is granted is open. */
        UNDECIDED,
        /** Granted, and not begun. */
        HELD,
        WORKED_ON,
        ANSWERED,
        /** Ended with an answer that was delivered. */
        CLOSED,
        /** Ended before anything was worked on. */
        ENDED_EARLY
    }

    private final Phase phase;
    private final Set<ClockKind> clocks;

    State(Phase phase, ClockKind... clocks) {
        this.phase = phase;
        this.clocks = Set.of(clocks);
    }

    public Phase phase() {
        return phase;
    }

    /** The clocks that keep a request from standing here for ever. */
    public Set<ClockKind> clocks() {
        return clocks;
    }

    public boolean isEnd() {
        return switch (phase) {
            case CLOSED, ENDED_EARLY -> true;
            case UNPROVED, UNDECIDED, HELD, WORKED_ON, ANSWERED -> false;
        };
    }

    /**
     * Whether the person may take it back. What is being erased, or stands and is told to others, is not undone by a word: to allow a use again
     * is another request.
     */
    public boolean canBeTakenBack(Right right) {
        return switch (phase) {
            case UNPROVED, UNDECIDED, HELD -> true;
            case WORKED_ON ->
                right != Right.ERASURE && right != Right.ACCOUNT_CANCELLATION && !Effects.makesStand(right);
            case ANSWERED, CLOSED, ENDED_EARLY -> false;
        };
    }

    /** Whether the keys of identity may still be needed. */
    boolean isUndecided() {
        return phase == Phase.UNPROVED || phase == Phase.UNDECIDED;
    }
}
