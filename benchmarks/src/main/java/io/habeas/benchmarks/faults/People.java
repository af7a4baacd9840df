// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import java.util.Iterator;
import java.util.List;

/** Customers of the shop, each used once. */
final class People {

    private final Iterator<Person> left;

    People(List<Person> all) {
        this.left = all.iterator();
    }

    synchronized Person next() {
        if (!left.hasNext()) {
            throw new IllegalStateException("the sample shop has no customer left who was not used");
        }
        return left.next();
    }
}
