// SPDX-License-Identifier: Apache-2.0
package io.habeas.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docker compose up --wait} with the images of this tree, and the README's sample run in it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CompositionTest {

    private static Compose compose;

    @BeforeAll
    static void up() throws Exception {
        compose = Compose.up();
    }

    @AfterAll
    static void down() throws Exception {
        if (compose != null) {
            compose.close();
        }
    }

    @Test
    void one_access_and_one_erasure_are_carried_out_in_both_stores_and_the_recipient_is_told() throws Exception {
        // it looks into the stores itself, and ends with another status if anything is not as it should be
        String told = compose.run("run", "--rm", "-T", "demo");

        assertThat(told)
                .contains("All went well.")
                .contains("the receipt verifies")
                .contains("Looking into both stores, past Habeas")
                .contains("shop.customers: 0")
                .contains("reviews.reviews: 0")
                .contains("told by a signed notice; graded ATTESTED")
                .contains("its list, past Habeas: the address is gone");
    }

    @Test
    void the_gateway_answers_on_this_machine() throws Exception {
        var answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + compose.gatewayPort()
                                        + "/api/v1/controllers/smallrig/profile?jurisdiction=US-CA"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("ERASURE");
    }

    @Test
    void a_token_of_the_development_issuer_opens_the_desk() throws Exception {
        String token = compose.run("run", "--rm", "-T", "--no-deps", "demo", "token", "--role", "integrator")
                .lines()
                .filter(it -> it.startsWith("ey"))
                .findFirst()
                .orElseThrow();

        var answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + compose.gatewayPort()
                                        + "/api/v1/desk/controllers/smallrig/data-map"))
                                .header("Authorization", "Bearer " + token)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Test
    void only_gateway_and_mails_are_open_and_only_to_this_machine() throws Exception {
        List<String> open = new java.util.ArrayList<>();
        for (String container : compose.containers()) {
            compose.inspect(
                            container,
                            "{{range $port, $at := .NetworkSettings.Ports}}{{range $at}}{{.HostIp}}:{{.HostPort}} {{end}}{{end}}")
                    .lines()
                    .flatMap(it -> List.of(it.split(" ")).stream())
                    .filter(it -> !it.isBlank())
                    .forEach(open::add);
        }

        assertThat(open)
                .containsExactlyInAnyOrder("127.0.0.1:" + compose.gatewayPort(), "127.0.0.1:" + compose.mailsPort());
    }

    @Test
    void nothing_runs_as_root_or_writes_into_its_own_image() throws Exception {
        for (String container : compose.containers()) {
            String name = compose.inspect(container, "{{.Name}}");
            assertThat(compose.inspect(container, "{{.Config.User}}")).as(name).matches("[1-9]\\d*:[1-9]\\d*");
            assertThat(compose.inspect(container, "{{.HostConfig.ReadonlyRootfs}}"))
                    .as(name)
                    .isEqualTo("true");
            assertThat(compose.inspect(container, "{{json .HostConfig.CapDrop}}"))
                    .as(name)
                    .isEqualTo("[\"ALL\"]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"request", "verification", "fulfillment", "notification", "gateway"})
    void a_service_can_start_from_the_cache_that_was_made_with_its_image(String service) throws Exception {
        // Left to itself a JVM starts without a cache that it does not like, and says nothing: here it has to take it
        // or say why not.
        // It looks for room at random addresses, hence the tries.
        String asked = "sed '$d' /opt/habeas/arguments > /tmp/flags && cat /tmp/flags; ls -l /opt/habeas/aot;"
                + " grep habeas/aot /proc/1/maps;"
                + " for n in 1 2 3; do java @/tmp/flags -XX:AOTMode=on -Xlog:aot -version && break; done; exit 0";

        String told = compose.run("exec", "-T", service, "sh", "-c", asked);

        assertThat(told).contains("-XX:AOTCache=/opt/habeas/aot/").contains("Temurin", "sharing");
    }
}
