// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code habeas.messaging.*}.
 *
 * @param topic where this service announces; by default found from {@code spring.application.name}
 * @param partitions of topics that do not exist yet
 * @param replication of topics that do not exist yet; the broker's {@code min.insync.replicas} goes with it
 * @param consumers threads that read, each with partitions of its own
 * @param maxRecord the largest payload that is read, in bytes; larger ones are parked
 * @param tries how often a receiver is called before its message is parked
 * @param firstPause before the second try; doubles from try to try
 * @param longestPause between two tries
 * @param redriveAfter after which a parked message whose cause may have passed is tried again; doubles up to 15 minutes, and is over when another one of its topic takes effect
 * @param lease how long a relay that is not heard of stays the leader
 * @param check how often the relay asks the broker whether its partitions still end where they should
 * @param session after which a consumer that is not heard of loses its partitions
 */
@ConfigurationProperties("habeas.messaging")
record MessagingProperties(
        String bootstrapServers,
        @Nullable String topic,
        @DefaultValue("24") int partitions,
        @DefaultValue("1") short replication,
        @DefaultValue("2") int consumers,
        @DefaultValue("1048576") int maxRecord,
        @DefaultValue("8") int tries,
        @DefaultValue("100ms") Duration firstPause,
        @DefaultValue("5s") Duration longestPause,
        @DefaultValue("10s") Duration redriveAfter,
        @DefaultValue("3s") Duration lease,
        @DefaultValue("5s") Duration check,
        @DefaultValue("8s") Duration session) {}
