// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.evidence;

import io.habeas.fulfillment.plan.Orders.Evidence;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/** Where proofs come from; whether they are any good is judged elsewhere. */
@FunctionalInterface
public interface ProofSource {

    /**
     * @return nothing if the log answers, and has no such entry
     * @throws IOException if the log does not answer
     */
    Optional<Evidence> of(UUID requestId, UUID event) throws IOException;
}
