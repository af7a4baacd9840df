// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How sure we must be who asks.
 *
 * @param level written alone, it is the whole rule
 * @param account what a login proves: ITS_OWN_DATA, or nothing where absent
 * @param sensitive the level for a copy of the kinds that the profile calls sensitive
 * @param documents under what condition an identity document may be asked for
 */
@Keyed
public record ProofRules(
        ProofLevel level,
        @Nullable ProofMethod method,
        @Nullable Account account,
        @Nullable ProofLevel sensitive,
        @Nullable Documents documents,
        List<Name> otherMethods,
        @Nullable String source) {

    /** What a session behind a password proves. */
    public enum Account {
        ITS_OWN_DATA
    }

    /** When an identity document may be asked for. */
    public enum Documents {
        WITH_SEPARATE_CONSENT,
        NEVER
    }
}
