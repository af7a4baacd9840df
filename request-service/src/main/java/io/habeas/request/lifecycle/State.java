// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import io.habeas.request.policy.ClockKind;
import java.util.Set;

/** Where a request stands. Every state that is not an end has a clock or somebody who owns it. */
public enum State {
    /** Accepted, and nobody was asked anything yet. Outside it looks like {@link #AWAITING_IDENTITY}. */
    RECEIVED(Set.of(ClockKind.IDENTITY)),
    AWAITING_IDENTITY(Set.of(ClockKind.IDENTITY)),
    /** Proved and not decided; passed within one command where a machine decides. */
    ASSESSMENT(Set.of(ClockKind.RESPOND)),
    AWAITING_CONFIRMATION(Set.of(ClockKind.CONFIRMATION)),
    /** Decided, and nothing is destroyed yet: the known addresses were told, and it can still be taken back. */
    HOLD_WINDOW(Set.of(ClockKind.HOLD)),
    IN_FULFILLMENT(Set.of(ClockKind.RESPOND)),
    /** Decided and done. Its owner is the delivery of the letter, which ends in one that was sent or in one for an operator. */
    ANSWERED(Set.of()),
    CLOSED(Set.of()),
    NOT_VERIFIED(Set.of()),
    WITHDRAWN(Set.of()),
    LAPSED(Set.of());

    private final Set<ClockKind> clocks;

    State(Set<ClockKind> clocks) {
        this.clocks = clocks;
    }

    /** The clocks that keep a request from standing here for ever. */
    public Set<ClockKind> clocks() {
        return clocks;
    }

    public boolean isEnd() {
        return switch (this) {
            case CLOSED, NOT_VERIFIED, WITHDRAWN, LAPSED -> true;
            case RECEIVED,
                    AWAITING_IDENTITY,
                    ASSESSMENT,
                    AWAITING_CONFIRMATION,
                    HOLD_WINDOW,
                    IN_FULFILLMENT,
                    ANSWERED -> false;
        };
    }
}
