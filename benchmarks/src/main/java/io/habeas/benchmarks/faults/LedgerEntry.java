// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import java.util.List;

/**
 * One line of the ledger. Nothing personal stands in it: people are their request's key or reference.
 *
 * @param subject a call's key, the recipient that acted, or the reference that a mail names
 * @param what the call, the notice's id, or the occasion of the mail
 * @param outcome of a call {@code ok}, {@code failed <status>} or {@code unknown}; of an effect {@code acted} or {@code repeated}
 * @param detail of a call the request's id, of a mail its message id; may be empty
 */
record LedgerEntry(Kind kind, String subject, String what, String outcome, String detail) {

    enum Kind {
        CALL,
        EFFECT,
        MAIL,
        FAULT
    }

    static LedgerEntry call(String key, String what, String outcome, String detail) {
        return new LedgerEntry(Kind.CALL, key, what, outcome, detail);
    }

    static LedgerEntry effect(String recipient, String notice, String outcome, String mode) {
        return new LedgerEntry(Kind.EFFECT, recipient, notice, outcome, mode);
    }

    static LedgerEntry mail(String reference, String occasion, String messageId) {
        return new LedgerEntry(Kind.MAIL, reference, occasion, "arrived", messageId);
    }

    String line() {
        return String.join("\t", List.of(kind.name(), plain(subject), plain(what), plain(outcome), plain(detail)));
    }

    /** @throws IllegalArgumentException if it is no line of a ledger */
    static LedgerEntry parse(String line) {
        var parts = line.split("\t", -1);
        if (parts.length != 5) {
            throw new IllegalArgumentException("not a line of a ledger: " + line);
        }
        return new LedgerEntry(Kind.valueOf(parts[0]), parts[1], parts[2], parts[3], parts[4]);
    }

    private static String plain(String text) {
        return text.replaceAll("[\\t\\r\\n]", " ");
    }
}
