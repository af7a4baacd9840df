// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import org.jspecify.annotations.Nullable;

/** Whether a written statement may be asked for before a request is worked on. */
public record WrittenRules(
        Asked asked,
        @Nullable Signature signature,
        @Nullable String source) {

    /** Whether it is asked for. */
    public enum Asked {
        MAY_BE_ASKED,
        ALWAYS
    }

    /** Whether it has to be signed. */
    public enum Signature {
        EITHER,
        NEEDED
    }
}
