// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
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

        /** Of some part, in microseconds an operation. */
        double medianCpu(String part) {
            return median(windows.stream().mapToDouble(it -> it.cpuPerMillion().of(part) / 1e6));
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

    /** Waits until what a window has left behind is done; its CPU counts as the window's. */
    interface Rest {
        void await() throws Exception;
    }

    private final Supplier<CpuTime> cpu;
    private final Duration length;
    private final Rest rest;

    Windows(Supplier<CpuTime> cpu, Duration length) {
        this(cpu, length, () -> {});
    }

    Windows(Supplier<CpuTime> cpu, Duration length, Rest rest) {
        this.cpu = cpu;
        this.length = length;
        this.rest = rest;
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
        var before = cpu.get();
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
        rest.await();
        var used = cpu.get().minus(before);
        var sorted = taken.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Window(
                sorted.length / seconds,
                used.perMillion(sorted.length),
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6);
    }

    private static List<Long> run(Operation operation, int client, long end) throws Exception {
        var taken = new ArrayList<Long>();
        long now = System.nanoTime();
        do {
            operation.once(client);
            long after = System.nanoTime();
            taken.add(after - now);
            now = after;
        } while (now < end);
        return taken;
    }

    static double median(DoubleStream values) {
        var sorted = values.sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
