// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongBiFunction;

/**
 * CPU time used so far, in microseconds, by part.
 *
 * @param micros by name of the part; {@value #LOAD} and {@value #DATABASE} are always there
 */
record CpuTime(Map<String, Long> micros) {

    /** This process: the load generator and, unless a benchmark starts services, what it measures. */
    static final String LOAD = "load";

    /** The server's processes, those included that have ended. */
    static final String DATABASE = "database";

    private static final long MICROS_PER_TICK = 10_000;

    CpuTime {
        micros = new TreeMap<>(micros);
    }

    /** @param postmaster the root of the server's processes */
    static CpuTime now(long postmaster) {
        return new CpuTime(Map.of(LOAD, ofThisProcess(), DATABASE, ofTree(postmaster)));
    }

    static long ofThisProcess() {
        var self = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return self.getProcessCpuTime() / 1_000;
    }

    /** Without its children. */
    static long ofProcess(long process) {
        return ticks(process, false) * MICROS_PER_TICK;
    }

    long of(String part) {
        return micros.getOrDefault(part, 0L);
    }

    CpuTime minus(CpuTime before) {
        return each((part, value) -> value - before.of(part));
    }

    CpuTime perMillion(long operations) {
        return each((part, value) -> value * 1_000_000 / operations);
    }

    private CpuTime each(ToLongBiFunction<String, Long> change) {
        var changed = new TreeMap<String, Long>();
        micros.forEach((part, value) -> changed.put(part, change.applyAsLong(part, value)));
        return new CpuTime(changed);
    }

    /** With its children, and those of them that have ended. */
    static long ofTree(long root) {
        long ticks = ticks(root, true);
        var children = ProcessHandle.of(root)
                .map(ProcessHandle::descendants)
                .orElseThrow(() -> new IllegalStateException("the database server has gone"));
        for (var child : children.toList()) {
            ticks += ticks(child.pid(), false);
        }
        return ticks * MICROS_PER_TICK;
    }

    private static long ticks(long process, boolean withEnded) {
        try {
            var stat = Files.readString(Path.of("/proc", Long.toString(process), "stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long own = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
            return withEnded ? own + Long.parseLong(fields[13]) + Long.parseLong(fields[14]) : own;
        } catch (IOException e) {
            // whoever ended in between has no such file, or one that ends while it is read
            if (e instanceof NoSuchFileException
                    || !ProcessHandle.of(process).map(ProcessHandle::isAlive).orElse(false)) {
                return 0;
            }
            throw new UncheckedIOException(e);
        }
    }
}
