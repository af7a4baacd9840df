// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.plan;

import io.habeas.contracts.Exclusion;
import io.habeas.contracts.Identifier;
import io.habeas.contracts.RequestAnnouncement.Approved;
import io.habeas.contracts.Sealed;
import io.habeas.contracts.TaskOutcome;
import io.habeas.contracts.TaskOutcome.Omitted;
import io.habeas.sealeddata.Sealer;
import java.util.List;
import java.util.Optional;
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

    /** What the policy says of data that is marked so; nothing where it covers it. */
    public Optional<Exclusion> exclusion(String what) {
        var exclusions = approval.exclusions();
        return exclusions == null
                ? Optional.empty()
                : exclusions.stream().filter(it -> it.what().equals(what)).findFirst();
    }

    /** Records that are left out, with where the person may ask about them. */
    public Omitted omitted(String reason, long records) {
        return new Omitted(
                reason, records, exclusion(reason).map(Exclusion::ask).orElse(null));
    }

    /** The key for everything that is kept about the case here. */
    public UUID caseKey() {
        return approval.keys().caseKey();
    }
}
