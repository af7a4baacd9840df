// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * A real broker in KRaft mode inside the test's JVM, on a temporary directory that survives stop and start; or the broker that the
 * system property {@value #BOOTSTRAP} names, which can only be used.
 */
public final class KafkaBroker implements AutoCloseable {

    public static final String BOOTSTRAP = "habeas.test.kafka";

    private final Path directory;
    private final String bootstrapServers;
    private final Properties settings;
    private @Nullable KafkaRaftServer server;

    private KafkaBroker(Path directory, int port, int controllerPort) {
        this.directory = directory;
        this.bootstrapServers = "127.0.0.1:" + port;
        this.settings = settings(directory, port, controllerPort);
    }

    private KafkaBroker(Path directory, String elsewhere) {
        this.directory = directory;
        this.bootstrapServers = elsewhere;
        this.settings = new Properties();
    }

    /** Formats a directory and starts. */
    public static KafkaBroker start() {
        try {
            var elsewhere = System.getProperty(BOOTSTRAP);
            if (elsewhere != null) {
                return new KafkaBroker(Files.createTempDirectory("habeas-kafka"), elsewhere);
            }
            int port = FreePorts.one();
            int controllerPort = FreePorts.one();
            while (controllerPort == port) {
                controllerPort = FreePorts.one();
            }
            var broker = new KafkaBroker(Files.createTempDirectory("habeas-kafka"), port, controllerPort);
            broker.format();
            broker.up();
            return broker;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Starts on what the directory holds, on the same port. */
    public void up() {
        if (settings.isEmpty()) {
            throw new UnsupportedOperationException("a broker that was there before is not started and stopped here");
        }
        var started = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
        started.startup();
        server = started;
    }

    /** Stops in good order. */
    public void down() {
        var stopped = server;
        if (stopped != null) {
            stopped.shutdown();
            stopped.awaitShutdown();
            server = null;
        }
    }

    /** While it is down: leaves of the partition's log only its first {@code bytes}, as after a loss of power. */
    public void loseTail(String topic, int partition, long bytes) throws IOException {
        var folder = directory.resolve("data").resolve(topic + "-" + partition);
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                var name = file.getFileName().toString();
                if (name.endsWith(".log")) {
                    try (var log = new RandomAccessFile(file.toFile(), "rw")) {
                        log.setLength(Math.min(log.length(), bytes));
                    }
                } else if (name.endsWith(".index") || name.endsWith(".timeindex") || name.endsWith(".snapshot")) {
                    Files.delete(file);
                }
            }
        }
        Files.deleteIfExists(directory.resolve("data").resolve(".kafka_cleanshutdown"));
        Files.deleteIfExists(directory.resolve("data").resolve("recovery-point-offset-checkpoint"));
    }

    /** How many bytes the partition's log has. */
    public long size(String topic, int partition) throws IOException {
        return Files.size(
                directory.resolve("data").resolve(topic + "-" + partition).resolve("00000000000000000000.log"));
    }

    @Override
    public void close() {
        down();
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void format() throws IOException {
        var file = directory.resolve("server.properties");
        try (var writer = Files.newBufferedWriter(file)) {
            settings.store(writer, null);
        }
        var said = new ByteArrayOutputStream();
        int status = StorageTool.execute(
                new String[] {"format", "-t", Uuid.randomUuid().toString(), "-c", file.toString()},
                new PrintStream(said, true, StandardCharsets.UTF_8));
        if (status != 0) {
            throw new IllegalStateException("the broker's directory was not formatted: " + said);
        }
    }

    private static Properties settings(Path directory, int port, int controllerPort) {
        var settings = new Properties();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", "1");
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        settings.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("inter.broker.listener.name", "PLAINTEXT");
        settings.put("log.dirs", directory.resolve("data").toString());
        settings.put("offsets.topic.num.partitions", "1");
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("transaction.state.log.num.partitions", "1");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("auto.create.topics.enable", "false");
        settings.put("log.cleaner.dedupe.buffer.size", "2097152");
        settings.put("message.max.bytes", "20971520");
        return settings;
    }
}
