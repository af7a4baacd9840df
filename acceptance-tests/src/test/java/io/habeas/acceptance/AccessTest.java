// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

@Order(10)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class AccessTest {

    @TempDir
    private Path folder;

    @Test
    void the_package_holds_what_both_stores_hold_and_changes_nothing(Suite suite) throws IOException {
        var person = suite.somebodyWith("registered and exists (select from addresses a where a.customer_id = c.id and"
                + " a.created_at > now() - interval '11 months')");
        var held = suite.stores().holdings(person);
        var recentAddresses = suite.stores()
                .one(
                        "select count(*) from addresses where customer_id = %1$d and created_at > now() - interval '12 months' - interval '1 day'",
                        person);

        var journey = suite.journey("ACCESS", person, "en");
        journey.run();
        var files = journey.fetch(folder.resolve("package.zip")).files();

        assertThat(suite.stores().holdings(person)).isEqualTo(held);
        assertThat(files.keySet()).contains("index.html", "manifest.json", "data/shop/addresses.json");
        assertThat(records(files, "data/shop/addresses.json")).isEqualTo(recentAddresses);
        assertThat(files.get("manifest.json")).contains(journey.requestId());
        assertThat(files.get("index.html")).doesNotContain("<script");
    }

    @Test
    @DisplayName("[SR-19] items from before the twelve months are left out, and the window is stated")
    void the_window_is_twelve_months(Suite suite) throws IOException {
        var person = suite.somebodyWith("registered and exists (select from addresses a where a.customer_id = c.id and"
                + " a.created_at < now() - interval '2 years') and not exists (select from addresses a where"
                + " a.customer_id = c.id and a.created_at > now() - interval '13 months')");

        var journey = suite.journey("ACCESS", person, "en");
        var status = journey.run();
        var files = journey.fetch(folder.resolve("package.zip")).files();

        assertThat(records(files, "data/shop/addresses.json")).isZero();
        assertThat(status.at("/outcomes")
                        .valueStream()
                        .flatMap(outcome -> outcome.path("omitted").valueStream())
                        .map(omitted -> omitted.path("reason").asString()))
                .contains("BEFORE_LOOK_BACK");
        assertThat(files.get("index.html"))
                .contains("Only what was collected since this moment is here")
                .containsPattern(
                        "shop / addresses \\(0 records\\)</h3>\\s*<p>What is held here was collected before the window");
    }

    @Test
    void an_account_is_in_the_package_however_old_it_is(Suite suite) throws IOException {
        var person = suite.somebodyWith("registered and created_at < now() - interval '3 years'");

        var journey = suite.journey("ACCESS", person, "en");
        journey.run();
        var files = journey.fetch(folder.resolve("package.zip")).files();

        assertThat(files.get("data/shop/customers.json")).contains(person.email());
    }

    @Test
    void nothing_of_others_and_no_password_hash_is_inside(Suite suite) throws IOException {
        var person = suite.somebodyWith("registered and created_at > now() - interval '11 months'");
        var hash = suite.stores().text("select password_hash from customers where id = %1$d", person);

        var journey = suite.journey("ACCESS", person, "en");
        journey.run();
        var files = journey.fetch(folder.resolve("package.zip")).files();

        assertThat(files.get("data/shop/customers.json")).contains(person.email());
        assertThat(files.values()).noneMatch(text -> text.contains(hash));
        assertThat(String.join("", files.values()))
                .doesNotContain(suite.stores()
                        .text(
                                "select min(email) from customers where id <> %1$d and lower(email) <> lower('%2$s')",
                                person));
    }

    @Test
    void the_package_is_for_a_fresh_proof_alone(Suite suite) {
        var person = suite.somebody();
        var journey = suite.journey("ACCESS", person, "en");
        var unproved = journey.submit().text("/token");
        journey.prove();
        journey.awaitState("ANSWERED", "CLOSED");

        var answer = suite.api().post(journey.path("/package/links"), unproved, journey.key() + "-unproved", "{}");

        assertThat(answer.status()).isEqualTo(403);
    }

    private static long records(Map<String, String> files, String name) {
        var json = JsonMapper.shared().readTree(files.getOrDefault(name, "[]"));
        var list = json.isArray() ? json : json.path("records");
        return list.size();
    }
}
