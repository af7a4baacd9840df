// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.Right;
import io.habeas.request.policy.language.ClockName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The answers of explain beside the sentences of the five policies: {@code docs/policies.md} is made from them, anew with
 * {@code -Dhabeas.write-contracts=true}.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class PolicyPageTest {

    private static final Path PAGE = Path.of("../docs/policies.md");
    private static final Policies POLICIES = SamplePolicies.load();

    /** A clause of the ledger with what is asked about it. */
    record Clause(
            String id,
            String controller,
            Right right,
            String jurisdiction,
            Capacity capacity,
            LocalDate date,
            String sentence,
            List<String> rules) {

        static Clause of(String line) {
            var columns = line.split(" \\| ", 5);
            var asked = columns[2].split(" ", 4);
            return new Clause(
                    columns[0],
                    columns[1],
                    Right.valueOf(asked[0]),
                    asked[1],
                    Capacity.valueOf(asked[2]),
                    LocalDate.parse(asked[3]),
                    columns[3],
                    List.of(columns[4].strip().split(" ")));
        }

        Explanation explanation() {
            return controllerOf(controller)
                    .explain(right, jurisdiction, capacity, date)
                    .orElseThrow();
        }

        @Override
        public String toString() {
            return "[" + id + "]";
        }
    }

    static Stream<Clause> clauses() throws IOException {
        try (var in = Objects.requireNonNull(PolicyPageTest.class.getResourceAsStream("/policies/clauses.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines().filter(line -> !line.startsWith("#")).map(Clause::of).toList().stream();
        }
    }

    private static Controller controllerOf(String id) {
        return POLICIES.controller(id).orElseThrow();
    }

    @Test
    void every_clause_about_policy_is_there_once() throws IOException {
        assertThat(clauses().map(Clause::id)).hasSize(55).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("clauses")
    void explain_names_the_lines_that_carry_the_clause(Clause clause) {
        var answer = clause.explanation();

        assertThat(answer.onOffer()).isTrue();
        assertThat(answer.capacityOnOffer()).isTrue();
        for (var rule : clause.rules()) {
            if (rule.startsWith("!")) {
                assertThat(rulesOf(answer)).doesNotContain(address(answer, rule.substring(1)));
            } else if (rule.startsWith("~")) {
                assertThat(profileOf(clause, answer).leaves()).containsKey(address(answer, rule.substring(1)));
            } else {
                assertThat(rulesOf(answer)).contains(address(answer, rule));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("clauses")
    void each_line_that_explain_names_is_the_line_of_the_file(Clause clause) throws IOException {
        var answer = clause.explanation();
        var profile = profileOf(clause, answer);
        var lines = Files.readAllLines(
                SamplePolicies.FOLDER.resolve(clause.controller() + "/profiles/" + profile.version() + ".yaml"));

        assertThat(answer.rules()).isNotEmpty().allSatisfy(rule -> {
            var last = rule.rule().substring(rule.rule().lastIndexOf('.') + 1).replaceAll("\\[.*|.*#", "");
            assertThat(String.join("\n", lines.subList(Math.max(0, rule.line() - 3), rule.line())))
                    .contains(last);
        });
    }

    @Test
    void the_page_is_what_explain_says() throws IOException {
        var page = page();
        if (Boolean.getBoolean("habeas.write-contracts")) {
            Files.writeString(PAGE, page);
        }

        assertThat(PAGE)
                .as(
                        "run: mvn -pl request-service test -Dtest=PolicyPageTest -Dhabeas.write-contracts=true, and look at the"
                                + " difference")
                .content(StandardCharsets.UTF_8)
                .isEqualTo(page);
    }

    private static String address(Explanation answer, String rule) {
        return answer.profile() + "#" + rule;
    }

    private static List<String> rulesOf(Explanation answer) {
        var rules = new ArrayList<String>();
        answer.clocks().forEach(it -> rules.add(it.rule()));
        answer.rules().forEach(it -> rules.add(it.rule()));
        return rules;
    }

    private static Profile profileOf(Clause clause, Explanation answer) {
        return controllerOf(clause.controller()).profile(answer.profile()).orElseThrow();
    }

    private static String page() throws IOException {
        var page = new StringBuilder("""
                # The five policies, line by line

                Made from the answers of `GET /api/v1/controllers/{c}/profile/explanation` by `PolicyPageTest`; a build fails when it drifts. Each clause about
                policy stands here with the sentence of the published policy, what was asked, and the lines of the profile that carry it. The profiles lie in
                `quickstart/src/main/resources/sample/controllers/<name>/profiles`; `./habeas policy explain FILE RIGHT JURISDICTION` says the same on a terminal.

                What a profile promises and what intake takes today are two things: the last column of the tables says
                what can not be filed, and what stops before a person of the controller because no machine carries it out.
                """);
        for (var controller : List.of("cig", "cic", "zhiqi", "ciie", "smallrig")) {
            policy(page, controllerOf(controller));
        }
        return page.toString();
    }

    private static void policy(StringBuilder page, Controller controller) throws IOException {
        var profile = controller.profiles().getFirst();
        page.append("\n## ")
                .append(controller.name())
                .append("\n\n`")
                .append(profile.address())
                .append("`, in force since ")
                .append(profile.inForce())
                .append(", ")
                .append(profile.leaves().values().stream()
                        .filter(it -> !it.whole())
                        .count())
                .append(
                        " rules.\n\n| where | right | answer | decided by | refused by | to be filed today |\n|---|---|---|---|---|---|\n");
        profile.policy()
                .jurisdictions()
                .forEach((place, rules) -> rules.rights().keySet().forEach(right -> {
                    var promise = profile.promise(place.text(), right).orElseThrow();
                    page.append("| ")
                            .append(place)
                            .append(" | ")
                            .append(right)
                            .append(" | ")
                            .append(promise.clock(ClockName.RESPOND)
                                    .orElseThrow()
                                    .value()
                                    .within())
                            .append(" | ")
                            .append(promise.approvedBy()
                                    .map(it -> it.value().name())
                                    .orElse("REVIEWER"))
                            .append(" | ")
                            .append(promise.refusal()
                                    .map(it -> it.value().decidedBy().name())
                                    .orElse(""))
                            .append(" | ")
                            .append(promise.notFiledBecause()
                                    .map(it -> "no: " + it)
                                    .or(() -> promise.forAPersonBecause().map(it -> "yes; a person decides: " + it))
                                    .orElse("yes"))
                            .append(" |\n");
                }));
        for (var clause :
                clauses().filter(it -> it.controller().equals(controller.id())).toList()) {
            clause(page, clause);
        }
    }

    private static void clause(StringBuilder page, Clause clause) {
        var answer = clause.explanation();
        page.append("\n### ")
                .append(clause.id())
                .append("\n\n> ")
                .append(clause.sentence())
                .append("\n\n")
                .append(clause.right())
                .append(" for ")
                .append(clause.capacity())
                .append(" from ")
                .append(clause.jurisdiction())
                .append(" on ")
                .append(clause.date())
                .append(" falls under `")
                .append(answer.place())
                .append("`:\n\n");
        for (var rule : clause.rules()) {
            if (rule.startsWith("!")) {
                page.append("- not in the answer: `").append(rule.substring(1)).append("`\n");
                continue;
            }
            var address = address(answer, rule.replaceFirst("^~", ""));
            answer.clocks().stream().filter(it -> it.rule().equals(address)).forEach(it -> page.append("- line ")
                    .append(it.line())
                    .append(", `")
                    .append(rule)
                    .append("`: ")
                    .append(it.within())
                    .append(" from ")
                    .append(it.from())
                    .append(it.stops().isEmpty() ? "" : ", stopped by " + String.join(", ", it.stops()))
                    .append(it.notAfter().isEmpty() ? "" : ", never after " + String.join(", ", it.notAfter()))
                    .append(", so until ")
                    .append(it.dueOn())
                    .append(it.provisional() ? " (provisional)" : "")
                    .append(
                            it.extension() == null
                                    ? ""
                                    : ", at most " + it.extension() + " more, until " + it.extendedTo())
                    .append(source(it.source())));
            answer.rules().stream().filter(it -> it.rule().equals(address)).forEach(it -> page.append("- line ")
                    .append(it.line())
                    .append(", `")
                    .append(rule)
                    .append("`: ")
                    .append(it.says())
                    .append(source(it.source())));
            if (rule.startsWith("~")) {
                var leaf = profileOf(clause, answer).leaves().get(address);
                page.append("- line ")
                        .append(leaf.line())
                        .append(", `")
                        .append(rule.substring(1))
                        .append("`: ")
                        .append(leaf.value())
                        .append(source(leaf.cites()));
            }
        }
    }

    private static String source(String source) {
        return source == null ? "\n" : " (" + source + ")\n";
    }
}
