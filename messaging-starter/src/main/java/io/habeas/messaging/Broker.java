// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import static java.util.Objects.requireNonNull;

import io.habeas.journal.Generation;
import io.habeas.messaging.RelayStore.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.MetadataRecoveryStrategy;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The clients of Kafka as this service sets them. */
final class Broker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(10);
    private static final String GIVE_UP = Integer.toString(5_000);

    private final MessagingProperties properties;
    private final String service;
    private final Generation generation;
    private final Topics topics;
    private final Admin admin;

    Broker(MessagingProperties properties, String service) {
        this(properties, service, new Generation(Generation.FIRST, "", 0, Instant.EPOCH, "", ""));
    }

    /** @param generation of this service's journal */
    Broker(MessagingProperties properties, String service, Generation generation) {
        this.generation = generation;
        this.properties = properties;
        this.service = service;
        this.topics = new Topics(properties);
        var settings = common("admin");
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, GIVE_UP);
        // "rebootstrap", the default, begins anew at once when the last known broker refuses a connection, past every
        // back-off: while a broker is down that
        // costs a processor and hundreds of lines of log a second. Without it the addresses that the brokers gave last
        // are tried, with back-off
        settings.put(AdminClientConfig.METADATA_RECOVERY_STRATEGY_CONFIG, MetadataRecoveryStrategy.NONE.name);
        this.admin = Admin.create(settings);
    }

    /** The CloudEvents source. */
    String source() {
        return service;
    }

    /**
     * The consumers' group. One of its own for each generation: a restored database has forgotten what was read since, so everything is read again, and the
     * inbox drops what it still knows.
     */
    String group() {
        return generation.number() == Generation.FIRST ? service : service + ".g" + generation.number();
    }

    /** Whether a record is so old that its producer may have lost it in the same restore; the broker's or the producer's time, with much to spare. */
    boolean isDoubtful(long timestampMillis) {
        return generation.number() > Generation.FIRST
                && timestampMillis <= generation.beganAt().plus(CLOCKS_DIFFER).toEpochMilli();
    }

    /** Makes the topic if need be, and tells its number of partitions. */
    int ensure(String topic) throws InterruptedException {
        topics.ensure(admin, List.of(topic));
        return topics.partitions(admin, topic);
    }

    void ensure(Collection<String> names) throws InterruptedException {
        topics.ensure(admin, names);
    }

    Producer<byte[], byte[]> producer() {
        var settings = common("relay");
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 2);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 65_536);
        // one or two sealed records a batch, but after an outage: they hardly shrink, and both ends would work on each
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.LARGEST_RECORD);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, GIVE_UP);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** A member of this service's group. */
    KafkaConsumer<byte[], byte[]> member(int number) {
        var settings = common("consumer-" + number);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group());
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // "none": where to begin without an offset is decided by us, since a trimmed log has to be made up for
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 200);
        settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int)
                properties.session().toMillis());
        settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, (int)
                properties.session().dividedBy(4).toMillis());
        settings.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Of no group: where it reads on is the caller's business. */
    KafkaConsumer<byte[], byte[]> trailConsumer() {
        var settings = common("audit");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // the broker gathers: an answer for each record costs both sides more than all that is done with it
        settings.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 262_144);
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) TrailReader.GATHERED.toMillis());
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1_000);
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, GIVE_UP);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** @throws BrokerException if it cannot be found out */
    Map<TopicPartition, Place> damaged(Map<TopicPartition, Place> acknowledged) {
        var settings = common("ends");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 65_536);
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, GIVE_UP);
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            return new PartitionEnds(consumer, service).damaged(acknowledged);
        }
    }

    /**
     * How many records this service's group has not committed yet, by topic; counted from the beginning of a partition where it
     * has committed none. A topic that nobody has made yet is empty.
     *
     * @throws BrokerException if the broker does not answer
     */
    Map<String, Long> behind(Set<String> names) throws InterruptedException {
        try {
            var known = admin.listTopics().names().get();
            var existing = names.stream().filter(known::contains).toList();
            var partitions = new HashMap<TopicPartition, OffsetSpec>();
            admin.describeTopics(existing).allTopicNames().get().forEach((topic, described) -> described
                    .partitions()
                    .forEach(it -> partitions.put(new TopicPartition(topic, it.partition()), OffsetSpec.latest())));
            var committed = admin.listConsumerGroupOffsets(group())
                    .partitionsToOffsetAndMetadata()
                    .get();
            var ends = admin.listOffsets(partitions).all().get();
            var begins = new HashMap<TopicPartition, OffsetSpec>();
            for (var partition : partitions.keySet()) {
                if (committed.get(partition) == null) {
                    begins.put(partition, OffsetSpec.earliest());
                }
            }
            var first = admin.listOffsets(begins).all().get();
            var behind = new HashMap<String, Long>();
            ends.forEach((partition, end) -> {
                var done = committed.get(partition);
                long from = done != null
                        ? done.offset()
                        : requireNonNull(first.get(partition)).offset();
                behind.merge(partition.topic(), Math.max(0, end.offset() - from), Long::sum);
            });
            return behind;
        } catch (ExecutionException away) {
            throw new BrokerException("the lag of the group could not be asked for", away);
        }
    }

    /** How many records of a topic lie behind these places, which are the last ones that were read. */
    long behind(String topic, Map<Integer, Long> read) throws InterruptedException {
        try {
            var latest = new HashMap<TopicPartition, OffsetSpec>();
            var earliest = new HashMap<TopicPartition, OffsetSpec>();
            int partitions = topics.partitions(admin, topic);
            for (int partition = 0; partition < partitions; partition++) {
                latest.put(new TopicPartition(topic, partition), OffsetSpec.latest());
                earliest.put(new TopicPartition(topic, partition), OffsetSpec.earliest());
            }
            var ends = admin.listOffsets(latest).all().get();
            var begins = admin.listOffsets(earliest).all().get();
            long behind = 0;
            for (var end : ends.entrySet()) {
                var partition = end.getKey();
                var last = read.get(partition.partition());
                long from = last != null
                        ? last + 1
                        : requireNonNull(begins.get(partition)).offset();
                behind += Math.max(0, end.getValue().offset() - from);
            }
            return behind;
        } catch (ExecutionException away) {
            throw new BrokerException("the end of " + topic + " could not be asked for", away);
        }
    }

    /** Asks how long the partitions are, without waiting for the answer. */
    EndCheck checkEnds(Map<TopicPartition, Place> acknowledged) {
        var asked = new HashMap<TopicPartition, OffsetSpec>();
        acknowledged.keySet().forEach(partition -> asked.put(partition, OffsetSpec.latest()));
        return new EndCheck(acknowledged, admin.listOffsets(asked));
    }

    /** An answer that is awaited. */
    record EndCheck(Map<TopicPartition, Place> acknowledged, ListOffsetsResult answer) {

        boolean isDone() {
            return answer.all().isDone();
        }

        /**
         * No answer says nothing: the sends will tell.
         *
         * @throws BrokerException if a partition ends before a record that was acknowledged
         */
        void requireIntact() throws InterruptedException {
            try {
                for (var entry : answer.all().get().entrySet()) {
                    var place = acknowledged.getOrDefault(entry.getKey(), Place.NOWHERE);
                    if (entry.getValue().offset() <= place.offset()) {
                        throw new BrokerException(entry.getKey() + " ends before what it had acknowledged");
                    }
                }
            } catch (ExecutionException e) {
                if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                    throw new BrokerException("a topic is gone", e);
                }
                LOG.debug("The ends of partitions could not be asked for: {}", String.valueOf(e.getCause()));
            }
        }
    }

    private HashMap<String, Object> common(String what) {
        var settings = new HashMap<String, Object>();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, properties.bootstrapServers());
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, service + "-" + what);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, GIVE_UP);
        settings.put(ProducerConfig.METADATA_MAX_AGE_CONFIG, 10_000);
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        settings.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 1_000);
        return settings;
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(2));
    }
}
