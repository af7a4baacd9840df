// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SampleControllerTest {

    @TempDir
    private Path folder;

    @Test
    void addresses_are_filled_in() throws Exception {
        var home = new Home(folder, folder.resolve("home"));

        SampleController.copy(home, Map.of("shop.address", "127.0.0.1:15533"));

        assertThat(home.controllers().resolve("smallrig/data-map.yaml"))
                .content()
                .contains("127.0.0.1:15533/shop")
                .doesNotContain("${shop.address}");
        assertThat(SampleController.controllersOf(home)).containsExactly("cic", "cig", "ciie", "smallrig", "zhiqi");
        assertThat(home.controllers().resolve("smallrig/data-map.yaml"))
                .content()
                .contains("id: mailer");
    }

    @Test
    void what_the_reader_changed_stays() throws Exception {
        var home = new Home(folder, folder.resolve("home"));
        Path map = home.controllers().resolve("smallrig/data-map.yaml");
        Files.createDirectories(map.getParent());
        Files.writeString(map, "mine");

        SampleController.copy(home, Map.of());

        assertThat(map).hasContent("mine");
        assertThat(map.resolveSibling("controller.yaml")).exists();
    }
}
