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
        /** The profile has this ground told to the person. */
        NOT_SECRET,
        /** Who asks is not proved. */
        NOT_PROVED,
        /** Nothing here carries it out yet, so an approval would promise what nobody does. */
        NOT_CARRIED_OUT,
        /** The profile has no such clock. */
        NO_CLOCK,
        /** A wait would outlast the clock of the law. */
        TOO_LATE,
        /** The profile does not have the clock extended. */
        NO_EXTENSION,
        /** It was extended before. */
        EXTENDED_BEFORE,
        /** Another day than the profile allows. */
        BEYOND_THE_BOUND
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
