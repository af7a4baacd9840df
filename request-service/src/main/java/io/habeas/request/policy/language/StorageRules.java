// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import org.jspecify.annotations.Nullable;

/**
 * Where data may lie.
 *
 * @param outside who may let something out of the region, with a ground
 * @param requesterAbroad whether a requester abroad must agree first
 * @param safeguard whether a recipient abroad needs one
 */
public record StorageRules(
        Region inside,
        @Nullable Decider outside,
        @Nullable Abroad requesterAbroad,
        @Nullable Safeguard safeguard,
        @Nullable String source) {

    /** What a requester abroad is asked for. */
    public enum Abroad {
        AGREES_FIRST
    }

    /** What a transfer abroad stands on. */
    public enum Safeguard {
        CLAUSES_CONSENT_OR_ANONYMIZATION
    }
}
