// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.DoubleStream;

/**
 * Measures subjects side by side: forward and backward in turn (A-B-B-A), so that a machine that grows slower or faster
 * treats them alike. Closed loop: every client waits for its answer before it asks again.
 */
final class Windows {

    /** One operation, by client number; called by one thread a client. */
    interface Operation {
        void once(int client) throws Exception;
    }

    record Subject(String name, Operation operation) {}

    record Window(double rate, CpuTime cpuPerMillion, double p50Millis, double p99Millis) {}

    /** All windows of a subject, in the order taken. */
    record Series(String name, List<Window> windows) {

        double medianRate() {
            return median(windows.stream().mapToDouble(Window::rate));
        }

        double medianP50() {
            return median(windows.stream().mapToDouble(Window::p50Millis));
        }

        double medianP99() {
            return median(windows.stream().mapToDouble(Window::p99Millis));
        }

        /** Of this process and of the database, in microseconds an operation. */
        double medianLoadCpu() {
            return median(windows.stream().mapToDouble(it -> it.cpuPerMillion().load() / 1e6));
        }

        double medianDatabaseCpu() {
            return median(windows.stream().mapToDouble(it -> it.cpuPerMillion().database() / 1e6));
        }

        /** Each window against the base's window of the same pass. */
        double[] ratiosTo(Series base) {
            var ratios = new double[windows.size()];
            for (int i = 0; i < ratios.length; i++) {
                ratios[i] = windows.get(i).rate() / base.windows().get(i).rate();
            }
            Arrays.sort(ratios);
            return ratios;
        }
    }

    private final long postmaster;
    private final Duration length;

    Windows(long postmaster, Duration length) {
        this.postmaster = postmaster;
        this.length = length;
    }

    /** Runs all subjects in turn without measuring, until the compiler has had its time. */
    void warmUp(List<Subject> subjects, int clients, Duration atLeast) throws Exception {
        long end = System.nanoTime() + atLeast.toNanos();
        while (System.nanoTime() < end) {
            for (var subject : subjects) {
                window(subject, clients);
            }
        }
    }

    /** @return one series a subject, in the order of the subjects */
    List<Series> alternate(List<Subject> subjects, int clients, int passes) throws Exception {
        var series = subjects.stream()
                .map(subject -> new Series(subject.name(), new ArrayList<>()))
                .toList();
        for (int pass = 0; pass < passes; pass++) {
            for (int turn = 0; turn < subjects.size(); turn++) {
                int which = pass % 2 == 0 ? turn : subjects.size() - 1 - turn;
                series.get(which).windows().add(window(subjects.get(which), clients));
            }
        }
        return series;
    }

    private Window window(Subject subject, int clients) throws Exception {
        var before = CpuTime.now(postmaster);
        long start = System.nanoTime();
        long end = start + length.toNanos();
        var tasks = new ArrayList<Callable<List<Long>>>();
        for (int client = 0; client < clients; client++) {
            int number = client;
            tasks.add(() -> run(subject.operation(), number, end));
        }
        var taken = new ArrayList<Long>();
        try (var threads = Executors.newFixedThreadPool(clients)) {
            for (Future<List<Long>> result : threads.invokeAll(tasks)) {
                taken.addAll(result.get());
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        var used = CpuTime.now(postmaster).minus(before);
        var sorted = taken.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Window(
                sorted.length / seconds,
                new CpuTime(used.load() * 1_000_000 / sorted.length, used.database() * 1_000_000 / sorted.length),
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6);
    }

    private static List<Long> run(Operation operation, int client, long end) throws Exception {
        var taken = new ArrayList<Long>();
        long now = System.nanoTime();
        while (now < end) {
            operation.once(client);
            long after = System.nanoTime();
            taken.add(after - now);
            now = after;
        }
        return taken;
    }

    static double median(DoubleStream values) {
        var sorted = values.sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
