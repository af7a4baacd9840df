// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

/** From when a clock runs. */
public enum Origin {
    RECEIPT,
    VERIFICATION,
    /** The person was asked for something: details, evidence, a statement, a fee. */
    ASKED,
    /** The answer went out. */
    ANSWER,
    /** The controller learned of it. */
    DISCOVERY
}
