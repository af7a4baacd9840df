// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.Right;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.SamplePolicies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told at the receipt to whoever has said nothing, where two versions differ. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BoundVersionTest {

    private static final Instant RECEIVED = Instant.parse("2026-03-02T12:00:00Z");

    @TempDir
    Path folder;

    /** The older version answers sooner and promises to cut nobody's rights; of the kinds of an objection it knows one alone. */
    private Policies twoVersions() throws IOException {
        var profiles = Files.createDirectories(folder.resolve("cig/profiles"));
        Files.copy(SamplePolicies.FOLDER.resolve("cig/controller.yaml"), folder.resolve("cig/controller.yaml"));
        var text = Files.readString(SamplePolicies.FOLDER.resolve("cig/profiles/2025-04.yaml"));
        Files.writeString(profiles.resolve("2025-04.yaml"), text);
        var older = text.replace("version: 2025-04", "version: 2024-04")
                .replace("inForce: 2025-04-01", "inForce: 2024-04-01")
                .replace("reduction: BY_POSTING", "reduction: NEEDS_EXPLICIT_CONSENT")
                .replace("within: 1 month, extension", "within: 25 days, extension")
                .replaceAll("(?m)^          OTHER: \\{decidedBy: REVIEWER, whileUnderReview.*\n", "");
        assertThat(older).doesNotContain("within: 1 month, extension");
        Files.writeString(profiles.resolve("2024-04.yaml"), older);
        return new Policies(folder, null);
    }

    private String boundTo(String kind) throws IOException {
        var controller = twoVersions().controller("cig").orElseThrow();
        var asking = new BoundVersion.Asking(
                List.of("DE"), Right.OBJECTION, it -> it.gives(Capacity.SUBJECT, null, kind, List.of()), _ -> false);
        return BoundVersion.atReceipt(controller, asking, RECEIVED)
                .orElseThrow()
                .profile()
                .address();
    }

    @Test
    void an_older_version_that_is_kept_and_gives_more_holds() throws IOException {
        assertThat(boundTo("DIRECT_MARKETING")).isEqualTo("cig@2024-04");
    }

    @Test
    void one_that_lacks_the_kind_that_is_asked_for_gives_less_however_soon_it_answers() throws IOException {
        assertThat(boundTo("OTHER")).isEqualTo("cig@2025-04");
    }
}
