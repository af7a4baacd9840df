// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The results of all runs of this tree, the newest for each fault and seed, and the page made from them. */
final class Results {

    private final Path file;
    private final Map<String, Map<Long, Result>> byFault = new TreeMap<>();

    /** @param file kept from run to run, so that a row can be run again by itself */
    Results(Path file) throws IOException {
        this.file = file;
        read();
    }

    private void read() throws IOException {
        if (Files.exists(file)) {
            Files.readAllLines(file).stream().map(Result::parse).forEach(this::put);
        }
    }

    private void put(Result result) {
        byFault.computeIfAbsent(result.id(), any -> new TreeMap<>()).put(result.seed(), result);
    }

    /** Takes in also what other runs have added meanwhile, so that runs beside each other lose nothing of the page. */
    void add(Result result) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, result.line() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        read();
    }

    void write(Path page, List<Fault> faults, String conditions) throws IOException {
        var lines = new ArrayList<String>();
        lines.add("# Faults");
        lines.add("");
        lines.add(
                "What was broken on purpose in the running suite, and which promises held. Written by `./habeas benchmarks faults`;"
                        + " every row is from real runs, a failure stands here as one.");
        lines.add("");
        lines.add("    ./habeas benchmarks faults                          # every row, seed 1");
        lines.add("    ./habeas benchmarks faults --seed 1 --seed 2        # on two seeds");
        lines.add("    ./habeas benchmarks faults --only F01,F22 --full    # some rows, long ones in full length");
        lines.add("");
        lines.add("## Conditions");
        lines.add("");
        lines.add(conditions + loads() + " Last written " + LocalDate.now(ZoneOffset.UTC) + ".");
        lines.add("");
        lines.add(
                "The same seed draws the same faults, victims, passes and instants; what the machine does in between is its own. Clients, recipients"
                        + " and the mail sink are outside of the suite, and an external process keeps what they saw in a file that is synced line by line."
                        + " When everything is at rest, that ledger is held against the journals, the topics, the stores and a copy of the audit log"
                        + " that the verifier has checked. A row says which invariants were judged; the others were not.");
        lines.add("");
        for (var invariant : Invariant.values()) {
            lines.add("- **" + invariant + "** " + invariant.title());
        }
        lines.add("");
        lines.add("I11 stands in a row as a measured ratio with few samples. I13 is judged in a row of its own.");
        lines.add("");
        lines.add("## Results");
        lines.add("");
        lines.add("| ID | Fault | How | Judged | Requests | Seeds | Result | Note |");
        lines.add("|---|---|---|---|---|---|---|---|");
        faults.stream().sorted(Comparator.comparing(Fault::id)).forEach(fault -> lines.add(row(fault)));
        lines.add("");
        Files.writeString(page, String.join("\n", lines));
    }

    private String loads() {
        var loads = byFault.values().stream()
                .flatMap(results -> results.values().stream())
                .mapToDouble(Result::load)
                .summaryStatistics();
        return loads.getCount() == 0
                ? ""
                : " Others used the machine at the same time: its load average was %.0f to %.0f at the end of the runs."
                        .formatted(loads.getMin(), loads.getMax());
    }

    private String row(Fault fault) {
        var results = byFault.getOrDefault(fault.id(), Map.of()).values();
        if (fault.body() == null || results.isEmpty()) {
            var reason = fault.body() == null ? fault.reason() : "it can be brought about, and was not run yet";
            return cells(fault.id(), fault.what(), fault.how(), "", "", "", Result.NOT_RUN, reason);
        }
        var judged = new LinkedHashSet<String>();
        results.forEach(result -> judged.addAll(List.of(result.judged().split(" "))));
        var outcomes = results.stream().map(Result::outcome).distinct().toList();
        var outcome = outcomes.size() == 1
                ? outcomes.getFirst()
                : results.stream()
                        .map(result -> result.outcome() + " (" + result.seed() + ")")
                        .collect(Collectors.joining(", "));
        var notes = results.stream()
                .filter(result -> !result.note().isBlank())
                .map(result -> "seed " + result.seed() + ": " + result.note())
                .collect(Collectors.joining(". "));
        return cells(
                fault.id(),
                fault.what(),
                fault.how(),
                String.join(" ", judged).strip(),
                Integer.toString(results.stream().mapToInt(Result::requests).sum()),
                results.stream().map(result -> Long.toString(result.seed())).collect(Collectors.joining(", ")),
                outcome,
                notes);
    }

    private static String cells(String... cells) {
        return "| " + String.join(" | ", cells) + " |";
    }
}
