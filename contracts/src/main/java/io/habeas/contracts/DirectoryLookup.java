// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code POST /internal/v1/controllers/{controller}/directory/lookups} of the fulfillment-service: who is on file. */
public final class DirectoryLookup {

    private DirectoryLookup() {}

    /**
     * @param claims sealed under the IDENTITY key of the request: {@link Sealed.Claims}
     * @param account sealed under the same key: {@link Sealed.Account}; where it is there, ONE means that exactly one row has this account, and that
     *     everything that is claimed stands on that row
     */
    public record Query(
            UUID requestId, SealedField claims, @Nullable SealedField account) {

        public Query(UUID requestId, SealedField claims) {
            this(requestId, claims, null);
        }
    }

    /** @param person sealed under the same key: {@link Sealed.DirectoryPerson}; present for ONE alone */
    public record Answer(Match match, @Nullable SealedField person) {}

    /** How many different people the claimed identifiers lead to. */
    public enum Match {
        NONE,
        ONE,
        MANY
    }
}
