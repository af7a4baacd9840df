// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HealthTest {

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "GATEWAY")
    void a_part_that_is_degraded_shows_in_the_health_of_the_whole_service(Service service) throws IOException {
        var settings = Files.readString(Path.of("..", service.folder(), "src", "main", "resources", "application.yml"));

        assertThat(settings)
                .as("what is not in the order counts for nothing")
                .contains("status.order: DOWN, OUT_OF_SERVICE, DEGRADED, UP, UNKNOWN")
                .contains("show-details: always");
    }
}
