// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Makes the topics that are missing; whoever comes first does, producer or consumer. */
final class Topics {

    /** What the broker takes; above what readers take, so that a record that is too large is parked where it can be seen. */
    static final int LARGEST_RECORD = 4 * 1024 * 1024;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration AGAIN = Duration.ofMillis(50);

    private final MessagingProperties properties;

    Topics(MessagingProperties properties) {
        this.properties = properties;
    }

    static String deadLetters(String topic) {
        return topic + ".dlt";
    }

    /**
     * Each of the topics and the one for its dead letters.
     *
     * @throws BrokerException if the broker does not answer or refuses
     */
    void ensure(Admin admin, Collection<String> topics) throws InterruptedException {
        try {
            var names = topics.stream()
                    .flatMap(topic -> Stream.of(topic, deadLetters(topic)))
                    .toList();
            var known = admin.listTopics().names().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            var missing = names.stream()
                    .filter(name -> !known.contains(name))
                    .map(this::topic)
                    .toList();
            for (var created : admin.createTopics(missing).values().values()) {
                awaitCreated(created);
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new BrokerException("topics could not be made sure of", e);
        }
    }

    /** Of a topic that was just made, which a broker may not know at once. @throws BrokerException if it stays unknown */
    int partitions(Admin admin, String topic) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                var described = admin.describeTopics(List.of(topic))
                        .allTopicNames()
                        .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                return Objects.requireNonNull(described.get(topic)).partitions().size();
            } catch (ExecutionException | TimeoutException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || System.nanoTime() - until > 0) {
                    throw new BrokerException("the partitions of " + topic + " could not be read", e);
                }
                Thread.sleep(AGAIN);
            }
        }
    }

    private NewTopic topic(String name) {
        var configs = new HashMap<String, String>();
        configs.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(LARGEST_RECORD));
        if (AnnouncementCodec.isBeside(name)) {
            // the newest of each key stays for ever; what a reader lacks of the older ones the producer's feed has
            configs.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        }
        return new NewTopic(name, properties.partitions(), properties.replication()).configs(configs);
    }

    private static void awaitCreated(KafkaFuture<Void> created)
            throws InterruptedException, ExecutionException, TimeoutException {
        try {
            created.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }
}
