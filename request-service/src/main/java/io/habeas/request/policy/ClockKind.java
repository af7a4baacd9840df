// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a clock of a request measures. */
public enum ClockKind {
    /** Until the person is told that the request came in and what happens next. */
    CONFIRM_RECEIPT,
    /** Until the person has the answer. */
    RESPOND,
    /** How long the person has to prove identity. */
    IDENTITY,
    /** How long the person has to confirm what cannot be undone. */
    CONFIRMATION,
    /** How long the person has to send a written statement that was asked for. */
    STATEMENT,
    /** How long the person has to make an unclear request clear. */
    DETAILS,
    /** How long the person has to accept a fee. */
    FEE,
    /** Until a complaint is answered. */
    COMPLAINT,
    /** How long what cannot be undone waits after the decision, so that it can still be taken back. */
    HOLD;

    /** As profiles write it: {@code confirmReceipt}. */
    String inProfile() {
        var words = name().toLowerCase(Locale.ROOT).split("_");
        return words[0]
                + Arrays.stream(words)
                        .skip(1)
                        .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                        .reduce("", String::concat);
    }

    static Optional<ClockKind> ofProfile(String name) {
        return Arrays.stream(values())
                .filter(kind -> kind.inProfile().equals(name))
                .findFirst();
    }
}
