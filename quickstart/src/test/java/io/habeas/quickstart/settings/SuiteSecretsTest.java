// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.quickstart.secrets.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SuiteSecretsTest {

    private static final String REVIEWS = "mongodb://127.0.0.1:27017/reviews";
    private static final Pattern SECRET = Pattern.compile("\\{secret: ([^}]+)}");

    @TempDir
    private Path directory;

    private Home home;

    @BeforeEach
    void lay_down_the_sample() throws IOException {
        home = new Home(directory, directory.resolve("home"));
        SampleController.copy(home, Map.of());
    }

    private void draw() throws IOException {
        SuiteSecrets.draw(new Secrets(home.secrets()), REVIEWS);
    }

    private String read(String name) throws IOException {
        return Files.readString(home.secrets().resolve(name));
    }

    @Test
    void each_controller_of_the_sample_has_what_its_data_map_names_and_no_more() throws IOException {
        draw();

        assertThat(SampleController.controllersOf(home)).hasSize(5);
        for (String controller : SampleController.controllersOf(home)) {
            assertThat(home.secrets().resolve(controller)).isDirectory();
            try (var files = Files.list(home.secrets().resolve(controller))) {
                assertThat(files.map(it -> it.getFileName().toString()))
                        .as(controller)
                        .containsExactlyInAnyOrderElementsOf(named(controller));
            }
        }
    }

    private Set<String> named(String controller) throws IOException {
        Set<String> names = new TreeSet<>();
        SECRET.matcher(Files.readString(home.controllers().resolve(controller).resolve("data-map.yaml")))
                .results()
                .forEach(it -> names.add(it.group(1)));
        return names;
    }

    @Test
    void they_are_closed_to_others() throws IOException {
        draw();

        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(home.secrets().resolve("smallrig"))))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(home.secrets().resolve("smallrig/shop-db"))))
                .isEqualTo("rw-------");
    }

    @Test
    void a_home_of_an_earlier_version_goes_on_with_what_it_had() throws IOException {
        var secrets = new Secrets(home.secrets());
        String password = secrets.text("shop-db");
        String signing = secrets.signing("mailer-signing");
        secrets.set("reviews-uri", "mongodb://127.0.0.1:1/reviews");

        draw();

        assertThat(read("shop-db")).isEqualTo(password);
        assertThat(read("smallrig/shop-db")).isEqualTo(password);
        assertThat(read("cic/mailer-signing")).isEqualTo(signing);
        assertThat(read("zhiqi/reviews-uri")).isEqualTo(REVIEWS);
    }

    @Test
    void whoever_brings_a_controller_brings_its_secrets() throws IOException {
        Path mine = Files.createDirectories(home.controllers().resolve("mine"));
        for (String file : new String[] {"controller.yaml", "data-map.yaml"}) {
            Files.copy(home.controllers().resolve("smallrig").resolve(file), mine.resolve(file));
        }

        draw();

        assertThat(home.secrets().resolve("mine")).doesNotExist();
    }
}
