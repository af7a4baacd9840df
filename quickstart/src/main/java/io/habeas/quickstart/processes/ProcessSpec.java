// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.processes;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How one child process is started.
 *
 * @param arguments read anew at every start, since some of them (legal time) change while the suite runs
 * @param mark a word of its command line by which a process of an earlier run is known again
 */
public record ProcessSpec(
        String name,
        String mark,
        Supplier<List<String>> arguments,
        Map<String, String> environment,
        Path log,
        Path pid) {}
