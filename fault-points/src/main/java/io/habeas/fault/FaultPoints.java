// SPDX-License-Identifier: Apache-2.0
package io.habeas.fault;

import java.util.ServiceLoader;

/** The door through which a test harness stops a process at a named place; without a harness on the class path it is free. */
public final class FaultPoints {

    /** What a test jar supplies; never on the class path of a production image. */
    public interface Harness {
        /** Called on the thread that passes the point; may halt the process and so never return. */
        void passed(String point);
    }

    private static final Harness HARNESS = ServiceLoader.load(Harness.class, FaultPoints.class.getClassLoader())
            .findFirst()
            .orElse(point -> {});

    private FaultPoints() {}

    /** @param point kebab-case, room first: {@code intake.after-commit} */
    public static void pass(String point) {
        HARNESS.passed(point);
    }
}
