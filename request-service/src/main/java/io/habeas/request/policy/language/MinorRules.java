// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import io.habeas.contracts.Right;
import io.habeas.request.calendars.Term;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What holds for people below an age.
 *
 * @param below the age in years at which it ends
 * @param from the age in years at which it begins; birth where absent
 * @param actor who acts
 * @param officer which role handles it
 * @param withoutConsent what happens to data that was collected without the consent of a guardian
 * @param priority whether that goes before every other task
 * @param guardianWithin how long the guardian is waited for; then it happens without
 * @param sale how data may be sold: NEVER, OPT_IN_BY_SELF, OPT_IN_BY_PARENT
 * @param use what use and disclosure need
 * @param subscriptions what becomes of them when the data goes
 */
public record MinorRules(
        int below,
        @Nullable Integer from,
        @Nullable Actor actor,
        @Nullable Decider officer,
        @Nullable WithoutConsent withoutConsent,
        @Nullable Boolean priority,
        @Nullable Term guardianWithin,
        @Nullable Sale sale,
        @Nullable Use use,
        @Nullable Subscriptions subscriptions,
        List<Right> rights,
        @Nullable String source) {

    /** Who acts. */
    public enum Actor {
        GUARDIAN,
        SELF,
        SELF_OR_GUARDIAN
    }

    /** What becomes of data without consent. */
    public enum WithoutConsent {
        ERASED
    }

    /** Whether data may be sold. */
    public enum Sale {
        NEVER,
        OPT_IN_BY_SELF,
        OPT_IN_BY_PARENT
    }

    /** What use and disclosure need. */
    public enum Use {
        GUARDIANS_CONSENT
    }

    /** What becomes of subscriptions. */
    public enum Subscriptions {
        END
    }
}
