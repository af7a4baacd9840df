// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.clocks;

import io.habeas.request.policy.ClockKind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What is to be done when a row falls due: a clock runs out, somebody is warned that it will, or a chore follows a decision. */
enum DueKind {
    CONFIRM_RECEIPT(ClockKind.CONFIRM_RECEIPT, false),
    RESPOND(ClockKind.RESPOND, false),
    IDENTITY(ClockKind.IDENTITY, false),
    CONFIRMATION(ClockKind.CONFIRMATION, false),
    STATEMENT(ClockKind.STATEMENT, false),
    DETAILS(ClockKind.DETAILS, false),
    FEE(ClockKind.FEE, false),
    COMPLAINT(ClockKind.COMPLAINT, false),
    HOLD(ClockKind.HOLD, false),
    WARN_CONFIRM_RECEIPT(ClockKind.CONFIRM_RECEIPT, true),
    WARN_RESPOND(ClockKind.RESPOND, true),
    WARN_IDENTITY(ClockKind.IDENTITY, true),
    WARN_CONFIRMATION(ClockKind.CONFIRMATION, true),
    WARN_STATEMENT(ClockKind.STATEMENT, true),
    WARN_DETAILS(ClockKind.DETAILS, true),
    WARN_FEE(ClockKind.FEE, true),
    WARN_COMPLAINT(ClockKind.COMPLAINT, true),
    WARN_HOLD(ClockKind.HOLD, true),
    DESTROY_IDENTITY_KEY(null, false),
    DESTROY_CASE_KEY(null, false);

    private final @Nullable ClockKind clock;
    private final boolean warning;

    DueKind(@Nullable ClockKind clock, boolean warning) {
        this.clock = clock;
        this.warning = warning;
    }

    /** The clock that ends, or of whose end is warned; absent for chores. */
    @Nullable
    ClockKind clock() {
        return clock;
    }

    /** Whether a clock runs out then. */
    boolean isClock() {
        return clock != null && !warning;
    }

    boolean isWarning() {
        return warning;
    }

    /** The end of a clock. */
    static DueKind of(ClockKind clock) {
        return of(clock, false);
    }

    /** The next warning of a clock. */
    static DueKind warningOf(ClockKind clock) {
        return of(clock, true);
    }

    private static DueKind of(ClockKind clock, boolean warning) {
        return Arrays.stream(values())
                .filter(it -> it.clock == clock && it.warning == warning)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the due table knows no " + clock));
    }
}
