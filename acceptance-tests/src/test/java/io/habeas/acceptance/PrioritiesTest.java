// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Decision 72: where processors are short, what was accepted comes before what is asked for. */
@Order(40)
@ExtendWith(RunningSuite.class)
@EnabledOnOs(OS.LINUX)
@DisplayNameGeneration(ReplaceUnderscores.class)
class PrioritiesTest {

    private static final int NICE = 16;
    private static final Pattern THREAD = Pattern.compile("(?m)^\"([^\"]+)\".* os_prio=(-?\\d+) ");

    @Test
    void those_who_ask_give_way_to_those_who_work_on_what_was_accepted(Suite suite) throws Exception {
        suite.somebody();
        var request = process(suite, "request");
        var weights = weights(request.path("pid").asLong());

        var working = named(weights, "habeas-relay", "kafka-producer-", "journal-writer");
        assertThat(working).as("relay and writers").hasSizeGreaterThanOrEqualTo(3);

        // those of health and metrics, on a port of their own, keep their weight
        assertThat(named(weights, "http-nio-127.0.0.1-" + request.path("port").asInt() + "-exec-"))
                .as("threads of calls, in the request-service")
                .isNotEmpty()
                .allSatisfy(nice -> assertThat(nice).isGreaterThan(Collections.max(working)));

        var broker = threads(process(suite, "kafka").path("pid").asLong()).get("data-plane-kafk");
        assertThat(threads(process(suite, "gateway").path("pid").asLong()).values())
                .as("the gateway, and the broker with " + broker)
                .allSatisfy(all ->
                        assertThat(all).allSatisfy(nice -> assertThat(nice).isGreaterThan(Collections.max(broker))));
    }

    private static JsonNode process(Suite suite, String name) {
        for (var process : suite.status().path("processes")) {
            if (name.equals(process.path("name").asString())) {
                return process;
            }
        }
        throw new IllegalArgumentException("no process is called " + name);
    }

    private static List<Integer> named(Map<String, Integer> weights, String... beginnings) {
        return weights.entrySet().stream()
                .filter(thread -> Stream.of(beginnings).anyMatch(thread.getKey()::startsWith))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** How nice each Java thread is, by its whole name. */
    private static Map<String, Integer> weights(long pid) throws IOException, InterruptedException {
        var jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(pid),
                        "Thread.print")
                .redirectErrorStream(true)
                .start();
        var text = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(jcmd.waitFor()).as(text).isZero();
        var weights = new TreeMap<String, Integer>();
        THREAD.matcher(text).results().forEach(it -> weights.put(it.group(1), Integer.valueOf(it.group(2))));
        return weights;
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
