// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.messaging.Delivery.HoleException;
import io.habeas.messaging.Delivery.Outcome;
import io.habeas.messaging.Parking.Parked;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/** Tries parked messages again, a request's in their order. */
final class Redrive implements ParkedMessages {

    private static final Logger LOG = LoggerFactory.getLogger(Redrive.class);
    private static final Duration BETWEEN_MENDING = Duration.ofMinutes(1);

    private final Parking parking;
    private final Inbox inbox;
    private final TransactionTemplate transaction;
    private final Map<String, Reception<?>> receptions;
    private @Nullable Long mended;

    Redrive(Parking parking, Inbox inbox, TransactionTemplate transaction, Map<String, Reception<?>> receptions) {
        this.parking = parking;
        this.inbox = inbox;
        this.transaction = transaction;
        this.receptions = receptions;
    }

    @Override
    public List<ParkedMessage> list(long after, int limit) {
        return parking.list(after, limit);
    }

    @Override
    public List<ParkedMessage> list(long after, int limit, Set<String> controllers) {
        return parking.list(after, limit, controllers);
    }

    @Override
    public long count() {
        return parking.count();
    }

    @Override
    public Optional<Redriven> redrive(UUID id) {
        return parking.find(id).map(this::redrive);
    }

    @Override
    public Optional<Redriven> redrive(UUID id, Set<String> controllers) {
        return parking.isOf(id, controllers) ? redrive(id) : Optional.empty();
    }

    /** Tries what may have been cured by time. For one thread. */
    void redriveDue() {
        mendNowAndThen();
        for (var id : parking.claimDue(20)) {
            redrive(id);
        }
    }

    private Redriven redrive(Parked parked) {
        var arrival = parked.arrival();
        var request = arrival.requestId();
        var reception = receptions.get(arrival.source());
        if (reception == null) {
            parking.triedInVain(parked, "no-subscription");
            return new Redriven(0, 1);
        }
        if (request == null || arrival.sequence() == null) {
            return alone(reception, parked);
        }
        int effective = inOrder(reception, parking.ofRequest(arrival.source(), request));
        if (effective > 0) {
            parking.callUpAlike(arrival.source());
        }
        return new Redriven(effective, free(arrival.source(), request));
    }

    /** A record that names no place in a request. */
    private Redriven alone(Reception<?> reception, Parked parked) {
        return inOrder(reception, List.of(parked)) == 1 ? new Redriven(1, 0) : new Redriven(0, 1);
    }

    private int inOrder(Reception<?> reception, List<Parked> waiting) {
        var delivery = reception.redelivery();
        int effective = 0;
        for (var parked : waiting) {
            var reason = tried(delivery, parked);
            if (reason.isEmpty()) {
                settle(parked);
                effective++;
                continue;
            }
            parking.triedInVain(parked, reason.get());
            if (!Parking.HOLDS_NOTHING.contains(reason.get())) {
                break;
            }
        }
        return effective;
    }

    /** Nothing if it has taken effect, now or before; else why not. */
    private Optional<String> tried(Delivery delivery, Parked parked) {
        try {
            if (parked.reason().equals(Parking.LOST) && delivery.isLost(parked.arrival())) {
                return Optional.of(Parking.LOST);
            }
            var outcome = delivery.attempt(parked.arrival());
            delivery.flush();
            return switch (outcome) {
                case Outcome.Effective effective -> Optional.empty();
                case Outcome.Duplicate duplicate -> Optional.empty();
                case Outcome.Conflict conflict -> Optional.of(Parking.CONFLICT);
                case Outcome.Refused refused ->
                    cured(delivery, parked) ? Optional.empty() : Optional.of(refused.reason());
                case Outcome.Hole hole -> Optional.of(Parking.HOLE);
                case Outcome.Follows follows -> Optional.of(Parking.FOLLOWS_PARKED);
            };
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.of(parked.reason());
        } catch (HoleException hole) {
            return Optional.of(Parking.HOLE);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError failed) {
            LOG.atWarn()
                    .addKeyValue("topic", parked.arrival().source())
                    .addKeyValue("requestId", parked.arrival().requestId())
                    .addKeyValue("sequence", parked.arrival().sequence())
                    .addKeyValue("failure", Failures.describe(failed))
                    .log("a message was redriven in vain");
            return Optional.of(Parking.RECEIVER_FAILED);
        }
    }

    /** A record that is damaged on Kafka alone: its producer's feed has the true one. */
    private boolean cured(Delivery delivery, Parked parked) throws Exception {
        var request = parked.arrival().requestId();
        var sequence = parked.arrival().sequence();
        if (request == null || sequence == null) {
            return false;
        }
        var source = parked.arrival().source();
        if (sequence <= inbox.find(source, request).sequence()) {
            return true;
        }
        var found = delivery.reception.missing(request, sequence);
        if (found.isEmpty() || found.getFirst().sequence() != sequence) {
            return false;
        }
        var outcome = delivery.attempt(Arrival.of(source, found.getFirst()));
        delivery.flush();
        return outcome instanceof Outcome.Effective;
    }

    /** Takes it away, and in the same transaction sees to what follows it: nothing would call for that after a crash. */
    private void settle(Parked parked) {
        var source = parked.arrival().source();
        var request = parked.arrival().requestId();
        transaction.executeWithoutResult(status -> {
            if (request != null) {
                inbox.lock(source, request);
            }
            parking.remove(parked.id());
            if (request != null && parked.arrival().sequence() != null) {
                parking.ofRequest(source, request).stream()
                        .filter(one -> !Parking.HOLDS_NOTHING.contains(one.reason()))
                        .findFirst()
                        .ifPresentOrElse(next -> parking.callUp(next.id()), () -> inbox.parked(source, request, false));
            }
        });
    }

    private void mendNowAndThen() {
        long now = System.nanoTime();
        if (mended != null && now - mended < BETWEEN_MENDING.toNanos()) {
            return;
        }
        parking.callUpOrphans();
        for (var held : inbox.heldByNothing()) {
            LOG.atWarn()
                    .addKeyValue("requestId", held.request())
                    .addKeyValue("topic", held.source())
                    .log("a request was held back by nothing and goes on");
            transaction.executeWithoutResult(status -> {
                inbox.lock(held.source(), held.request());
                if (parking.ofRequest(held.source(), held.request()).isEmpty()) {
                    inbox.parked(held.source(), held.request(), false);
                }
            });
        }
        mended = now;
    }

    /** Lets the request go on if nothing of it is waiting any more; how many are still parked. */
    private int free(String source, UUID request) {
        var remaining = transaction.execute(status -> {
            inbox.lock(source, request);
            var parked = parking.ofRequest(source, request);
            if (parked.stream().allMatch(one -> Parking.HOLDS_NOTHING.contains(one.reason()))) {
                inbox.parked(source, request, false);
            }
            return parked.size();
        });
        return remaining == null ? 0 : remaining;
    }
}
