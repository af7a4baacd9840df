// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code ./habeas benchmarks faults [--seed N]... [--only F01,F02] [--full] [--port-offset N] [--keep]}. */
public final class Faults {

    private static final int OFFSET = 10_000;
    private static final int MOST_TOLD = 4;

    private Faults() {}

    /** @param seeds in turn, each in a suite of its own @param only ids of rows; empty for all @param keep whether homes stay */
    record Options(List<Long> seeds, Set<String> only, boolean full, int offset, boolean keep) {

        static Options parse(List<String> words) {
            var seeds = new ArrayList<Long>();
            var only = new LinkedHashSet<String>();
            boolean full = false;
            boolean keep = false;
            int offset = OFFSET;
            for (int at = 0; at < words.size(); at++) {
                var word = words.get(at);
                switch (word) {
                    case "--full" -> full = true;
                    case "--keep" -> keep = true;
                    case "--seed" -> seeds.add(number(words, ++at, word));
                    case "--port-offset" -> offset = Math.toIntExact(number(words, ++at, word));
                    case "--only" ->
                        only.addAll(List.of(value(words, ++at, word).split(",")));
                    default -> throw new IllegalArgumentException("not understood: " + word);
                }
            }
            var known = Catalogue.all().stream().map(Fault::id).collect(Collectors.toSet());
            for (var id : only) {
                if (!known.contains(id)) {
                    throw new IllegalArgumentException("no fault is called " + id + "; there are "
                            + known.stream().sorted().toList());
                }
            }
            return new Options(seeds.isEmpty() ? List.of(1L) : seeds, only, full, offset, keep);
        }

        /** Those that are asked for, in the order of the words, or all that can be run. */
        List<Fault> faults() {
            var all = Catalogue.all().stream()
                    .filter(fault -> fault.body() != null)
                    .toList();
            return only.isEmpty()
                    ? all
                    : only.stream()
                            .flatMap(id ->
                                    all.stream().filter(fault -> fault.id().equals(id)))
                            .toList();
        }

        private static String value(List<String> words, int at, String name) {
            if (at >= words.size()) {
                throw new IllegalArgumentException(name + " needs a value");
            }
            return words.get(at);
        }

        private static long number(List<String> words, int at, String name) {
            try {
                return Long.parseLong(value(words, at, name));
            } catch (NumberFormatException none) {
                throw new IllegalArgumentException(name + " must be a number, not '" + words.get(at) + "'");
            }
        }
    }

    /** @param root of the source tree @param words after the command */
    public static void run(Path root, List<String> words) throws Exception {
        var options = Options.parse(words);
        var target = root.resolve("benchmarks/target/faults");
        Files.createDirectories(target);
        var results = new Results(root.resolve("benchmarks/faults.tsv"));
        var page = root.resolve("docs/faults.md");
        var conditions = "%d processors, %s %s, JDK %s; everything on one machine, fsync on. Long faults run %s."
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        System.getProperty("java.version"),
                        options.full() ? "in full length" : "in the short form that the row names");
        for (long seed : options.seeds()) {
            var home = Files.createTempDirectory(target, "seed-" + seed + "-");
            System.out.println("seed " + seed + ", home " + home);
            boolean clean = true;
            try (var arena = Arena.start(root, home, options.offset())) {
                var people = new People(arena.shop().people());
                for (var fault : options.faults()) {
                    var result = run(arena, people, fault, seed, options.full());
                    clean &= result.outcome().equals(Result.HOLDS);
                    System.out.println(result.line());
                    results.add(result);
                    results.write(page, Catalogue.all(), conditions);
                }
            }
            if (clean && !options.keep()) {
                delete(home);
            }
        }
        results.write(page, Catalogue.all(), conditions);
        System.out.println("written to " + page);
    }

    private static Result run(Arena arena, People people, Fault fault, long seed, boolean full) throws Exception {
        var body = java.util.Objects.requireNonNull(fault.body());
        var draw = new Draw(seed, fault.id());
        var patience = Patience.of(Duration.ofDays(1));
        arena.mend();
        arena.awaitReady();
        arena.fault("begin " + fault.id() + " seed " + seed);
        var run = new Run(arena, draw, people, full);
        var outcome = Result.HOLDS;
        try {
            body.run(run);
            if (!run.violations().isEmpty()) {
                outcome = Result.FAILS;
                run.violations().stream().limit(MOST_TOLD).forEach(violation -> run.note(violation.toString()));
                run.violations().forEach(violation -> System.out.println("  " + violation));
            }
        } catch (Run.NotRunException reason) {
            outcome = Result.NOT_RUN;
            run.note(String.valueOf(reason.getMessage()));
        } catch (InterruptedException stopped) {
            throw stopped;
        } catch (Exception broken) {
            broken.printStackTrace(System.out);
            outcome = Result.FAILS;
            run.note("the run broke off: " + broken);
        } finally {
            arena.mend();
        }
        arena.fault("end " + fault.id() + " " + outcome);
        return new Result(
                fault.id(),
                seed,
                outcome,
                run.judged().stream().map(Invariant::name).collect(Collectors.joining(" ")),
                run.crowd().journeys().size(),
                patience.used().toSeconds(),
                Math.round(Run.load() * 10) / 10.0,
                draw.words(),
                run.notes());
    }

    private static void delete(Path folder) throws java.io.IOException {
        try (var files = Files.walk(folder)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
