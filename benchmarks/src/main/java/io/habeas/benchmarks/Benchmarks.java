// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import io.habeas.benchmarks.faults.Faults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** {@code java -cp ... io.habeas.benchmarks.Benchmarks p3}: runs the named benchmarks, or all of them; {@code faults ...} breaks things. */
public final class Benchmarks {

    private static final Map<String, Supplier<Benchmark>> ALL = new TreeMap<>(Map.of(
            "p1", IntakeBenchmark::new,
            "p3", AppendBenchmark::new,
            "p4", RelayBenchmark::new,
            "p5b", CompletionBenchmark::new,
            "p12", DrainBenchmark::new,
            "p16", AuditPriceBenchmark::new,
            "p13", DeadlineBenchmark::new,
            "decision", DecisionBenchmark::new,
            "verify", VerifyBenchmark::new));

    private Benchmarks() {}

    public static void main(String... names) throws Exception {
        if (names.length > 0 && names[0].equals("faults")) {
            Faults.run(root(), List.of(names).subList(1, names.length));
            return;
        }
        for (var name : names.length == 0 ? List.copyOf(ALL.keySet()) : List.of(names)) {
            var benchmark = ALL.get(name);
            if (benchmark == null) {
                throw new IllegalArgumentException("no benchmark is called '" + name + "'; there are " + ALL.keySet());
            }
            run(name, benchmark.get());
        }
    }

    private static void run(String name, Benchmark benchmark) throws Exception {
        var table = new Table(benchmark.title());
        benchmark.run(table);
        table.write(results().resolve(name + ".md"));
    }

    /** Where results go: in this module, wherever it is called from. */
    static Path results() {
        return root().resolve("benchmarks").resolve("target").resolve("benchmarks");
    }

    /** The source tree. */
    static Path root() {
        var given = System.getenv("HABEAS_ROOT");
        var here = Path.of(given == null ? "" : given).toAbsolutePath();
        for (var folder = here; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("habeas")) && Files.exists(folder.resolve("benchmarks"))) {
                return folder;
            }
        }
        throw new IllegalStateException(here + " is not in the source tree; go there, or set HABEAS_ROOT");
    }
}
