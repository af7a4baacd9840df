// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * CPU time used so far, in microseconds.
 *
 * @param load this process: the load generator and, unless a benchmark starts services, what it measures
 * @param database the server's processes, those included that have ended
 */
record CpuTime(long load, long database) {

    private static final long MICROS_PER_TICK = 10_000;

    /** @param postmaster the root of the server's processes */
    static CpuTime now(long postmaster) {
        var self = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new CpuTime(self.getProcessCpuTime() / 1_000, ofTree(postmaster));
    }

    CpuTime minus(CpuTime before) {
        return new CpuTime(load - before.load, database - before.database);
    }

    CpuTime plus(CpuTime other) {
        return new CpuTime(load + other.load, database + other.database);
    }

    private static long ofTree(long root) {
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
        } catch (NoSuchFileException e) {
            return 0; // ended in between
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
