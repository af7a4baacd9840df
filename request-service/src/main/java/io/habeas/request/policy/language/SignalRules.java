// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import org.jspecify.annotations.Nullable;

/** What the signals of browsers mean: {@code DNT} and {@code Sec-GPC}. */
public record SignalRules(
        @Nullable Meaning dnt,
        @Nullable Meaning gpc,
        @Nullable String source) {

    /** As what a signal counts. */
    public enum Meaning {
        IGNORED,
        OPT_OUT_OF_SALE,
        OBJECTION_TO_TRACKING
    }
}
