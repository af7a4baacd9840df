// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import io.habeas.journal.AlreadyCausedException;
import io.habeas.journal.FeedOrderException;
import io.habeas.journal.GroupedAppends;
import io.habeas.journal.JournalMetadata;
import io.habeas.request.lifecycle.RequestCommand.Receive;
import io.habeas.tracing.TraceContext;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.modelling.command.CommandTargetResolver;
import org.axonframework.modelling.command.ConcurrencyException;
import org.axonframework.modelling.command.VersionedAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** The way to a request: every command with its controller, its actor and its cause, and tried again where another came between. */
public final class Requests {

    private static final int TRIES = 5;
    private static final long PAUSE_NANOS = 5_000_000;

    /**
     * Why a command is sent.
     *
     * @param actor opaque
     * @param cause the same at every repeat: a command has its effect once
     * @param body tells what was said under that cause from anything else, without telling what it was; kept beside the events as {@link #BODY}
     */
    public record Order(
            String controller,
            String actor,
            UUID cause,
            @Nullable String body) {

        public Order(String controller, String actor, UUID cause) {
            this(controller, actor, cause, null);
        }
    }

    /** Name in the metadata of an event. */
    public static final String BODY = "body";

    private final CommandGateway gateway;
    private final InstantSource legalTime;

    public Requests(CommandGateway gateway, InstantSource legalTime) {
        this.gateway = gateway;
        this.legalTime = legalTime;
    }

    /** Every command says whom it is for; to look for an annotation each time costs more than to handle most of them. */
    public static CommandTargetResolver target() {
        return message -> {
            if (message.getPayload() instanceof RequestCommand command) {
                return new VersionedAggregateIdentifier((Object) command.requestId(), null);
            }
            throw new IllegalArgumentException(message.getPayloadType() + " is not a command to a request");
        };
    }

    /**
     * Accepts a new request; the events are committed when this returns.
     *
     * @throws AlreadyReceivedException if the id is taken: by a repeat, or by another request under the same key
     */
    public void receive(Receive command, Order order) {
        try {
            var _ = GroupedAppends.inCompany(() -> dispatch(command, order));
        } catch (ConcurrencyException | AlreadyCausedException taken) {
            throw new AlreadyReceivedException(command.requestId());
        }
    }

    /**
     * Returns when the effect is committed, whether by this call or by an earlier one with the same cause.
     *
     * @throws NotNowException if the person may not ask for that now
     * @throws ContradictionException if it can not be
     * @throws io.habeas.journal.JournalException if the journal is away
     */
    public void send(RequestCommand command, Order order) {
        for (int attempt = 1; ; attempt++) {
            try {
                dispatch(command, order);
                return;
            } catch (AlreadyCausedException done) {
                return;
            } catch (AggregateNotFoundException unknown) {
                throw new ContradictionException(command.requestId(), "no-such-request");
            } catch (ConcurrencyException | FeedOrderException collided) {
                if (attempt == TRIES) {
                    throw collided;
                }
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(PAUSE_NANOS * attempt));
            }
        }
    }

    private @Nullable Object dispatch(RequestCommand command, Order order) {
        var metadata = new HashMap<String, String>();
        metadata.put(JournalMetadata.CONTROLLER, order.controller());
        metadata.put(JournalMetadata.ACTOR, order.actor());
        metadata.put(JournalMetadata.CAUSE, order.cause().toString());
        metadata.put(JournalMetadata.TIME, legalTime.instant().toString());
        if (order.body() != null) {
            metadata.put(BODY, order.body());
        }
        TraceContext.current().ifPresent(trace -> metadata.put(TraceContext.KEY, trace));
        return gateway.sendAndWait(new GenericCommandMessage<>(command, metadata));
    }
}
