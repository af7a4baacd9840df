// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification.cases;

import io.habeas.contracts.DirectoryLookup.Match;
import io.habeas.contracts.SealedField;
import io.habeas.verification.codes.CodeBook.Purpose;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One request's way to its proof, as it is stored.
 *
 * @param login whether a login at the controller's account system proves identity as well
 * @param accountMark by what whoever logged in is known again; absent where nobody did
 * @param codes how many codes were asked for before the proof, the first included
 * @param drawn how many codes were drawn in all, so that the number of a challenge only grows
 * @param lease grows with each claim of the work; whoever holds a smaller one writes nothing
 */
record VerificationCase(
        UUID requestId,
        String controller,
        UUID identityKey,
        UUID caseKey,
        State state,
        Instant identityBy,
        @Nullable SealedField claims,
        @Nullable Match match,
        @Nullable SealedField proved,
        @Nullable SealedField contact,
        boolean account,
        boolean login,
        @Nullable String accountMark,
        @Nullable Purpose codePurpose,
        @Nullable String codeHash,
        @Nullable Instant codeExpiresAt,
        int triesLeft,
        int codes,
        Instant nextCodeAt,
        int drawn,
        int freshCodes,
        @Nullable LocalDate freshDay,
        @Nullable Instant provedAt,
        @Nullable Purpose repeatPurpose,
        @Nullable String repeatHash,
        @Nullable Instant repeatUntil,
        @Nullable String repeatKey,
        @Nullable Work work,
        int attempts,
        long lease) {

    /** Where a case can stand. Outside, OPEN looks the same whoever is on file. */
    enum State {
        OPEN,
        PASSED,
        FAILED,
        ENDED
    }

    /** What the next tick does. */
    enum Work {
        LOOK_UP,
        ISSUE
    }

    Purpose purpose() {
        return state == State.OPEN ? Purpose.IDENTITY : Purpose.FRESH_PROOF;
    }

    /** Whether there is a code that could still be entered. */
    boolean hasLiveCode(Instant now) {
        return codeHash != null && codeExpiresAt != null && now.isBefore(codeExpiresAt) && triesLeft > 0;
    }

    @Override
    public String toString() {
        return "VerificationCase[" + requestId + ", " + state + "]";
    }
}
