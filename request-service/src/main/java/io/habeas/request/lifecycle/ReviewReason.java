// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

/** Why a person of the controller has to look at a request before anything is done. */
public enum ReviewReason {
    /** The profile gives the decision to a reviewer. */
    DECIDED_BY_A_REVIEWER,
    /** No machine here carries the right out yet: a person does, and says so. */
    RIGHT_NOT_CARRIED_OUT,
    /** No machine here answers this scope of the right yet. */
    SCOPE_NOT_CARRIED_OUT,
    /** A written statement was asked for and came; whoever asked for it reads it. */
    STATEMENT_TO_READ,
    /** Somebody asks for another, and whether they may is for a person to see. */
    AUTHORITY_TO_CHECK,
    /** Somebody of the controller wanted to see it, though a machine might have decided. */
    ORDERED_BY_STAFF
}
