// SPDX-License-Identifier: Apache-2.0
package io.habeas.containers;

import io.habeas.messaging.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code docker compose} on the file of this tree, as a project of its own with ports of its own. */
final class Compose implements AutoCloseable {

    private static final String PROJECT = "habeas-container-tests";
    /** For one command. Images are made from nothing within it even where the machine has much else to do. */
    private static final int PATIENCE_MINUTES = 40;

    private static final String CUSTOMERS = "500";

    private final int gatewayPort = FreePorts.one();
    private final int mailsPort = FreePorts.one();
    private final Path log = Path.of("target", "composition.log");

    /** @return when {@code up --wait} says that everything is healthy */
    static Compose up() throws IOException, InterruptedException {
        var compose = new Compose();
        compose.run("down", "--volumes", "--remove-orphans");
        try {
            compose.run("build");
            compose.run("up", "--wait");
            return compose;
        } catch (IOException failure) {
            compose.keepLogs();
            compose.close();
            throw failure;
        }
    }

    int gatewayPort() {
        return gatewayPort;
    }

    int mailsPort() {
        return mailsPort;
    }

    /**
     * @return what it printed
     * @throws IOException with the last lines, if it ended with another status than 0
     */
    String run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker", "compose", "--project-name", PROJECT));
        command.addAll(List.of(words));
        return execute(command);
    }

    /** The ids of all containers, those that have ended too. */
    List<String> containers() throws IOException, InterruptedException {
        return run("ps", "--all", "--quiet").lines().filter(it -> !it.isBlank()).toList();
    }

    String inspect(String container, String format) throws IOException, InterruptedException {
        return execute(List.of("docker", "inspect", "--format", format, container))
                .strip();
    }

    private String execute(List<String> command) throws IOException, InterruptedException {
        Files.createDirectories(log.getParent());
        Path output = Files.createTempFile(log.getParent(), "compose", ".out");
        try {
            var builder = new ProcessBuilder(command)
                    .directory(Path.of("..").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().put("HABEAS_GATEWAY_PORT", Integer.toString(gatewayPort));
            builder.environment().put("HABEAS_MAILS_PORT", Integer.toString(mailsPort));
            builder.environment().put("HABEAS_CUSTOMERS", CUSTOMERS);
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
                process.destroy();
                throw new IOException(command + " does not end; see " + log.toAbsolutePath());
            }
            String printed = Files.readString(output);
            if (process.exitValue() != 0) {
                throw new IOException(command + " ended with " + process.exitValue() + ":\n" + end(printed));
            }
            return printed;
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static String end(String printed) {
        List<String> lines = printed.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    }

    private void keepLogs() throws IOException, InterruptedException {
        Files.writeString(log, run("ps", "--all") + run("logs", "--no-color", "--tail", "200"));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        run("down", "--volumes", "--remove-orphans");
    }
}
