// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

/** What a person may ask for. Profiles say where each is on offer, and under which law. */
public enum Right {
    ACCESS,
    PORTABILITY,
    CORRECTION,
    ERASURE,
    ANONYMIZATION,
    RESTRICTION,
    OBJECTION,
    CONSENT_WITHDRAWAL,
    OPT_OUT_OF_SALE,
    OPT_IN_TO_SALE,
    ACCOUNT_CANCELLATION,
    AUTOMATED_DECISION_EXPLANATION,
    DISCLOSURE_REPORT,
    COMPLAINT
}
