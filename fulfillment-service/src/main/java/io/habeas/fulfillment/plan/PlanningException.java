// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.plan;

import io.habeas.contracts.FulfillmentAnnouncement.GivenBack;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** No plan can be made for now. */
public final class PlanningException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String reason;
    private final @Nullable String store;
    private final boolean parked;
    private final GivenBack.@Nullable Reason undecided;

    private PlanningException(
            String reason, @Nullable String store, boolean parked, GivenBack.@Nullable Reason undecided) {
        super(reason, null, false, false);
        this.reason = reason;
        this.store = store;
        this.parked = parked;
        this.undecided = undecided;
    }

    /** A person must act before it is tried again. */
    static PlanningException parked(String reason, @Nullable String store) {
        return new PlanningException(reason, store, true, null);
    }

    /** It may work later. */
    static PlanningException delayed(String reason, @Nullable String store) {
        return new PlanningException(reason, store, false, null);
    }

    /** Nothing makes it work but another decision. */
    static PlanningException undecided(String reason, GivenBack.Reason why) {
        return new PlanningException(reason, null, true, why);
    }

    String reason() {
        return reason;
    }

    @Nullable
    String store() {
        return store;
    }

    boolean parked() {
        return parked;
    }

    /** Why it has to be decided anew; nothing where that would not help. */
    Optional<GivenBack.Reason> undecided() {
        return Optional.ofNullable(undecided);
    }
}
