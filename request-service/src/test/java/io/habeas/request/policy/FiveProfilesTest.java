// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.Right;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The five published policies as they come with the quickstart. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class FiveProfilesTest {

    static Stream<Path> files() throws IOException {
        try (var all = Files.walk(SamplePolicies.FOLDER)) {
            return all
                    .filter(it ->
                            it.getParent().endsWith("profiles") && it.toString().endsWith(".yaml"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void each_loads_whole(Path file) {
        var profile = ProfileLoader.load(file);

        assertThat(profile.leaves()).hasSizeGreaterThan(100);
        assertThat(profile.policy().jurisdictions()).isNotEmpty();
    }

    @Test
    void there_are_five_and_between_them_every_right_is_promised() throws IOException {
        var profiles = files().map(ProfileLoader::load).toList();

        assertThat(profiles).hasSize(5);
        var rights = new TreeSet<Right>();
        profiles.forEach(it -> it.policy()
                .jurisdictions()
                .values()
                .forEach(place -> rights.addAll(place.rights().keySet())));
        assertThat(rights).containsExactly(Right.values());
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_rule_that_a_promise_names_is_the_address_of_a_leaf(Path file) {
        var profile = ProfileLoader.load(file);

        profile.policy()
                .jurisdictions()
                .forEach((place, rules) -> rules.rights().keySet().forEach(right -> {
                    var promise = profile.promise(place.text(), right).orElseThrow();
                    assertThat(rulesOf(promise))
                            .as("%s in %s", right, place)
                            .allSatisfy(rule -> assertThat(profile.leaves()).containsKey(rule));
                }));
    }

    private static List<String> rulesOf(Promise promise) {
        return Stream.of(
                        promise.clocks().values().stream(),
                        promise.capacities().values().stream(),
                        promise.keepGrounds().values().stream(),
                        promise.refusalGrounds().stream(),
                        promise.noAnswerGrounds().stream(),
                        promise.withholdingGrounds().stream(),
                        promise.approvedBy().stream(),
                        promise.refusal().stream(),
                        promise.proof().stream(),
                        promise.complaint().stream(),
                        promise.fee().stream(),
                        promise.delivery().stream(),
                        promise.recipients().stream(),
                        promise.backups().stream(),
                        promise.dnt().stream(),
                        promise.gpc().stream())
                .flatMap(it -> it)
                .map(Ruled::rule)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_rule_cites_a_section_of_the_policy_or_says_that_it_is_a_default(Path file) {
        var profile = ProfileLoader.load(file);

        var silent = profile.leaves().values().stream()
                .filter(leaf -> !leaf.whole() && leaf.cites() == null)
                .filter(leaf -> !leaf.rule()
                        .matches(".*(\\.texts\\.|\\.name\\.|#profile$|#version$|#contact\\.|#neverDisclosed$).*"))
                .map(leaf -> leaf.line() + " " + leaf.rule())
                .toList();
        assertThat(silent).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_right_that_is_promised_can_be_filed(Path file) {
        var profile = ProfileLoader.load(file);

        profile.policy().jurisdictions().forEach((place, rules) -> assertThat(profile.jurisdiction(place.text())
                        .orElseThrow()
                        .rights()
                        .keySet())
                .as("%s in %s", profile.id(), place)
                .containsExactlyElementsOf(rules.rights().keySet()));
    }

    @Test
    void
            of_what_touches_a_store_a_machine_grants_access_erasure_and_cancellation_alone_and_only_where_something_is_proved()
                    throws IOException {
        var byMachine = files().map(ProfileLoader::load)
                .flatMap(profile -> profile.jurisdictions().values().stream()
                        .flatMap(place -> place.rights().values().stream()
                                .filter(terms -> terms.decision().carriedOut()
                                        && !terms.effects().makeStand())
                                .map(terms -> profile.id() + " " + place.code() + " " + terms.right())))
                .toList();

        assertThat(byMachine)
                .containsExactly(
                        "cic CN ACCESS",
                        "cic CN ERASURE",
                        "cic CN ACCOUNT_CANCELLATION",
                        "cig EU ACCESS",
                        "cig EU ERASURE",
                        "cig US-CA ACCESS",
                        "cig US-CA ERASURE",
                        "cig CN ACCESS",
                        "cig CN ERASURE",
                        "cig CN ACCOUNT_CANCELLATION",
                        "ciie CN ACCESS",
                        "ciie CN ERASURE",
                        "ciie CN ACCOUNT_CANCELLATION",
                        "smallrig US-CA ACCESS",
                        "smallrig US-CA ERASURE",
                        "smallrig ANY ACCESS",
                        "smallrig ANY ERASURE",
                        "smallrig CN ACCESS",
                        "smallrig CN ERASURE",
                        "smallrig CN ACCOUNT_CANCELLATION",
                        "zhiqi CN ACCESS",
                        "zhiqi CN ERASURE",
                        "zhiqi CN ACCOUNT_CANCELLATION",
                        "zhiqi EU ACCESS",
                        "zhiqi EU ERASURE");
    }

    @Test
    void what_only_makes_something_stand_is_carried_out_under_every_policy() throws IOException {
        assertThat(files().map(ProfileLoader::load)
                        .flatMap(profile -> profile.jurisdictions().values().stream())
                        .flatMap(place -> place.rights().values().stream())
                        .filter(terms -> terms.effects().makeStand()))
                .hasSizeGreaterThan(20)
                .allMatch(terms -> terms.decision().carriedOut());
    }
}
