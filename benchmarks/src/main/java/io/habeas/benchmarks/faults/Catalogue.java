// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import java.util.ArrayList;
import java.util.List;

/** Every row of the table, in the order in which they are run. What moves legal time or harms the log comes last. */
final class Catalogue {

    private static final List<Fault> ALL = new ArrayList<>();

    static {
        ALL.addAll(Deaths.all());
        ALL.addAll(Ground.all());
        ALL.addAll(Messages.all());
        ALL.addAll(Outside.all());
        ALL.addAll(Time.all());
        ALL.add(Fault.notRun(
                "F66",
                "(named by the plan of work)",
                "the list of faults ends at F65: nobody has written down what F66 is"));
    }

    private Catalogue() {}

    static List<Fault> all() {
        return List.copyOf(ALL);
    }
}
