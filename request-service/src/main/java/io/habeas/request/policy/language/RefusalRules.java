// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a request may be refused.
 *
 * @param partial whether it may be refused in part, field by field
 * @param grounds for this right alone, beside those of the jurisdiction
 * @param also whether the jurisdiction's grounds hold too; they do where absent
 */
public record RefusalRules(
        Decider decidedBy,
        @Nullable Partial partial,
        List<GroundRules> grounds,
        @Nullable Boolean also,
        @Nullable String source) {

    /** How finely. */
    public enum Partial {
        FIELD_BY_FIELD,
        ITEM_BY_ITEM
    }
}
