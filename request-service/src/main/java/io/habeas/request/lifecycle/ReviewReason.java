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
    /** The person has used the right as often as the profile lets them: whether it is refused or waived is for a person. */
    LIMIT_REACHED,
    /** The person has used the right so often that it may cost something. */
    COUNT_PASSED,
    /** The person complained, and somebody who had not decided looks at it. */
    COMPLAINT,
    /** A complaint was upheld, and the request is decided anew. */
    REOPENED,
    /** A written statement was asked for and came; whoever asked for it reads it. */
    STATEMENT_TO_READ,
    /** The person said yes to a version of the policy that does not give the right any more: what that means is for a person to say. */
    NOT_GIVEN_ANY_MORE,
    /** It was approved in part, and the data map does not have what is to be kept back: nothing was handed out, and it is decided anew. */
    WITHHELD_NOT_IN_THE_MAP,
    /** Somebody asks for another, and whether they may is for a person to see. */
    AUTHORITY_TO_CHECK,
    /** Somebody of the controller wanted to see it, though a machine might have decided. */
    ORDERED_BY_STAFF,
    /** The person was asked for something, and the letter that asked reached nobody in time: nobody is held to an answer. */
    QUESTION_REACHED_NOBODY
}
