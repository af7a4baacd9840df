// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import org.jspecify.annotations.Nullable;

/**
 * One row of the table.
 *
 * @param how it is brought about here, with the bound of a short form
 * @param body null where it cannot be brought about yet
 * @param reason why it is not run; empty where it is
 */
record Fault(String id, String what, String how, @Nullable Body body, String reason) {

    /** Brings it about, and judges. */
    @FunctionalInterface
    interface Body {
        void run(Run run) throws Exception;
    }

    Fault(String id, String what, String how, Body body) {
        this(id, what, how, body, "");
    }

    static Fault notRun(String id, String what, String reason) {
        return new Fault(id, what, "", null, reason);
    }
}
