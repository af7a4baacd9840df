// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import io.habeas.contracts.Right;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A ground on which a right may be asked for, refused, or left without an answer.
 *
 * @param rights those for which it counts; all where absent
 * @param evidence REQUIRED where the ground must be proved before it may be used
 * @param shown whether the letter shows it; always where absent
 * @param onlyAfterFee whether a fee has to be quoted first
 */
@Keyed
public record GroundRules(
        Name ground,
        List<Right> rights,
        @Nullable Evidence evidence,
        @Nullable Shown shown,
        @Nullable Decider decidedBy,
        @Nullable Boolean onlyAfterFee,
        @Nullable String source) {

    /** Whether a ground must be proved. */
    public enum Evidence {
        REQUIRED
    }

    /** Whether the person is told the ground. */
    public enum Shown {
        ALWAYS,
        UNLESS_SECRET
    }
}
