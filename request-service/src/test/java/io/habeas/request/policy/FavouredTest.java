// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.Right;
import io.habeas.request.policy.Favoured.Because;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of the parts of a policy under which one person falls, the one that gives most for a right holds. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class FavouredTest {

    private static final Path CIG = SamplePolicies.FOLDER.resolve("cig/profiles/2025-04.yaml");
    private static final Instant RECEIVED = Instant.parse("2026-03-02T12:00:00Z");

    @TempDir
    Path folder;

    private static Favoured among(Profile profile, Right right, String... declared) {
        return Favoured.among(profile, List.of(declared), right, RECEIVED, _ -> true)
                .orElseThrow();
    }

    /** A part for Brazil that is the one for everywhere else, but for what is changed. */
    private Profile withBrazil(UnaryOperator<String> change) throws IOException {
        var text = Files.readString(CIG);
        var elsewhere = text.substring(text.indexOf("  ANY:  "));
        var brazil = change.apply(elsewhere.replaceFirst("  ANY:  ", "  BR:  "));
        return ProfileLoader.load(
                Files.writeString(folder.resolve("2025-04.yaml"), text.replace(elsewhere, brazil + "\n" + elsewhere)));
    }

    @ParameterizedTest
    @CsvSource({
        "DE US-CA, OPT_OUT_OF_SALE, US-CA, ONLY_THERE",
        "US-CA DE, RESTRICTION, EU, ONLY_THERE",
        "BR DE, ERASURE, EU, ONLY_THERE",
        "DE FR, ERASURE, EU, ONE_PART",
        "US-CA DE, ERASURE, EU, EARLIEST_ANSWER",
        "DE US-CA, ERASURE, EU, EARLIEST_ANSWER",
        "DE US-CA CN, ERASURE, CN, EARLIEST_ANSWER"
    })
    void of_several_the_one_that_gives_most_holds_whatever_their_order(
            String declared, Right right, String place, Because because) {
        var favoured = among(ProfileLoader.load(CIG), right, declared.split(" "));

        assertThat(favoured.place()).isEqualTo(place);
        assertThat(favoured.because()).isEqualTo(because);
    }

    @Test
    void where_one_gives_as_much_and_more_it_holds_for_that() throws IOException {
        var profile = withBrazil(it -> it.replace("within: 15 working days", "within: 20 working days"));

        assertThat(among(profile, Right.COMPLAINT, "BR", "JP")).isEqualTo(new Favoured("ANY", Because.GIVES_MORE));
        assertThat(among(profile, Right.COMPLAINT, "JP", "BR")).isEqualTo(new Favoured("ANY", Because.GIVES_MORE));
    }

    @Test
    void where_both_give_the_same_the_one_that_is_named_first_holds() throws IOException {
        var profile = withBrazil(it -> it);

        assertThat(among(profile, Right.COMPLAINT, "BR", "JP")).isEqualTo(new Favoured("BR", Because.NAMED_FIRST));
        assertThat(among(profile, Right.COMPLAINT, "JP", "BR")).isEqualTo(new Favoured("ANY", Because.NAMED_FIRST));
    }

    @Test
    void where_neither_gives_more_and_both_answer_on_one_day_fewer_grounds_count() throws IOException {
        // more people may ask, and less is covered
        var profile = withBrazil(
                it -> it.replace(
                                "    - {what: EMPLOYMENT, ask",
                                "    - {what: DEIDENTIFIED}\n    - {what: EMPLOYMENT, ask")
                        .replace(
                                "STAFF_ON_BEHALF, proves: SUBJECT}]",
                                "STAFF_ON_BEHALF, proves: SUBJECT}, {capacity: GUARDIAN, evidence: [GUARDIANSHIP], proves: REQUESTER}]"));

        assertThat(among(profile, Right.OBJECTION, "BR", "JP")).isEqualTo(new Favoured("ANY", Because.FEWEST_GROUNDS));
    }

    @Test
    void one_place_is_not_chosen_and_none_that_gives_it_is_none() {
        var profile = ProfileLoader.load(CIG);

        assertThat(among(profile, Right.ERASURE, "DE")).isEqualTo(new Favoured("EU", null));
        assertThat(Favoured.among(profile, List.of("BR", "DE"), Right.OPT_OUT_OF_SALE, RECEIVED, _ -> true))
                .isEmpty();
    }

    @Test
    void a_kind_that_only_one_of_them_gives_is_taken_there() {
        var profile = ProfileLoader.load(CIG);

        var favoured = Favoured.among(profile, List.of("US-CA", "DE"), Right.OBJECTION, RECEIVED, it -> it.needs()
                .kinds()
                .containsKey("OTHER"));

        assertThat(favoured).contains(new Favoured("EU", Because.ONLY_THERE));
    }
}
