// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

/** How a person said what stands. */
public enum StandingOrigin {
    /** The header {@code Sec-GPC} of a browser. */
    GPC,
    /** The header {@code DNT} of a browser. */
    DNT,
    /** In words or by a link: an objection, an opt-out, a withdrawal of consent, for which no proof is asked. */
    UNSUBSCRIBE,
    /** An answer to a question of the controller. */
    CONSENT,
    /** Of the person's own accord, in two steps. */
    OPT_IN,
    /** By a request, which has an answer of its own. */
    REQUEST
}
