// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules that can not hold together are refused on load, with both places named. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ContradictionsTest {

    private static final String SMALLEST = """
            profile: small
            version: 2026-01
            inForce: 2026-01-01
            region: US
            timeZone: UTC
            languages: [en]
            refusal: {decidedBy: REVIEWER}
            jurisdictions:
              US-CA:
                extensions: {atMost: 45 days}
                refusalGrounds: [EXCESSIVE]
                clocks:
                  identity: {from: RECEIPT, within: 30 days}
                  respond: {from: RECEIPT, within: 45 days, extension: 45 days}
                rights:
                  ACCESS: {}
                  OBJECTION: {proof: NONE}
            """;

    @TempDir
    Path folder;

    /** What is replaced by what; where the error is, what it says, and which other place it names. */
    record Contradiction(String part, String mistake, String field, String says, String other) {

        @Override
        public String toString() {
            return says + ": " + mistake;
        }
    }

    static Stream<Contradiction> contradictions() {
        return Stream.of(
                new Contradiction(
                        "      ACCESS: {}",
                        "      ACCESS: {proof: {level: STANDARD, method: LOGIN, account: ITS_OWN_DATA}}",
                        "jurisdictions.US-CA.rights.ACCESS.proof.method",
                        "a login is no method by itself",
                        ""),
                new Contradiction(
                        "    refusalGrounds: [EXCESSIVE]",
                        "    fee: {grounds: [EXCESSIVE], decidedBy: REVIEWER, unanswered: LAPSES}\n    refusalGrounds: [EXCESSIVE]",
                        "jurisdictions.US-CA.fee",
                        "a fee that lapses without a clock",
                        "jurisdictions.US-CA.clocks"),
                new Contradiction(
                        "extension: 45 days",
                        "extension: 46 days",
                        "jurisdictions.US-CA.clocks.respond.extension",
                        "is longer than the policy allows, 45 days",
                        "p.yaml:10:26 jurisdictions.US-CA.extensions.atMost"),
                new Contradiction(
                        "    extensions: {atMost: 45 days}\n",
                        "",
                        "jurisdictions.US-CA.clocks.respond.extension",
                        "no clock may be extended here: extensions is missing",
                        "p.yaml:10:5 jurisdictions.US-CA"),
                new Contradiction(
                        "[EXCESSIVE]",
                        "[EXCESSIVE, {ground: WRONG, rights: [CORRECTION]}]",
                        "jurisdictions.US-CA.refusalGrounds.WRONG.rights",
                        "no right uses this for CORRECTION",
                        "p.yaml:16:7 jurisdictions.US-CA.rights"),
                new Contradiction(
                        "ACCESS: {}\n      OBJECTION: {proof: NONE}",
                        "OBJECTION: {proof: NONE, refusal: {decidedBy: NOBODY}}",
                        "jurisdictions.US-CA.refusalGrounds.EXCESSIVE",
                        "no right uses this ground: nobody may refuse any right",
                        "p.yaml:16:7 jurisdictions.US-CA.rights"),
                new Contradiction(
                        "      respond: {from: RECEIPT, within: 45 days, extension: 45 days}\n",
                        "",
                        "jurisdictions.US-CA.rights.ACCESS",
                        "a right without a clock",
                        "p.yaml:13:7 jurisdictions.US-CA.clocks"),
                new Contradiction(
                        "within: 30 days",
                        "within: 45 days",
                        "jurisdictions.US-CA.rights.ACCESS",
                        "must end before respond does",
                        "p.yaml:14:16 jurisdictions.US-CA.clocks.respond"),
                new Contradiction(
                        "ACCESS: {}",
                        "ACCESS: {confirmation: REQUIRED}",
                        "jurisdictions.US-CA.rights.ACCESS",
                        "the clock 'confirmation' is missing",
                        ""),
                new Contradiction(
                        "ACCESS: {}",
                        "ACCESS: {proof: NONE}",
                        "jurisdictions.US-CA.rights.ACCESS.proof",
                        "nothing may be answered without proof",
                        ""),
                new Contradiction(
                        "within: 45 days,",
                        "within: 45 working days of NOWHERE,",
                        "jurisdictions.US-CA.clocks.respond.within",
                        "no calendar is called NOWHERE; known: CN, MON-FRI, US-CA",
                        ""),
                new Contradiction(
                        "refusal: {decidedBy: REVIEWER}\n",
                        "",
                        "jurisdictions.US-CA",
                        "who may refuse is said neither",
                        ""),
                new Contradiction(
                        "  US-CA:\n",
                        "  CN: {covers: [US-CA], clocks: {respond: {from: VERIFICATION, within: 1 month}}, rights: {ACCESS: {}}}\n  US-CA:\n",
                        "jurisdictions.CN.covers",
                        "US-CA has rules of its own",
                        "jurisdictions.US-CA"),
                new Contradiction(
                        "ACCESS: {}",
                        "ACCESS: {lookBack: 12 months, window: PRIOR_CALENDAR_YEAR}",
                        "jurisdictions.US-CA.rights.ACCESS.window",
                        "the answer covers either this or",
                        "p.yaml:16:26 jurisdictions.US-CA.rights.ACCESS.lookBack"),
                new Contradiction(
                        "languages: [en]",
                        "languages: [en]\nminors: [{below: 13, from: 14}]",
                        "minors[0].from",
                        "begins before it ends",
                        "p.yaml:7:18 minors[0].below"),
                new Contradiction(
                        "[EXCESSIVE]",
                        "[EXCESSIVE, EXCESSIVE]",
                        "jurisdictions.US-CA.refusalGrounds[1]",
                        "stands in the list twice",
                        ""));
    }

    @ParameterizedTest
    @MethodSource("contradictions")
    void a_contradiction_is_refused_with_both_places_named(Contradiction it) throws IOException {
        assertThat(SMALLEST).contains(it.part());
        var file = Files.writeString(folder.resolve("p.yaml"), SMALLEST.replace(it.part(), it.mistake()));

        assertThatThrownBy(() -> ProfileLoader.load(file))
                .isInstanceOf(PolicyException.class)
                .hasMessageMatching("(?s).*p\\.yaml:[0-9]+:[0-9]+: .*")
                .hasMessageContaining(": " + it.field() + ": ")
                .hasMessageContaining(it.says())
                .hasMessageContaining(it.other());
    }

    @Test
    void the_smallest_profile_loads() throws IOException {
        var profile = ProfileLoader.load(Files.writeString(folder.resolve("p.yaml"), SMALLEST));

        assertThat(profile.promise("US-CA", io.habeas.contracts.Right.ACCESS)).isPresent();
        assertThat(profile.placeOf("US-TX")).isEmpty();
    }

    @Test
    void the_sample_of_the_design_loads() throws IOException {
        var file = Files.writeString(folder.resolve("ciie.yaml"), """
                profile: ciie
                version: 2021-07
                inForce: 2021-07-01
                region: CN
                timeZone: Asia/Shanghai
                languages: [zh-CN, en]
                refusal: {decidedBy: REVIEWER}
                jurisdictions:
                  CN:
                    clocks:
                      identity: {from: RECEIPT, within: 20 days}
                      confirmation: {from: VERIFICATION, within: 14 days}
                    rights:
                      ACCESS:
                        clocks: {respond: {from: RECEIPT, within: 30 days, stops: [PROOF_ASKED]}}   # V (VIII)
                        proof: STANDARD
                        fee: {beyond: 2 per 12 months, decidedBy: REVIEWER}
                      ERASURE:
                        clocks: {respond: {from: RECEIPT, within: 30 days, stops: [PROOF_ASKED]}}
                        grounds: [UNLAWFUL_PROCESSING, NO_CONSENT, BREACH_OF_AGREEMENT, NO_LONGER_A_USER, ACCOUNT_CANCELLED, SERVICE_ENDED]
                        confirmation: REQUIRED
                        recipients: NOTIFY_UNLESS_OWN_CONSENT
                        backups: {state: RESTRICTED, until: NEXT_REFRESH}
                    refusalGrounds: [REPEATED_WITHOUT_REASON, DISPROPORTIONATE_EFFORT, RISK_TO_OTHERS, IMPRACTICAL]
                    noAnswerGrounds: [NATIONAL_SECURITY, PUBLIC_INTEREST, CRIMINAL_PROCEEDINGS, {ground: MALICE, evidence: REQUIRED}, SERIOUS_HARM, BUSINESS_SECRET]
                    complaint: {next: [CONTACT, NEGOTIATION, COURT], respond: {from: VERIFICATION, within: 30 days}}
                minors: [{below: 14, actor: GUARDIAN, officer: CHILDRENS_DATA_OFFICER}]
                signals: {dnt: OBJECTION_TO_TRACKING, gpc: OBJECTION_TO_TRACKING}
                """);

        assertThat(ProfileLoader.load(file).leaves())
                .containsKeys(
                        "ciie@2021-07#CN.rights.ERASURE.clocks.respond",
                        "ciie@2021-07#CN.noAnswerGrounds.MALICE.evidence");
    }
}
