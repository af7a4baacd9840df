// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.quickstart.broker.BrokerSettings;
import io.habeas.quickstart.secrets.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class OverridesTest {

    private static final Ports PORTS = new Ports(0);

    @TempDir
    private Path folder;

    private Home home() {
        return new Home(folder, folder.resolve("home"));
    }

    private void override(String process, String line) throws IOException {
        var file = Overrides.fileOf(home(), process);
        Files.createDirectories(file.getParent());
        Files.writeString(file, line);
    }

    private static Properties read(Path file) throws IOException {
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return properties;
    }

    @Test
    void what_a_file_of_overrides_says_wins_for_its_process_alone() throws IOException {
        override("gateway", "habeas.services.request=http://127.0.0.1:9");
        var settings = new ServiceSettings(home(), PORTS, new Secrets(home().secrets()), 1);

        var gateway = read(settings.write(new Copy(Service.GATEWAY, 1)));
        var fulfillment = read(settings.write(new Copy(Service.FULFILLMENT, 1)));

        assertThat(gateway)
                .containsEntry("habeas.services.request", "http://127.0.0.1:9")
                .containsEntry("habeas.services.fulfillment", PORTS.urlOf(Service.FULFILLMENT));
        assertThat(fulfillment).containsEntry("habeas.services.request", PORTS.urlOf(Service.REQUEST));
    }

    @Test
    void the_broker_is_told_of_overrides_too() throws IOException {
        override("kafka", "advertised.listeners=PLAINTEXT://127.0.0.1:9");
        var file = folder.resolve("kafka.properties");

        BrokerSettings.write(file, folder.resolve("data"), PORTS, home());

        assertThat(read(file))
                .containsEntry("advertised.listeners", "PLAINTEXT://127.0.0.1:9")
                .containsEntry("node.id", "1");
    }
}
