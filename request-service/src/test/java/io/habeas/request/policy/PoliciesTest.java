// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PoliciesTest {

    @TempDir
    Path folder;

    @BeforeEach
    void put_smallrig_there() throws IOException {
        put("smallrig", "smallrig");
    }

    @Test
    void a_controller_that_is_put_there_later_is_found_when_it_is_asked_for() throws IOException {
        var policies = new Policies(folder, null);

        put("later", "later");

        assertThat(policies.controller("later")).isPresent();
        assertThat(policies.controller("never")).isEmpty();
    }

    @Test
    void names_that_lead_out_of_the_folder_are_nobody() {
        var policies = new Policies(folder, null);

        assertThat(policies.controller("../smallrig")).isEmpty();
        assertThat(policies.controller("..")).isEmpty();
    }

    @Test
    void one_controller_that_does_not_load_keeps_all_from_loading() throws IOException {
        put("other", "another");

        assertThatThrownBy(() -> new Policies(folder, null))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("controller.yaml:1:13: controller: must be called like its folder, 'other'");
    }

    @Test
    void a_controller_of_another_region_does_not_load() {
        assertThatThrownBy(() -> new Policies(folder, "CN"))
                .hasMessageContaining("bound to US, and this installation is in CN");
    }

    @Test
    void two_versions_that_come_into_force_on_one_day_are_refused_with_both_named() throws IOException {
        var profiles = folder.resolve("smallrig/profiles");
        var twin = Files.readString(profiles.resolve("2021-06.yaml")).replace("version: 2021-06", "version: 2021-07");
        Files.writeString(profiles.resolve("2021-07.yaml"), twin);

        assertThatThrownBy(() -> new Policies(folder, null))
                .hasMessageContaining("2021-07.yaml")
                .hasMessageContaining("on the same day as")
                .hasMessageContaining("2021-06.yaml");
    }

    @Test
    void a_request_is_bound_to_the_version_in_force_at_receipt() throws IOException {
        var profiles = folder.resolve("smallrig/profiles");
        var next = Files.readString(profiles.resolve("2021-06.yaml"))
                .replace("version: 2021-06", "version: 2027-01")
                .replace("inForce: 2021-06-30", "inForce: 2027-01-01");
        Files.writeString(profiles.resolve("2027-01.yaml"), next);

        var smallrig = new Policies(folder, null).controller("smallrig").orElseThrow();

        assertThat(smallrig.profileAt(Instant.parse("2027-01-01T07:59:59Z")))
                .map(Profile::address)
                .contains("smallrig@2021-06");
        assertThat(smallrig.profileAt(Instant.parse("2027-01-01T08:00:00Z")))
                .map(Profile::address)
                .contains("smallrig@2027-01");
        assertThat(smallrig.profileAt(Instant.parse("2020-01-01T00:00:00Z"))).isEmpty();
    }

    private void put(String place, String id) throws IOException {
        var controller = Files.createDirectories(folder.resolve(place));
        var profiles = Files.createDirectories(controller.resolve("profiles"));
        Files.writeString(
                controller.resolve("controller.yaml"),
                "controller: " + id + "\nname: Sample\nregion: US\nprofiles: profiles\n");
        Files.copy(SamplePolicies.FOLDER.resolve("smallrig/profiles/2021-06.yaml"), profiles.resolve("2021-06.yaml"));
    }
}
