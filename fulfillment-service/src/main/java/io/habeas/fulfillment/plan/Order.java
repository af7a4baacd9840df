// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.plan;

import io.habeas.contracts.Identifier;
import io.habeas.contracts.RequestAnnouncement.Approved;
import io.habeas.contracts.Sealed;
import io.habeas.contracts.TaskOutcome;
import io.habeas.sealeddata.Sealer;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An approved request that is carried out.
 *
 * @param approval as it came, with its fields still sealed
 */
public record Order(String controller, Approved approval, TaskOutcome.Kind kind, Source source) {

    /**
     * Where the approval came from.
     *
     * @param event absent in orders from before there was an audit log
     * @param payload byte by byte
     */
    public record Source(@Nullable UUID event, long sequence, byte[] payload) {}

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
