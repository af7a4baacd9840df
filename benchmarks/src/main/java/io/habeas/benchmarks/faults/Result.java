// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import java.util.List;

/**
 * What one run showed.
 *
 * @param outcome {@code holds}, {@code FAILS} or {@code not run}
 * @param judged names of invariants
 * @param load the machine's load average at the end
 */
record Result(
        String id,
        long seed,
        String outcome,
        String judged,
        int requests,
        long seconds,
        double load,
        String drawn,
        String note) {

    static final String HOLDS = "holds";
    static final String FAILS = "FAILS";
    static final String NOT_RUN = "not run";

    String line() {
        return String.join(
                "\t",
                List.of(
                        id,
                        Long.toString(seed),
                        outcome,
                        judged,
                        Integer.toString(requests),
                        Long.toString(seconds),
                        Double.toString(load),
                        plain(drawn),
                        plain(note)));
    }

    static Result parse(String line) {
        var parts = line.split("\t", -1);
        return new Result(
                parts[0],
                Long.parseLong(parts[1]),
                parts[2],
                parts[3],
                Integer.parseInt(parts[4]),
                Long.parseLong(parts[5]),
                Double.parseDouble(parts[6]),
                parts[7],
                parts[8]);
    }

    private static String plain(String text) {
        return text.replaceAll("[\\t\\r\\n|]", " ");
    }
}
