// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.clocks;

import io.habeas.request.policy.ClockKind;

/** What is to be done when a row falls due: a clock runs out, or a chore follows a decision. */
enum DueKind {
    CONFIRM_RECEIPT,
    RESPOND,
    IDENTITY,
    CONFIRMATION,
    DETAILS,
    HOLD,
    DESTROY_IDENTITY_KEY,
    DESTROY_CASE_KEY;

    boolean isClock() {
        return switch (this) {
            case CONFIRM_RECEIPT, RESPOND, IDENTITY, CONFIRMATION, DETAILS, HOLD -> true;
            case DESTROY_IDENTITY_KEY, DESTROY_CASE_KEY -> false;
        };
    }

    static DueKind of(ClockKind clock) {
        return switch (clock) {
            case CONFIRM_RECEIPT -> CONFIRM_RECEIPT;
            case RESPOND -> RESPOND;
            case IDENTITY -> IDENTITY;
            case CONFIRMATION -> CONFIRMATION;
            case DETAILS -> DETAILS;
            case HOLD -> HOLD;
        };
    }
}
