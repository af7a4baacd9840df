// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.journal.GenerationCheck;
import io.habeas.journal.StoredEvent;
import io.habeas.messaging.TrailRecord.TrailPlace;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Where the sequencer of the audit log gets the rows of all journals from. */
public final class TrailSource {

    private final Broker broker;
    private final FeedClient feed;
    private final Outbound outbound;
    private final GenerationCheck generations;

    TrailSource(Broker broker, FeedClient feed, Outbound outbound, GenerationCheck generations) {
        this.generations = generations;
        this.broker = broker;
        this.feed = feed;
        this.outbound = outbound;
    }

    /** What the relay of this process tells of a row of its own journal, made anew from the row. */
    public TrailEntry own(String service, StoredEvent row) {
        return TrailEntry.of(service, row, outbound.wireEvent(row));
    }

    /** What this process's own journal says of a generation; nothing where there is none of that number. */
    public Optional<TrailEntry> own(String service, long generation) {
        return generations.after(generation - 1).stream()
                .filter(it -> it.number() == generation)
                .map(it -> TrailEntry.of(service, it))
                .findFirst();
    }

    /**
     * @param read the last place of each partition that was read
     * @throws BrokerException if the broker does not answer
     */
    public TrailReader open(Map<Integer, TrailPlace> read) throws InterruptedException {
        int partitions = broker.ensure(TrailEntry.TOPIC);
        return new TrailReader(broker.trailConsumer(), TrailEntry.TOPIC, partitions, read);
    }

    /**
     * Rows of one request from a sequence on, from the feed of the service itself.
     *
     * @throws IOException if that service does not answer
     */
    public List<TrailRecord> stream(String service, UUID request, long from) throws IOException, InterruptedException {
        return feed.trail(service, request, from);
    }
}
