// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.habeas.quickstart.settings.ComposeNetwork;
import io.habeas.quickstart.settings.Home;
import io.habeas.quickstart.settings.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PreparationTest {

    @TempDir
    private Path folder;

    private Home home;
    private Path folders;

    @BeforeEach
    void name_the_folders() {
        home = new Home(folder, folder.resolve("home"));
        folders = folder.resolve("folders");
    }

    @ParameterizedTest
    @EnumSource(value = Service.class, mode = EnumSource.Mode.EXCLUDE, names = "GATEWAY")
    void every_file_that_the_composition_names_is_handed_out(Service service) throws Exception {
        new Preparation(home, folders).run();

        List<String> named = ComposeFile.read().environmentOf(service).values().stream()
                .filter(it -> it.startsWith("/habeas/"))
                .toList();
        assertThat(named).isNotEmpty().allSatisfy(it -> assertThat(
                        folders.resolve(service.shortName() + it.substring("/habeas".length())))
                .exists());
    }

    @Test
    void nobody_gets_what_only_others_need() throws Exception {
        new Preparation(home, folders).run();

        assertThat(files(folders.resolve("notification/secrets")))
                .containsExactly(
                        "audit-notification",
                        "client-notification",
                        "notification-recipients",
                        "requester-unproved",
                        "requester.pub.jwk");
        assertThat(files(folders.resolve("fulfillment/secrets")))
                .containsExactly(
                        "audit-fulfillment",
                        "audit-signer.pub",
                        "cic/mailer-signing",
                        "cic/reviews-uri",
                        "cic/shop-db",
                        "cig/mailer-signing",
                        "cig/reviews-uri",
                        "cig/shop-db",
                        "ciie/reviews-uri",
                        "ciie/shop-db",
                        "client-fulfillment",
                        "requester-unproved",
                        "requester.pub.jwk",
                        "smallrig/mailer-signing",
                        "smallrig/reviews-uri",
                        "smallrig/shop-db",
                        "zhiqi/reviews-uri",
                        "zhiqi/shop-db");
        assertThat(files(folders.resolve("mailer/secrets"))).containsExactly("mailer-signing");
        try (Stream<Path> all = Files.walk(folders)) {
            assertThat(all.map(it -> it.getFileName().toString())).doesNotContain("issuer.jwk");
        }
    }

    @Test
    void secrets_and_passwords_are_closed_to_others() throws Exception {
        new Preparation(home, folders).run();

        for (String service : List.of("request", "verification", "fulfillment", "notification")) {
            try (Stream<Path> all = Stream.concat(
                    Files.walk(folders.resolve(service).resolve("secrets")),
                    Files.list(folders.resolve(service).resolve("settings")))) {
                assertThat(all)
                        .allSatisfy(it -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(it)))
                                .matches(Files.isDirectory(it) ? "rwx------" : "r[w-]-------"));
            }
        }
    }

    @Test
    void the_recipient_is_called_by_the_address_of_its_container() throws Exception {
        new Preparation(home, folders).run();

        assertThat(folders.resolve("fulfillment/controllers/smallrig/data-map.yaml"))
                .content()
                .contains("endpoint: \"http://" + ComposeNetwork.MAILER + "/privacy\"")
                .doesNotContain("${mailer");
    }

    @Test
    void a_repeat_changes_no_secret() throws Exception {
        new Preparation(home, folders).run();
        Map<String, String> before = contents();

        new Preparation(home, folders).run();

        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void what_an_earlier_version_handed_out_to_all_controllers_goes() throws Exception {
        new Preparation(home, folders).run();
        Path before = folders.resolve("fulfillment/secrets/shop-db");
        Files.writeString(before, "handed out by an earlier version");

        new Preparation(home, folders).run();

        assertThat(before).doesNotExist();
        assertThat(folders.resolve("fulfillment/secrets/smallrig/shop-db"))
                .hasSameTextualContentAs(home.secrets().resolve("shop-db"));
    }

    @Test
    void a_data_map_is_handed_no_secret_of_another_or_of_the_installation() throws Exception {
        new Preparation(home, folders).run();
        Path map = home.controllers().resolve("smallrig/data-map.yaml");
        Files.writeString(map, Files.readString(map).replace("secret: shop-db", "secret: client-request"));

        assertThatThrownBy(() -> new Preparation(home, folders).run())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        home.secrets().resolve("smallrig/client-request").toString());
    }

    @Test
    void what_the_reader_changed_is_handed_out_anew() throws Exception {
        new Preparation(home, folders).run();
        Files.writeString(home.controllers().resolve("smallrig/controller.yaml"), "mine");

        new Preparation(home, folders).run();

        assertThat(folders.resolve("fulfillment/controllers/smallrig/controller.yaml"))
                .hasContent("mine");
    }

    @Test
    void a_secret_that_the_data_map_names_and_nobody_laid_down_is_told() throws Exception {
        new Preparation(home, folders).run();
        Path map = home.controllers().resolve("smallrig/data-map.yaml");
        Files.writeString(map, Files.readString(map).replace("secret: shop-db", "secret: of-another-shop"));

        assertThatThrownBy(() -> new Preparation(home, folders).run())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("of-another-shop")
                .hasMessageContaining(
                        home.secrets().resolve("smallrig/of-another-shop").toString());
    }

    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                contents.put(folder.relativize(file).toString(), Files.readString(file));
            }
        }
        return contents;
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(it -> folder.relativize(it).toString())
                    .sorted()
                    .toList();
        }
    }
}
