// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.contracts.Announcement;
import io.habeas.fault.FaultPoints;
import io.habeas.journal.FeedPosition;
import io.habeas.messaging.Delivery.Outcome;
import io.habeas.messaging.Inbox.Row;
import io.habeas.tracing.TraceContext;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/** One subscription at work. */
final class Reception<A extends Announcement> {

    private static final Logger LOG = LoggerFactory.getLogger(Reception.class);

    /** What all subscriptions of a service share. */
    record Means(
            AnnouncementCodec codec,
            Inbox inbox,
            Parking parking,
            FeedClient feed,
            TransactionTemplate transaction,
            int maxPayload) {}

    /** Carries a receiver's checked exception out of a transaction, which it rolls back. */
    private static final class ReceiverException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ReceiverException(Exception cause) {
            super(cause);
        }
    }

    private final Subscription<A> subscription;
    private final Means means;

    Reception(Subscription<A> subscription, Means means) {
        this.subscription = subscription;
        this.means = means;
    }

    String source() {
        return subscription.topic();
    }

    int maxPayload() {
        return means.maxPayload();
    }

    /** @param requests whose records are about to be delivered */
    Delivery delivery(Collection<UUID> requests) {
        return switch (subscription.mode()) {
            case TRANSACTIONAL -> new Transactional(false);
            case CAUSED -> new Caused(false, means.inbox().find(source(), requests));
        };
    }

    /** A delivery that goes on although the request is parked. */
    Delivery redelivery() {
        return switch (subscription.mode()) {
            case TRANSACTIONAL -> new Transactional(true);
            case CAUSED -> new Caused(true, Map.of());
        };
    }

    Inbox.Verdict judge(WireEvent event) {
        return means.inbox().find(source(), event.requestId()).judge(event);
    }

    List<WireEvent> missing(UUID request, long from) throws IOException, InterruptedException {
        return means.feed().stream(source(), request, from);
    }

    FeedPage feed(FeedPosition after) throws IOException, InterruptedException {
        return means.feed().after(source(), after);
    }

    /** Whether an event of the producer's feed is told on the topic that is read here: a producer may have another beside it. */
    boolean isOnTopic(WireEvent event) {
        return AnnouncementCodec.topicBeside(event.type())
                .map(source()::equals)
                .orElseGet(() -> !AnnouncementCodec.isBeside(source()));
    }

    /** Parks it; what follows in its request is held back from now on. */
    void park(Arrival arrival, String reason) {
        LOG.atError()
                .addKeyValue("topic", arrival.source())
                .addKeyValue("requestId", arrival.requestId())
                .addKeyValue("sequence", arrival.sequence())
                .addKeyValue("reason", reason)
                .log("a message is parked");
        means.transaction().executeWithoutResult(status -> {
            means.parking().add(arrival, reason);
            var request = arrival.requestId();
            var sequence = arrival.sequence();
            if (request != null
                    && sequence != null
                    && sequence > means.inbox().lock(source(), request).sequence()) {
                means.inbox().parked(source(), request, true);
            }
        });
    }

    /** The stream was written anew after it was read: its producer was set back without beginning a new generation, or with. */
    void conflict(Arrival arrival) {
        LOG.atError()
                .addKeyValue("topic", arrival.source())
                .addKeyValue("requestId", arrival.requestId())
                .addKeyValue("sequence", arrival.sequence())
                .log(
                        "a message carries a sequence that is known with another event; its producer may have been restored");
        means.transaction().executeWithoutResult(status -> {
            var request = arrival.requestId();
            if (request != null) {
                means.inbox().lock(source(), request);
                means.inbox().parked(source(), request, true);
            }
            means.parking().add(arrival, Parking.CONFLICT);
        });
    }

    /** It takes no effect, and holds nothing back: its producer goes on from before it. */
    void lost(Arrival arrival) {
        LOG.atError()
                .addKeyValue("topic", arrival.source())
                .addKeyValue("requestId", arrival.requestId())
                .addKeyValue("sequence", arrival.sequence())
                .log("a message was lost in a restore: its producer does not know it any more");
        means.transaction().executeWithoutResult(status -> means.parking().add(arrival, Parking.LOST));
    }

    /** False if the request is not parked any more. */
    boolean parkedAsFollower(Arrival arrival) {
        return Boolean.TRUE.equals(means.transaction().execute(status -> {
            var request = arrival.requestId();
            if (request == null || !means.inbox().lock(source(), request).parked()) {
                return false;
            }
            means.parking().add(arrival, Parking.FOLLOWS_PARKED);
            return true;
        }));
    }

    private Outcome effect(WireEvent event) throws Exception {
        A announcement;
        try {
            announcement = means.codec().read(subscription.family(), event.type(), event.revision(), event.payload());
        } catch (UnreadableAnnouncementException unreadable) {
            LOG.atWarn()
                    .addKeyValue("topic", source())
                    .addKeyValue("type", event.type())
                    .addKeyValue("requestId", event.requestId())
                    .addKeyValue("reason", unreadable.getMessage())
                    .log("a message can not be read");
            return new Outcome.Refused(unreadable.reason());
        }
        if (!announcement.requestId().equals(event.requestId())) {
            return new Outcome.Refused("bad-payload");
        }
        FaultPoints.pass("consumer.before-effect");
        try (var taking = TraceContext.taking(source(), event.type(), event.traceparent())) {
            try {
                subscription
                        .receiver()
                        .on(new Inbound<>(
                                event.eventId(),
                                event.requestId(),
                                event.controller(),
                                event.sequence(),
                                event.time(),
                                event.rule(),
                                announcement,
                                event.payload()));
            } catch (Exception noEffect) {
                taking.failed();
                throw noEffect;
            }
            LOG.atInfo()
                    .addKeyValue("topic", source())
                    .addKeyValue("type", event.type())
                    .addKeyValue("requestId", event.requestId())
                    .addKeyValue("sequence", event.sequence())
                    .log("a message was taken in");
        }
        FaultPoints.pass("consumer.after-effect-before-inbox");
        return Delivery.EFFECTIVE;
    }

    /** Effect and inbox row in one transaction. */
    private final class Transactional extends Delivery {

        private final boolean redriving;

        Transactional(boolean redriving) {
            super(Reception.this);
            this.redriving = redriving;
        }

        @Override
        Outcome deliver(WireEvent event) throws Exception {
            try {
                var outcome = means.transaction().execute(status -> inTransaction(event));
                if (outcome == null) {
                    throw new IllegalStateException("a transaction without a result");
                }
                return outcome;
            } catch (RefusedException refused) {
                return new Outcome.Refused(refused.reason());
            } catch (ReceiverException failed) {
                throw failed.getCause() instanceof Exception cause ? cause : failed;
            }
        }

        private Outcome inTransaction(WireEvent event) {
            var row = means.inbox().lock(source(), event.requestId());
            var outcome = of(row, event, redriving);
            if (outcome != EFFECTIVE) {
                return outcome;
            }
            try {
                outcome = effect(event);
            } catch (RuntimeException failed) {
                throw failed;
            } catch (Exception failed) {
                throw new ReceiverException(failed);
            }
            if (outcome == EFFECTIVE) {
                means.inbox().advance(source(), Map.of(event.requestId(), row.after(event)));
            }
            return outcome;
        }

        @Override
        void flush() {}

        @Override
        void forget(UUID request) {}
    }

    /** The effect first, which is idempotent by itself; inbox rows of a batch together afterwards. */
    private final class Caused extends Delivery {

        private final boolean redriving;
        private final Map<UUID, Row> rows;
        private final Map<UUID, Row> unwritten = new HashMap<>();

        Caused(boolean redriving, Map<UUID, Row> rows) {
            super(Reception.this);
            this.redriving = redriving;
            this.rows = new HashMap<>(rows);
        }

        @Override
        Outcome deliver(WireEvent event) throws Exception {
            var request = event.requestId();
            var row = rows.computeIfAbsent(request, unknown -> means.inbox().find(source(), unknown));
            var outcome = of(row, event, redriving);
            if (outcome != EFFECTIVE) {
                return outcome;
            }
            try {
                outcome = effect(event);
            } catch (RefusedException refused) {
                return new Outcome.Refused(refused.reason());
            } catch (Exception failed) {
                if (!Failures.saysDoneBefore(failed)) {
                    throw failed;
                }
            }
            if (outcome == EFFECTIVE) {
                rows.put(request, row.after(event));
                unwritten.put(request, row.after(event));
            }
            return outcome;
        }

        @Override
        void flush() {
            means.inbox().advance(source(), unwritten);
            unwritten.clear();
        }

        @Override
        void forget(UUID request) {
            rows.remove(request);
        }
    }
}
