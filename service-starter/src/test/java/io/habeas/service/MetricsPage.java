// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The table of metrics in {@code docs/operations.md}, and what a running service really shows to Prometheus. */
public record MetricsPage(List<Row> rows) {

    private static final Path PAGE = Path.of("../docs/operations.md");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Set<String> INNER = Set.of("request", "verification", "fulfillment", "notification");
    private static final Pattern LINE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern WHO = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-|@|HB-[0-9A-Z]{4}-");

    /**
     * @param name as Prometheus has it
     * @param services short names
     */
    public record Row(String name, Set<String> services, Set<String> labels) {

        boolean ours() {
            return name.startsWith("habeas_");
        }
    }

    /** One line of a scrape. */
    public record Line(String name, Map<String, String> labels, double value) {}

    public static MetricsPage read() {
        try {
            var rows = new ArrayList<Row>();
            var section = Files.readString(PAGE).split("\n## Metrics\n", 2)[1].split("\n## ", 2)[0];
            section.lines().filter(line -> line.startsWith("| `")).forEach(line -> rows.add(row(line)));
            assertThat(rows).as("rows of metrics in " + PAGE).isNotEmpty();
            assertThat(rows.stream().map(Row::name)).doesNotHaveDuplicates();
            return new MetricsPage(rows);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Row row(String line) {
        var cells = Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
        assertThat(cells)
                .as("metric, where, labels, unit, meaning, when to worry: " + line)
                .hasSize(8);
        assertThat(cells.subList(1, 7)).as(line).doesNotContain("");
        return new Row(cells.get(1).replace("`", ""), services(cells.get(2)), words(cells.get(3)));
    }

    private static Set<String> services(String where) {
        return switch (where) {
            case "all five" -> {
                var all = new TreeSet<>(INNER);
                all.add("gateway");
                yield all;
            }
            case "all four" -> INNER;
            default -> {
                assertThat(INNER).as("a service, `all four` or `all five`").contains(where);
                yield Set.of(where);
            }
        };
    }

    private static Set<String> words(String cell) {
        return cell.equals("-")
                ? Set.of()
                : Arrays.stream(cell.replace("`", "").split(",\\s*")).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Waits until the service shows every metric that the page promises of it, with values, and fails on one that the page
     * does not know, on other labels, and on a label that could say who.
     *
     * @param service short name, such as {@code request}
     * @param unknowable names whose value can not be known in this test, such as the lag of a broker that is away
     */
    public void requireShownBy(String service, int managementPort, String... unknowable) {
        var promised =
                rows.stream().filter(row -> row.services().contains(service)).toList();
        await("what " + PAGE + " promises of " + service).atMost(PATIENCE).untilAsserted(() -> {
            var shown = scrape(managementPort);
            var known = shown.stream()
                    .filter(line -> !Double.isNaN(line.value()))
                    .map(Line::name)
                    .collect(Collectors.toCollection(TreeSet::new));
            for (var name : unknowable) {
                shown.stream().map(Line::name).filter(name::equals).forEach(known::add);
            }
            assertThat(known).containsAll(promised.stream().map(Row::name).toList());
        });
        var labels = new TreeMap<String, Set<String>>();
        for (var line : scrape(managementPort)) {
            if (line.name().startsWith("habeas_")) {
                labels.computeIfAbsent(line.name(), _ -> new TreeSet<>())
                        .addAll(line.labels().keySet());
            }
            assertThat(line.labels().values()).as(line.toString()).noneMatch(it -> WHO.matcher(it)
                    .find());
        }
        var written = new TreeMap<String, Set<String>>();
        promised.stream().filter(Row::ours).forEach(row -> written.put(row.name(), new TreeSet<>(row.labels())));
        assertThat(labels).as("metrics of " + service + " and their labels").isEqualTo(written);
    }

    /** What Prometheus gets. */
    public static List<Line> scrape(int managementPort) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + "/actuator/prometheus"))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            return answer.body()
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(MetricsPage::line)
                    .toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private static Line line(String text) {
        var line = LINE.matcher(text);
        assertThat(line.matches()).as(text).isTrue();
        var labels = new TreeMap<String, String>();
        if (line.group(2) != null) {
            var label = LABEL.matcher(line.group(2));
            while (label.find()) {
                labels.put(label.group(1), label.group(2));
            }
        }
        return new Line(line.group(1), labels, Double.parseDouble(line.group(3).replace("+Inf", "Infinity")));
    }
}
