// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.journal.FeedPosition;
import io.habeas.messaging.RelayStore.Place;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** One page of the feed on its way to the broker. Acknowledgements come on the producer's thread, everything else is the relay's. */
final class RelayPage {

    private final FeedPosition end;
    private final boolean toEnd;
    private final long readAt;
    private final AtomicInteger open = new AtomicInteger(1);
    private final Map<TopicPartition, Place> places = new HashMap<>();
    private volatile @Nullable String failure;

    /**
     * @param toEnd whether the feed had no more when this was read
     * @param readAt as of {@link System#nanoTime()}
     */
    RelayPage(FeedPosition end, boolean toEnd, long readAt) {
        this.end = end;
        this.toEnd = toEnd;
        this.readAt = readAt;
    }

    boolean toEnd() {
        return toEnd;
    }

    long readAt() {
        return readAt;
    }

    FeedPosition end() {
        return end;
    }

    void sending() {
        open.incrementAndGet();
    }

    /** No more of this page will be sent. */
    void closed() {
        open.decrementAndGet();
    }

    void acknowledged(TopicPartition partition, RecordMetadata metadata, FeedPosition position) {
        if (metadata.hasOffset()) {
            places.put(partition, new Place(metadata.offset(), position));
        }
        open.decrementAndGet();
    }

    void failed(String reason) {
        failure = reason;
        open.decrementAndGet();
    }

    boolean settled() {
        return open.get() == 0;
    }

    @Nullable
    String failure() {
        return failure;
    }

    /** Only when settled. */
    Map<TopicPartition, Place> places() {
        return places;
    }
}
