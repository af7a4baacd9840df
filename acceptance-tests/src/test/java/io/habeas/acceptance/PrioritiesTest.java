// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;

/** Decision 72: where processors are short, what was accepted comes before what is asked for. */
@Order(40)
@ExtendWith(RunningSuite.class)
@EnabledOnOs(OS.LINUX)
@DisplayNameGeneration(ReplaceUnderscores.class)
class PrioritiesTest {

    private static final int NICE = 16;

    @Test
    void those_who_ask_give_way_to_those_who_work_on_what_was_accepted(Suite suite) throws Exception {
        suite.somebody();
        var request = threads(pidOf(suite, "request"));

        assertThat(named(request, "http-nio"))
                .as("threads of calls, in the request-service")
                .isNotEmpty()
                .allSatisfy(nice -> assertThat(nice).isPositive());
        assertThat(named(request, "habeas-relay", "kafka-producer", "journal-writer"))
                .as("relay and writers")
                .hasSizeGreaterThanOrEqualTo(3)
                .allSatisfy(nice -> assertThat(nice).isNotPositive());
        assertThat(threads(pidOf(suite, "gateway")).values()).as("the gateway").allSatisfy(all -> assertThat(all)
                .allSatisfy(nice -> assertThat(nice).isPositive()));
        assertThat(threads(pidOf(suite, "kafka")).get("data-plane-kafk"))
                .as("the broker")
                .isNotEmpty()
                .allSatisfy(nice -> assertThat(nice).isZero());
    }

    private static long pidOf(Suite suite, String name) {
        for (var process : suite.status().path("processes")) {
            if (name.equals(process.path("name").asString())) {
                return process.path("pid").asLong();
            }
        }
        throw new IllegalArgumentException("no process is called " + name);
    }

    private static List<Integer> named(Map<String, List<Integer>> threads, String... beginnings) {
        var found = new ArrayList<Integer>();
        for (var beginning : beginnings) {
            threads.forEach((name, all) -> {
                if (name.startsWith(beginning)) {
                    found.addAll(all);
                }
            });
        }
        return found;
    }

    /** How nice each thread of a process is, by the first letters of its name. */
    private static Map<String, List<Integer>> threads(long pid) throws IOException {
        var threads = new TreeMap<String, List<Integer>>();
        try (var tasks = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (var task : tasks) {
                try {
                    var line = Files.readString(task.resolve("stat"));
                    int end = line.lastIndexOf(')');
                    var name = line.substring(line.indexOf('(') + 1, end);
                    threads.computeIfAbsent(name, _ -> new ArrayList<>())
                            .add(Integer.valueOf(line.substring(end + 2).split(" ")[NICE]));
                } catch (NoSuchFileException ended) {
                    // while it was looked at
                }
            }
        }
        return threads;
    }
}
