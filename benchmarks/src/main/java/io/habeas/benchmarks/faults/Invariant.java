// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

/** What has to hold under every fault. */
enum Invariant {
    I1("accepted is durable"),
    I2("no request stuck"),
    I3("nothing lost"),
    I4("one effect"),
    I5("order per request"),
    I6("audit chain intact"),
    I7("no false completion"),
    I8("deadlines"),
    I9("notification"),
    I10("no leak under fault"),
    I11("isolation of faults"),
    I12("reversibility window"),
    I13("rebuild equality");

    private final String title;

    Invariant(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
