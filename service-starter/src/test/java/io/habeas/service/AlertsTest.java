// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.json.JsonMapper;

/** Rules that name a metric which is not there are silent for ever; so are those that nobody knows how to answer. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class AlertsTest {

    private static final Path RULES = Path.of("../docs/alerts.yml");
    private static final Path DASHBOARD = Path.of("../docs/dashboard.json");
    private static final Path PAGE = Path.of("../docs/operations.md");
    private static final Pattern SELECTOR =
            Pattern.compile("([a-z_][a-z0-9_]*)(?:\\{([^\"}]*(?:\"[^\"]*\"[^\"}]*)*)})?(?:\\[(\\d+[smhd])])?");
    private static final Pattern MATCHER = Pattern.compile("([a-z_]+)(?:=~|!~|!=|=)\"([^\"]*)\"");
    private static final Pattern GROUPING = Pattern.compile("by \\(([a-z_, ]+)\\)");
    private static final Set<String> WORDS = Set.of("sum", "max", "min", "rate", "increase", "delta", "and", "or");
    private static final Set<String> OF_PROMETHEUS = Set.of("up");
    private static final Set<String> RANGED = Set.of("rate", "increase", "delta");

    /** @param expression in PromQL */
    record Rule(String alert, String expression, Map<String, String> labels, Map<String, String> annotations) {

        @Override
        public String toString() {
            return alert;
        }
    }

    @SuppressWarnings("unchecked")
    static Stream<Rule> rules() throws IOException {
        Map<String, List<Map<String, Object>>> file = new Yaml().load(Files.readString(RULES));
        assertThat(file).containsOnlyKeys("groups");
        return file.get("groups").stream()
                .flatMap(group -> ((List<Map<String, Object>>) group.get("rules")).stream())
                .map(rule -> {
                    assertThat(Set.of("alert", "expr", "for", "labels", "annotations"))
                            .as("fields of a rule")
                            .containsAll(rule.keySet());
                    assertThat(String.valueOf(rule.getOrDefault("for", "1m"))).matches("\\d+[smh]");
                    return new Rule(
                            (String) rule.get("alert"),
                            (String) rule.get("expr"),
                            (Map<String, String>) rule.get("labels"),
                            (Map<String, String>) rule.get("annotations"));
                });
    }

    static Stream<String> panels() throws IOException {
        var panels = JsonMapper.shared().readTree(Files.readString(DASHBOARD)).path("panels");
        return panels.valueStream()
                .flatMap(panel -> panel.path("targets").valueStream())
                .map(target -> target.path("expr").asString());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void names_only_metrics_and_labels_that_are_there(Rule rule) {
        var named = requireKnown(rule.expression());

        assertThat(named.isEmpty()).isEqualTo(rule.alert().equals("HabeasDown"));
        assertThat(rule.expression()).containsPattern("(==|>|<) [0-9.]+$");
    }

    @ParameterizedTest
    @MethodSource("panels")
    void the_dashboard_draws_only_what_is_there(String expression) {
        assertThat(requireKnown(expression)).isNotEmpty();
    }

    /** Fails on a metric or a label that the page of operations does not have, and names the metrics. */
    private static Set<String> requireKnown(String expression) {
        var known = new HashMap<String, Set<String>>();
        MetricsPage.read().rows().forEach(row -> known.put(row.name(), row.labels()));
        var named = new TreeSet<String>();
        var grouping = GROUPING.matcher(expression);
        var grouped = new TreeSet<String>();
        while (grouping.find()) {
            grouped.addAll(List.of(grouping.group(1).split(",\\s*")));
        }
        var selector = SELECTOR.matcher(grouping.replaceAll(""));
        var text = grouping.replaceAll("");
        while (selector.find()) {
            var name = selector.group(1);
            if (WORDS.contains(name) || OF_PROMETHEUS.contains(name)) {
                continue;
            }
            named.add(name);
            assertThat(known).as(expression).containsKey(name);
            var ranged = RANGED.contains(before(text, selector.start()));
            assertThat(selector.group(3) != null).as("a range for " + name).isEqualTo(ranged);
            if (selector.group(2) != null) {
                var matcher = MATCHER.matcher(selector.group(2));
                while (matcher.find()) {
                    assertThat(labelsOf(known, name)).as(name).contains(matcher.group(1));
                }
            }
        }
        grouped.remove("job");
        named.forEach(name -> assertThat(labelsOf(known, name))
                .as("labels of " + name + " in " + expression)
                .containsAll(grouped));
        assertThat(expression.chars().filter(c -> c == '(').count())
                .isEqualTo(expression.chars().filter(c -> c == ')').count());
        return named;
    }

    private static String before(String expression, int at) {
        var left = expression.substring(0, at);
        return left.endsWith("(") ? left.substring(0, left.length() - 1).replaceAll(".*[^a-z]", "") : "";
    }

    private static Set<String> labelsOf(Map<String, Set<String>> known, String name) {
        var labels = known.get(name);
        return labels.contains("as above") ? known.get(name.replace("_sum", "_count")) : labels;
    }

    @ParameterizedTest
    @MethodSource("rules")
    void has_an_answer_on_the_page(Rule rule) throws IOException {
        assertThat(rule.labels().get("severity")).isIn("page", "ticket");
        assertThat(rule.annotations().get("summary")).isNotBlank();
        assertThat(rule.annotations().get("runbook"))
                .isEqualTo("docs/operations.md#" + rule.alert().toLowerCase(Locale.ROOT));
        var page = Files.readString(PAGE);
        assertThat(page).contains("### " + rule.alert() + "\n");
        var answer = page.substring(page.indexOf("### " + rule.alert() + "\n"));
        answer = answer.substring(0, answer.indexOf("\n#", 1));
        assertThat(answer).contains("\n- look at: ").contains("\n- do: ");
    }

    @Test
    void no_answer_is_left_of_a_rule_that_is_gone() throws IOException {
        var rules = rules().map(Rule::alert).toList();
        assertThat(rules).doesNotHaveDuplicates();
        assertThat(Files.readAllLines(PAGE).stream()
                        .filter(line -> line.startsWith("### Habeas"))
                        .map(line -> line.substring(4)))
                .containsExactlyInAnyOrderElementsOf(rules);
    }
}
