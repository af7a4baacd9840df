// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.Right;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Takes each leaf of each of the five profiles away, or lets it say something else, and looks whether the service then does something else than
 * what is recorded in {@code policies/behaviour}. A leaf that nothing acts on is argued in {@code policies/leaves.txt}, from which
 * {@code docs/policies-leaves.md} is made; both lists are exact.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LeafRemovalTest {

    /** So many other values of a leaf have to make no difference. */
    private static final int MOST_CHANGES = 5;

    private static final Path RECORDED = Path.of("src/test/resources/policies/behaviour");
    private static final Path ARGUED = Path.of("src/test/resources/policies/leaves.txt");
    private static final Path PAGE = Path.of("../docs/policies-leaves.md");

    /** How much of the service depends on a leaf. */
    enum Seen {
        /** It does something else. */
        ACTED_ON,
        /** It says something else when it is asked to explain, and does the same. */
        EXPLAINED,
        /** Only the version that is read back shows it. */
        READ_BACK
    }

    /** Why nothing acts on some leaves. */
    record Argument(Pattern leaves, Seen seen, String pattern, String why) {

        static Argument of(String line) {
            var columns = line.split(" \\| ", 3);
            return new Argument(Pattern.compile(columns[0]), Seen.valueOf(columns[1]), columns[0], columns[2].strip());
        }

        boolean argues(Leaf leaf) {
            return leaves.matcher(way(leaf)).matches();
        }
    }

    @TempDir
    private Path folder;

    static Stream<Path> files() throws IOException {
        return FiveProfilesTest.files();
    }

    static List<Argument> arguments() throws IOException {
        return Files.readString(ARGUED)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(Argument::of)
                .toList();
    }

    private static String way(Leaf leaf) {
        return leaf.rule().replaceFirst("@[^#]*#", " ");
    }

    private static Path recordOf(Profile profile) {
        return RECORDED.resolve(profile.id() + ".txt");
    }

    private static List<String> recorded(Profile profile) {
        try {
            return Files.readString(recordOf(profile), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void the_service_does_what_is_recorded(Path file) throws IOException {
        var profile = ProfileLoader.load(file);
        var behaviour = Behaviours.of(profile);
        if (Boolean.getBoolean("habeas.write-contracts")) {
            Files.createDirectories(RECORDED);
            Files.writeString(
                    recordOf(profile),
                    "# SPDX-License-Identifier: Apache-2.0\n# What the service does because of " + profile.id()
                            + ": place | what: answer | for which rights. Read it beside the policy; a line that changes is a promise that changes.\n"
                            + String.join("\n", behaviour) + "\n");
        }

        assertThat(behaviour)
                .as("if it is meant: -Dtest=LeafRemovalTest -Dhabeas.write-contracts=true, and look at the difference")
                .containsExactlyElementsOf(recorded(profile));
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_leaf_that_nothing_acts_on_is_argued(Path file) throws IOException {
        var profile = ProfileLoader.load(file);
        var arguments = arguments();
        var notArgued = new ArrayList<String>();
        var wronglyArgued = new ArrayList<String>();
        seen(file).forEach((leaf, seen) -> {
            var why = arguments.stream().filter(it -> it.argues(leaf)).toList();
            if (seen == Seen.ACTED_ON && !why.isEmpty()) {
                wronglyArgued.add(way(leaf) + ": something acts on it");
            } else if (seen != Seen.ACTED_ON && why.size() != 1) {
                notArgued.add(way(leaf) + " = " + leaf.value() + ": " + seen + ", argued " + why.size() + " times");
            } else if (seen != Seen.ACTED_ON && why.getFirst().seen() != seen) {
                wronglyArgued.add(way(leaf) + ": " + seen);
            }
        });

        assertThat(profile.leaves()).isNotEmpty();
        assertThat(notArgued).isEmpty();
        assertThat(wronglyArgued).isEmpty();
    }

    @Test
    void every_argument_is_about_a_leaf_and_the_page_has_them_all() throws IOException {
        var leaves = new ArrayList<Leaf>();
        for (var file : files().toList()) {
            leaves.addAll(leavesOf(ProfileLoader.load(file)));
        }
        var page = page(leaves);
        if (Boolean.getBoolean("habeas.write-contracts")) {
            Files.writeString(PAGE, page);
        }

        assertThat(arguments())
                .allSatisfy(argument -> assertThat(leaves.stream().filter(argument::argues))
                        .as(argument.pattern())
                        .isNotEmpty());
        assertThat(PAGE).content(StandardCharsets.UTF_8).isEqualTo(page);
    }

    private static List<Leaf> leavesOf(Profile profile) {
        return profile.leaves().values().stream().filter(it -> !it.whole()).toList();
    }

    private Map<Leaf, Seen> seen(Path file) throws IOException {
        var profile = ProfileLoader.load(file);
        var recorded = recorded(profile);
        var altered = new AlteredProfile(file, folder.resolve("altered.yaml"), AlteredProfile.words(files().toList()));
        var explained = explained(profile);
        var seen = new LinkedHashMap<Leaf, Seen>();
        for (var leaf : leavesOf(profile)) {
            seen.put(
                    leaf,
                    actedOn(altered, leaf, recorded)
                            ? Seen.ACTED_ON
                            : explained.contains(leaf.rule()) ? Seen.EXPLAINED : Seen.READ_BACK);
        }
        return seen;
    }

    /** A leaf without which, and with any other value of which, the profile does not load is acted on by the loader. */
    private static boolean actedOn(AlteredProfile altered, Leaf leaf, List<String> recorded) {
        var without = altered.without(leaf);
        if (without.isPresent() && !Behaviours.of(without.get()).equals(recorded)) {
            return true;
        }
        var changed = altered.changed(leaf).limit(MOST_CHANGES).iterator();
        if (!changed.hasNext()) {
            return without.isEmpty();
        }
        while (changed.hasNext()) {
            if (!Behaviours.of(changed.next()).equals(recorded)) {
                return true;
            }
        }
        return false;
    }

    /** Every leaf that some answer of explain names. */
    private static Set<String> explained(Profile profile) {
        var named = new HashSet<String>();
        for (var place : profile.policy().jurisdictions().keySet()) {
            for (var right : Right.values()) {
                for (var capacity : Capacity.values()) {
                    for (var date : List.of("2020-06-01", "2026-06-01")) {
                        var answer = Explaining.explain(
                                profile, null, place.text(), place.text(), right, capacity, LocalDate.parse(date));
                        answer.rules().forEach(it -> named.add(it.rule()));
                        answer.clocks().forEach(it -> below(profile, it.rule(), named));
                    }
                }
            }
        }
        return named;
    }

    /** A clock is told as a whole. */
    private static void below(Profile profile, String clock, Set<String> named) {
        profile.leaves().keySet().stream()
                .filter(it -> it.startsWith(clock + ".") || it.equals(clock))
                .forEach(named::add);
    }

    private static String page(List<Leaf> leaves) throws IOException {
        var page = new StringBuilder("""
                # Leaves of the profiles that nothing acts on

                Made by `LeafRemovalTest`, which takes each leaf of the five profiles away, or changes it, in turn, and looks whether the service then does something else
                than what is recorded in `request-service/src/test/resources/policies/behaviour`. For the leaves below it does not. Each group says how many they
                are, whether the answers of explain show them (`EXPLAINED`) or only a version that is read back (`READ_BACK`), and why that is so for now.
                A leaf that comes to be acted on has to leave this list, or the build fails.

                """);
        var all = new EnumMap<Seen, Long>(Seen.class);
        var rows = new StringBuilder();
        for (var argument : arguments()) {
            var argued = leaves.stream().filter(argument::argues).toList();
            all.merge(argument.seen(), (long) argued.size(), Long::sum);
            rows.append("| `")
                    .append(argument.pattern().replace("|", "\\|"))
                    .append("` | ")
                    .append(byProfile(argued))
                    .append(" | ")
                    .append(argument.seen())
                    .append(" | ")
                    .append(argument.why())
                    .append(" |\n");
        }
        long argued = all.values().stream().mapToLong(Long::longValue).sum();
        page.append("Of ")
                .append(leaves.size())
                .append(" leaves ")
                .append(leaves.size() - argued)
                .append(" are acted on; ")
                .append(all.getOrDefault(Seen.EXPLAINED, 0L))
                .append(" are only explained, ")
                .append(all.getOrDefault(Seen.READ_BACK, 0L))
                .append(" only read back.\n\n| leaves | how many | seen | why |\n|---|---|---|---|\n")
                .append(rows);
        return page.toString();
    }

    private static String byProfile(List<Leaf> argued) {
        var counts = new TreeMap<String, Long>();
        argued.forEach(it -> counts.merge(it.rule().substring(0, it.rule().indexOf('@')), 1L, Long::sum));
        return counts.entrySet().stream()
                .map(it -> it.getKey() + " " + it.getValue())
                .collect(java.util.stream.Collectors.joining(", "));
    }
}
