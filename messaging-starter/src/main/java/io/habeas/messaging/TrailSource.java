// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.journal.EventJournal;
import io.habeas.journal.GenerationCheck;
import io.habeas.journal.StoredEvent;
import io.habeas.messaging.TrailRecord.TrailPlace;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where the sequencer of the audit log gets the rows of all journals from. */
public final class TrailSource {

    private static final int PAGE = 500;

    private final Broker broker;
    private final FeedClient feed;
    private final Outbound outbound;
    private final EventJournal journal;
    private final GenerationCheck generations;
    private final @Nullable Trail trail;

    /** @param trail absent where no audit log hears of this service */
    TrailSource(
            Broker broker,
            FeedClient feed,
            Outbound outbound,
            EventJournal journal,
            GenerationCheck generations,
            @Nullable Trail trail) {
        this.journal = journal;
        this.trail = trail;
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
        return TrailReader.open(broker, TrailEntry.TOPIC, read);
    }

    /**
     * How many records wait behind these places.
     *
     * @param read the last place of each partition that was read
     * @throws BrokerException if the broker does not answer
     */
    public long behind(Map<Integer, TrailPlace> read) throws InterruptedException {
        var offsets = new HashMap<Integer, Long>();
        read.forEach((partition, place) -> offsets.put(partition, place.offset()));
        return broker.behind(TrailEntry.TOPIC, offsets);
    }

    /**
     * Rows of one request from a sequence on, from the feed of the service itself; its generations under their own id.
     *
     * @throws IOException if that service does not answer
     */
    public List<TrailRecord> stream(String service, UUID request, long from) throws IOException, InterruptedException {
        if (trail == null || !trail.isOf(service)) {
            return feed.trail(service, request, from);
        }
        return trail.isOfGenerations(request)
                ? trail.generations(generations, from)
                : trail.rows(journal.readStream(request, from, PAGE), outbound);
    }
}
