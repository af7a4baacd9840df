// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import org.jspecify.annotations.Nullable;

/** What becomes of data in backups while it is gone from the live stores. */
public record BackupRules(
        State state, Until until, @Nullable String source) {

    /** How it is held. */
    public enum State {
        RESTRICTED
    }

    /** Until when. */
    public enum Until {
        NEXT_REFRESH,
        PURGE
    }
}
