// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.standing;

import static java.util.Objects.requireNonNull;

import io.habeas.contracts.Identifier;
import io.habeas.contracts.Sealed;
import io.habeas.contracts.SealedField;
import io.habeas.contracts.StandingOrigin;
import io.habeas.fault.FaultPoints;
import io.habeas.journal.EventJournal;
import io.habeas.journal.StoredEvent;
import io.habeas.request.lifecycle.ContradictionException;
import io.habeas.request.lifecycle.DerivedIds;
import io.habeas.request.lifecycle.RequestCommand.RecordStanding;
import io.habeas.request.lifecycle.RequestEvent;
import io.habeas.request.lifecycle.RequestEvent.IdentityProved;
import io.habeas.request.lifecycle.RequestEvent.NoRequestFound;
import io.habeas.request.lifecycle.RequestEvent.RequestAnswered;
import io.habeas.request.lifecycle.RequestEvent.RequestApproved;
import io.habeas.request.lifecycle.RequestEvent.RequestBoundAnew;
import io.habeas.request.lifecycle.RequestEvent.RequestLapsed;
import io.habeas.request.lifecycle.RequestEvent.RequestReceived;
import io.habeas.request.lifecycle.RequestEvent.RequestRefused;
import io.habeas.request.lifecycle.RequestEvent.RequestReopened;
import io.habeas.request.lifecycle.RequestEvent.RequestWithdrawn;
import io.habeas.request.lifecycle.RequestEvent.StandingOrdered;
import io.habeas.request.lifecycle.RequestEvent.StandingRecorded;
import io.habeas.request.lifecycle.Requests;
import io.habeas.request.lifecycle.StoredEvents;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Profile;
import io.habeas.request.standing.StandingFacts.Recorded;
import io.habeas.sealeddata.KeyDestroyedException;
import io.habeas.sealeddata.Sealer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes stand what requests order, and takes back what stood for those that came to nothing. All of it follows from the request, so that it
 * may be done again by anybody and at any time, and has its effect once.
 */
public final class StandingOrders {

    private static final Logger LOG = LoggerFactory.getLogger(StandingOrders.class);
    private static final String ACTOR = "service:request";
    private static final int MOST_EVENTS = 1_000;

    /** What is needed of one request. */
    private static final class Case {

        private @Nullable RequestReceived received;
        private @Nullable IdentityProved proof;
        private @Nullable StandingOrdered order;
        private String actor = ACTOR;
        private boolean recorded;
        /** It was carried out; what ends it afterwards takes nothing back. */
        private boolean granted;

        private boolean ended;
        /** By which it ended, last. */
        private @Nullable StoredEvent end;

        void add(RequestEvent event, StoredEvent stored) {
            switch (event) {
                case RequestReceived first -> received = first;
                case RequestBoundAnew anew ->
                    received = requireNonNull(received).under(anew);
                case IdentityProved proved -> proof = proved;
                case StandingOrdered ordered -> {
                    order = ordered;
                    actor = stored.event().actor();
                }
                case StandingRecorded _ -> recorded = true;
                case RequestApproved _, RequestAnswered _ -> granted = true;
                case RequestRefused _, RequestWithdrawn _, RequestLapsed _, NoRequestFound _ -> {
                    ended = true;
                    end = stored;
                }
                case RequestReopened _ -> ended = false;
                default -> {
                    // nothing else matters here
                }
            }
        }
    }

    private final EventJournal journal;
    private final StoredEvents events = new StoredEvents();
    private final Policies policies;
    private final StandingFacts facts;
    private final Requests requests;
    private final Sealer sealer;

    StandingOrders(EventJournal journal, Policies policies, StandingFacts facts, Requests requests, Sealer sealer) {
        this.journal = journal;
        this.policies = policies;
        this.facts = facts;
        this.requests = requests;
        this.sealer = sealer;
    }

