// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

/** From which process to which, by the names of the launcher; {@code postgres} and {@code kafka} are targets too. */
record Arrow(String from, String to) {

    @Override
    public String toString() {
        return from + ">" + to;
    }
}
