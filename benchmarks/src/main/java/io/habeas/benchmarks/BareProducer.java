// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import io.habeas.journal.FeedPosition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The baseline of the relay: a producer with the relay's settings and the relay's records, without a journal behind it. */
final class BareProducer implements AutoCloseable {

    private static final String TOPIC = "benchmark.bare";
    private static final String POSITION = "ce_position";

    private final KafkaProducer<byte[], byte[]> producer;
    private final Arrivals arrivals;
    private final ConsumerRecord<byte[], byte[]> pattern;
    private long number;

    /** @param pattern what a record of the suite looks like */
    BareProducer(String broker, int partitions, ConsumerRecord<byte[], byte[]> pattern)
            throws InterruptedException, ExecutionException {
        this.pattern = pattern;
        try (var admin = Admin.create(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, Optional.of(partitions), Optional.of((short) 1))))
                    .all()
                    .get();
        }
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker,
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        true,
                        ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                        5,
                        ProducerConfig.LINGER_MS_CONFIG,
                        2,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        65_536,
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "none"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        arrivals = new Arrivals(broker, TOPIC);
    }

    /** @return microseconds from each send to the arrival of its record */
    long[] window(double rate, Duration length) throws Exception {
        arrivals.forget();
        var sent = new HashMap<Long, Long>();
        var failure = new AtomicReference<Exception>();
        OpenLoop.run(
                _ -> {
                    var headers = new RecordHeaders(pattern.headers());
                    headers.remove(POSITION);
                    headers.add(
                            POSITION,
                            new FeedPosition(1, ++number, number).toString().getBytes(StandardCharsets.UTF_8));
                    var key = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);
                    sent.put(number, ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
                    producer.send(new ProducerRecord<>(TOPIC, null, key, pattern.value(), headers), (_, failed) -> {
                        if (failed != null) {
                            failure.set(failed);
                        }
                    });
                },
                1,
                rate,
                length);
        producer.flush();
        TimeUnit.SECONDS.sleep(1); // the last ones have been acknowledged and are on their way to the consumer
        if (failure.get() != null) {
            throw failure.get();
        }
        var lags = LongStream.builder();
        arrivals.byTransaction()
                .forEach((which, times) -> times.forEach(time -> lags.add(time - sent.getOrDefault(which, time))));
        return lags.build().toArray();
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
        arrivals.close();
    }
}
