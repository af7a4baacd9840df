// SPDX-License-Identifier: Apache-2.0
package io.habeas.testcontrols;

import io.habeas.fault.FaultPoints;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Halts the process, as a power cut would, at the n-th pass of a named point. Armed by the system property
 * {@code habeas.fault=point:n[,point:n]} or over HTTP; what is armed is gone with the process.
 */
public final class HaltingHarness implements FaultPoints.Harness {

    static final int STATUS = 137;
    private static final Map<String, AtomicInteger> ARMED = new ConcurrentHashMap<>();
    private static final Map<String, AtomicInteger> PASSED = new ConcurrentHashMap<>();

    private final Consumer<String> halt;

    /** For {@link java.util.ServiceLoader}. */
    public HaltingHarness() {
        this(HaltingHarness::haltHere);
        for (var one : System.getProperty("habeas.fault", "").split(",")) {
            if (!one.isBlank()) {
                int colon = one.lastIndexOf(':');
                arm(
                        one.substring(0, colon).strip(),
                        Integer.parseInt(one.substring(colon + 1).strip()));
            }
        }
    }

    HaltingHarness(Consumer<String> halt) {
        this.halt = halt;
    }

    /** @param pass 1 for the next one @throws IllegalArgumentException if it is below 1 */
    static void arm(String point, int pass) {
        if (pass < 1) {
            throw new IllegalArgumentException("the pass counts from 1");
        }
        ARMED.put(point, new AtomicInteger(pass));
    }

    static void disarm() {
        ARMED.clear();
    }

    /** How often each point was passed since the start, so that a harness can see which exist. */
    static Map<String, Integer> passed() {
        var counts = new java.util.TreeMap<String, Integer>();
        PASSED.forEach((point, count) -> counts.put(point, count.get()));
        return counts;
    }

    @Override
    public void passed(String point) {
        PASSED.computeIfAbsent(point, any -> new AtomicInteger()).incrementAndGet();
        var left = ARMED.get(point);
        if (left != null && left.decrementAndGet() == 0) {
            halt.accept(point);
        }
    }

    private static void haltHere(String point) {
        var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        err.println("habeas-fault: halted at " + point);
        Runtime.getRuntime().halt(STATUS);
    }
}
