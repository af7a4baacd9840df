// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.quickstart.containers.ComposeFile;
import io.habeas.quickstart.secrets.Secrets;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The launcher and {@code docker-compose.yml} tell the services the same. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ComposeNetworkTest {

    /** Said by the image, by the service itself, or by a file of the configuration tree. */
    private static final Set<String> ELSEWHERE = Set.of(
            "spring.application.name",
            "server.port",
            "server.address",
            "management.server.port",
            "management.server.address",
            "management.endpoint.health.probes.enabled",
            "habeas.home",
            "spring.datasource.password",
            "habeas.keys.password");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Service.class)
    void whatever_the_launcher_tells_a_service_the_composition_tells_it_too(Service service) throws Exception {
        var home = new Home(folder, folder.resolve("home"));
        var told = new ServiceSettings(home, new Ports(0), new Secrets(home.secrets()), 1).of(new Copy(service, 1));

        var environment = ComposeFile.read().environmentOf(service).keySet().stream()
                .map(ComposeNetworkTest::bare)
                .toList();

        assertThat(told.keySet().stream().filter(it -> !ELSEWHERE.contains(it)))
                .as("properties that docker-compose.yml must set for " + service.shortName())
                .allSatisfy(it -> assertThat(environment).contains(bare(it)));
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void health_is_asked_on_the_management_port_of_the_service(Service service) throws Exception {
        assertThat(ComposeFile.read().environmentOf(service))
                .containsEntry("HEALTH_PORT", Integer.toString(new Ports(0).managementOf(service)));
    }

    @Test
    void every_name_in_the_network_is_a_container() throws Exception {
        var addresses = Stream.of(
                        ComposeNetwork.GATEWAY,
                        ComposeNetwork.ISSUER,
                        ComposeNetwork.MAILPIT,
                        ComposeNetwork.REVIEWS_URI,
                        "tcp://" + ComposeNetwork.POSTGRES,
                        "tcp://" + ComposeNetwork.SHOP)
                .map(it -> URI.create(it).getHost());

        assertThat(ComposeFile.read().services().keySet()).containsAll(addresses.toList());
    }

    @Test
    void the_sample_recipient_has_the_one_address_inside_that_may_be_called() throws Exception {
        var compose = ComposeFile.read();

        assertThat(compose.service("mailer").get("networks"))
                .isEqualTo(Map.of("recipients", Map.of("ipv4_address", ComposeNetwork.MAILER_ADDRESS)));
        assertThat(compose.environmentOf(Service.FULFILLMENT))
                .containsEntry("HABEAS_OUTBOUND_ALLOW_0", ComposeNetwork.MAILER_ADDRESS + "/32")
                .doesNotContainKey("HABEAS_OUTBOUND_ALLOW_1");
    }

    @Test
    void every_container_is_closed_as_far_as_can_be() throws Exception {
        var compose = ComposeFile.read();

        assertThat(compose.services().keySet()).allSatisfy(name -> {
            var service = compose.service(name);
            assertThat(service).as(name).containsEntry("read_only", true);
            assertThat(service.get("cap_drop")).as(name).isEqualTo(List.of("ALL"));
            assertThat(service.get("security_opt")).as(name).isEqualTo(List.of("no-new-privileges:true"));
            assertThat(ComposeFile.list(service.get("ports"))).as(name).allSatisfy(it -> assertThat(it.toString())
                    .startsWith("127.0.0.1:"));
            // images of others start as root unless they are told; ours say so themselves
            if (!service.get("image").toString().startsWith("habeas/")) {
                assertThat(String.valueOf(service.get("user"))).as(name).matches("[1-9]\\d*:[1-9]\\d*");
            }
        });
    }

    private static String bare(String name) {
        return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "");
    }
}
