// SPDX-License-Identifier: Apache-2.0
package io.habeas.containers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** Starts the servers before the first test of the slices, tells their fixtures where they are, and stops them after the last. */
public final class SliceServers implements LauncherSessionListener {

    /** The images and tags of {@code docker-compose.yml}; a test compares. */
    static final String POSTGRES = "postgres:17";

    static final String KAFKA = "apache/kafka:4.2.1";
    static final String MONGO = "mongo:8";

    private static final int MONGO_PORT = 27017;

    private final List<GenericContainer<?>> started = new ArrayList<>();

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (!Boolean.getBoolean("habeas.slices")) {
            return;
        }
        var postgres = postgres();
        var other = postgres();
        var kafka = new KafkaContainer(DockerImageName.parse(KAFKA))
                .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
                .withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0")
                .withStartupTimeout(Duration.ofMinutes(5));
        var mongo = new GenericContainer<>(DockerImageName.parse(MONGO))
                .withExposedPorts(MONGO_PORT)
                .waitingFor(Wait.forListeningPort())
                .withStartupTimeout(Duration.ofMinutes(5));
        started.addAll(List.of(postgres, other, kafka, mongo));
        Startables.deepStart(started).join();
        Map.of(
                        "habeas.test.postgres", address(postgres, PostgreSQLContainer.POSTGRESQL_PORT),
                        "habeas.test.postgres.other", address(other, PostgreSQLContainer.POSTGRESQL_PORT),
                        "habeas.test.kafka", kafka.getBootstrapServers(),
                        "habeas.test.mongo", address(mongo, MONGO_PORT))
                .forEach(System::setProperty);
    }

    /** The fixtures come as the owner and without a password, from this machine alone. */
    private static PostgreSQLContainer postgres() {
        return new PostgreSQLContainer(DockerImageName.parse(POSTGRES))
                .withUsername("postgres")
                .withDatabaseName("postgres")
                .withEnv("POSTGRES_HOST_AUTH_METHOD", "trust")
                .withCommand("postgres", "-c", "max_connections=100")
                .withStartupTimeout(Duration.ofMinutes(5));
    }

    private static String address(GenericContainer<?> container, int port) {
        return container.getHost() + ":" + container.getMappedPort(port);
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        started.forEach(GenericContainer::stop);
    }
}
