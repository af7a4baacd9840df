// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.Scope;
import io.habeas.request.calendars.Term;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What one right means in one jurisdiction. What it does not say, its jurisdiction says.
 *
 * @param grounds on which it may be asked for; stating none is allowed where {@code withoutGround} says so
 * @param withoutGround what becomes of a request that states no ground
 * @param account NOT_NEEDED where it can be used without an account
 * @param steps in how many steps it is said
 * @param whileUnderReview what holds while a reviewer looks at it
 * @param askAgainAfter how long nobody asks the person to take it back
 * @param lookBack the time before receipt that the answer covers
 * @param window the calendar year that the answer covers, in place of a look-back
 * @param kinds what differs for some uses of it
 * @param source the law, where the policy does not name the right
 */
public record RightRules(
        List<Scope> scopes,
        SequencedMap<ClockName, ClockRules> clocks,
        @Nullable ProofRules proof,
        List<CapacityRules> capacities,
        List<IdentifierKind> identifiers,
        @Nullable Decider decidedBy,
        @Nullable RefusalRules refusal,
        List<GroundRules> grounds,
        @Nullable WithoutGround withoutGround,
        @Nullable Confirming confirmation,
        @Nullable Account account,
        @Nullable Integer steps,
        @Nullable UnderReview whileUnderReview,
        @Nullable Term askAgainAfter,
        @Nullable LimitRules limit,
        @Nullable FeeRules fee,
        @Nullable Term lookBack,
        @Nullable Window window,
        SequencedMap<Name, KeepRules> keepGrounds,
        List<GroundRules> withholdingGrounds,
        @Nullable RecipientRules recipients,
        @Nullable BackupRules backups,
        @Nullable HoldRules hold,
        @Nullable Format format,
        SequencedMap<Name, KindRules> kinds,
        SequencedMap<Language, Texts> texts,
        @Nullable String source) {

    /** What becomes of a request that states no ground. */
    public enum WithoutGround {
        GRANTED_UNLESS_REFUSED
    }

    /** Whether an account is needed. */
    public enum Account {
        NOT_NEEDED
    }

    /** What holds while a reviewer looks at it. */
    public enum UnderReview {
        STANDING_NO
    }

    /** A time that the answer covers. */
    public enum Window {
        PRIOR_CALENDAR_YEAR
    }

    /** In what form something is handed out. */
    public enum Format {
        PORTABLE_GIVEN_BY_PERSON,
        PORTABLE_ALL
    }

    /** The capacities that this right itself names, without what must be shown. */
    public List<Capacity> ownCapacities() {
        return capacities.stream().map(CapacityRules::capacity).toList();
    }
}
