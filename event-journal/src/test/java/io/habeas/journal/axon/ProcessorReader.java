// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal.axon;

import io.habeas.journal.FeedConformance;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.PropagatingErrorHandler;
import org.axonframework.eventhandling.SimpleEventHandlerInvoker;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.pooled.PooledStreamingEventProcessor;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.jspecify.annotations.Nullable;

/** One of Axon's pooled processors on whatever engine, with one segment. */
final class ProcessorReader implements FeedConformance.Reader {

    private final List<UUID> seen = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);
    private final EmbeddedEventStore store;
    private final PooledStreamingEventProcessor processor;

    ProcessorReader(EventStorageEngine engine, TokenStore tokens, @Nullable TrackingToken from) {
        store = EmbeddedEventStore.builder()
                .storageEngine(engine)
                .fetchDelay(20)
                .build();
        var seeing = (org.axonframework.eventhandling.EventMessageHandler) this::see;
        processor = PooledStreamingEventProcessor.builder()
                .name("reader")
                .eventHandlerInvoker(SimpleEventHandlerInvoker.builder()
                        .eventHandlers(seeing)
                        .build())
                .errorHandler(PropagatingErrorHandler.INSTANCE)
                .messageSource(store)
                .tokenStore(tokens)
                .transactionManager(NoTransactionManager.INSTANCE)
                .coordinatorExecutor(threads)
                .workerExecutor(threads)
                .initialSegmentCount(1)
                .initialToken(source -> from)
                .batchSize(100)
                .build();
        processor.start();
    }

    private @Nullable Object see(EventMessage<?> message) {
        message.getPayload();
        seen.add(UUID.fromString(message.getIdentifier()));
        return null;
    }

    @Override
    public List<UUID> seen() {
        return seen;
    }

    @Override
    public void close() {
        processor.shutDown();
        store.shutDown();
        threads.shutdownNow();
    }
}
