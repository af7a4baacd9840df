// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import java.util.List;
import java.util.UUID;

/** Somebody may not decide it, or may not decide it so; the request stays as it is. */
public final class DecisionRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** Only a person of the controller decides; no machine does, whoever sends it. */
        NOT_A_PERSON,
        /** The profile gives it to another role. */
        OTHER_ROLE,
        /** Whoever entered a request does not decide it. */
        OWN_ENTRY,
        /** Under this profile the right can not be refused. */
        NEVER_REFUSED,
        /** The profile does not have the ground for this right. */
        GROUND_UNKNOWN,
        /** The ground counts only with its proof. */
        EVIDENCE_MISSING,
        /** The profile wants a fee to be quoted before the ground counts. */
        FEE_FIRST,
        /** The profile has no complaint. */
        NO_COMPLAINT,
        /** Under this profile no complaint opens a request again. */
        NOT_REOPENED_HERE,
        /** Nobody answers a complaint about what they decided. */
        OWN_DECISION,
        /** The profile lets this right cost nothing. */
        NO_FEE,
        /** A fee was quoted before, and that is once. */
        FEE_QUOTED_BEFORE,
        /** The person accepted the fee, so it is worked on. */
        FEE_ACCEPTED,
        /** The profile lets a fee be quoted beyond a count alone, and that is not passed; it is allowed(). */
        COUNT_NOT_PASSED,
        /** The person said why it is asked for again; the ground counts only with what there is to say to that. */
        REASON_TO_ANSWER,
        /** So many requests were not answered in that time; what was, and how many pass, is allowed(). */
        LIMIT_NOT_REACHED,
        /** The profile has this ground told to the person. */
        NOT_SECRET,
        /** Who asks is not proved. */
        NOT_PROVED,
        /** Nothing here carries it out yet, so an approval would promise what nobody does. */
        NOT_CARRIED_OUT,
        /** A machine carries it out, and what a person states would be in its way. */
        BY_MACHINE,
        /** The profile does not have it refused field by field. */
        NOT_IN_PART,
        /** Every field was refused: that is a refusal. */
        NOTHING_LEFT,
        /** The profile has no such clock. */
        NO_CLOCK,
        /** A wait would outlast the clock of the law. */
        TOO_LATE,
        /** The profile does not have the clock extended. */
        NO_EXTENSION,
        /** It was extended before. */
        EXTENDED_BEFORE,
        /** Another day than the profile allows. */
        BEYOND_THE_BOUND,
        /** What is asked for is not given there. */
        NOT_GIVEN_THERE
    }

    private final Reason reason;
    private final transient List<String> allowed;

    DecisionRefusedException(UUID requestId, Reason reason, List<String> allowed) {
        super("request " + requestId + ": " + reason, null, false, false);
        this.reason = reason;
        this.allowed = List.copyOf(allowed);
    }

    public Reason reason() {
        return reason;
    }

    /** What would be accepted instead: grounds, roles or a day, as the profile calls them. */
    public List<String> allowed() {
        return allowed;
    }
}
