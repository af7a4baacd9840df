// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal.axon;

import io.habeas.journal.EventJournal;
import io.habeas.journal.FeedPosition;
import io.habeas.journal.GroupedAppends;
import io.habeas.journal.GroupedReads;
import io.habeas.journal.StreamConflictException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.TrackedEventData;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.BatchingEventStorageEngine;
import org.axonframework.modelling.command.ConcurrencyException;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.jackson3.Jackson3SerializerCustomizer;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.jspecify.annotations.Nullable;

/**
 * Axon's store on the journal. Every processor that reads through it follows the one feed and misses nothing, however late
 * a transaction commits.
 *
 * <p>The events of a command commit in a transaction of their own, apart from the unit of work. So a command handler writes
 * nothing else in SQL, and nothing may fail after the append. Appends that collide throw {@link ConcurrencyException};
 * a cause that has been there before throws {@link io.habeas.journal.AlreadyCausedException}.
 *
 * <p>Snapshots are refused: a request has few events. Reading finds none.
 */
public final class JournalEventStorageEngine extends BatchingEventStorageEngine {

    private final EventJournal journal;
    private final GroupedAppends appends;
    private final GroupedReads reads;
    private final NamedTypesSerializer serializer;

    private JournalEventStorageEngine(Builder builder, NamedTypesSerializer serializer) {
        super(builder.eventSerializer(serializer).snapshotSerializer(serializer));
        this.journal = Objects.requireNonNull(builder.journal, "the engine needs a journal");
        this.appends = Objects.requireNonNull(builder.appends, "the engine needs grouped appends");
        this.reads = Objects.requireNonNull(builder.reads, "the engine needs grouped reads");
        this.serializer = serializer;
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    protected void appendEvents(List<? extends EventMessage<?>> events, Serializer ignored) {
        var rows = MessageColumns.rowsOf(events, serializer);
        try {
            appends.append(rows);
        } catch (StreamConflictException e) {
            throw new ConcurrencyException(
                    "another command has stored events of aggregate " + e.stream() + " in the meantime", e);
        }
    }

    @Override
    protected List<? extends DomainEventData<?>> fetchDomainEvents(
            String aggregateIdentifier, long from, int batchSize) {
        return reads.readStream(streamOf(aggregateIdentifier), from, batchSize).stream()
                .map(event -> new EventData(event, serializer.getObjectMapper()))
                .toList();
    }

    @Override
    protected List<? extends TrackedEventData<?>> fetchTrackedEvents(@Nullable TrackingToken last, int batchSize) {
        return journal.read(placeOf(last), batchSize).stream()
                .map(stored -> new StoredEventData(stored, serializer.getObjectMapper()))
                .toList();
    }

    @Override
    public Optional<Long> lastSequenceNumberFor(String aggregateIdentifier) {
        long next = journal.nextSequence(streamOf(aggregateIdentifier));
        return next == 0 ? Optional.empty() : Optional.of(next - 1);
    }

    /** Before the first event of all. */
    @Override
    public TrackingToken createTailToken() {
        return FeedToken.of(FeedPosition.START);
    }

    /** Behind what the feed shows now; whatever is still being written comes after it. */
    @Override
    public TrackingToken createHeadToken() {
        return FeedToken.of(journal.head());
    }

    @Override
    public TrackingToken createTokenAt(Instant time) {
        return FeedToken.of(journal.placeBefore(time));
    }

    @Override
    protected void storeSnapshot(DomainEventMessage<?> snapshot, Serializer ignored) {
        throw new UnsupportedOperationException(
                "the journal stores no snapshots; take the snapshot trigger of " + snapshot.getType() + " away");
    }

    @Override
    protected Stream<? extends DomainEventData<?>> readSnapshotData(String aggregateIdentifier) {
        return Stream.empty();
    }

    private static FeedPosition placeOf(@Nullable TrackingToken token) {
        if (token == null) {
            return FeedPosition.START;
        }
        if (token instanceof FeedToken feedToken) {
            return feedToken.place();
        }
        throw new IllegalArgumentException("the journal is read from a FeedToken, not from a "
                + token.getClass().getName());
    }

    private static UUID streamOf(String aggregateIdentifier) {
        try {
            return UUID.fromString(aggregateIdentifier);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("an aggregate identifier of the journal has to be a UUID", e);
        }
    }

    /** Journal, grouped appends, grouped reads and names are needed; the rest has defaults. */
    public static final class Builder extends BatchingEventStorageEngine.Builder {

        private @Nullable EventJournal journal;
        private @Nullable GroupedAppends appends;
        private @Nullable GroupedReads reads;
        private @Nullable EventNames names;
        private Jackson3SerializerCustomizer json = mapper -> {};

        private Builder() {}

        /** Where processors read. */
        public Builder journal(EventJournal journal) {
            this.journal = journal;
            return this;
        }

        /** Where commands write. The engine does not close it. */
        public Builder appends(GroupedAppends appends) {
            this.appends = appends;
            return this;
        }

        /** Where aggregates are loaded from. The engine does not close it. */
        public Builder reads(GroupedReads reads) {
            this.reads = reads;
            return this;
        }

        public Builder names(EventNames names) {
            this.names = names;
            return this;
        }

        /** For modules of the JSON mapper that the events need. */
        public Builder json(Jackson3SerializerCustomizer json) {
            this.json = json;
            return this;
        }

        @Override
        public Builder upcasterChain(EventUpcaster upcasterChain) {
            super.upcasterChain(upcasterChain);
            return this;
        }

        @Override
        public Builder batchSize(int batchSize) {
            super.batchSize(batchSize);
            return this;
        }

        public JournalEventStorageEngine build() {
            return new JournalEventStorageEngine(
                    this,
                    new NamedTypesSerializer(Objects.requireNonNull(names, "the engine needs event names"), json));
        }
    }
}
