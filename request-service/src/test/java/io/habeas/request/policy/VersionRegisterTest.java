// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.habeas.request.calendars.Calendars;
import io.habeas.service.LegalClock;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A version with a past day of force, which comes when others were loaded already. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class VersionRegisterTest {

    private static EmbeddedPostgres database;
    private static JdbcClient jdbc;

    @TempDir
    Path folder;

    @BeforeAll
    static void startDatabase() throws IOException {
        database = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(1))
                .start();
        jdbc = JdbcClient.create(database.getPostgresDatabase());
        jdbc.sql(Files.readString(Path.of("src/main/resources/db/migration/V27_0__policy_version.sql")))
                .update();
    }

    @AfterAll
    static void stopDatabase() throws IOException {
        database.close();
    }

    @BeforeEach
    void begin_with_one_version() throws IOException {
        jdbc.sql("delete from policy_version").update();
        var controller = Files.createDirectories(folder.resolve("smallrig"));
        Files.createDirectories(controller.resolve("profiles"));
        for (var file : new String[] {"controller.yaml", "profiles/2021-06.yaml"}) {
            Files.copy(SamplePolicies.FOLDER.resolve("smallrig").resolve(file), controller.resolve(file));
        }
        load();
    }

    private Policies load() {
        var register = new VersionRegister(jdbc, LegalClock.system());
        return new Policies(folder, null, Calendars.builtIn(), register::admit);
    }

    private void put(String inForce, String more) throws IOException {
        var profiles = folder.resolve("smallrig/profiles");
        var text = Files.readString(profiles.resolve("2021-06.yaml"))
                .replace("version: 2021-06", "version: 2022-01")
                .replace("inForce: 2021-06-30", "inForce: " + inForce + more);
        Files.writeString(profiles.resolve("2022-01.yaml"), text);
    }

    @Test
    void is_refused_with_its_place_and_the_cure() throws IOException {
        put("2022-01-01", "");

        assertThatThrownBy(this::load)
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("2022-01.yaml:5:10: inForce: has passed on ")
                .hasMessageContaining("pastForce: {approvedBy: <who>, reason: <why>}");
        assertThat(jdbc.sql("select count(*) from policy_version")
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void is_let_in_when_an_approver_says_so() throws IOException {
        put(
                "2022-01-01",
                "\npastForce: {approvedBy: an approver, reason: it was published that day and forgotten here}");

        assertThat(load().controller("smallrig").orElseThrow().profiles()).hasSize(2);
        assertThat(load().known()).containsExactly("smallrig");
    }

    @Test
    void a_version_that_was_in_force_may_not_be_taken_away() throws IOException {
        put("2999-01-01", "");
        load();
        Files.delete(folder.resolve("smallrig/profiles/2021-06.yaml"));

        assertThatThrownBy(this::load)
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("smallrig@2021-06 was loaded here before and is missing; put its file back");
    }

    @Test
    void is_let_in_when_its_day_is_still_to_come() throws IOException {
        put("2999-01-01", "");

        assertThat(load().controller("smallrig").orElseThrow().profiles()).hasSize(2);
    }
}
