// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import io.habeas.request.calendars.Term;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How recipients learn of a request.
 *
 * @param told which are told; written alone, it is the whole rule
 * @param reminders how long after the notice a silent one is reminded, each once
 * @param silent as what a silent one is listed at last
 */
@Keyed
public record RecipientRules(
        Told told,
        List<Term> reminders,
        @Nullable Silent silent,
        @Nullable String source) {

    /** Which recipients are told. */
    public enum Told {
        NOTIFY,
        NOTIFY_SERVICE_PROVIDERS,
        NOTIFY_UNLESS_OWN_CONSENT,
        NOTIFY_SALES,
        NOTIFY_BOUND_TO_PURPOSE,
        NOTIFY_DIRECT_MARKETING,
        NOTIFY_ADVERTISING
    }

    /** What a silent recipient is listed as. */
    public enum Silent {
        TOLD_NOT_CONFIRMED
    }
}
