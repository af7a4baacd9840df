// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.plan;

import org.jspecify.annotations.Nullable;

/** No plan can be made for now. */
public final class PlanningException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String reason;
    private final @Nullable String store;
    private final boolean parked;

    private PlanningException(String reason, @Nullable String store, boolean parked) {
        super(reason, null, false, false);
        this.reason = reason;
        this.store = store;
        this.parked = parked;
    }

    /** A person must act before it is tried again. */
    static PlanningException parked(String reason, @Nullable String store) {
        return new PlanningException(reason, store, true);
    }

    /** It may work later. */
    static PlanningException delayed(String reason, @Nullable String store) {
        return new PlanningException(reason, store, false);
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
}
