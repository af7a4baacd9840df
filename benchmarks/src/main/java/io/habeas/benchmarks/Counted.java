// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import java.util.UUID;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateLifecycle;
import org.axonframework.modelling.command.VersionedAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** The smallest aggregate that has to be loaded. */
final class Counted {

    /** The fields have about the size of a request's event. */
    record Added(UUID id, String text) {}

    record Add(UUID id, String text) {

        /** As the request-service finds the request of a command. */
        static VersionedAggregateIdentifier target(CommandMessage<?> message) {
            return new VersionedAggregateIdentifier((Object) ((Add) message.getPayload()).id(), null);
        }
    }

    @AggregateIdentifier
    private @Nullable UUID id;

    private int count;

    @CommandHandler
    void on(Add command) {
        AggregateLifecycle.apply(new Added(command.id(), command.text()));
    }

    @EventSourcingHandler
    void on(Added event) {
        id = event.id();
        count++;
    }

    @Override
    public String toString() {
        return id + ": " + count;
    }
}
