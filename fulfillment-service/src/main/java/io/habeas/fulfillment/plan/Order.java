// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.plan;

import io.habeas.contracts.Identifier;
import io.habeas.contracts.RequestAnnouncement.Approved;
import io.habeas.contracts.Sealed;
import io.habeas.contracts.TaskOutcome;
import io.habeas.sealeddata.Sealer;
import java.util.List;
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

    /** What identity was proved by; the plan, and every later look, starts from it and from nothing else. */
    List<Identifier> proved(Sealer sealer) {
        return sealer.open(controller, requestId(), "proved", approval.proved(), Sealed.Proved.class)
                .identifiers();
    }

    /** The key for everything that is kept about the case here. */
    public UUID caseKey() {
        return approval.keys().caseKey();
    }
}
