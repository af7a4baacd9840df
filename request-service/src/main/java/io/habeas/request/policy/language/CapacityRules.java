// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.Right;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask in whose shoes, and what must be shown for it.
 *
 * @param evidence each of them is needed
 * @param evidenceOneOf one of them is enough
 * @param proves whose identity is proved
 * @param principal what the person in whose name it is asked is asked for
 * @param rights what can be asked in this capacity; all rights where absent
 * @param packageTo who gets what is handed out
 * @param noticeTo who is told that somebody asked
 */
@Keyed
public record CapacityRules(
        Capacity capacity,
        List<Name> evidence,
        List<Name> evidenceOneOf,
        @Nullable Whose proves,
        @Nullable Principal principal,
        List<Right> rights,
        @Nullable Whose packageTo,
        @Nullable Whose noticeTo,
        @Nullable Decider decidedBy,
        @Nullable String source) {

    /** Whose. */
    public enum Whose {
        SUBJECT,
        REQUESTER,
        BOTH,
        /** Whom the mandate names. */
        MANDATE
    }

    /** What the person behind an agent has to do. */
    public enum Principal {
        CONFIRMS_DIRECTLY,
        /** Confirms, but not where the agent holds a statutory power of attorney. */
        CONFIRMS_UNLESS_POWER_OF_ATTORNEY,
        NOT_ASKED
    }
}
