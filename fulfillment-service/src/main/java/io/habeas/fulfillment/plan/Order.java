// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.plan;

import io.habeas.contracts.RequestAnnouncement.Approved;
import io.habeas.contracts.TaskOutcome;
import java.util.UUID;

/**
 * An approved request that is carried out.
 *
 * @param approval as it came, with its fields still sealed
 */
public record Order(String controller, Approved approval, TaskOutcome.Kind kind) {

    public UUID requestId() {
        return approval.requestId();
    }

    /** The key for everything that is kept about the case here. */
    public UUID caseKey() {
        return approval.keys().caseKey();
    }
}
