// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

/** What a clock of a profile measures. */
public enum ClockName implements Written {
    /** Until the person is told that the request came in and what happens next. */
    CONFIRM_RECEIPT("confirmReceipt"),
    /** Until the person has the answer. */
    RESPOND("respond"),
    /** How long the person has to prove identity. */
    IDENTITY("identity"),
    /** How long the person has to confirm what can not be undone. */
    CONFIRMATION("confirmation"),
    /** How long the person has to make an unclear request clear. */
    DETAILS("details"),
    /** How long there is to bring evidence of a capacity or a ground. */
    EVIDENCE("evidence"),
    /** How long the person has to send the written statement. */
    STATEMENT("statement"),
    /** How long the person has to accept a fee. */
    FEE("fee"),
    /** Until every recipient is told. */
    RECIPIENTS("recipients");

    private final String written;

    ClockName(String written) {
        this.written = written;
    }

    @Override
    public String written() {
        return written;
    }
}
