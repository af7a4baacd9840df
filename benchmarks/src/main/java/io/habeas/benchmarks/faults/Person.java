// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

/** A customer of the sample shop. */
record Person(long id, String email) {

    @Override
    public String toString() {
        return "Person[" + id + "]";
    }
}
