// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment;

import io.habeas.fault.FaultPoints;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Lets a test do something, or die, at a fault point. */
public final class FaultHarness implements FaultPoints.Harness {

    /** Stands for the end of the process: nothing in the service catches it. */
    public static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    private static final Map<String, Runnable> ACTIONS = new ConcurrentHashMap<>();
    private static final List<String> PASSED = new CopyOnWriteArrayList<>();

    /** At the n-th pass from now on, counted from 1, and at no other. */
    static void at(String point, int pass, Runnable action) {
        long before = passes(point);
        ACTIONS.put(point, () -> {
            if (passes(point) == before + pass) {
                action.run();
            }
        });
    }

    static void always(String point, Runnable action) {
        ACTIONS.put(point, action);
    }

    static long passes(String point) {
        return PASSED.stream().filter(point::equals).count();
    }

    static void reset() {
        ACTIONS.clear();
        PASSED.clear();
    }

    @Override
    public void passed(String point) {
        PASSED.add(point);
        ACTIONS.getOrDefault(point, () -> {}).run();
    }
}
