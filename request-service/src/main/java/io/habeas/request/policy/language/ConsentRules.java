// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import io.habeas.request.calendars.Term;
import org.jspecify.annotations.Nullable;

/**
 * A use that consent carries, or that a person can stop.
 *
 * @param standing what holds until the person says something
 * @param withdrawal what a withdrawal leads to
 * @param askAgain when the person may be asked once more after a no: NEVER, or a time in askAgainAfter
 * @param account whether an account is needed to say it
 */
public record ConsentRules(
        Standing standing,
        @Nullable Withdrawal withdrawal,
        @Nullable AskAgain askAgain,
        @Nullable Term askAgainAfter,
        @Nullable Boolean transactional,
        @Nullable Boolean account,
        @Nullable String source) {

    /** What holds while the person is silent. */
    public enum Standing {
        YES,
        NO_UNTIL_CONSENT
    }

    /** What a withdrawal leads to. */
    public enum Withdrawal {
        TAKES_EFFECT,
        /** It takes effect, and what needs it stops working. */
        ENDS_THE_FUNCTION,
        OFFER_CANCELLATION,
        LEGAL_DUTY
    }

    /** Whether a person who said no may be asked again. */
    public enum AskAgain {
        NEVER
    }
}
