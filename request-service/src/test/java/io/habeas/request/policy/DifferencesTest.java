// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.request.policy.Difference.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a later version takes away is flagged, with the lines of both. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class DifferencesTest {

    private static final Path CIC = SamplePolicies.FOLDER.resolve("cic/profiles/2023-01.yaml");

    @TempDir
    Path folder;

    private Path later(String part, String change) throws IOException {
        var text = Files.readString(CIC);
        assertThat(text).contains(part);
        return Files.writeString(
                folder.resolve("later.yaml"),
                text.replace(part, change)
                        .replace("version: 2023-01", "version: 2027-01")
                        .replace("inForce: 2023-01-06", "inForce: 2027-01-06"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "      RESTRICTION:  |      ANONYMIZATION:  | RIGHT_DROPPED | RESTRICTION",
                "respond: {from: RECEIPT, within: 15 working days of CN, warnings | respond: {from: RECEIPT, within: 16 working days of CN, warnings | CLOCK_LENGTHENED | 15 working days of CN became",
                "- {ground: RISK_TO_OTHERS} | - {ground: WE_ARE_BUSY} | GROUND_ADDED | refusal on WE_ARE_BUSY",
                "      TRANSACTION_RECORDS: | TRANSACTION_AND_MORE: | GROUND_ADDED | keeping on TRANSACTION_AND_MORE",
                "- {capacity: RELATIVE | - {capacity: AGENT | CAPACITY_DROPPED | ACCESS for RELATIVE",
                "level: STANDARD | level: HIGH | PROOF_RAISED | STANDARD became HIGH"
            })
    void a_reduction_is_flagged_with_its_places(String part, String change, Kind kind, String says) throws IOException {
        var differences = Differences.between(ProfileLoader.load(CIC), ProfileLoader.load(later(part, change)));

        assertThat(differences).extracting(Difference::kind).contains(kind);
        assertThat(differences).filteredOn(it -> it.kind() == kind).first().satisfies(it -> {
            assertThat(it.says()).contains(says);
            assertThat(String.valueOf(it.before()) + it.after()).containsAnyOf("cic@2023-01#CN.", "cic@2027-01#CN.");
        });
    }

    @Test
    void what_a_version_gives_is_no_reduction() throws IOException {
        var kinder = later(
                "respond: {from: RECEIPT, within: 15 working days of CN, warnings",
                "respond: {from: RECEIPT, within: 10 working days of CN, warnings");

        assertThat(Differences.between(ProfileLoader.load(CIC), ProfileLoader.load(kinder)))
                .isEmpty();
    }

    private record Said(int code, String out, String err) {}

    private static Said run(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int code = new PolicyCommand(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run(arguments);
        return new Said(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void the_command_says_what_a_version_takes_away() throws IOException {
        var said = run(
                "check",
                CIC.toString(),
                later("      RESTRICTION:  ", "      ANONYMIZATION:  ").toString());

        assertThat(said.code()).isZero();
        assertThat(said.out())
                .contains("cic@2023-01 loads: 1 jurisdictions")
                .contains("takes away: RIGHT_DROPPED: RESTRICTION (cic@2023-01#CN.rights.RESTRICTION -> )");
    }

    @Test
    void the_command_refuses_a_profile_with_place_and_cure() throws IOException {
        var said = run("check", later("level: STANDARD", "level: GOOD").toString());

        assertThat(said.code()).isEqualTo(1);
        assertThat(said.err()).contains("later.yaml:").contains("must be one of NONE, BASIC, STANDARD, HIGH");
    }

    @Test
    void the_command_explains() {
        var said = run("explain", CIC.toString(), "ERASURE", "CN", "SUBJECT", "2026-02-06");

        assertThat(said.code()).isZero();
        assertThat(said.out()).contains("respond: 15 working days of CN from RECEIPT, until 2026-03-05");
        assertThat(run("explain", CIC.toString(), "WISHES", "CN").code()).isEqualTo(2);
        assertThat(run().code()).isEqualTo(2);
    }
}
