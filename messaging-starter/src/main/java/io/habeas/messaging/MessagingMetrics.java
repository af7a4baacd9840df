// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.journal.EventJournal;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What operations watch of messaging. What the process knows is shown at once; what has to be asked for is sampled. */
final class MessagingMetrics implements MeterBinder {

    private final RelayProgress progress;

    MessagingMetrics(RelayProgress progress) {
        this.progress = progress;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("habeas.relay.lag", progress, it -> it.lag().toMillis() / 1000.0)
                .baseUnit("seconds")
                .description("since when events wait for Kafka")
                .register(registry);
        Gauge.builder("habeas.relay.leading", progress, it -> it.isLeading() ? 1 : 0)
                .description("1 in the process that leads")
                .register(registry);
    }

    static Sample parked(ParkedMessages parked) {
        return Sample.of("habeas.messages.parked", "", "messages that wait for an operator", parked::count);
    }

    static Sample horizon(EventJournal journal) {
        return Sample.of(
                "habeas.feed.horizon.age",
                "seconds",
                "how long a transaction has held the feed back",
                () -> journal.horizonAge().toMillis() / 1000.0);
    }

    /** By topic that is subscribed to; of the whole group, not of this copy. */
    static Sample consumerLag(Broker broker, Set<String> topics) {
        var rows = topics.stream().map(MessagingMetrics::topic).collect(Collectors.toUnmodifiableSet());
        return new Sample(
                "habeas.consumer.lag",
                "",
                "records on the topic whose effect this service has not committed yet",
                rows,
                () -> topics.isEmpty() ? Map.of() : byTopic(broker.behind(topics)),
                false);
    }

    private static Map<Tags, Long> byTopic(Map<String, Long> behind) {
        var values = new HashMap<Tags, Long>();
        behind.forEach((topic, records) -> values.put(topic(topic), records));
        return values;
    }

    private static Tags topic(String name) {
        return Tags.of("topic", name);
    }
}