    /** Makes it stand, and tells the request. Nothing happens where nothing was ordered, or it stands already. */
    public void carryOut(UUID requestId) {
        var found = read(requestId);
        var received = found.received;
        var order = found.order;
        if (received == null || order == null || found.recorded) {
            return;
        }
        if (found.ended) {
            // a try before this one may have made it stand and not come to the end
            takeBackIfEnded(requestId);
            return;
        }
        try {
            var person = person(received, found.proof);
            FaultPoints.pass("standing.before-facts");
            var ids = record(received, order, found, person).stream()
                    .map(it -> it.fact().id())
                    .toList();
            FaultPoints.pass("standing.after-facts");
            var named = found.proof == null ? named(received, person) : null;
            requests.send(
                    new RecordStanding(requestId, ids, named),
                    new Requests.Order(received.controller(), ACTOR, DerivedIds.of(requestId, "standing-recorded")));
        } catch (KeyDestroyedException gone) {
            // the request has ended, and nothing is to stand for it any more
            LOG.atInfo().addKeyValue("requestId", requestId).log("a request ended before anything stood by it");
        } catch (ContradictionException contradiction) {
            LOG.atWarn()
                    .addKeyValue("requestId", requestId)
                    .addKeyValue("reason", contradiction.reason())
                    .log("a request does not take what stands by it");
        }
        takeBackIfEnded(requestId);
    }

    /** Another copy may have read of an end before anything stood that could be taken back. */
    private void takeBackIfEnded(UUID requestId) {
        var now = read(requestId);
        if (now.ended && now.end != null) {
            var end = now.end.event();
            takeBack(requestId, end.controller(), end.eventId(), end.time());
        }
    }

    private Case read(UUID requestId) {
        var found = new Case();
        journal.readStream(requestId, 0, MOST_EVENTS).forEach(stored -> found.add(events.read(stored), stored));
        return found;
    }

    private List<Identifier> person(RequestReceived received, @Nullable IdentityProved proof) {
        var id = received.requestId();
        return proof == null
                ? sealer.open(received.controller(), id, "claims", received.claims(), Sealed.Claims.class)
                        .identifiers()
                : sealer.open(received.controller(), id, "proved", proof.proved(), Sealed.Proved.class)
                        .identifiers();
    }

    private SealedField named(RequestReceived received, List<Identifier> person) {
        return sealer.seal(
                received.controller(),
                received.requestId(),
                "proved",
                received.keys().caseKey(),
                new Sealed.Proved(person));
    }

    private List<Recorded> record(
            RequestReceived received, StandingOrdered order, Case found, List<Identifier> person) {
        var uses = new Uses(profile(received), received.jurisdiction());
        var wishes = order.standings().stands().stream()
                .map(it -> uses.no(it.use(), it.channel(), StandingOrigin.REQUEST, it.rule(), it.since()))
                .toList();
        return wishes.isEmpty()
                ? List.of()
                : facts.record(new Said(
                        saidBy(received.requestId()),
                        received.controller(),
                        person,
                        wishes,
                        received.profile(),
                        received.jurisdiction(),
                        // as the request and its letter say it
                        order.standings().stands().getFirst().since(),
                        found.actor,
                        received.fingerprint()));
    }

    private Profile profile(RequestReceived received) {
        return policies.controller(received.controller())
                .flatMap(it -> it.profile(received.profile()))
                .orElseThrow(() -> new IllegalStateException("no profile " + received.profile()));
    }

    /** Takes back what stood by a request that ended before it was granted. */
    void takeBack(UUID requestId, String controller, UUID endedBy, Instant at) {
        if (read(requestId).granted) {
            return;
        }
        facts.takeBack(controller, saidBy(requestId), ACTOR, endedBy, at);
    }

    /** Reads one fact of the feed. @return whether it is one that asks for something here */
    Optional<Runnable> asked(StoredEvent stored) {
        var row = stored.event();
        return switch (row.type()) {
            case "request.standing-ordered" -> Optional.of(() -> carryOut(row.stream()));
            case "request.refused", "request.withdrawn", "request.lapsed", "request.no-request" ->
                Optional.of(() -> takeBack(row.stream(), row.controller(), row.eventId(), row.time()));
            default -> Optional.empty();
        };
    }

    private static UUID saidBy(UUID requestId) {
        return DerivedIds.of(requestId, "standing");
    }
}
