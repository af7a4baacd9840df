// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

/** One row of the table of goals. */
interface Benchmark {

    /** What is measured against what, in one sentence. */
    String title();

    /** Runs for minutes and writes its result into the table. */
    void run(Table table) throws Exception;
}
