// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

/** What makes a clock stand still until the person has acted. */
public enum StopReason {
    PROOF_ASKED,
    STATEMENT_ASKED,
    DETAILS_ASKED,
    EVIDENCE_ASKED,
    FEE_QUOTED
}
