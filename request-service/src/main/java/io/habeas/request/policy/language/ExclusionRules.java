// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import io.habeas.contracts.Right;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Data that the policy does not cover.
 *
 * @param rights that do not reach it; none does where absent
 * @param until the first day on which it is covered after all
 * @param ask where the person is sent instead
 */
@Keyed
public record ExclusionRules(
        Name what,
        List<Right> rights,
        @Nullable LocalDate until,
        @Nullable String ask,
        @Nullable String source) {

    /** Whether it still holds on that day. */
    public boolean holdsOn(LocalDate day) {
        return until == null || day.isBefore(until);
    }
}
