// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * What may be logged, held against the source of everything that runs as a service: constant texts, and words of the list in
 * {@code docs/operations.md}. A text that is put together could hold what somebody wrote.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LogVocabularyTest {

    private static final Path ROOT = Path.of("..");
    private static final Path PAGE = ROOT.resolve("docs/operations.md");
    private static final Set<String> NO_SERVICES =
            Set.of("quickstart", "benchmarks", "acceptance-tests", "test-controls", "connector-testkit");
    /** Taken by the Elastic Common Schema: a word of ours in their place would break the line. */
    private static final Set<String> TAKEN = Set.of(
            "message", "log", "process", "service", "ecs", "error", "tags", "labels", "trace", "span", "event", "host");

    private static final Pattern LITERAL =
            Pattern.compile("\"\"\"[\\s\\S]*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|//[^\\n]*|/\\*[\\s\\S]*?\\*/");
    private static final Pattern PLAIN_CALL = Pattern.compile("\\b[A-Z_]+\\.(?:info|warn|error)\\(");
    private static final Pattern FLUENT_CALL = Pattern.compile("\\.log\\(");
    private static final Pattern WORD = Pattern.compile("\\.addKeyValue\\(\\s*(\"x*\"|[^\"\\s])");
    private static final Pattern CONSTANT = Pattern.compile("[\\s\"x+]*");
    private static final Pattern CHOICE = Pattern.compile("\\s*[\\w.()]+\\s*\\?[\\s\"x+]*:[\\s\"x+]*");

    /** A file as it is, and with every literal and comment masked in the same length. */
    private record Source(Path file, String text, String masked) {

        /** The argument of the call that opens before {@code from}. */
        String argument(int from, String of) {
            int depth = 1;
            int at = from;
            while (depth > 0) {
                char c = masked.charAt(at++);
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            }
            return of.substring(from, at - 1);
        }

        String statementBefore(int at) {
            int start = Math.max(
                    masked.lastIndexOf(';', at), Math.max(masked.lastIndexOf('{', at), masked.lastIndexOf('}', at)));
            return masked.substring(start + 1, at);
        }
    }

    private static List<Source> sources() throws IOException {
        try (var files = Files.walk(ROOT)) {
            var sources = new ArrayList<Source>();
            for (var file : files.filter(LogVocabularyTest::runsInAService).toList()) {
                var text = Files.readString(file);
                sources.add(new Source(file, text, LITERAL.matcher(text).replaceAll(match -> {
                    var found = match.group();
                    return found.startsWith("\"")
                            ? "\"" + "x".repeat(found.length() - 2) + "\""
                            : " ".repeat(found.length());
                })));
            }
            assertThat(sources).hasSizeGreaterThan(200);
            return sources;
        }
    }

    private static boolean runsInAService(Path file) {
        var path = file.toString();
        return path.endsWith(".java")
                && path.contains("/src/main/java/")
                && NO_SERVICES.stream().noneMatch(it -> path.startsWith(ROOT + "/" + it + "/"));
    }

    @Test
    void every_text_is_a_constant() throws IOException {
        for (var source : sources()) {
            var plain = PLAIN_CALL.matcher(source.masked());
            while (plain.find()) {
                var argument = source.argument(plain.end(), source.masked());
                if (source.text().contains("org.slf4j.Logger")) {
                    assertThat(argument).as(source.file().toString()).matches(CONSTANT);
                }
            }
            var fluent = FLUENT_CALL.matcher(source.masked());
            while (fluent.find()) {
                if (source.text().contains("org.slf4j.Logger")) {
                    var argument = source.argument(fluent.end(), source.masked());
                    assertThat(CONSTANT.matcher(argument).matches()
                                    || CHOICE.matcher(argument).matches())
                            .as(source.file() + ": " + source.argument(fluent.end(), source.text()))
                            .isTrue();
                    assertThat(source.argument(fluent.end(), source.text()))
                            .as(source.file().toString())
                            .doesNotContain("{}");
                }
            }
        }
    }

    @Test
    void every_word_is_on_the_list_and_the_list_has_no_other() throws IOException {
        var used = new TreeSet<String>();
        for (var source : sources()) {
            var word = WORD.matcher(source.masked());
            while (word.find()) {
                assertThat(word.group(1))
                        .as("a constant word in " + source.file())
                        .startsWith("\"");
                used.add(source.text().substring(word.start(1) + 1, word.end(1) - 1));
            }
        }
        assertThat(used).doesNotContainAnyElementsOf(TAKEN);
        assertThat(used).isEqualTo(new TreeSet<>(firstCells("## Words of the log")));
    }

    @Test
    void every_alarm_is_on_the_page_and_the_page_has_no_other() throws IOException {
        var written = firstCells("## Alarms in the log");
        var unused = new TreeSet<>(written);
        for (var source : sources()) {
            var call = FLUENT_CALL.matcher(source.masked());
            while (call.find()) {
                var before = source.statementBefore(call.start());
                if (!before.contains(".atError()") && !before.strip().startsWith("level")) {
                    continue;
                }
                var texts = literals(source.argument(call.end(), source.text()));
                var found = written.stream()
                        .filter(it -> texts.stream().anyMatch(text -> text.startsWith(it)))
                        .toList();
                assertThat(found)
                        .as("an alarm of " + source.file() + " in " + PAGE + ": " + texts)
                        .isNotEmpty();
                unused.removeAll(found);
            }
        }
        assertThat(unused).as("alarms in " + PAGE + " that nobody raises").isEmpty();
    }

    private static List<String> literals(String argument) {
        return LITERAL.matcher(argument)
                .results()
                .map(it -> it.group().substring(1, it.group().length() - 1))
                .toList();
    }

    /** What stands in backticks in the first cell of each row of the table under that heading. */
    private static List<String> firstCells(String heading) throws IOException {
        var page = Files.readString(PAGE);
        assertThat(page).contains("\n" + heading);
        var section = page.substring(page.indexOf("\n" + heading) + 1);
        section = section.substring(0, section.indexOf("\n## "));
        return section.lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("\\|")[1])
                .flatMap(cell ->
                        Pattern.compile("`([^`]+)`").matcher(cell).results().map(it -> it.group(1)))
                .flatMap(Stream::of)
                .toList();
    }
}
