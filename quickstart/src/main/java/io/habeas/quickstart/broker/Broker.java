// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.broker;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/** Main class of the broker's process; its only argument is its properties file. */
public final class Broker {

    private Broker() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path file = Path.of(arguments[0]);
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        formatOnce(file, Path.of(properties.getProperty("log.dirs")));
        var server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "broker-shutdown"));
        try {
            server.startup();
        } catch (RuntimeException failed) {
            // its threads would keep a process alive that serves nobody; whoever started it starts another
            System.err.println("the broker does not start: " + failed);
            Runtime.getRuntime().halt(1);
        }
        server.awaitShutdown();
    }

    private static void formatOnce(Path file, Path logs) throws IOException {
        if (Files.exists(logs.resolve("meta.properties"))) {
            return;
        }
        Files.createDirectories(logs);
        int status = StorageTool.execute(
                new String[] {"format", "-t", Uuid.randomUuid().toString(), "-c", file.toString()}, System.out);
        if (status != 0) {
            throw new IOException("the log directory " + logs + " could not be formatted");
        }
    }
}
