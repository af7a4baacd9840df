// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.quickstart.settings.Home;
import io.habeas.quickstart.settings.Ports;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class BrokerTest {

    @Test
    void a_broker_whose_port_is_taken_ends_so_that_it_can_be_started_again(@TempDir Path folder) throws Exception {
        try (var taken = new ServerSocket()) {
            var ports = takeKafkasPort(taken);
            var file = folder.resolve("kafka.properties");
            var log = folder.resolve("kafka.log");
            BrokerSettings.write(file, folder.resolve("data"), ports, new Home(folder, folder));
            var command = new ArrayList<String>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(BrokerSettings.JVM_FLAGS);
            command.addAll(
                    List.of("-cp", System.getProperty("java.class.path"), Broker.class.getName(), file.toString()));
            var broker = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                assertThat(broker.waitFor(3, TimeUnit.MINUTES)).isTrue();
                assertThat(broker.exitValue()).isEqualTo(1);
                assertThat(Files.readString(log)).contains("the broker does not start");
            } finally {
                broker.destroyForcibly();
            }
        }
    }

    private static Ports takeKafkasPort(ServerSocket taken) throws Exception {
        for (int offset = 14_000; ; offset += 10) {
            var ports = new Ports(offset);
            try {
                ports.requireFree();
            } catch (IllegalStateException inUse) {
                continue;
            }
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.kafka()));
            return ports;
        }
    }
}
