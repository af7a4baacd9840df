// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import io.habeas.request.calendars.Term;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How long something may take.
 *
 * @param extension the one further term that may be claimed once, with a reason, before the first runs out
 * @param stops what makes the clock stand still; without it nothing does
 * @param notAfter other terms that cap this one: the earliest end holds
 * @param warnings how long before the end somebody is warned, each once
 * @param source the law, where the policy itself names no term
 */
public record ClockRules(
        Origin from,
        Term within,
        @Nullable Term extension,
        List<StopReason> stops,
        List<Cap> notAfter,
        List<Term> warnings,
        @Nullable String source)
        implements Summed {

    /** Another term that the clock may not outlast, whatever stopped it. */
    public record Cap(Origin from, Term within, @Nullable String source) {}

    @Override
    public String summary() {
        return from + " " + within;
    }
}
