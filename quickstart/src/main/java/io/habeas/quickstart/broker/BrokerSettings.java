// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.broker;

import io.habeas.quickstart.settings.Home;
import io.habeas.quickstart.settings.Overrides;
import io.habeas.quickstart.settings.Ports;
import io.habeas.quickstart.settings.Service;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/** What the broker's process is told. */
public final class BrokerSettings {

    public static final List<String> JVM_FLAGS = Stream.concat(
                    Service.SECOND_COMPILER_LATER.stream(),
                    Stream.of(
                            "-Xmx256m",
                            "-Xss512k",
                            "-XX:+UseSerialGC",
                            "-XX:ReservedCodeCacheSize=96m",
                            "-XX:+ExitOnOutOfMemoryError",
                            "-XX:-UsePerfData",
                            "--sun-misc-unsafe-memory-access=allow",
                            "--enable-native-access=ALL-UNNAMED"))
            .toList();

    private BrokerSettings() {}

    public static void write(Path file, Path data, Ports ports, Home home) throws IOException {
        var settings = new Properties();
        settings.setProperty("process.roles", "broker,controller");
        settings.setProperty("node.id", "1");
        settings.setProperty("controller.quorum.voters", "1@127.0.0.1:" + ports.kafkaController());
        settings.setProperty("controller.listener.names", "CONTROLLER");
        settings.setProperty(
                "listeners",
                "PLAINTEXT://127.0.0.1:" + ports.kafka() + ",CONTROLLER://127.0.0.1:" + ports.kafkaController());
        settings.setProperty("advertised.listeners", "PLAINTEXT://127.0.0.1:" + ports.kafka());
        settings.setProperty("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.setProperty("log.dirs", data.toString());
        settings.setProperty("num.partitions", "24");
        settings.setProperty("default.replication.factor", "1");
        settings.setProperty("offsets.topic.replication.factor", "1");
        settings.setProperty("offsets.topic.num.partitions", "4");
        settings.setProperty("transaction.state.log.replication.factor", "1");
        settings.setProperty("transaction.state.log.min.isr", "1");
        settings.setProperty("transaction.state.log.num.partitions", "2");
        settings.setProperty("share.coordinator.state.topic.replication.factor", "1");
        settings.setProperty("share.coordinator.state.topic.min.isr", "1");
        settings.setProperty("group.initial.rebalance.delay.ms", "0");
        settings.setProperty("auto.create.topics.enable", "false");
        // one segment of an index is allocated ahead for each partition; small ones, for there are many
        settings.setProperty("log.index.size.max.bytes", "1048576");
        settings.setProperty("log.cleaner.dedupe.buffer.size", "16777216");
        settings.setProperty("log.segment.bytes", "67108864");
        settings.setProperty("num.network.threads", "2");
        settings.setProperty("num.io.threads", "4");
        Overrides.into(settings, home, "kafka");
        try (Writer writer = Files.newBufferedWriter(file)) {
            settings.store(writer, null);
        }
    }
}
