// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

/** Why a key was destroyed; stands on its tombstone. */
public enum DestructionReason {
    /** What the key was for has ended: the decision is made, the package was fetched or ran out. */
    PURPOSE_ENDED,
    /** The key-encryption key of its month of expiry was destroyed. */
    MONTH_ENDED,
    /** It was set aside and provably never used. */
    NEVER_ASSIGNED,
    /** It had been destroyed before and the row did not know: the process died in between, or an older backup was restored. */
    REAPPLIED
}
