// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.habeas.contracts.Right;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ProfileLoaderTest {

    private static final Path SMALLRIG = SamplePolicies.FOLDER.resolve("smallrig/profiles/2021-06.yaml");

    @TempDir
    Path folder;

    /** What is replaced by what, and what the error says: line, column, field and cure. */
    record Mistake(String original, String mistake, String place, String says) {

        @Override
        public String toString() {
            return mistake.strip();
        }
    }

    static Stream<Mistake> mistakes() {
        return Stream.of(
                new Mistake("region: US", "region: USA", "region", "a region of two letters"),
                new Mistake("timeZone: America/Los_Angeles", "timeZone: Pacific", "timeZone", "IANA"),
                new Mistake("inForce: 2021-06-30", "inForce: 2021-06-31", "inForce", "must be a day"),
                new Mistake(
                        "inForce: 2021-06-30", "inforce: 2021-06-30", "inforce", "allowed: profile, version, inForce"),
                new Mistake("  US-CA:  ", "  us-ca:  ", "jurisdictions.us-ca", "such as CN or US-CA"),
                new Mistake(
                        "counting: FIRST_DAY_COUNTS",
                        "counting: SOMEHOW",
                        "jurisdictions.US-CA.counting",
                        "must be one of FIRST_DAY_COUNTS, FIRST_DAY_IS_NEXT"),
                new Mistake(
                        "level: STANDARD", "level: NONE", "jurisdictions.US-CA.proof.level", "nothing may be answered"),
                new Mistake(
                        "      ACCESS:", "      ACCES:", "jurisdictions.US-CA.rights.ACCES", "must be one of ACCESS"),
                new Mistake(
                        "confirmReceipt: {from: RECEIPT, within: 10 days}     ",
                        "confirmReceipt: {from: RECEIPT, within: ten days}     ",
                        "jurisdictions.US-CA.clocks.confirmReceipt.within",
                        "such as '45 days'"),
                new Mistake(
                        "identity: {from: RECEIPT, within: 30 days}     ",
                        "identity: {from: RECEIPT, within: 45 days}     ",
                        "jurisdictions.US-CA.rights.PORTABILITY",
                        "must end before respond does, which takes 45 days at broken.yaml:"),
                new Mistake(
                        "confirmation: {from: VERIFICATION, within: 14 days}  ",
                        "confirmation: {from: RECEIPT, within: 14 days}  ",
                        "jurisdictions.US-CA.rights.ERASURE.clocks.confirmation.from",
                        "runs from VERIFICATION"),
                new Mistake(
                        "confirmation: WITH_ACCOUNT",
                        "hold: {from: RECEIPT, window: 3 days}\n        confirmation: WITH_ACCOUNT",
                        "jurisdictions.US-CA.rights.ERASURE.hold.from",
                        "allowed"),
                new Mistake(
                        "confirmation: WITH_ACCOUNT",
                        "hold: {window: 1 day}\n        confirmation: WITH_ACCOUNT",
                        "jurisdictions.US-CA.rights.ERASURE.clocks",
                        "must end before respond does"),
                new Mistake(
                        "lookBack: 12 months",
                        "lookBack: 12 months\n        hold: {window: 3 days}",
                        "jurisdictions.US-CA.rights.ACCESS.hold",
                        "belongs to ERASURE"),
                new Mistake(
                        "retention: {case: 24 months}",
                        "retention: {case: for ever}",
                        "retention.case",
                        "such as '45 days'"),
                new Mistake(
                        "retention: {case: 24 months}", "retention: {}", "retention", "the field 'case' is missing"),
                new Mistake("decidedBy: MACHINE", "decidedBy: ANYBODY", "jurisdictions.US-CA.decidedBy", "MACHINE"),
                new Mistake("languages: [en, zh-CN]", "languages: [en, en]", "languages[1]", "twice"),
                new Mistake("languages: [en, zh-CN]", "languages: [en, de]", "jurisdictions.US-CA.name", "en, de"),
                new Mistake(
                        "          DEBUGGING: {}",
                        "          DEBUGGING: {}\n          DEBUGGING: {}",
                        "jurisdictions.US-CA.rights.ERASURE.keepGrounds.DEBUGGING",
                        "twice"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void a_mistake_is_reported_with_file_line_column_field_and_cure(Mistake mistake) throws IOException {
        var text = Files.readString(SMALLRIG);
        var at = text.indexOf(mistake.original());
        assertThat(at).as("the sample holds what is to be replaced").isNotNegative();
        var broken = text.substring(0, at)
                + mistake.mistake()
                + text.substring(at + mistake.original().length());
        var file = Files.writeString(folder.resolve("broken.yaml"), broken);

        assertThatThrownBy(() -> ProfileLoader.load(file))
                .isInstanceOf(PolicyException.class)
                .hasMessageMatching("(?s).*broken\\.yaml:[0-9]+:[0-9]+: .*")
                .hasMessageContaining(": " + mistake.place() + ": ")
                .hasMessageContaining(mistake.says());
    }

    @Test
    void the_line_and_column_are_those_of_the_mistake() throws IOException {
        var file = Files.writeString(folder.resolve("p.yaml"), "profile: x\nversion: 2021-06\ninForce: soon\n");

        assertThatThrownBy(() -> ProfileLoader.load(file)).hasMessageContaining("p.yaml:3:10: inForce: must be a day");
    }

    @Test
    void a_missing_field_is_named() throws IOException {
        var file = Files.writeString(folder.resolve("p.yaml"), "profile: x\n");

        assertThatThrownBy(() -> ProfileLoader.load(file)).hasMessageContaining("the field 'version' is missing");
    }

    @Test
    void what_is_not_yaml_is_refused_with_its_place() throws IOException {
        var file = Files.writeString(folder.resolve("p.yaml"), "profile: x\nversion: [\n");

        assertThatThrownBy(() -> ProfileLoader.load(file))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("p.yaml:3:1: is not YAML");
    }

    @Test
    void smallrig_promises_californians_what_its_policy_says() {
        var profile = ProfileLoader.load(SMALLRIG);

        var rights = profile.jurisdictions().get("US-CA").rights();
        assertThat(rights.keySet()).startsWith(Right.ACCESS, Right.ERASURE);
        var erasure = rights.get(Right.ERASURE);
        assertThat(erasure.retention().term()).hasToString("24 months");
        assertThat(erasure.retention().rule()).isEqualTo("smallrig@2021-06#retention.case");
        assertThat(erasure.retainedUntil(Instant.parse("2026-11-22T18:00:00Z"))).isEqualTo("2028-11-23T07:59:59Z");
        assertThat(erasure.clocks().get(ClockKind.CONFIRM_RECEIPT).within()).hasToString("10 days");
        assertThat(erasure.clocks().get(ClockKind.RESPOND).within()).hasToString("45 days");
        assertThat(erasure.clocks().get(ClockKind.RESPOND).extension()).hasToString("45 days");
        assertThat(erasure.clocks().get(ClockKind.RESPOND).rule())
                .isEqualTo("smallrig@2021-06#US-CA.rights.ERASURE.clocks.respond");
        assertThat(erasure.keepGrounds()).hasSize(9);
        assertThat(erasure.confirmation()).isEqualTo(Terms.Confirmation.WITH_ACCOUNT);
        assertThat(rights.get(Right.ACCESS).lookBack()).hasToString("12 months");
        assertThat(rights.get(Right.ACCESS).confirmation()).isEqualTo(Terms.Confirmation.NOT_ASKED);
    }

    @Test
    void every_rule_that_terms_name_is_the_address_of_a_leaf() {
        var profile = ProfileLoader.load(SMALLRIG);

        for (var terms : profile.jurisdictions().get("US-CA").rights().values()) {
            assertThat(profile.leaves()).containsKey(terms.decisionRule());
            terms.clocks().values().forEach(clock -> assertThat(profile.leaves())
                    .containsKey(clock.rule()));
        }
        assertThat(profile.leaves().get("smallrig@2021-06#US-CA.rights.ERASURE.confirmation"))
                .isNotNull()
                .satisfies(leaf -> assertThat(leaf.value()).isEqualTo("WITH_ACCOUNT"))
                .satisfies(leaf -> assertThat(leaf.cites()).startsWith("\"ACCESSING AND CORRECTING\""))
                .satisfies(leaf -> assertThat(Files.readAllLines(SMALLRIG).get(leaf.line() - 1))
                        .contains("confirmation: WITH_ACCOUNT"));
        assertThat(profile.leaves().get("smallrig@2021-06#US-CA.rights.ERASURE.clocks.respond.extension"))
                .isNotNull()
                .extracting(Leaf::value)
                .isEqualTo("45 days");
    }
}
